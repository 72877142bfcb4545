"""The send path: messages a second with a carrier that does nothing, against the same by hand."""

from __future__ import annotations

import asyncio
import gc
import tempfile
import time
from hashlib import md5
from pathlib import Path

from tests.bench.raw_sender import send_all
from tests.bench.table import Table, percentile
from tests.support.world import START, World
from trd_tui.carriers.protocol import Accepted, Begin, Outcome, SendRequest
from trd_tui.clock import VirtualClock
from trd_tui.engine.options import EngineOptions
from trd_tui.engine.scheduler import Engine
from trd_tui.store.verify import differences

NOW = START + 60_000


class NoCarrier:
    """Accepts everything, after ``latency_s``."""

    name = "simulated"

    def __init__(self, latency_s: float = 0.0) -> None:
        self.latency_s = latency_s
        self.sent = 0
        self.first = 0.0
        self.last = 0.0

    async def send(self, request: SendRequest, begin: Begin) -> Outcome:
        """Accept."""
        begin()
        if not self.sent:
            self.first = time.perf_counter()
        self.sent += 1
        if self.latency_s:
            await asyncio.sleep(self.latency_s)
        self.last = time.perf_counter()
        # as random as a carrier's ids are: an index of them would be written all over
        return Accepted(f"SM{md5(request.attempt_id.encode(), usedforsecurity=False).hexdigest()}")

    async def sent_to(self, number: str, since: int) -> list[object]:
        """Nothing is listed."""
        return []

    async def changes(self, since: int) -> list[object]:
        """Nothing changes."""
        return []

    def next_event_at(self) -> int | None:
        """Nothing happens by itself."""
        return None

    async def close(self) -> None:
        """Nothing to give back."""


def seed(folder: Path, campaigns: int, contacts: int, days: tuple[int, ...] = (1, 3, 5)) -> World:
    """A database with ``contacts`` due messages over ``campaigns`` campaigns."""
    world = World(folder)
    each = contacts // campaigns
    for at in range(campaigns):
        world.campaign(f"camp_{at:06d}", contacts=each, first=at * each, days=days)
    return world


async def run(
    world: World, carrier: NoCarrier, messages: int, options: EngineOptions
) -> tuple[float, Engine]:
    """Let the engine send ``messages``; returns seconds from start to the last record."""
    clock = VirtualClock.starting(NOW)
    engine = Engine(world.url, lambda: carrier, clock, options, description="bench")  # type: ignore[arg-type, return-value]
    stop = asyncio.Event()
    begun = time.perf_counter()

    async def watch() -> None:
        while engine.term is None or engine.term.dispatcher.sent < messages:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        engine.bench_lags = sorted(engine.term.dispatcher.record_lags_ns)  # type: ignore[attr-defined]
        stop.set()

    task = asyncio.create_task(watch())
    await engine.run(stop)
    await task
    return time.perf_counter() - begun, engine


def compare(table: Table, messages: int, campaigns: int) -> None:
    """The engine beside hand-written statements that do the same work."""
    options = EngineOptions(concurrency=2_000, batch=500)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "a").mkdir()
        (Path(folder) / "b").mkdir()
        raw = seed(Path(folder) / "a", campaigns, messages)
        ours = seed(Path(folder) / "b", campaigns, messages)
        gc.collect()
        sent, raw_s = send_all(raw.file, NOW, batch=500, per_campaign=10)
        assert sent == messages, sent
        assert raw.db.read(differences) == []  # it has done all of the work
        seconds, _engine = asyncio.run(run(ours, NoCarrier(), messages, options))
        table.row("hand-written sqlite3", f"{messages / raw_s:,.0f}/s", "1.00")
        table.at_least("engine", f"{messages / seconds:,.0f}/s", raw_s / seconds, 0.35)
        raw.close()
        ours.close()


def answering(table: Table, messages: int) -> None:
    """A carrier that takes its time, two thousand calls at once."""
    options = EngineOptions(concurrency=2_000, batch=500)
    with tempfile.TemporaryDirectory() as folder:
        world = seed(Path(folder), 100, messages)
        carrier = NoCarrier(0.15)
        _seconds, engine = asyncio.run(run(world, carrier, messages, options))
        lags = [lag / 1e6 for lag in engine.bench_lags]  # type: ignore[attr-defined]
        rate = messages / (carrier.last - carrier.first)
        name = "carrier of 150 ms, 2,000 concurrent"
        table.row(name, f"{rate:,.0f}/s", "", "at least 5,000/s", kept=rate >= 5_000)
        table.within_ms("accepted -> recorded, p99", percentile(lags, 0.99), 100)
        world.close()


def main(*, quick: bool = False) -> Table:
    """Measure and return the table."""
    messages, campaigns = (20_000, 200) if quick else (100_000, 1_000)
    table = Table("send path", "ratio to hand-written sqlite3, FULL, complete life cycle")
    compare(table, messages, campaigns)
    answering(table, 15_000 if quick else 40_000)
    return table


if __name__ == "__main__":
    main().show()
