"""Messages that wait for a person: found, let go, or skipped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, TextClause, bindparam, text

from trd_tui.domain.calendar import Calendar, Change, Waiting
from trd_tui.domain.place import place_of
from trd_tui.domain.resume import send_held, skip_held
from trd_tui.store import doubts
from trd_tui.store.counters import CampaignDelta, apply
from trd_tui.store.outlays import TRIES


class HeldRow(NamedTuple):
    """A held message with its enrolment and contact."""

    id: int
    enrolment_id: int
    workspace_id: int
    contact_id: int
    touch: int
    scheduled_for: int
    reason: str | None
    attempts: int
    enrolment_status: str
    enrolled_on: int
    shift_days: int
    touches_resolved: int
    last_sent_at: int | None
    number: str
    first_name: str
    last_name: str
    timezone: str | None
    state: str
    zip: str
    doubt: str | None
    plan_version: int


_COLUMNS = (
    "SELECT m.id, e.id, e.workspace_id, e.contact_id, m.touch, m.scheduled_for, m.reason,"
    f" {TRIES},"
    " e.status, e.enrolled_on, e.shift_days, e.touches_resolved, e.last_sent_at,"
    " c.number, c.first_name, c.last_name, c.timezone, c.state, c.zip, c.doubt, m.plan_version"
)
_JOINS = " JOIN enrolments e ON e.id = m.enrolment_id JOIN contacts c ON c.id = e.contact_id"
_HELD = (
    f"{_COLUMNS} FROM scheduled_messages m{_JOINS} WHERE m.campaign_id = :id AND m.state = 'held'"
    " AND m.id > :after ORDER BY m.id LIMIT :limit"
)
_HELD_OF = (
    f"{_COLUMNS} FROM scheduled_messages m{_JOINS} WHERE e.campaign_id = :id AND m.state = 'held'"
    " AND c.number = :number AND m.id > :after ORDER BY m.id LIMIT :limit"
)


def _both(statement: str) -> dict[str, TextClause]:
    return {"sqlite": text(statement), "postgresql": text(f"{statement} FOR UPDATE OF m")}


_FIND = {False: text(_HELD), True: text(_HELD_OF)}
_LOCKED = _both(_HELD)
_LOCKED_OF = _both(_HELD_OF)
_LET_GO = text(
    "UPDATE scheduled_messages SET state = 'scheduled', scheduled_for = :at, reason = NULL,"
    " plan_version = (SELECT plan_version FROM campaigns WHERE id = :campaign_id), updated_at = :now"
    " WHERE id = :message_id AND state = 'held'"
)
_SKIP = text(
    "UPDATE scheduled_messages SET state = 'skipped', reason = :reason, updated_at = :now"
    " WHERE id = :message_id AND state = 'held'"
)
_STAYS = text(
    "UPDATE scheduled_messages SET reason = :reason, updated_at = :now"
    " WHERE id = :message_id AND state = 'held'"
)
_NEXT = text(
    "INSERT INTO scheduled_messages (workspace_id, campaign_id, enrolment_id, contact_id, touch,"
    " plan_version, state, scheduled_for, created_at, updated_at)"
    " SELECT :workspace_id, id, :enrolment_id, :contact_id, :touch, plan_version, 'scheduled', :at,"
    " :now, :now FROM campaigns WHERE id = :campaign_id"
)
_STANDING = text(
    "UPDATE enrolments SET status = :status, shift_days = :shift_days, ended_touch = :ended_touch,"
    " touches_planned = touches_resolved + :more, touches_resolved = touches_resolved + :resolved,"
    " updated_at = :now WHERE id = :enrolment_id"
)
_PLANNED = text("SELECT coalesce(sum(touches_planned), 0) FROM enrolments WHERE id IN :ids").bindparams(
    bindparam("ids", expanding=True)
)


def held(
    connection: Connection,
    campaign_id: str,
    after: int,
    limit: int,
    number: str | None = None,
    *,
    lock: bool = False,
) -> list[HeldRow]:
    """Held messages of a campaign behind a message id, of one number if it is given."""
    values: dict[str, Any] = {"id": campaign_id, "after": after, "limit": limit}
    if number is not None:
        values["number"] = number
    statement = _FIND[number is not None]
    if lock:
        statement = (_LOCKED if number is None else _LOCKED_OF)[connection.dialect.name]
    return [HeldRow(*row) for row in connection.execute(statement, values)]


def change_of(row: HeldRow, calendar: Calendar, now: int, plan_version: int, *, send: bool) -> Change:
    """What becomes of a held message that is let go, else skipped.

    Args:
        row: the message.
        calendar: its campaign's touches and times.
        now: campaign instant.
        plan_version: of the campaign's plan now.
        send: let go; else skip.
    """
    zone = row.timezone or calendar.timezone
    place = place_of(row.number, row.state, row.zip, row.timezone)
    who = Waiting(
        row.enrolled_on, row.shift_days, row.touch, row.scheduled_for, row.last_sent_at, zone, place
    )
    if send:
        return send_held(who, calendar, now, replanned=row.plan_version != plan_version)
    return skip_held(who, calendar, now)


def keep(connection: Connection, rows: Sequence[tuple[HeldRow, str]], now: int) -> None:
    """Leave messages held that were decided about, each with why; a doubt is settled all the same."""
    for row, reason in rows:
        before = "" if row.doubt or row.reason in (None, reason) else f"{row.reason}; "
        connection.execute(_STAYS, {"message_id": row.id, "reason": before + reason, "now": now})
    doubts.settle(connection, [row.contact_id for row, _ in rows])


def decide(
    connection: Connection,
    campaign_id: str,
    calendar: Calendar,
    decided: Sequence[tuple[HeldRow, Change]],
    now: int,
    *,
    send: bool,
    reason: str,
) -> None:
    """Let held messages go, or skip them; what follows moves along, counters too.

    Letting go settles a doubt. Skipping says nothing of the next text: that is held when it is due.

    Args:
        connection: the writing transaction in which the rows were found and locked.
        campaign_id: their campaign.
        calendar: its touches and times.
        decided: the messages, with what becomes of them; their contacts' sequences are open.
        now: campaign instant.
        send: let go; else skip.
        reason: why they are skipped, for people.
    """
    rows = [row for row, _ in decided]
    delta = CampaignDelta(recompute_next_due=True)
    gone: list[dict[str, Any]] = []
    placed: list[dict[str, Any]] = []
    standing: list[dict[str, Any]] = []
    before = _sum_planned(connection, rows)
    for row, change in decided:
        shared = {"campaign_id": campaign_id, "now": now, "enrolment_id": row.enrolment_id}
        gone.append({**shared, "message_id": row.id, "at": change.at, "reason": reason})
        ends = change.touch is None
        standing.append(
            {
                **shared,
                "status": "finished" if ends else "active",
                "shift_days": change.shift_days,
                "ended_touch": row.touch if ends else None,
                "more": 1 + len(calendar.after(row.touch)),
                "resolved": len(change.skipped),
            }
        )
        if change.skipped and not ends:
            names = {"workspace_id": row.workspace_id, "contact_id": row.contact_id}
            placed.append({**shared, **names, "touch": change.touch, "at": change.at})
        delta.held_count -= 1
        delta.waiting_count += not ends
        delta.open_count -= ends
        delta.touches_resolved += len(change.skipped)
    for statement, values in ((_LET_GO if send else _SKIP, gone), (_STANDING, standing), (_NEXT, placed)):
        if values:
            connection.execute(statement, values)
    if send:
        doubts.settle(connection, [row.contact_id for row in rows])
    delta.touches_planned = _sum_planned(connection, rows) - before
    delta.active_at(now)
    apply(connection, {campaign_id: delta}, now)


def _sum_planned(connection: Connection, rows: Sequence[HeldRow]) -> int:
    ids = [row.enrolment_id for row in rows]
    return int(connection.execute(_PLANNED, {"ids": ids}).scalar_one()) if ids else 0
