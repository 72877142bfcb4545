"""The demonstration: seven campaigns that look as they do on a working day, ready to be carried on.

``build_demo`` fills an empty database with rows that add up to the published figures exactly. The same
seed and the same instant give the same rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from operator import itemgetter
from random import Random

from sqlalchemy import Connection

from trd_tui.services.demo_messages import Book, Row
from trd_tui.services.demo_people import people
from trd_tui.services.demo_rows import CampaignBook
from trd_tui.services.demo_story import Story, tell_all
from trd_tui.store import bulk, receive
from trd_tui.store.counters import HOUR_COUNTERS, TOTALS
from trd_tui.store.database import Database

DEFAULT_SEED = 2024

HEAD_START_MS = 3 * 60_000
"""How long before the first message a demonstration's clock starts: nobody waits half a day to see one go."""


class DemoError(Exception):
    """The demonstration cannot be built here; the message says why and what to do."""


def write_all(stories: Sequence[Story], random: Random, now: int) -> dict[str, list[Row]]:
    """Write every story and what is kept over all of them: totals by status, by hour and by day.

    Args:
        stories: what came to pass.
        random: decides what the figures leave open.
        now: campaign instant at which the rows are looked at, epoch milliseconds.

    Returns:
        Rows by table, ready to be inserted into an empty database.
    """
    book = Book()
    crowd = iter(people(sum(story.figures.contacts for story in stories), random))
    for index, story in enumerate(stories):
        CampaignBook(book, index, story, random, now).write(crowd)
    # all campaigns' in one list, which shows who came to it last first
    for place, listed in enumerate(sorted(book.rows["suppressions"], key=itemgetter("created_at")), start=1):
        listed["id"] = place
    totals: dict[str, Counter[str]] = {}
    for row in book.rows["campaigns"]:
        total = totals.setdefault(row["status"], Counter())
        total.update({"campaign_count": 1, **{name: row[name] for name in TOTALS}})
    for status, total in totals.items():
        book.put("totals", workspace_id=1, status=status, **total)
    for hour, counts in book.hours.items():
        row = {name: counts[name] for name in HOUR_COUNTERS}
        book.put("hourly_totals", workspace_id=1, hour=hour, **row)
    for (scope, day), spent in book.days.items():
        book.put("spend_days", workspace_id=1, scope=scope, day=day, spent_micros=spent)
    return book.rows


def demo_rows(now: int, seed: int = DEFAULT_SEED) -> dict[str, list[Row]]:
    """The demonstration's rows by table, as they stand at a campaign instant (epoch milliseconds)."""
    random = Random(seed)  # noqa: S311 - invented people need no secret dice
    return write_all(tell_all(now, random), random, now)


async def build_demo(db: Database, now: int, seed: int = DEFAULT_SEED) -> int:
    """Fill an empty database with the demonstration.

    Args:
        db: the database, its tables made.
        now: campaign instant at which the demonstration stands; the next messages lie ahead of it.
        seed: decides who does what.

    Returns:
        The campaign instant at which a demonstration's clock does well to start: shortly before the first
        message is due.

    Raises:
        DemoError: the database is not empty; a demonstration never mixes with anybody's own data.
    """
    rows = demo_rows(now, seed)
    await db.write(_fill, rows, now)
    due = [row["next_due_at"] for row in rows["campaigns"] if row["status"] == "active"]
    return max(now, int(min(due)) - HEAD_START_MS)


def _fill(connection: Connection, rows: Mapping[str, Sequence[Row]], now: int) -> None:
    if not bulk.is_empty(connection):
        raise DemoError(
            "this database already holds campaigns or contacts;"
            " give the demonstration a new file (--keep FILE)"
        )
    bulk.insert_rows(connection, rows)
    # Nothing of the demonstration's past is in the carrier's list, so nobody need look there for it.
    receive.set_polled_until(connection, now)
