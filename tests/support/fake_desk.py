# ruff: noqa: E501 - a table of made-up figures reads better wide
"""A desk without a database: the seven demonstration campaigns, or any number of made-up ones, at a fixed instant."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from trd_tui.services.course_views import Course
from trd_tui.services.views import (
    ActCancelledError,
    ActPreview,
    ActResult,
    CampaignDetail,
    CampaignPage,
    CampaignRow,
    Connected,
    ContactPage,
    ContactQuery,
    ContactRow,
    ListQuery,
    NextMessage,
    Overview,
    Sends,
    Summary,
    TouchFunnel,
)
from trd_tui.tui.desk import EngineView, Progress
from trd_tui.tui.desk.administration import AdministrationDesk
from trd_tui.tui.desk.health import HealthDesk
from trd_tui.tui.desk.new_campaign import StepsDesk
from trd_tui.tui.desk.people import PeopleDesk
from trd_tui.tui.desk.reports import ReportsDesk
from trd_tui.tui.desk.summary import SummaryDesk
from trd_tui.tui.desk.terms import TermsDesk
from trd_tui.tui.desk.timeline import TimelineDesk
from trd_tui.tui.desk.touches import TouchesDesk

if TYPE_CHECKING:
    from trd_tui.services.estimates import CampaignCost
    from trd_tui.services.listing import OwnPause
from trd_tui.tui.desk.inbox import InboxDesk

HOUR = 3_600_000


def instant(text: str) -> int:
    """Epoch milliseconds of an ISO instant."""
    return int(datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000)


NOW = instant("2024-01-20T19:02:00Z")
DAYS = (1, 3, 5, 7, 9, 11, 13, 15, 17)
_DEMO = json.loads((Path(__file__).parent / "demo_rows.json").read_text())
_SHARES = {"Real Estate Q1 2024": 45.2, "Lead Follow-up December": 68.0, "Commercial Property Outreach": 32.4,
           "Investor Networking Campaign": 27.1, "Luxury Home Buyers": 22.6, "First Time Home Buyers": 100.0,
           "Property Management Leads": 16.9}  # fmt: skip


def row(
    number: int, name: str, status: str, contacts: int, sent: int, replies: int, *, failed: int = 0, share: float = 0.0,
    next_at: int | None = None, active_at: int = NOW - HOUR, created_at: int = NOW - 240 * HOUR,
) -> CampaignRow:  # fmt: skip
    """A campaign; what is not given follows."""
    planned = contacts * 9
    return CampaignRow(
        id=f"camp_{number}", name=name, status=status, contact_count=contacts, open_count=contacts - replies,
        texted_count=min(contacts, sent), waiting_count=contacts - replies if status in ("active", "paused") else 0,
        in_flight_count=0, held_count=0, sent_count=sent, delivered_count=sent - failed, failed_count=failed,
        replied_count=replies, opted_out_count=replies // 3, touches_planned=planned,
        touches_resolved=round(planned * share / 100), created_at=created_at, last_activity_at=active_at,
        next_due_at=next_at if status == "active" else None, planning=False,
    )  # fmt: skip


def demo_rows() -> list[CampaignRow]:
    """The seven demonstration campaigns; the first sends in three minutes."""
    rows = []
    for number, data in enumerate(_DEMO, 1):
        upcoming = data["nextScheduledMessage"]
        rows.append(
            row(
                number, data["name"], data["status"], data["totalContacts"], data["sentMessages"], data["replies"],
                failed=data["failedMessages"], share=_SHARES[data["name"]],
                next_at=NOW + 185_000 if number == 1 else None if upcoming is None else instant(upcoming),
                active_at=instant(data["lastActivity"]), created_at=instant(data["created"]),
            )
        )  # fmt: skip
    return rows


def many_rows(count: int) -> list[CampaignRow]:
    """Made-up campaigns with distinct figures."""
    words = ("Spring", "Harbour", "Summit", "Maple", "Lakeside", "Union")
    states = ("active", "active", "paused", "completed", "draft")
    return [
        row(
            number, f"{words[number % 6]} {number:05}", states[number % 5], 20 + number % 180, number * 7 % 1600,
            number % 13, share=number % 101, next_at=NOW + (number % 5000) * 60_000, active_at=NOW - number * 1000,
        )
        for number in range(1, count + 1)
    ]  # fmt: skip


class FakeSummary:
    """No days and no money to come."""

    async def course(self, campaign_id: str) -> Course | None:
        return Course(days=(), held=(), unclear=0)

    async def cost(self, campaign_id: str) -> CampaignCost | None:
        return None


class FakeDesk:
    """Answers from a list; acts change the list; ``calls`` holds what was asked of it."""

    people: PeopleDesk
    timeline: TimelineDesk
    health: HealthDesk
    reports: ReportsDesk
    summary: SummaryDesk
    touches: TouchesDesk
    terms: TermsDesk
    new_campaign: StepsDesk
    inbox: InboxDesk
    administration: AdministrationDesk

    def __init__(self, rows: Sequence[CampaignRow] | None = None, *, speed: float = 1.0) -> None:
        self.summary = FakeSummary()
        self.rows = {r.id: r for r in (demo_rows() if rows is None else rows)}
        self.title, self.actor, self.carrier, self.zone = "Acme Homes", "ann", "simulated", "America/New_York"
        self.instant = NOW
        self.calls: list[tuple[object, ...]] = []
        self.changes = 0
        self.others: list[Connected] = []
        self.killed = False
        self.is_stopped = self.stopped = False
        self.stopped_at = 0
        self.trouble: str | None = None
        self.in_memory_stopped = False
        self.role = EngineView(role="sending", rate=0.0)
        self._speed = speed
        self.closed = False
        self.paused_alone: list[OwnPause] = []
        self.fault: Exception | None = None
        self.steps: asyncio.Queue[None] | None = None

    # What a test does to it

    def change(self, campaign_id: str, **fields: object) -> None:
        """Another process changes a campaign."""
        self.rows[campaign_id] = replace(self.rows[campaign_id], **fields)  # type: ignore[arg-type]
        self.changes += 1

    def released_elsewhere(self) -> None:
        """Another process releases the emergency stop."""
        self.is_stopped = self.in_memory_stopped = False
        self.changes += 1

    # The desk

    def now(self) -> int:
        return self.instant

    @property
    def speed(self) -> float:
        return self._speed

    def change_speed(self, factor: float) -> float | None:
        if self._speed == 1.0:
            return None
        self._speed *= factor
        return self._speed

    def engine(self) -> EngineView:
        return self.role

    def stop_now(self) -> None:
        self.calls.append(("stop_now",))
        self.in_memory_stopped = True

    async def stop_everywhere(self) -> None:
        self.calls.append(("stop_everywhere",))
        if not self.is_stopped:  # else the first one stays
            self.stopped_at += 1
        self.is_stopped = True
        self.changes += 1

    async def release(self, seen: Overview) -> bool:
        if not self.is_stopped or seen.stopped_at != self.stopped_at:
            return False
        self.calls.append(("release",))
        self.is_stopped = self.in_memory_stopped = False
        self.changes += 1
        return True

    async def token(self) -> int:
        if self.fault is not None:
            raise self.fault
        self.stopped = self.is_stopped
        return self.changes

    def wake_on_changes(self, wake: Callable[[], None]) -> None:
        self.wake = wake

    async def own_pauses(self) -> Sequence[OwnPause]:
        return list(self.paused_alone)

    async def overview(self) -> Overview:
        shown = [r for r in self.rows.values() if r.status != "archived"]
        counts = {s: sum(r.status == s for r in self.rows.values())
                  for s in ("draft", "active", "paused", "completed", "archived")}  # fmt: skip
        ahead = [r for r in shown if r.next_due_at is not None]
        first = min(ahead, key=lambda r: r.next_due_at or 0, default=None)
        return Overview(
            counts={"all": len(shown), **counts},
            summary=Summary(
                active_campaigns=counts["active"], total_campaigns=len(shown),
                total_contacts=sum(r.contact_count for r in shown), total_waiting=sum(r.waiting_count for r in shown),
                total_messages=sum(r.sent_count for r in shown),
                total_delivered=sum(r.delivered_count for r in shown),
                total_failed=sum(r.failed_count for r in shown),
                total_replies=sum(r.replied_count for r in shown),
            ),
            active_waiting=sum(r.waiting_count for r in shown if r.status == "active"),
            sent_today=214,
            hourly=(0, 0, 0, 0, 0, 0, 2, 9, 24, 31, 12, 18, 26, 40, 44, 35, 12, 8, 20, 31, 16, 9, 4, 3),
            reply_trend=1,
            next_message=None if first is None or first.next_due_at is None
            else NextMessage(first.id, first.name, 3, first.next_due_at),
            stopped=self.is_stopped, stopped_by="ann" if self.is_stopped else None,
            stop_reason="wrong list" if self.is_stopped else None,
            stopped_at=self.stopped_at if self.is_stopped else None,
        )  # fmt: skip

    def _listed(self, query: ListQuery) -> list[CampaignRow]:
        rows = [
            r for r in self.rows.values()
            if (r.status == query.status if query.status else r.status != "archived")
            and query.search.casefold() in r.name.casefold()
        ]  # fmt: skip
        keys = {
            "name": lambda r: r.name.casefold(), "status": lambda r: r.status,
            "progress": lambda r: r.completion_rate, "contacts": lambda r: r.contact_count,
            "sent": lambda r: r.sent_count, "replies": lambda r: r.replied_count, "rate": lambda r: r.reply_rate,
            "next": lambda r: r.next_due_at or 0, "activity": lambda r: r.last_activity_at,
        }  # fmt: skip
        rows.sort(key=lambda r: r.id)
        rows.sort(key=keys[query.sort], reverse=query.descending)
        if query.sort == "next":
            rows.sort(key=lambda r: r.next_due_at is None)
        return rows

    async def page(self, query: ListQuery) -> CampaignPage:
        self.calls.append(("page", query.offset, query.limit))
        rows = self._listed(query)
        return CampaignPage(tuple(rows[query.offset : query.offset + query.limit]), len(rows))

    async def rank(self, campaign_id: str, query: ListQuery) -> int | None:
        for index, found in enumerate(self._listed(query)):
            if found.id == campaign_id:
                return index
        return None

    async def ids(self, query: ListQuery) -> Sequence[str]:
        return [r.id for r in self._listed(query)]

    async def detail(self, campaign_id: str) -> CampaignDetail | None:
        found = self.rows.get(campaign_id)
        if found is None:
            return None
        left, touches = found.sent_count, []
        for position, day in enumerate(DAYS, 1):
            sent = min(left, max(0, found.contact_count - 16 * (position - 1)))
            left -= sent
            replied = found.replied_count // 2**position + (1 if sent and position < 3 else 0)
            touches.append(
                TouchFunnel(position, day, "sms", f"Touch {position}", True, sent, sent - sent // 50, sent // 50,
                            replied if sent else 0, sent // 40)
            )  # fmt: skip
        return CampaignDetail(
            row=found, sender="+15005550006", timezone="America/New_York", send_time=540, window_days=0b0111111,
            window_from=540, window_to=1200, resume_policy="shift", daily_cap=500, budget_micros=250_000_000,
            daily_budget_micros=None, reserved_micros=0, priced_micros=0, by_hand_micros=0, price_milli=1_000,
            cost_micros=found.sent_count * 12_800, segment_count=found.sent_count, priority=3, variables={},
            started_at=found.created_at, paused_at=None, resumed_at=None, completed_at=None, archived_at=None,
            touches=tuple(touches),
        )  # fmt: skip

    async def contacts(self, campaign_id: str, query: ContactQuery) -> ContactPage:
        self.calls.append(("contacts", query.offset, query.limit))
        found = self.rows[campaign_id]
        names = (
            ("Ada", "Byron"),
            ("Grace", "Hopper"),
            ("Alan", "Turing"),
            ("Edsger", "Dijkstra"),
            ("Barbara", "Liskov"),
        )
        states = ("active", "active", "replied", "active", "opted_out", "active", "failed", "held")
        rows = []
        for number in range(found.contact_count):
            first, last = names[number % 5]
            state = states[number % 8]
            open_ = state in ("active", "held")
            rows.append(
                ContactRow(
                    enrolment_id=number, contact_id=number, number=f"+1212555{1000 + number:04}", first_name=first,
                    last_name=last, company="", status=state, sent_count=number % 4 + 1, touches_planned=9,
                    touches_resolved=number % 4 + 1 if open_ else 9, last_sent_at=NOW - (number % 50) * HOUR,
                    next_touch=number % 4 + 2 if open_ else None, next_at=NOW + (number % 70) * HOUR if open_ else None,
                    next_state="held" if state == "held" else "scheduled" if open_ else None,
                    reason={"failed": "the number does not exist (21211)", "held": "first_name is empty"}.get(state),
                    ended_touch=None if open_ else number % 4 + 1, replied_at=None, opted_out_at=None,
                    last_touch=number % 4 + 1, last_state="failed" if state == "failed" else "delivered",
                    last_at=NOW - (number % 50) * HOUR,
                )
            )  # fmt: skip
        text = query.search.casefold()
        rows = [
            r for r in rows
            if (text in r.name.casefold() or text in r.number) and query.status in (None, r.status)
        ]  # fmt: skip
        return ContactPage(tuple(rows[query.offset : query.offset + query.limit]), len(rows))

    async def next_sends(self, campaign_id: str) -> Sequence[Sends]:
        found = self.rows[campaign_id]
        return () if found.next_due_at is None else (Sends(found.next_due_at, 3, 4, 12),)

    async def contact_counts(self, campaign_id: str) -> Mapping[str, int]:
        page = await self.contacts(campaign_id, ContactQuery(limit=1_000_000))
        return Counter(row.status for row in page.rows)

    # Acts

    async def export(
        self, ids: Sequence[str], *, progress: Progress | None = None
    ) -> tuple[str, Sequence[ActResult]]:
        self.calls.append(("export", tuple(ids)))
        return "~/trd-exports/2024-01-20-1402", [ActResult(i, self.rows[i].name, True, "9 rows") for i in ids]

    def _refusal(self, act: str, found: CampaignRow) -> str | None:
        needed = {"pause": "active", "resume": "paused", "start": "draft"}.get(act)
        if needed is not None and found.status != needed:
            return f"cannot {act}: the campaign is {found.status}"
        return None

    async def preview(self, act: str, ids: Sequence[str]) -> ActPreview:
        found = [self.rows[i] for i in ids]
        can = [r for r in found if self._refusal(act, r) is None]
        refused = tuple(ActResult(r.id, r.name, False, why) for r in found if (why := self._refusal(act, r)))
        messages = sum(r.waiting_count for r in can)
        noun = "campaign" if len(can) == 1 else "campaigns"
        what = {
            "pause": f"{messages} messages due in the next hour will wait.",
            "resume": f"{messages} messages move by whole days and go on at their send time.",
            "start": "its first messages go at the next opening of its window.",
            "duplicate": "settings, touches and texts; without the contacts.",
            "archive": "out of sight, kept for reports.",
            "delete": f"{messages} waiting messages are cancelled; what was sent is kept.",
        }[act]
        named = can[0].name if act == "delete" and len(can) == 1 and can[0].sent_count else None
        return ActPreview(
            act, f"{act.capitalize()} {len(can)} {noun}: {what}", len(can), 0, messages, refused, named,
            names=tuple(r.name for r in can[:6]),
        )  # fmt: skip

    async def act(
        self,
        act: str,
        ids: Sequence[str],
        *,
        name: str | None = None,
        versions: Mapping[str, int] | None = None,
        progress: Progress | None = None,
    ) -> Sequence[ActResult]:
        self.calls.append(("act", act, tuple(ids), name))
        results = []
        for number, campaign_id in enumerate(ids):
            if progress is not None and self.steps is not None:
                await self.steps.get()
                try:
                    progress(number, len(ids))
                except ActCancelledError:
                    results += [ActResult(i, self.rows[i].name, False, "called off") for i in ids[number:]]
                    break
            found = self.rows[campaign_id]
            reason = self._refusal(act, found)
            if reason is not None:
                results.append(ActResult(campaign_id, found.name, False, reason))
                continue
            if act == "delete":
                del self.rows[campaign_id]
            elif act == "duplicate":
                copy = row(len(self.rows) + 1, name or f"{found.name} (copy)", "draft", 0, 0, 0)
                self.rows[copy.id] = copy
            else:
                status = {"pause": "paused", "resume": "active", "start": "active", "archive": "archived"}[
                    act
                ]
                self.rows[campaign_id] = replace(found, status=status)
            results.append(
                ActResult(campaign_id, found.name, True, f"{found.waiting_count} messages are affected.")
            )
        self.changes += 1
        return results

    async def undo(self, act: str, results: Sequence[ActResult]) -> Sequence[ActResult]:
        self.calls.append(("undo", act, tuple(r.campaign_id for r in results)))
        for result in results:
            back = {"pause": "active", "resume": "paused"}.get(act)
            if back is not None:
                self.rows[result.campaign_id] = replace(self.rows[result.campaign_id], status=back)
        self.changes += 1
        return [replace(r, message="as it was") for r in results]

    async def connected(self) -> Sequence[Connected]:
        return [Connected("ann", "ann", "here", NOW, True), *self.others]

    def somebody_is_gone(self) -> bool:
        return self.killed

    async def close(self) -> None:
        self.closed = True
