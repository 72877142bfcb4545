"""What stands still: messages nobody knows the fate of, messages held for a person, and queues by sender."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, text

from trd_tui.store.outlays import TRIES


class StuckRow(NamedTuple):
    """A message that is held or unknown, with its campaign and contact."""

    id: int
    campaign_id: str
    campaign: str
    number: str
    first_name: str
    last_name: str
    touch: int
    state: str
    due_at: int
    reason: str | None
    attempts: int
    looks: int
    looked_at: int | None
    doubt: str | None


_COLUMNS = (
    "SELECT m.id, m.campaign_id, p.name, c.number, c.first_name, c.last_name, m.touch, m.state,"
    f" m.scheduled_for, m.reason, {TRIES}, m.looks, m.looked_at, c.doubt"
)
_JOINS = " JOIN campaigns p ON p.id = m.campaign_id JOIN contacts c ON c.id = m.contact_id"
# SQLite takes a partial index only where the query repeats its condition word for word.
_UNKNOWN = text(
    f"{_COLUMNS} FROM (SELECT * FROM scheduled_messages WHERE state IN ('sending','unknown')"
    f" AND state = 'unknown' ORDER BY contact_id LIMIT :limit) m{_JOINS} ORDER BY m.contact_id"
)
_HELD = text(
    f"{_COLUMNS} FROM (SELECT * FROM scheduled_messages WHERE state = 'held'"
    f" ORDER BY campaign_id, id LIMIT :limit OFFSET :offset) m{_JOINS} ORDER BY m.campaign_id, m.id"
)


def unknown(connection: Connection, limit: int) -> list[StuckRow]:
    """Messages of which nobody knows whether they were sent."""
    return [StuckRow(*row) for row in connection.execute(_UNKNOWN, {"limit": limit})]


def held(connection: Connection, offset: int, limit: int) -> list[StuckRow]:
    """Messages that wait for a person, by campaign."""
    return [StuckRow(*row) for row in connection.execute(_HELD, {"offset": offset, "limit": limit})]


_PERHAPS_SENT = text(
    "SELECT count(*) FROM (SELECT id FROM scheduled_messages WHERE state IN ('sending','unknown')"
    " AND state = 'unknown' AND campaign_id = :id UNION SELECT o.message_id FROM outlays o"
    " JOIN scheduled_messages m ON m.id = o.message_id WHERE o.kind = 'unclear' AND o.state = 'spent'"
    " AND o.campaign_id = :id AND m.sid IS NULL) AS unseen"
)


def perhaps_sent(connection: Connection, campaign_id: str) -> int:
    """Messages of a campaign that may have been sent: unknown, held for that, given up, or let go again."""
    return int(connection.execute(_PERHAPS_SENT, {"id": campaign_id}).scalar_one())


_BY_SENDER = text(
    "SELECT sender, sum(CASE WHEN status = 'active' THEN waiting_count ELSE 0 END), sum(in_flight_count)"
    " FROM campaigns WHERE deleted_at IS NULL GROUP BY sender"
)


def queues(connection: Connection) -> dict[str, tuple[int, int]]:
    """By sender: messages of active campaigns that wait, and messages in flight."""
    return {sender: (int(waits), int(flies)) for sender, waits, flies in connection.execute(_BY_SENDER)}


# What a claim has put off says why; the next thousand of the queue tell what the near future waits for.
_PUT_OFF = text(
    "SELECT m.reason, m.scheduled_for, p.name FROM (SELECT campaign_id, reason, scheduled_for"
    "  FROM scheduled_messages WHERE state = 'scheduled' AND scheduled_for > :now"
    "  ORDER BY scheduled_for LIMIT :limit) m JOIN campaigns p ON p.id = m.campaign_id"
    " WHERE m.reason IS NOT NULL AND p.status = 'active' AND p.deleted_at IS NULL"
)


def put_off(connection: Connection, now: int, limit: int) -> list[tuple[str, int, str]]:
    """``(reason, instant, campaign)`` of those of the next waiting messages that a rule has put off."""
    rows = connection.execute(_PUT_OFF, {"now": now, "limit": limit})
    return [(str(reason), int(at), str(name)) for reason, at, name in rows]


_SERVER_SIZE = text("SELECT pg_database_size(current_database())")


def server_size(connection: Connection) -> int:
    """Bytes of a PostgreSQL database."""
    return int(connection.execute(_SERVER_SIZE).scalar_one())
