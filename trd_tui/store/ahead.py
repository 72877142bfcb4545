"""What a campaign sends next."""

from __future__ import annotations

from sqlalchemy import Connection, text

_AHEAD = text(
    "SELECT scheduled_for, touch FROM scheduled_messages WHERE campaign_id = :id AND state = 'scheduled'"
    " ORDER BY scheduled_for LIMIT :limit"
)


def ahead(conn: Connection, campaign_id: str, limit: int) -> list[tuple[int, int]]:
    """Instant and touch of the messages that wait, the earliest first; never counts a million of them."""
    return [(at, touch) for at, touch in conn.execute(_AHEAD, {"id": campaign_id, "limit": limit})]
