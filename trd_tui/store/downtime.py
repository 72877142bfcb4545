"""Downtime: a time in which nobody sent and nobody had asked for a pause counts as a pause of everything.

The sender leaves a sign of life in ``control.heartbeat_at`` whenever it renews its lease while sending is
not stopped. Signs of life and the limit are real time; what a campaign missed is campaign time.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, text

from trd_tui.domain.resume import MAX_LATENESS_MS
from trd_tui.store import audit, planning
from trd_tui.store.control import ControlState, beat
from trd_tui.store.plan_terms import PlanTerms

DOWNTIME_MS = 15 * 60_000
AT_ONCE = 100
"""Campaigns that one transaction takes; the others follow in the next, before anything of them is sent."""


class DowntimeRule(NamedTuple):
    """When a silence counts, and what is too late after it.

    Attributes:
        downtime_ms: real milliseconds without a sender that change nothing yet.
        max_lateness_ms: campaign milliseconds after which an overdue touch waits for a person.
    """

    downtime_ms: int = DOWNTIME_MS
    max_lateness_ms: int = MAX_LATENESS_MS


USUAL = DowntimeRule()


class Silence(NamedTuple):
    """A silence that was noticed.

    Attributes:
        ms: how long nobody sent, in real milliseconds.
        campaigns: how many campaigns go on by their resume policies because of it.
    """

    ms: int
    campaigns: int

    def __str__(self) -> str:
        hours, minutes = divmod(self.ms // 60_000, 60)
        long = f"{hours} h {minutes} min" if hours else f"{minutes} min"
        some = "1 campaign goes" if self.campaigns == 1 else f"{self.campaigns:,} campaigns go"
        return f"nobody sent for {long}: {some} on as after a pause"


# next_due_at is never before a start or a resume, so what is late by the limit was waiting in the silence.
_OVERDUE = text(
    "SELECT id, resume_policy, plan_kind, plan_terms FROM campaigns"
    " WHERE status = 'active' AND deleted_at IS NULL AND next_due_at <= :late"
    " AND (plan_kind IS NULL OR plan_at < :late) ORDER BY id LIMIT :limit"
)
_PAUSED = text("UPDATE campaigns SET paused_at = :since, resumed_at = :now WHERE id = :id")


def notice(
    connection: Connection, control: ControlState, rule: DowntimeRule, *, now: int, real: int
) -> Silence | None:
    """Ask, before anything is claimed, whether nobody has sent for too long; then begin the resumes.

    A campaign that missed something goes on by its own policy, as though it had been paused since the last
    sign of life. While the answer is not ``None`` nothing may be claimed in this transaction: more may have
    to be begun, and the control row is written last in every transaction.

    Args:
        connection: a writing transaction of the sender.
        control: what holds now.
        rule: when a silence counts.
        now: campaign instant.
        real: real instant.
    """
    if control.heartbeat_at is None:  # once in a database's life: before the first sender nobody was silent
        beat(connection, real)
        return None
    silent = real - control.heartbeat_at
    if silent <= rule.downtime_ms:
        return None
    speed = 1.0 if control.anchor is None else control.anchor.speed
    since, late = now - int(silent * speed), now - int(rule.downtime_ms * speed)
    found = connection.execute(_OVERDUE, {"late": late, "limit": AT_ONCE}).all()
    begun = 0
    for id_, policy, kind, stored in found:
        if kind == "resume":
            policy = PlanTerms.from_json(stored).policy  # somebody chose it for this once
        terms = PlanTerms(policy, rule.max_lateness_ms, unasked=True)
        try:
            planning.begin_plan(connection, id_, "resume", now, terms=terms)
        except planning.PlanError:
            continue  # it has no touch to send
        connection.execute(_PAUSED, {"id": id_, "since": since, "now": now})
        after = {"policy": policy, "silent_minutes": silent // 60_000}
        audit.record(connection, audit.SYSTEM, "downtime", "campaign", id_, None, after, at=real)
        begun += 1
    if begun < AT_ONCE:
        beat(connection, real)
    return Silence(silent, begun)
