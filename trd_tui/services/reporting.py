"""Reports over all campaigns or of one, of all time or of some days.

Of all time every figure is a kept counter. Of some days there are counters for all campaigns together and
for money; the rest is counted from the messages, as long as those are few enough to be gone through at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from trd_tui.clock import Clock
from trd_tui.domain.allowance import day_of
from trd_tui.domain.money import format_usd
from trd_tui.services.actor import WORKSPACE
from trd_tui.services.listing import HOUR_MS, detail_of, summed
from trd_tui.services.report import MOST_PEOPLE, person_of
from trd_tui.services.report_rows import error_row, figures_row, funnel_row, sum_of, variant_rows
from trd_tui.services.report_views import NO_CODE, CostRow, ErrorRow, Figures, Page, Report, ReportQuery, Span
from trd_tui.services.variant_views import results_of
from trd_tui.services.views import CampaignDetail
from trd_tui.store import campaign_list, figures
from trd_tui.store import report as people
from trd_tui.store.database import Database

COUNTED = 50_000
"""Messages that are gone through for one report: about a sixth of a second."""

LISTED = 1_000
"""Campaigns of a report of some days, and of costs."""

_TOO_MANY = (
    f"Sent, delivered and failed of these days are counted from the messages, and there are more than"
    f" {COUNTED:,}: choose a campaign, or all time."
)


class NoSuchCampaignError(LookupError):
    """The campaign of the report is gone; choose another."""


async def read(db: Database, clock: Clock, query: ReportQuery, zone: str) -> Report:
    """A page of a report.

    Args:
        db: the database.
        clock: campaign time.
        query: which; its campaigns of all time are a list's (`trd_tui.services.listing`), not this one's.
        zone: IANA name of the zone whose midnight begins a day.

    Raises:
        NoSuchCampaignError: the campaign is gone.
    """
    now = clock.now()
    return await db.read(lambda conn: _Look(conn, query, now, ZoneInfo(zone)).report())


def span_start(span: Span, now: int, zone: tzinfo) -> int:
    """The campaign instant at which the days of a report begin; 0 for all time."""
    if span is Span.ALL:
        return 0
    days = {Span.TODAY: 0, Span.WEEK: 6, Span.MONTH: 29}[span]
    today = datetime.fromtimestamp(now / 1000, zone).date()
    first = datetime.combine(today - timedelta(days=days), datetime.min.time(), zone)
    return int(first.timestamp() * 1000)


class _Look:
    """One look at one snapshot."""

    def __init__(self, conn: Connection, query: ReportQuery, now: int, zone: tzinfo) -> None:
        self.conn, self.query, self.now, self.zone = conn, query, now, zone
        if query.page is Page.CAMPAIGNS:
            self.query = query = replace(query, campaign_id=None)
        self.scope = query.campaign_id or figures.ALL
        self.since = span_start(query.span, now, zone)
        self.all_time = query.span is Span.ALL
        self.notes: list[str] = []
        self._by_day: list[Figures] | None = None
        self.detail: CampaignDetail | None = None
        if query.campaign_id:
            self.detail = detail_of(conn, query.campaign_id)
            if self.detail is None:
                raise NoSuchCampaignError("this campaign is gone; another person has deleted it")
        self.few = figures.weight(conn, WORKSPACE, self.scope, self.since) <= COUNTED

    def report(self) -> Report:
        """The page."""
        make = {
            Page.CAMPAIGNS: self._campaigns,
            Page.TOUCHES: self._touches,
            Page.DAYS: self._days,
            Page.PEOPLE: self._people,
            Page.ERRORS: self._errors,
            Page.COST: self._cost,
        }[self.query.page]
        rows = tuple(make())
        return Report(self.now, self._whole(), rows, tuple(self.notes))

    def _whole(self) -> Figures:
        """The sums over all that it is about."""
        if not self.all_time:
            return sum_of("", "", self._days_rows())
        if self.detail is not None:
            row = self.detail.row
            return Figures(
                row.id, row.name, row.status, row.contact_count, row.sent_count, row.delivered_count,
                row.failed_count, row.replied_count, row.opted_out_count, self.detail.cost_micros,
            )  # fmt: skip
        total = summed(campaign_list.kept_totals(self.conn, WORKSPACE))
        spent = figures.spent(self.conn, WORKSPACE)
        return Figures(
            "", "", "", total.total_contacts, total.total_messages, total.total_delivered,
            total.total_failed, total.total_replies, total.total_opted_out, spent,
        )  # fmt: skip

    def _counted(self, by: str) -> dict[object, figures.Sums] | None:
        """Messages of these days, gone through; ``None`` where they are too many."""
        if not self.few:
            if _TOO_MANY not in self.notes:
                self.notes.append(_TOO_MANY)
            return None
        found = figures.messages(self.conn, WORKSPACE, self.scope, self.since, by)
        return {each.key: each for each in found}

    def _answers(self, by: str) -> dict[object, figures.Answers]:
        found = figures.answers(self.conn, WORKSPACE, self.scope, self.since, by)
        return {each.key: each for each in found}

    # Pages

    def _campaigns(self) -> Iterable[Figures]:
        """Campaigns that did anything in these days, who sent most first; those of all time are a list's."""
        if self.all_time:
            return ()
        named = figures.lately_active(self.conn, WORKSPACE, self.since, LISTED)
        counted, answers = self._counted("campaign"), self._answers("campaign")
        if len(named) == LISTED:
            self.notes.append(f"The {LISTED:,} campaigns that were active last.")
        rows = [
            figures_row(
                row["id"], row["name"], row["status"], row["contact_count"], counted, answers, row["id"]
            )
            for row in named
            if self.query.search.casefold() in row["name"].casefold()
        ]
        return sorted(rows, key=lambda row: row.sent_count or 0, reverse=True)

    def _touches(self) -> Iterable[Figures]:
        """Touch by touch, with the variants of a campaign's."""
        counted = self._counted("touch") if self.few or not self.all_time else None
        answers = {} if self.all_time else self._answers("touch")
        if self.detail is None:
            kept = [
                Figures(str(position), f"#{position}", _days_of(first, last), None, *sums)
                for position, first, last, *sums in figures.touches(self.conn, WORKSPACE)
            ]
            yield from (self._touch(row, int(row.id), counted, answers) for row in kept)
            return
        for touch in sorted(self.detail.touches, key=attrgetter("day", "position")):
            yield self._touch(funnel_row(touch), touch.position, counted, answers)
            if self.all_time:
                yield from variant_rows(touch)
        if self.all_time:
            for result in results_of(self.detail.touches):
                self.notes += [
                    f"Touch {result.position}: {result.replies_said}",
                    f"Touch {result.position}: {result.opt_outs_said}",
                ]

    def _touch(
        self,
        kept: Figures,
        position: int,
        counted: dict[object, figures.Sums] | None,
        answers: dict[object, figures.Answers],
    ) -> Figures:
        """A touch with its cost, which only its messages know; of some days, with their figures."""
        if not self.all_time:
            return figures_row(kept.id, kept.name, kept.status, None, counted, answers, position)
        found = None if counted is None else counted.get(position)
        cost = None if counted is None else 0 if found is None else found.cost_micros
        return Figures(
            kept.id, kept.name, kept.status, None, kept.sent_count, kept.delivered_count,
            kept.failed_count, kept.replied_count, kept.opted_out_count, cost,
        )  # fmt: skip

    def _days(self) -> Iterable[Figures]:
        """Day by day, the latest first."""
        return reversed(self._days_rows())

    def _days_rows(self) -> Sequence[Figures]:
        """Every day on which anything was, in order."""
        if self._by_day is not None:
            return self._by_day
        days: dict[date, dict[str, Any]] = defaultdict(dict)

        def add(day: date, name: str, count: int) -> None:
            days[day][name] = (days[day].get(name) or 0) + count

        names = ("sent_count", "delivered_count", "failed_count")
        if self.detail is None:
            # the hours know every campaign; so shall the opt-outs beside them
            kept = figures.hours(self.conn, WORKSPACE, self.since // HOUR_MS)
            hourly: Iterable[tuple[int, ...]] = [(hour, *counts[:3]) for hour, *counts in kept]
            for hour, *_, replied in kept:
                add(self._day(hour), "replied_count", replied)
            answers = figures.answers(self.conn, WORKSPACE, None, self.since, "hour", opt_outs_only=True)
        else:
            counted = self._counted("hour")
            hourly = [] if counted is None else [each[:4] for each in counted.values()]
            answers = figures.answers(self.conn, WORKSPACE, self.scope, self.since, "hour")
            for each in answers:
                add(self._day(each.key), "replied_count", each.replied)
        for hour, *counts in hourly:
            for name, count in zip(names, counts, strict=True):
                add(self._day(hour), name, count)
        for each in answers:
            add(self._day(each.key), "opted_out_count", each.opted_out)
        for day, spent, _priced in figures.spent_by_day(self.conn, WORKSPACE, self.scope, self._first_day()):
            add(date.fromordinal(day), "cost_micros", spent)
        unknown = self.detail is not None and not self.few
        known = ("replied_count", "opted_out_count", "cost_micros", *(() if unknown else names))
        self._by_day = [
            replace(
                Figures(day.isoformat(), f"{day:%a} {day.day} {day:%b %Y}"),
                **{name: days[day].get(name, 0) for name in known},
            )
            for day in sorted(days)
            if any(days[day].values())
        ]
        return self._by_day

    def _people(self) -> Iterable[object]:
        """Who has answered, the latest first, or who has not."""
        if self.query.campaign_id is None:
            return ()
        if self.query.silent:
            rows = people.non_responders(self.conn, self.query.campaign_id, 0, MOST_PEOPLE)
            if not self.all_time:
                self.notes.append("Who has not answered has not answered at any time: all are listed.")
        else:
            rows = people.responders(self.conn, self.query.campaign_id, None, MOST_PEOPLE)
            rows = [row for row in rows if (row.replied_at or 0) >= self.since]
            rows.sort(key=lambda row: row.replied_at or 0, reverse=True)
        if len(rows) == MOST_PEOPLE:
            self.notes.append(
                f"These are the first {MOST_PEOPLE:,}; `trd report ID --format csv` lists everybody."
            )
        return map(person_of, rows)

    def _errors(self) -> Iterable[ErrorRow]:
        """Codes of the carrier, the most frequent first; then what failed without one."""
        codes = figures.errors(self.conn, WORKSPACE, self.scope, self.since)
        rows = [error_row(each) for each in codes]
        left = self._failed() - sum(row.failed for row in rows)
        if left > 0:
            rows.append(
                ErrorRow(NO_CODE, "The carrier gave no reason", "the next touch follows", left, left, None)
            )
        if rows:
            self.notes.append(
                "A message counts with its last code; what did not fail was tried again or is held."
            )
        return rows

    def _failed(self) -> int:
        """What has failed in all, of every campaign that the codes are of; 0 where it is not known."""
        if self.detail is None:
            return sum(failed for *_, failed, _ in figures.hours(self.conn, WORKSPACE, self.since // HOUR_MS))
        return self._whole().failed_count or 0

    def _cost(self) -> Iterable[CostRow]:
        """Campaigns against their budgets, the dearest first; of one campaign, its days."""
        if self.detail is not None:
            return self._cost_by_day(self.detail)
        day = None if self.all_time else self._first_day()
        rows = figures.spenders(self.conn, WORKSPACE, day, LISTED)
        if len(rows) == LISTED:
            self.notes.append(f"The {LISTED:,} dearest campaigns.")
        self._tell_beside(sum(row["by_hand_micros"] for row in rows))
        return [
            CostRow(
                row["id"], row["name"], row["status"], int(row["spent"]),
                int(row["priced_micros"]) if self.all_time else None, row["budget_micros"],
                _share(row["cost_micros"] + row["by_hand_micros"] + row["reserved_micros"],
                       row["budget_micros"]),
                row["cost_micros"] // row["replied_count"] if row["replied_count"] else None,
            )
            for row in rows
        ]  # fmt: skip

    def _tell_beside(self, micros: int) -> None:
        """Why a campaign has cost more than its messages that were sent, whose sum stands above."""
        if micros and self.all_time:
            usd = format_usd(micros)
            self.notes.append(f"Of these costs {usd} are tests, answers and what was perhaps sent.")

    def _cost_by_day(self, detail: CampaignDetail) -> list[CostRow]:
        limit = detail.daily_budget_micros
        self._tell_beside(detail.by_hand_micros)
        spent = detail.cost_micros + detail.by_hand_micros + detail.reserved_micros
        if detail.budget_micros is not None:
            used = _share(spent, detail.budget_micros) or 0.0
            self.notes.append(f"Of the campaign's whole budget {used:.1f} % are spent or promised.")
        rows = figures.spent_by_day(self.conn, WORKSPACE, self.scope, self._first_day())
        return [
            CostRow(
                str(day), f"{at:%a} {at.day} {at:%b %Y}", "", cost, priced, limit, _share(cost, limit), None
            )
            for day, cost, priced in reversed(rows)
            for at in (date.fromordinal(day),)
            if cost
        ]

    # Days

    def _day(self, hour: int) -> date:
        return datetime.fromtimestamp(hour * 3_600, self.zone).date()

    def _first_day(self) -> int:
        """The first day of the span; money keeps to each campaign's own calendar."""
        return day_of(self.since, str(self.zone)) if self.since else 0


def _share(part: int, whole: int | None) -> float | None:
    return None if whole is None else 100 * part / whole if whole else 100.0


def _days_of(first: int, last: int) -> str:
    return f"day {first}" if first == last else f"days {first} to {last}"
