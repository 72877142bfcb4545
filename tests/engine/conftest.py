"""A world and an engine on it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from tests.support.carriers import ListedCarrier
from tests.support.world import START, World
from trd_tui.carriers.protocol import Carrier
from trd_tui.clock import VirtualClock
from trd_tui.engine.options import EngineOptions
from trd_tui.engine.scheduler import Engine
from trd_tui.store import lease
from trd_tui.store.verify import differences

OPTIONS = EngineOptions(poll_busy_s=0.05, poll_idle_s=0.05, settle_s=0.0, listing_lag_s=0.0)

RunEngine = Callable[..., Awaitable[Engine]]


@pytest.fixture
def both(tmp_path: Path, database_url: str) -> Iterator[World]:
    """A world on each database whose lease is ours; afterwards everything adds up."""
    made = World(tmp_path, url=database_url)
    assert made.db.write(lease.acquire, "us", "test", 1, 2**50) == 1
    yield made
    assert made.db.read(differences, START) == []
    made.close()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.close()


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock.starting(START, jumps=True)


@pytest.fixture
def carrier(clock: VirtualClock) -> ListedCarrier:
    return ListedCarrier(clock)


@pytest.fixture
def run_engine(world: World, clock: VirtualClock) -> RunEngine:
    """Run an engine until it is idle, or until a campaign instant; every counter is exact afterwards."""

    async def run(carrier: Carrier, *, options: EngineOptions = OPTIONS, until: int | None = None) -> Engine:
        engine = Engine(world.url, lambda: carrier, clock, options, description="test")
        async with asyncio.timeout(60):
            await engine.run(asyncio.Event(), until_idle=until is None, until=until)
        assert world.db.read(differences) == []
        return engine

    return run
