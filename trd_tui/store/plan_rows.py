"""What a start or a resume means for one contact after the other: enrolled, shifted or left as they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from trd_tui.domain.schedule import (
    first_touch_instant,
    local_date,
    next_touch_instant,
    shift_for_pause,
)
from trd_tui.domain.window import Window
from trd_tui.store.counters import CampaignDelta, apply


class Plan(NamedTuple):
    """A campaign's terms and how far its plan is."""

    status: str
    timezone: str
    send_time: int
    window_days: int
    window_from: int
    window_to: int
    plan_version: int
    plan_kind: str | None
    plan_cursor: int
    plan_at: int | None
    paused_at: int | None
    contact_count: int


class PlanRow(NamedTuple):
    """A contact of the campaign, with the message that waits, if one does."""

    enrolment_id: int
    workspace_id: int
    contact_id: int
    status: str
    enrolled_on: int | None
    shift_days: int
    touches_planned: int
    last_sent_at: int | None
    timezone: str | None
    message_id: int | None
    touch: int | None
    scheduled_for: int | None
    plan_version: int | None


_TOUCHES = text("SELECT position, day FROM touches WHERE campaign_id = :id AND active = 1 ORDER BY position")
_DAYS = text("SELECT position, day FROM touches WHERE campaign_id = :id")
_ENROL = text(
    "UPDATE enrolments SET enrolled_on = :enrolled_on, touches_planned = :planned, updated_at = :now"
    " WHERE id = :enrolment_id"
)
_FIRST = text(
    "INSERT INTO scheduled_messages (workspace_id, campaign_id, enrolment_id, contact_id, touch,"
    " plan_version, state, scheduled_for, created_at, updated_at)"
    " VALUES (:workspace_id, :campaign_id, :enrolment_id, :contact_id, :touch, :version, 'scheduled', :at,"
    " :now, :now)"
)
_SHIFT = text("UPDATE enrolments SET shift_days = :shift_days, updated_at = :now WHERE id = :enrolment_id")
_REDATE = text(
    "UPDATE scheduled_messages SET scheduled_for = :at, plan_version = :version, reason = NULL,"
    " updated_at = :now WHERE id = :message_id AND state = 'scheduled'"
)
_KEEP = text(
    "UPDATE scheduled_messages SET plan_version = :version WHERE id = :message_id AND state = 'scheduled'"
)


@dataclass(slots=True)
class Chunk:
    """One chunk's rows on their way to a date."""

    connection: Connection
    campaign_id: str
    plan: Plan
    now: int
    delta: CampaignDelta = field(default_factory=lambda: CampaignDelta(recompute_next_due=True))
    window: Window = field(init=False)
    active: list[tuple[int, int]] = field(init=False)
    days: dict[int, int] = field(init=False)
    _enrolled: list[dict[str, Any]] = field(default_factory=list)
    _first: list[dict[str, Any]] = field(default_factory=list)
    _shifted: list[dict[str, Any]] = field(default_factory=list)
    _redated: list[dict[str, Any]] = field(default_factory=list)
    _kept: list[dict[str, Any]] = field(default_factory=list)
    # Contacts of one zone who start in one chunk share the date and the instant.
    _starts: dict[str, tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        plan = self.plan
        self.window = Window(plan.window_days, plan.window_from, plan.window_to)
        wanted = {"id": self.campaign_id}
        self.active = [(row[0], row[1]) for row in self.connection.execute(_TOUCHES, wanted)]
        self.days = {row[0]: row[1] for row in self.connection.execute(_DAYS, wanted)}

    def take(self, row: PlanRow) -> None:
        """Find out what the plan means for one contact."""
        if row.status != "active":
            return
        if row.enrolled_on is None:
            self._start(row)
        elif row.message_id is not None and (row.plan_version or 0) < self.plan.plan_version:
            if row.scheduled_for is not None and row.scheduled_for <= self.now:
                self._shift(row, row.enrolled_on)
            else:
                self._kept.append({"message_id": row.message_id, "version": self.plan.plan_version})

    def _start(self, row: PlanRow) -> None:
        if not self.active:
            return
        zone = row.timezone or self.plan.timezone
        position, day = self.active[0]
        start = self._starts.get(zone)
        if start is None:
            today = local_date(self.now, zone)
            at = first_touch_instant(self.now, today, day, 0, self.plan.send_time, zone, self.window)
            start = self._starts[zone] = (today.toordinal(), at)
        enrolled_on, at = start
        self._enrolled.append(
            {
                "enrolment_id": row.enrolment_id,
                "enrolled_on": enrolled_on,
                "planned": len(self.active),
                "now": self.now,
            }
        )
        self._first.append(
            {
                "workspace_id": row.workspace_id,
                "campaign_id": self.campaign_id,
                "enrolment_id": row.enrolment_id,
                "contact_id": row.contact_id,
                "touch": position,
                "version": self.plan.plan_version,
                "at": at,
                "now": self.now,
            }
        )
        self.delta.touches_planned += len(self.active) - row.touches_planned
        self.delta.waiting_count += 1

    def _shift(self, row: PlanRow, enrolled_on: int) -> None:
        zone = row.timezone or self.plan.timezone
        resumed_at = self.now if self.plan.plan_at is None else self.plan.plan_at
        paused_at = resumed_at if self.plan.paused_at is None else self.plan.paused_at
        shift = row.shift_days + shift_for_pause(paused_at, resumed_at, zone)
        at = self._instant(row, enrolled_on, shift, zone)
        # What had been overdue before the pause, or fell due while a plan was interrupted, needs more days
        # than the pause had: a resume never leaves anything overdue.
        while at <= self.now:
            late = local_date(self.now, zone).toordinal() - local_date(at, zone).toordinal()
            shift += max(1, late)
            at = self._instant(row, enrolled_on, shift, zone)
        self._shifted.append({"enrolment_id": row.enrolment_id, "shift_days": shift, "now": self.now})
        self._redated.append(
            {"message_id": row.message_id, "at": at, "version": self.plan.plan_version, "now": self.now}
        )

    def _instant(self, row: PlanRow, enrolled_on: int, shift: int, zone: str) -> int:
        return next_touch_instant(
            date.fromordinal(enrolled_on),
            self.days.get(row.touch or 0, 1),
            shift,
            self.plan.send_time,
            zone,
            self.window,
            row.last_sent_at,
        )

    def write(self) -> None:
        """Write the chunk; the campaign's counters and next instant move with it."""
        for statement, rows in (
            (_ENROL, self._enrolled),
            (_FIRST, self._first),
            (_SHIFT, self._shifted),
            (_REDATE, self._redated),
            (_KEEP, self._kept),
        ):
            _many(self.connection, statement, rows)
        apply(self.connection, {self.campaign_id: self.delta}, self.now)


def _many(connection: Connection, statement: Any, rows: Iterable[dict[str, Any]]) -> None:
    parameters = list(rows)
    if parameters:
        connection.execute(statement, parameters)
