"""Messages of which nobody knows whether they were sent."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, text


class UnknownRow(NamedTuple):
    """A message that is to be looked for in the carrier's list."""

    id: int
    workspace_id: int
    campaign_id: str
    enrolment_id: int
    contact_id: int
    touch: int
    attempts: int
    attempt_id: str
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


# SQLite takes a partial index only where the query repeats its condition word for word.
_ORPHANS = text(
    "UPDATE scheduled_messages SET state = 'unknown', looks = 0, looked_at = NULL,"
    " reason = 'its sender ended before the result was recorded'"
    " WHERE state IN ('sending','unknown') AND state = 'sending' AND fencing_token < :token"
)
_UNKNOWN = text(
    "SELECT m.id, m.workspace_id, m.campaign_id, m.enrolment_id, m.contact_id, m.touch, m.attempts,"
    " m.attempt_id, m.attempted_at, m.sender, m.recipient, m.body, m.segments, m.cost_micros, m.looks,"
    " e.enrolled_on, e.shift_days, coalesce(c.timezone, p.timezone)"
    " FROM scheduled_messages m JOIN enrolments e ON e.id = m.enrolment_id"
    " JOIN contacts c ON c.id = m.contact_id JOIN campaigns p ON p.id = m.campaign_id"
    " WHERE m.state IN ('sending','unknown') AND m.state = 'unknown' AND m.attempted_at <= :attempted_before"
    " AND (m.looked_at IS NULL OR m.looked_at <= :looked_before)"
    " ORDER BY m.attempted_at LIMIT :limit"
)
_LOOKED = text(
    "UPDATE scheduled_messages SET looks = looks + :found_nothing, looked_at = :real"
    " WHERE id = :message_id AND state = 'unknown'"
)


def orphan(connection: Connection, token: int) -> int:
    """Turn what earlier owners of the lease left in flight into ``unknown``; returns how many."""
    return connection.execute(_ORPHANS, {"token": token}).rowcount


def unknown_rows(
    connection: Connection, attempted_before: int, looked_before: int, limit: int
) -> list[UnknownRow]:
    """Unknown messages that are old enough for the carrier's list to show them (real instants)."""
    values = {"attempted_before": attempted_before, "looked_before": looked_before, "limit": limit}
    return [UnknownRow(*row) for row in connection.execute(_UNKNOWN, values)]


def looked(connection: Connection, message_id: int, real: int, *, found_nothing: bool) -> None:
    """Note a look into the carrier's list; a failed one does not count."""
    connection.execute(_LOOKED, {"message_id": message_id, "real": real, "found_nothing": int(found_nothing)})
