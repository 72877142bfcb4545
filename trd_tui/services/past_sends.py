"""When a campaign has sent what: its side of the calendar; the other one is the dry run's."""

from __future__ import annotations

from collections.abc import Callable

from trd_tui.domain.timeline import Timeline
from trd_tui.store import past_sends
from trd_tui.store.database import Database

CHUNK = 5_000
"""Contacts of one look."""


async def sends_made(
    db: Database, campaign_id: str, timezone: str, told: Callable[[int], None] = lambda _contacts: None
) -> Timeline:
    """Everything that a campaign has sent, by time and touch.

    Args:
        db: the database.
        campaign_id: the campaign.
        timezone: IANA name; whose days they are.
        told: told after every look how many contacts it has gone through.
    """
    found = Timeline(timezone)
    after: int | None = 0
    gone = 0
    while after is not None:
        rows, count, after = await db.read(past_sends.sends_after, campaign_id, after, CHUNK)
        for row in rows:
            found.add(*row)
        gone += count
        told(gone)
    return found
