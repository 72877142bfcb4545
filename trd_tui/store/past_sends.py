"""What a campaign has sent, added up by quarter of an hour and touch, some contacts at a time.

There is no index of a campaign's sent messages: they are found by way of its enrolments.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, text


class Sends(NamedTuple):
    """Messages of one touch that were accepted in one quarter of an hour (since the epoch)."""

    quarter: int
    touch: int
    messages: int
    segments: int
    cost_micros: int


_SOME = "SELECT id FROM enrolments WHERE campaign_id = :id AND id > :after ORDER BY id LIMIT :limit"
_SENDS = text(
    "SELECT m.sent_at / 900000 AS quarter, m.touch, count(*), sum(m.segments), sum(m.cost_micros)"
    f" FROM ({_SOME}) e JOIN scheduled_messages m ON m.enrolment_id = e.id"
    " WHERE m.sent_at IS NOT NULL GROUP BY m.sent_at / 900000, m.touch"
)
_LAST = text(f"SELECT count(*), max(id) FROM ({_SOME}) e")


def sends_after(
    connection: Connection, campaign_id: str, after: int, limit: int
) -> tuple[list[Sends], int, int | None]:
    """The sends to the next contacts, how many contacts these are, and the mark behind the last of them.

    Args:
        connection: any connection.
        campaign_id: the campaign.
        after: 0 at first, then what the last call returned.
        limit: contacts to go through.

    Returns:
        The mark is ``None`` when there are no more.
    """
    values = {"id": campaign_id, "after": after, "limit": limit}
    count, last = connection.execute(_LAST, values).one()
    rows = [Sends(*map(int, row)) for row in connection.execute(_SENDS, values)] if count else []
    return rows, int(count), last if count == limit else None
