"""Writing a chunk of a plan: rows, enrolments and counters, each statement once for all contacts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, text

from trd_tui.domain.calendar import Waiting
from trd_tui.store.counters import CampaignDelta, apply
from trd_tui.store.plan_rows import Outcome, Planner, PlanRow

_ENROL = text(
    "UPDATE enrolments SET enrolled_on = :enrolled_on, touches_planned = :planned, updated_at = :now"
    " WHERE id = :enrolment_id"
)
_PLACE = text(
    "INSERT INTO scheduled_messages (workspace_id, campaign_id, enrolment_id, contact_id, touch,"
    " plan_version, state, scheduled_for, reason, created_at, updated_at)"
    " VALUES (:workspace_id, :campaign_id, :enrolment_id, :contact_id, :touch, :version, :state, :at,"
    " :reason, :now, :now)"
)
_CHANGE = text(
    "UPDATE scheduled_messages SET touch = :touch, scheduled_for = :at, plan_version = :version,"
    " state = :state, reason = :reason, updated_at = :now WHERE id = :message_id AND state = 'scheduled'"
)
_KEEP = text(
    "UPDATE scheduled_messages SET plan_version = :version WHERE id = :message_id AND state = 'scheduled'"
)
_STANDING = text(
    "UPDATE enrolments SET status = :status, shift_days = :shift_days, touches_planned = :planned,"
    " touches_resolved = touches_resolved + :resolved, ended_touch = :ended_touch, updated_at = :now"
    " WHERE id = :enrolment_id"
)
_COUNT = text("UPDATE enrolments SET touches_planned = :planned, updated_at = :now WHERE id = :enrolment_id")
_STILL_WAITING = {
    "postgresql": text(
        "SELECT id FROM scheduled_messages WHERE id IN :ids AND state = 'scheduled' ORDER BY id FOR UPDATE"
    ).bindparams(bindparam("ids", expanding=True))
}

SKIPPED = "fell due while the campaign was paused; its resume policy skips it"
REMOVED = "its touch was taken out of the sequence and none follows it"


@dataclass(slots=True)
class Chunk:
    """One chunk's rows on their way to where they belong."""

    connection: Connection
    campaign_id: str
    planner: Planner
    skip_reason: str = SKIPPED
    delta: CampaignDelta = field(default_factory=lambda: CampaignDelta(recompute_next_due=True))
    weight: int = 0
    """Rows to write, so that a transaction may end before it holds the writer for too long."""
    _enrolled: list[dict[str, Any]] = field(default_factory=list)
    _placed: list[dict[str, Any]] = field(default_factory=list)
    _changed: list[dict[str, Any]] = field(default_factory=list)
    _kept: list[dict[str, Any]] = field(default_factory=list)
    _standing: list[dict[str, Any]] = field(default_factory=list)
    _counted: list[dict[str, Any]] = field(default_factory=list)

    def take(self, row: PlanRow, outcome: Outcome) -> None:
        """Note what is to be written for one contact."""
        change = outcome.change
        self.delta.touches_planned += outcome.planned - row.touches_planned
        self.weight += (1 if outcome.kind in ("keep", "count") else 2) + len(change.skipped)
        match outcome.kind:
            case "keep" | "count":
                self._keep(row, outcome)
            case "start":
                self._enrolled.append(
                    {
                        "enrolment_id": row.enrolment_id,
                        "enrolled_on": outcome.enrolled_on,
                        "planned": outcome.planned,
                        "now": self.planner.now,
                    }
                )
                self._place(row, change.touch, "scheduled", change.at, None)
                self.delta.waiting_count += 1
            case "reopen":
                self._stand(row, outcome, "active", None)
                self._place(row, change.touch, "scheduled", change.at, None)
                self.delta.open_count += 1
                self.delta.waiting_count += 1
            case "hold":
                self._stand(row, outcome, "held", None)
                if change.skipped:
                    raise AssertionError("what is held has skipped nothing")
                self._change(row, change.touch, "held", change.at, change.held)
                self.delta.waiting_count -= 1
                self.delta.held_count += 1
            case "move":
                self._stand(row, outcome, "active", None)
                self._move(row, outcome)
            case "finish":
                self._finish(row, outcome)

    def _keep(self, row: PlanRow, outcome: Outcome) -> None:
        if outcome.planned != row.touches_planned:
            self._counted.append(
                {"enrolment_id": row.enrolment_id, "planned": outcome.planned, "now": self.planner.now}
            )
        if outcome.kind == "keep":
            self._kept.append({"message_id": row.message_id, "version": self.planner.plan.plan_version})

    def _move(self, row: PlanRow, outcome: Outcome) -> None:
        change = outcome.change
        if not change.skipped:
            self._change(row, change.touch, "scheduled", change.at, None)
            return
        self._skip(row, change.skipped)
        self._place(row, change.touch, "scheduled", change.at, None)

    def _finish(self, row: PlanRow, outcome: Outcome) -> None:
        skipped = outcome.change.skipped
        if skipped:
            self._skip(row, skipped)
        else:
            self._change(row, row.touch, "cancelled", row.scheduled_for or 0, REMOVED)
        self._stand(row, outcome, "finished", skipped[-1] if skipped else row.last_touch)
        self.delta.waiting_count -= 1
        self.delta.open_count -= 1

    def _skip(self, row: PlanRow, skipped: tuple[int, ...]) -> None:
        """The row that waits takes the first of the touches that are skipped; the others get rows."""
        self._change(row, skipped[0], "skipped", row.scheduled_for or 0, self.skip_reason)
        plan = self.planner
        for touch in skipped[1:]:
            zone = row.timezone or plan.plan.timezone
            who = Waiting(row.enrolled_on or 0, row.shift_days, touch, 0, None, zone, row.place)
            at = plan.calendar.planned(who, plan.calendar.day(touch), row.shift_days)
            self._place(row, touch, "skipped", at, self.skip_reason)
        self.delta.touches_resolved += len(skipped)

    def _change(self, row: PlanRow, touch: int | None, state: str, at: int, reason: str | None) -> None:
        self._changed.append(
            {
                "message_id": row.message_id,
                "touch": touch,
                "at": at,
                "version": self.planner.plan.plan_version,
                "state": state,
                "reason": reason,
                "now": self.planner.now,
            }
        )

    def _place(self, row: PlanRow, touch: int | None, state: str, at: int, reason: str | None) -> None:
        self._placed.append(
            {
                "workspace_id": row.workspace_id,
                "campaign_id": self.campaign_id,
                "enrolment_id": row.enrolment_id,
                "contact_id": row.contact_id,
                "touch": touch,
                "version": self.planner.plan.plan_version,
                "state": state,
                "at": at,
                "reason": reason,
                "now": self.planner.now,
            }
        )

    def _stand(self, row: PlanRow, outcome: Outcome, status: str, ended_touch: int | None) -> None:
        self._standing.append(
            {
                "enrolment_id": row.enrolment_id,
                "status": status,
                "shift_days": outcome.change.shift_days,
                "planned": outcome.planned,
                "resolved": len(outcome.change.skipped),
                "ended_touch": ended_touch,
                "now": self.planner.now,
            }
        )

    def write(self) -> None:
        """Write the chunk; the campaign's counters and next instant move with it."""
        for statement, rows in (
            (_ENROL, self._enrolled),
            (_STANDING, self._standing),
            (_COUNT, self._counted),
            (_CHANGE, self._changed),
            (_KEEP, self._kept),
            (_PLACE, self._placed),
        ):
            if rows:
                self.connection.execute(statement, rows)
        apply(self.connection, {self.campaign_id: self.delta}, self.planner.now)


def still_waiting(connection: Connection, ids: list[int]) -> set[int]:
    """Lock messages that wait, on PostgreSQL: a claim that began before the plan may have taken some."""
    if not ids or connection.dialect.name != "postgresql":
        return set(ids)
    return set(connection.execute(_STILL_WAITING["postgresql"], {"ids": ids}).scalars())
