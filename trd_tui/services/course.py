"""How a campaign has gone so far: messages and replies by day, and what of it waits for somebody."""

from __future__ import annotations

from collections import Counter
from datetime import date

from trd_tui.domain.zones import local_ordinal
from trd_tui.services.course_views import Course, Day
from trd_tui.services.estimates import COUNTED_CONTACTS
from trd_tui.services.review import held_messages
from trd_tui.store import course
from trd_tui.store.campaigns import get
from trd_tui.store.database import Database

PAGE = 5_000
"""Contacts of one read."""

SHOWN_HELD = 4
"""Held messages that are shown; the rest is counted."""


async def campaign_course(db: Database, id_: str, zone: str) -> Course | None:
    """How a campaign has gone; days are those of ``zone``. ``None`` when there is no such campaign."""
    row = await db.read(get, id_)
    if row is None:
        return None
    held = (await held_messages(db, id_, limit=SHOWN_HELD))[0] if row["held_count"] else []
    unclear = await db.read(course.unclear, id_)
    days = None if row["contact_count"] > COUNTED_CONTACTS else await _days(db, id_, zone)
    return Course(days, tuple(held), unclear)


async def _days(db: Database, id_: str, zone: str) -> tuple[Day, ...]:
    sums = (Counter[int](), Counter[int](), Counter[int]())
    cursor: int | None = 0
    while cursor is not None:
        cursor, *found = await db.read(course.quarters, id_, cursor, PAGE)
        for counter, quarters in zip(sums, found, strict=True):
            for quarter, number in quarters:
                counter[local_ordinal(quarter * course.QUARTER_MS, zone)] += number
    seen = sorted({day for counter in sums for day in counter})
    if not seen:
        return ()
    sent, replied, opted_out = sums
    return tuple(
        Day(date.fromordinal(day), sent[day], replied[day], opted_out[day])
        for day in range(seen[0], seen[-1] + 1)
    )
