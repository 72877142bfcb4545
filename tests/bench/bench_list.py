"""The list at 10,000 campaigns: a page with its count and the summary, filtered, searched and sorted."""

from __future__ import annotations

import asyncio
import gc
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from itertools import product
from math import inf
from pathlib import Path
from typing import NamedTuple

from tests.bench import seed
from tests.bench.table import Table, percentile
from trd_tui.clock import VirtualClock
from trd_tui.services import listing
from trd_tui.services.views import ListQuery, SortKey
from trd_tui.store.database import Database

NOW = 1_767_600_000_000
CAMPAIGNS = 10_000
PROMISE_MS = 5.0
ROUNDS = 5
_WARM = 20


def queries() -> list[ListQuery]:
    """Every sort in both directions, with and without a filter and a search, at three depths."""
    found = []
    for sort, down, status, search, offset in product(
        SortKey, (False, True), (None, "active"), ("", "spring", "00"), (0, 50, 1_000)
    ):
        found.append(
            ListQuery(status=status, search=search, sort=sort, descending=down, limit=50, offset=offset)
        )
    return found


class Spent(NamedTuple):
    """Milliseconds of several queries: by the clock, and of processor time over all threads."""

    wall: list[float]
    cpu: list[float]

    def __str__(self) -> str:
        wall, cpu = (f"{percentile(each, 0.5):.1f} / {percentile(each, 0.99):.1f}" for each in self)
        return f"p50 / p99 {wall} ms, of it processor {cpu}"


async def timed(work: Sequence[Callable[[], Awaitable[object]]]) -> Spent:
    """Each query's quickest round, because others use this machine too."""
    best = Spent([inf] * len(work), [inf] * len(work))
    for _ in range(ROUNDS):
        for at, step in enumerate(work):
            begun, begun_cpu = time.perf_counter(), time.process_time()
            await step()
            best.cpu[at] = min(best.cpu[at], (time.process_time() - begun_cpu) * 1000)
            best.wall[at] = min(best.wall[at], (time.perf_counter() - begun) * 1000)
    return best


async def measure(url: str, table: Table) -> None:
    """Fill the table."""
    db = Database(url)
    clock = VirtualClock.starting(NOW)
    asked = queries()
    for query in asked[:_WARM]:
        await listing.page_and_summary(db, query)
    gc.collect()
    kinds = {
        "page + count + summary, no search": [q for q in asked if not q.search],
        "page + count + summary, searched": [q for q in asked if q.search],
    }
    together: list[float] = []
    for name, chosen in kinds.items():
        spent = await timed([partial(listing.page_and_summary, db, query) for query in chosen])
        together += spent.wall
        table.row(name, str(spent))
    table.within_ms("all of them, p99", percentile(together, 0.99), PROMISE_MS)
    spent = await timed([partial(listing.overview, db, clock, "America/New_York")] * 100)
    table.within_ms("the dashboard's figures, p99", percentile(spent.wall, 0.99), PROMISE_MS)
    shown = await listing.page(db, ListQuery(status="active", limit=100, offset=1_000))
    places = [partial(listing.rank, db, row.id, ListQuery(search="sp")) for row in shown.rows]
    table.row("the place of a campaign in a searched list", str(await timed(places)))
    await db.close()


def main(*, quick: bool = False) -> Table:
    """Measure and return the table. The promise is about 10,000 campaigns, and that is quick anyway."""
    del quick
    table = Table("list", f"{CAMPAIGNS:,} campaigns, services/listing.py; each query's best of {ROUNDS}")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "trd.db"
        url = seed.new_database(file)
        with seed.opened(file) as connection:
            seed.campaigns(connection, CAMPAIGNS, NOW)
        asyncio.run(measure(url, table))
    return table


if __name__ == "__main__":
    main().show()
