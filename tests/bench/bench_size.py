"""What a large database costs the send path: paused campaigns, and five million rows of history."""

from __future__ import annotations

import asyncio
import gc
import os
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.bench import seed
from tests.bench.bench_send_path import NOW, NoCarrier
from tests.bench.seed_messages import Middle, put_in
from tests.bench.table import Table
from trd_tui.clock import VirtualClock
from trd_tui.engine.claiming import Claimer
from trd_tui.engine.options import EngineOptions
from trd_tui.engine.scheduler import Engine
from trd_tui.store import lease
from trd_tui.store.database import SyncDatabase

BATCH = 500
CLAIMS = 30
LOT = 10_000
LOTS = 3
OPTIONS = EngineOptions(concurrency=2_000, batch=BATCH)


def database(file: Path, *crowds: Middle) -> Path:
    """A database with these crowds."""
    seed.new_database(file)
    with seed.opened(file) as connection:
        for crowd in crowds:
            put_in(connection, crowd, NOW)
    return file


class Claiming:
    """Claims on one database, timed."""

    def __init__(self, file: Path) -> None:
        self.db = SyncDatabase(f"sqlite:///{file}")
        token = self.db.write(lease.acquire, "bench", "bench", NOW, 3_600_000)
        assert token is not None
        self.token = token
        self.claimer = Claimer()

    def once(self) -> float:
        """Milliseconds of one claim."""
        begun = time.perf_counter()
        claim = self.db.write(
            self.claimer.claim, token=self.token, now=NOW, real=NOW, slots=BATCH, horizon_ms=1_000
        )
        spent = (time.perf_counter() - begun) * 1000
        assert len(claim.batch) == BATCH
        return spent


def paused(folder: Path, table: Table, overdue: int) -> None:
    """A claim beside a paused campaign, and without it; in turns."""
    due = Middle(100, (CLAIMS + 2) * BATCH, 0)
    crowd = Middle(1, overdue, 0, first=1_000_000, status="paused")
    alone = Claiming(database(folder / "alone.db", due))
    beside = Claiming(database(folder / "beside.db", due, crowd))
    for each in (alone, beside):
        each.once()
    gc.collect()
    pairs = [(alone.once(), beside.once()) for _ in range(CLAIMS)]
    without, with_ = (median(pair[at] for pair in pairs) for at in (0, 1))
    table.row(f"a claim of {BATCH}", f"{without:.1f} ms", "1.00")
    table.at_most(f"beside {overdue:,} overdue in a paused campaign", f"{with_:.1f} ms", with_ / without, 1.2)
    alone.db.close()
    beside.db.close()


async def send_lot(file: Path, lot: int) -> tuple[float, float]:
    """Send what is due; seconds from the first send to the last record, and of processor time."""
    carrier = NoCarrier()
    clock = VirtualClock.starting(NOW + lot * 60_000)
    engine = Engine(f"sqlite:///{file}", lambda: carrier, clock, OPTIONS, description="bench")  # type: ignore[arg-type, return-value]
    stop, ended = asyncio.Event(), 0.0
    begun_cpu = time.process_time()

    async def watch() -> None:
        nonlocal ended
        while engine.term is None or engine.term.dispatcher.sent < LOT:  # noqa: ASYNC110
            await asyncio.sleep(0.002)
        ended = time.perf_counter()
        stop.set()

    task = asyncio.create_task(watch())
    await engine.run(stop)
    await task
    assert carrier.sent == LOT, carrier.sent
    return ended - carrier.first, time.process_time() - begun_cpu


def grown(folder: Path, table: Table, contacts: int) -> None:
    """The same lot in a small and in a large database; in turns."""
    history = 4
    small = [database(folder / f"small{lot}.db", Middle(1_000, LOT, 0)) for lot in range(LOTS)]
    crowd = Middle(1_000, contacts, history, due_every=contacts // LOT, lots=LOTS + 1)
    large = database(folder / "large.db", crowd)
    os.sync()
    # not meant: what the seeding left to be written, and cold caches
    asyncio.run(send_lot(large, 0))
    gc.collect()
    pairs = [
        (asyncio.run(send_lot(small[lot], 0)), asyncio.run(send_lot(large, lot + 1))) for lot in range(LOTS)
    ]
    figures = [
        tuple(median(pair[at][kind] for pair in pairs) / LOT * 1e6 for kind in (0, 1)) for at in (0, 1)
    ]
    rows = contacts * (history + 1)
    table.row(f"a message, {LOT:,} rows", f"{figures[0][0]:.0f} us, processor {figures[0][1]:.0f}", "1.00")
    ratio = median(pair[1][0] / pair[0][0] for pair in pairs)
    table.at_most(
        f"a message, {rows:,} rows", f"{figures[1][0]:.0f} us, processor {figures[1][1]:.0f}", ratio, 1.3
    )


def main(*, quick: bool = False) -> Table:
    """Measure and return the table."""
    table = Table("size", "the send path in a large database")
    with tempfile.TemporaryDirectory() as folder:
        paused(Path(folder), table, 100_000 if quick else 1_000_000)
    with tempfile.TemporaryDirectory() as folder:
        grown(Path(folder), table, 50_000 if quick else 1_000_000)
    return table


if __name__ == "__main__":
    main().show()
