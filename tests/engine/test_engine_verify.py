"""`trd verify` beside an engine that sends: whatever the instant, every counter and every rule holds."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from tests.engine.conftest import OPTIONS
from tests.support.carriers import ListedCarrier
from tests.support.world import World
from trd_tui.clock import VirtualClock
from trd_tui.engine.scheduler import Engine
from trd_tui.store.database import SyncDatabase
from trd_tui.store.verify import differences


async def test_nothing_is_found_while_others_send(
    tmp_path: Path, database_url: str, clock: VirtualClock
) -> None:
    world = World(tmp_path, url=database_url)
    world.campaign(contacts=120, days=(1, 3, 5))
    carrier = ListedCarrier(clock, latency_s=0.005)
    options = replace(OPTIONS, concurrency=8, batch=8)
    engine = Engine(world.url, lambda: carrier, clock, options, description="test")
    beside = SyncDatabase(database_url)
    looks: list[int] = []
    async with asyncio.timeout(60):
        run = asyncio.create_task(engine.run(asyncio.Event(), until_idle=True))
        while not run.done():
            assert await asyncio.to_thread(beside.read, differences) == []
            looks.append(len(carrier.calls))
        await run
    assert len(carrier.calls) == 360
    assert len({calls for calls in looks if 0 < calls < 360}) > 2  # it did look in the middle
    beside.close()
    assert world.db.read(differences) == []
    world.close()
