"""What a resume would do, worked out by the very rule that then does it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from sqlalchemy import Connection

from trd_tui.clock import Clock
from trd_tui.domain.allowance import budget_of
from trd_tui.domain.phone import sender_kind
from trd_tui.domain.policies import POLICY_WORDS, RESUME_POLICIES
from trd_tui.domain.prices import PriceTable
from trd_tui.domain.purse import Purse
from trd_tui.domain.resume import MAX_LATENESS_MS
from trd_tui.price_files import usual_prices
from trd_tui.services.actor import WORKSPACE
from trd_tui.services.forecast import Forecast
from trd_tui.services.views import ResumePreview, ResumeTouch
from trd_tui.store import campaigns, plan_preview, queue, senders, suppressions
from trd_tui.store.database import Database
from trd_tui.store.plan_rows import Outcome, Planner, PlanRow
from trd_tui.store.plan_terms import PlanKind, PlanTerms

LOOK_CHUNK = 2_000
"""Contacts of one snapshot; a preview of a million never holds one open."""


class PolicyError(ValueError):
    """A resume policy that does not exist; the message names those that do."""


def check_policy(policy: str | None) -> str | None:
    """Return the policy if there is such a one, or none was named.

    Raises:
        PolicyError: there is none.
    """
    if policy is not None and policy not in RESUME_POLICIES:
        raise PolicyError(f"there is no resume policy {policy!r}; use one of {', '.join(RESUME_POLICIES)}")
    return policy


async def resume_preview(
    db: Database,
    clock: Clock,
    id_: str,
    *,
    policy: str | None = None,
    max_lateness_ms: int = MAX_LATENESS_MS,
    progress: Callable[[int, int], None] | None = None,
    prices: PriceTable | None = None,
    start: bool = False,
) -> ResumePreview:
    """Count what a resume would do to a campaign now, contact by contact, without changing anything.

    Args:
        db: the database.
        clock: campaign time.
        id_: the campaign, paused or not.
        policy: a resume policy; the campaign's own without one.
        max_lateness_ms: campaign milliseconds after which an overdue touch waits for a person.
        progress: told how many contacts were looked at, of how many.
        prices: the price table; the package's own when none is given.
        start: it is a draft, and the act its start; who must not be texted is not counted.

    Raises:
        LookupError: there is no such campaign.
        PolicyError: there is no such policy.
    """
    now = clock.now()
    terms = (check_policy(policy), max_lateness_ms)
    look = await db.read(_begin, id_, now, terms, prices or usual_prices(), start)
    cursor = done = 0
    while True:
        cursor, seen = await db.read(look.chunk, cursor)
        done += seen
        if progress:
            progress(done, look.planner.plan.contact_count)
        if seen < LOOK_CHUNK:
            return look.result()


def _begin(
    conn: Connection, id_: str, now: int, asked: tuple[str | None, int], prices: PriceTable, start: bool
) -> _ResumeLook:
    row = campaigns.get(conn, id_)
    if row is None:
        raise LookupError(f"there is no campaign {id_}; see trd campaign list")
    terms = PlanTerms(asked[0] or row["resume_policy"], asked[1])
    kind: PlanKind = "start" if start else "resume"
    planner = plan_preview.planner_for(conn, id_, kind, now, terms, status="active")
    touches = [touch for touch in campaigns.sequence_of(conn, id_) if touch.active]
    sender = senders.get_sender(conn, row["sender"], WORKSPACE)
    forecast = Forecast.of(
        id_,
        touches,
        campaigns.variables_of(row),
        0 if sender is None else sender.rate_milli,
        prices.tariff(sender_kind(row["sender"])),
    )
    return _ResumeLook(id_, planner, forecast, budget_of(queue.terms(conn, [id_])[id_]), start=start)


class _ResumeLook:
    """The figures of one campaign while its contacts are gone through."""

    def __init__(self, id_: str, planner: Planner, forecast: Forecast, budget: Purse, *, start: bool) -> None:
        self.id = id_
        self.planner = planner
        self.forecast = forecast
        self.budget = budget
        self.start = start
        self.counts: dict[str, Counter[int]] = {
            name: Counter() for name in ("started", "kept", "moved", "skipped", "held")
        }
        self.finished = 0
        self.affordable = 0
        self.in_all = 0
        calendar = planner.calendar
        self.from_here = {step.position: 1 + len(calendar.after(step.position)) for step in calendar.steps}

    def chunk(self, conn: Connection, cursor: int) -> tuple[int, int]:
        """Look at the next contacts; returns the last one and how many there were."""
        rows, outcomes = plan_preview.look(conn, self.id, self.planner, cursor, LOOK_CHUNK)
        if not rows:
            return cursor, 0
        last = rows[-1].enrolment_id
        contacts = plan_preview.contacts(conn, self.id, cursor, last)
        barred = suppressions.which(conn, [row.number for row in rows], WORKSPACE) if self.start else {}
        for row, outcome in zip(rows, outcomes, strict=True):
            if row.number in barred:
                continue
            if outcome is not None and self._count(row, outcome) and outcome.change.touch is not None:
                self.forecast.add(contacts[row.enrolment_id], outcome.change.touch, outcome.change.at)
                self.in_all += self.from_here.get(outcome.change.touch, 1)
                if self.budget.holds(self.forecast.cost_micros):
                    self.affordable = self.forecast.messages
        return last, len(rows)

    def _count(self, row: PlanRow, outcome: Outcome) -> bool:
        """Count one contact; whether a message waits for them afterwards."""
        change, kind = outcome.change, outcome.kind
        for touch in change.skipped:
            self.counts["skipped"][touch] += 1
        if kind == "hold":
            self.counts["held"][row.touch or 0] += 1
            return False
        if kind == "finish":
            self.finished += 1
            return False
        name = {"start": "started", "keep": "kept", "move": "moved", "reopen": "started"}.get(kind)
        if name is None or change.touch is None:
            return False
        self.counts[name][change.touch] += 1
        return True

    def result(self) -> ResumePreview:
        """The figures."""
        plan, forecast, budget = self.planner.plan, self.forecast, self.budget
        positions = {touch for counter in self.counts.values() for touch in counter}
        touches = tuple(
            ResumeTouch(
                step.position,
                step.day,
                **{name: counter[step.position] for name, counter in self.counts.items()},
            )
            for step in self.planner.calendar.steps
            if step.position in positions
        )
        return ResumePreview(
            campaign_id=self.id,
            name=plan.name,
            policy=self.planner.terms.policy,
            meaning=POLICY_WORDS[self.planner.terms.policy],
            touches=touches,
            messages=forecast.messages,
            finished=self.finished,
            first_at=forecast.first_at,
            last_at=forecast.last_at(),
            segments=forecast.segments,
            cost_micros=forecast.cost_micros,
            unreadable=forecast.unreadable,
            shared_contacts=forecast.shared,
            budget_left_micros=None if budget.limit is None else max(0, budget.limit - budget.worst()),
            affordable=self.affordable,
            in_all=self.in_all,
        )
