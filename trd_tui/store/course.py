"""What a campaign has sent and what came back, by quarters of an hour; a page of its contacts at a time.

There is no index of a campaign's messages, because every text that goes out would pay for it: they are found
by way of its enrolments.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, text

QUARTER_MS = 900_000
"""Zones differ by quarters of an hour, so that every zone's days begin at one."""

_LAST = text(
    "SELECT max(id) FROM (SELECT id FROM enrolments WHERE campaign_id = :id AND id > :after"
    " ORDER BY id LIMIT :limit) page"
)
_RANGE = "e.campaign_id = :id AND e.id > :after AND e.id <= :last"
_SENT = text(
    f"SELECT m.sent_at / {QUARTER_MS}, count(*) FROM enrolments e"
    f" JOIN scheduled_messages m ON m.enrolment_id = e.id WHERE {_RANGE} AND e.sent_count > 0"
    " AND m.sent_at IS NOT NULL GROUP BY 1"
)
_MARKED = {
    column: text(
        f"SELECT e.{column} / {QUARTER_MS}, count(*) FROM enrolments e WHERE {_RANGE}"
        f" AND e.{column} IS NOT NULL GROUP BY 1"
    )
    for column in ("replied_at", "opted_out_at")
}
_UNCLEAR = text("SELECT count(*) FROM scheduled_messages WHERE state = 'unknown' AND campaign_id = :id")

Quarters = list[tuple[int, int]]
"""Quarters of an hour since the epoch, campaign time, and how many in each."""


def quarters(
    conn: Connection, campaign_id: str, after: int, limit: int
) -> tuple[int | None, Quarters, Quarters, Quarters]:
    """Messages sent, contacts who replied and contacts who opted out, of the next contacts.

    Returns:
        The last contact (enrolment id; ``None`` behind the end), then the three.
    """
    values: dict[str, Any] = {"id": campaign_id, "after": after}
    last = conn.execute(_LAST, {**values, "limit": limit}).scalar_one()
    if last is None:
        return None, [], [], []
    values["last"] = last
    found = [
        [(int(quarter), int(number)) for quarter, number in conn.execute(statement, values)]
        for statement in (_SENT, _MARKED["replied_at"], _MARKED["opted_out_at"])
    ]
    return int(last), found[0], found[1], found[2]


def unclear(conn: Connection, campaign_id: str) -> int:
    """Messages of which nobody knows yet whether they were sent."""
    return int(conn.execute(_UNCLEAR, {"id": campaign_id}).scalar_one())
