"""Messages that a sender has left in flight, and those of which nobody knows whether they were sent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, text

from trd_tui.store.driver import ByIds

UNREADABLE = "the carrier's list could not be read"
"""How the reason of a message begins that is held because nobody could look for it."""


class InFlightRow(NamedTuple):
    """A message whose intent was committed and whose result is not known."""

    id: int
    workspace_id: int
    campaign_id: str
    enrolment_id: int
    contact_id: int
    touch: int
    attempts: int
    attempt_id: str
    fencing_token: int
    attempted_at: int
    sender: str
    recipient: str
    body: str
    segments: int
    cost_micros: int
    looks: int
    enrolled_on: int
    shift_days: int
    zone: str
    contact_state: str = ""
    zip: str = ""
    timezone: str | None = None
    variant: str | None = None
    spend_day: int = 0


class Forgotten(NamedTuple):
    """A message whose row does not know of a call that was made for it."""

    message_id: int
    enrolment_id: int
    campaign_id: str
    attempts: int
    state: str
    workspace_id: int = 1
    contact_id: int = 0
    segments: int = 0
    cost_micros: int = 0
    spend_day: int = 0
    called: str = ""


# SQLite takes a partial index only where the query repeats its condition word for word.
_ORPHANS = text(
    "UPDATE scheduled_messages SET state = 'unknown', looks = 0, looked_at = NULL,"
    " reason = 'its sender ended before the result was recorded'"
    " WHERE state IN ('sending','unknown') AND state = 'sending' AND fencing_token < :token"
)
ROWS = (
    "SELECT m.id, m.workspace_id, m.campaign_id, m.enrolment_id, m.contact_id, m.touch, m.attempts,"
    " m.attempt_id, m.fencing_token, m.attempted_at, m.sender, m.recipient, m.body, m.segments,"
    " m.cost_micros, m.looks, e.enrolled_on, e.shift_days, coalesce(c.timezone, p.timezone),"
    " c.state, c.zip, c.timezone, m.variant, m.spend_day"
    " FROM scheduled_messages m JOIN enrolments e ON e.id = m.enrolment_id"
    " JOIN contacts c ON c.id = m.contact_id JOIN campaigns p ON p.id = m.campaign_id"
)
# Goes through the index of held messages as a whole, at a slow pace; who was looked for last comes last.
_UNREAD = text(
    f"{ROWS} WHERE m.state = 'held' AND m.attempts > 0"
    " AND m.reason LIKE :unread ORDER BY coalesce(m.looked_at, 0), m.id LIMIT :limit"
)
_IN_FLIGHT = ROWS + " WHERE m.state IN ('sending','unknown') AND m.state = 'unknown'"
_UNKNOWN = text(
    _IN_FLIGHT + " AND m.attempted_at <= :attempted_before"
    " AND (m.looked_at IS NULL OR m.looked_at <= :looked_before)"
    " ORDER BY m.attempted_at LIMIT :limit"
)
_LEFT_BY = text(_IN_FLIGHT + " AND m.fencing_token = :token ORDER BY m.id")
_ADOPT = text(
    "UPDATE scheduled_messages SET fencing_token = :token"
    " WHERE state IN ('sending','unknown') AND state = 'unknown' AND fencing_token = :dead"
)
_LOOKED = text(
    "UPDATE scheduled_messages SET looks = looks + :found_nothing, looked_at = :real"
    " WHERE id = :message_id AND state IN ('unknown','held')"
)
_ATTEMPTS = ByIds(
    "SELECT id, enrolment_id, campaign_id, attempts, state, workspace_id, contact_id, segments, cost_micros,"
    " spend_day FROM scheduled_messages WHERE id IN :ids"
)


def orphan(connection: Connection, token: int) -> int:
    """Turn what earlier owners of the lease left in flight into ``unknown``; returns how many."""
    return connection.execute(_ORPHANS, {"token": token}).rowcount


def left_by(connection: Connection, token: int) -> list[InFlightRow]:
    """Unknown messages that were claimed under a fencing token."""
    return [InFlightRow(*row) for row in connection.execute(_LEFT_BY, {"token": token})]


def adopt(connection: Connection, token: int, dead: int) -> None:
    """Answer for what a dead sender may have called: nobody else will call it any more."""
    connection.execute(_ADOPT, {"token": token, "dead": dead})


def unknown_rows(
    connection: Connection, attempted_before: int, looked_before: int, limit: int
) -> list[InFlightRow]:
    """Unknown messages that are old enough for the carrier's list to show them (real instants)."""
    values = {"attempted_before": attempted_before, "looked_before": looked_before, "limit": limit}
    return [InFlightRow(*row) for row in connection.execute(_UNKNOWN, values)]


def looked(connection: Connection, message_id: int, real: int, *, found_nothing: bool) -> None:
    """Note a look into the carrier's list; a failed one does not count."""
    connection.execute(_LOOKED, {"message_id": message_id, "real": real, "found_nothing": int(found_nothing)})


def unread_rows(connection: Connection, limit: int) -> list[InFlightRow]:
    """Messages that are held because the carrier's list could not be read, oldest look first."""
    values = {"unread": f"{UNREADABLE}%", "limit": limit}
    return [InFlightRow(*row) for row in connection.execute(_UNREAD, values)]


def attempt_id(token: int, message_id: int, attempt: int) -> str:
    """The id of one attempt: no two calls of one database share it."""
    return f"{token:x}-{message_id:x}-{attempt:x}"


def forgotten(connection: Connection, attempt_ids: Iterable[str]) -> list[Forgotten]:
    """Rows that know of fewer attempts than these ids of calls; a row that is gone has no state."""
    calls: dict[int, tuple[int, str]] = {}
    for id_ in attempt_ids:
        _token, message, attempt = (int(part, 16) for part in id_.split("-"))
        calls[message] = max((attempt, id_), calls.get(message, (0, "")))
    rows = {row[0]: Forgotten(*row) for row in _ATTEMPTS.fetch(connection, calls)}
    lost = [rows.get(message, Forgotten(message, 0, "", 0, "")) for message in calls]
    return [
        row._replace(called=calls[row.message_id][1])
        for row in lost
        if row.attempts < calls[row.message_id][0]
    ]
