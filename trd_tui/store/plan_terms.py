"""The terms of a plan: what it is to do with whom. Stored, so that whoever carries it on does the same."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal, NamedTuple

from sqlalchemy import Connection, RowMapping, text

from trd_tui.domain.calendar import Calendar, Step
from trd_tui.domain.resume import MAX_LATENESS_MS
from trd_tui.domain.window import Window

PlanKind = Literal["start", "resume", "join", "edit"]

Dates = tuple[tuple[Step, ...], int, tuple[int, int, int], str]
"""What a calendar is made of: touches, send time, window (days, from, to), zone."""


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """What a plan does.

    Attributes:
        policy: the resume policy; of a plan that is no resume, what would decide.
        max_lateness_ms: campaign milliseconds after which an overdue touch waits for a person.
        before: what dated the rows before an edit; ``None`` when nothing was edited.
        reopen: give contacts who had finished the touches that were added behind their last.
        unasked: a resume after a silence that nobody asked for.
    """

    policy: str = "shift"
    max_lateness_ms: int = MAX_LATENESS_MS
    before: Dates | None = None
    reopen: bool = False
    unasked: bool = False

    def to_json(self) -> str:
        """For the column ``plan_terms``."""
        before = self.before and [[list(step) for step in self.before[0]], *self.before[1:]]
        return json.dumps(
            {
                "policy": self.policy,
                "max_lateness_ms": self.max_lateness_ms,
                "before": before,
                "reopen": self.reopen,
                "unasked": self.unasked,
            }
        )

    @classmethod
    def from_json(cls, stored: str | None) -> PlanTerms:
        """From the column ``plan_terms``; nothing stored means the usual."""
        if stored is None:
            return cls()
        found = json.loads(stored)
        if found["before"] is not None:
            steps, send_time, window, zone = found["before"]
            found["before"] = (tuple(Step(*step) for step in steps), send_time, tuple(window), zone)
        return cls(**found)


class Plan(NamedTuple):
    """A campaign's terms and how far its plan is."""

    name: str
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
    plan_terms: str | None
    paused_at: int | None
    contact_count: int


_PLAN = text(f"SELECT {', '.join(Plan._fields)} FROM campaigns WHERE id = :id AND deleted_at IS NULL")
_STEPS = text("SELECT day, position, active FROM touches WHERE campaign_id = :id")


def read_plan(connection: Connection, campaign_id: str) -> Plan | None:
    """A campaign's plan; ``None`` where there is no such campaign, or it is deleted."""
    row = connection.execute(_PLAN, {"id": campaign_id}).one_or_none()
    return None if row is None else Plan(*row)


def dates_of(connection: Connection, campaign_id: str, row: Plan | RowMapping) -> Dates:
    """What dates a campaign's touches now."""
    steps = connection.execute(_STEPS, {"id": campaign_id})
    of = row if isinstance(row, Plan) else Plan(**{name: row[name] for name in Plan._fields})
    window = (of.window_days, of.window_from, of.window_to)
    return (
        tuple(Step(day, position, bool(active)) for day, position, active in steps),
        of.send_time,
        window,
        of.timezone,
    )


def calendar(dates: Dates) -> Calendar:
    """The calendar that these make."""
    steps, send_time, window, zone = dates
    return Calendar(steps, send_time, Window(*window), zone)
