"""What a plan means for one contact after the other: started, moved, skipped, held, or left as they are.

A preview asks the same `Planner` about the same rows, so it says what then happens.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from trd_tui.domain import edit, resume
from trd_tui.domain.calendar import Calendar, Change, Waiting
from trd_tui.domain.place import Place, place_of
from trd_tui.domain.schedule import first_touch_instant, local_date
from trd_tui.store.plan_terms import Plan, PlanTerms, calendar

Kind = Literal["start", "keep", "move", "hold", "finish", "reopen", "count"]


class PlanRow(NamedTuple):
    """A contact of the campaign, with the message that waits or is in flight, if one does."""

    enrolment_id: int
    workspace_id: int
    contact_id: int
    status: str
    enrolled_on: int | None
    shift_days: int
    touches_planned: int
    touches_resolved: int
    last_sent_at: int | None
    timezone: str | None
    number: str
    contact_state: str
    zip: str
    message_id: int | None
    touch: int | None
    state: str | None
    scheduled_for: int | None
    plan_version: int | None
    last_touch: int | None

    @property
    def place(self) -> Place:
        """Where the contact may be."""
        return place_of(self.number, self.contact_state, self.zip, self.timezone)


class Outcome(NamedTuple):
    """What a plan makes of one contact.

    Attributes:
        kind: ``keep`` leaves the date, ``count`` leaves all but the number of touches planned.
        change: what becomes of the touch that waits.
        planned: how many touches the contact gets in all.
        enrolled_on: the local date of a contact who starts.
        edited: whether it is an edit that changed the touch.
    """

    kind: Kind
    change: Change
    planned: int
    enrolled_on: int | None = None
    edited: bool = False


class Planner:
    """Decides for a campaign's contacts under one plan; changes nothing.

    Args:
        plan: the campaign and its plan.
        terms: what the plan does.
        now_calendar: what dates the campaign's touches now.
        now: campaign instant.
    """

    def __init__(self, plan: Plan, terms: PlanTerms, now_calendar: Calendar, now: int) -> None:
        self.plan = plan
        self.terms = terms
        self.calendar = now_calendar
        self.now = now
        self.before = None if terms.before is None else calendar(terms.before)
        resumed_at = now if plan.plan_at is None else plan.plan_at
        paused_at = resumed_at if plan.paused_at is None else plan.paused_at
        self.rule = resume.ResumeRule(
            terms.policy, paused_at, resumed_at, terms.max_lateness_ms, terms.unasked
        )
        # Contacts of one zone and place who start in one chunk share the date and the instant.
        self._starts: dict[tuple[str, Place], tuple[int, int]] = {}

    def outcome(self, row: PlanRow) -> Outcome | None:
        """What the plan means for a contact; ``None`` when it means nothing.

        Raises:
            ZoneError: the contact or the campaign names a zone that does not exist.
        """
        if row.enrolled_on is None:
            return self._start(row) if row.status == "active" else None
        if row.status == "finished":
            return self._reopen(row, row.enrolled_on) if self.terms.reopen else None
        if row.message_id is None or row.status not in ("active", "held"):
            return None
        if row.state != "scheduled":
            return self._counted(row)
        if (row.plan_version or 0) >= self.plan.plan_version or row.status != "active":
            return self._counted(row)
        return self._wait(row, self._waiting(row, row.enrolled_on))

    def _waiting(self, row: PlanRow, enrolled_on: int) -> Waiting:
        zone = row.timezone or self.plan.timezone
        touch, at = row.touch or 0, row.scheduled_for or 0
        return Waiting(enrolled_on, row.shift_days, touch, at, row.last_sent_at, zone, row.place)

    def _start(self, row: PlanRow) -> Outcome | None:
        active = self.calendar.active
        if self.plan.status != "active" or not active:
            # an edit before the start, or in a pause: only the number of touches changes
            change = Change(None, 0, 0)
            return Outcome("count", change, len(active)) if row.touches_planned != len(active) else None
        zone = row.timezone or self.plan.timezone
        place = row.place
        start = self._starts.get((zone, place))
        if start is None:
            plan, today = self.calendar, local_date(self.now, zone)
            at = first_touch_instant(
                self.now, today, active[0].day, 0, plan.send_time, zone, plan.window, place
            )
            start = self._starts[zone, place] = (today.toordinal(), at)
        return Outcome("start", Change(active[0].position, start[1], 0), len(active), start[0])

    def _wait(self, row: PlanRow, who: Waiting) -> Outcome:
        change, edited = None, False
        if self.before is not None:
            running = self.plan.status == "active"
            change = edit.follow(who, self.before, self.calendar, row.last_touch, self.now, running=running)
            if change is not None:
                edited = True
                if change.touch is None:
                    return Outcome("finish", change, row.touches_resolved, edited=True)
                who = who._replace(touch=change.touch, scheduled_for=change.at, shift_days=change.shift_days)
        if self.plan.plan_kind != "edit":
            change = resume.resume(who, self.calendar, self.rule, self.now) or change
        if change is None:
            kept = Change(row.touch, who.scheduled_for, who.shift_days)
            return Outcome("keep", kept, self._planned(row, row.touch, 0))
        if change.touch is None:
            return Outcome("finish", change, row.touches_resolved + len(change.skipped), edited=edited)
        planned = self._planned(row, change.touch, len(change.skipped))
        return Outcome("move" if change.held is None else "hold", change, planned, edited=edited)

    def _counted(self, row: PlanRow) -> Outcome | None:
        """Leave a message alone that is in flight, held or planned by now; count what follows it."""
        if self.before is None:
            return None
        planned = self._planned(row, row.touch, 0)
        if planned == row.touches_planned:
            return None
        return Outcome("count", Change(row.touch, row.scheduled_for or 0, row.shift_days), planned)

    def _planned(self, row: PlanRow, touch: int | None, skipped: int) -> int:
        if self.before is None:
            return row.touches_planned
        return row.touches_resolved + skipped + 1 + len(self.calendar.after(touch))

    def _reopen(self, row: PlanRow, enrolled_on: int) -> Outcome | None:
        who = self._waiting(row, enrolled_on)._replace(touch=row.last_touch or 0)
        change = edit.reopen(who, self.calendar, self.now)
        if change is None:
            return None
        return Outcome("reopen", change, self._planned(row, change.touch, 0), edited=True)
