"""A copy of a database sends nothing before a person has said that it may."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

from tests.engine.conftest import OPTIONS, RunEngine
from tests.support.carriers import ListedCarrier
from tests.support.world import START, World
from trd_tui.clock import VirtualClock
from trd_tui.engine.scheduler import Engine
from trd_tui.services import control as acts
from trd_tui.services.actor import Actor
from trd_tui.store import audit, control
from trd_tui.store.database import Database
from trd_tui.store.verify import differences

ANN = Actor.local("ann")
DAY_MS = 86_400_000


def copy_of(world: World, folder: Path) -> World:
    """The database as it stands, in another file; the call journal is left behind."""
    folder.mkdir()
    with (
        closing(sqlite3.connect(world.file)) as source,
        closing(sqlite3.connect(folder / "copy.db")) as target,
    ):
        source.backup(target)
    return World(folder, "copy.db")


async def send(world: World, carrier: ListedCarrier, clock: VirtualClock) -> Engine:
    engine = Engine(world.url, lambda: carrier, clock, OPTIONS, description="test")
    async with asyncio.timeout(30):
        await engine.run(asyncio.Event(), until_idle=True)
    return engine


async def start(world: World, clock: VirtualClock) -> bool:
    db = Database(world.url)
    try:
        return await acts.start(db, clock, ANN)
    finally:
        await db.close()


async def test_a_copy_starts_stopped_says_why_and_sends_when_a_person_starts_it(
    world: World, carrier: ListedCarrier, clock: VirtualClock, run_engine: RunEngine, tmp_path: Path
) -> None:
    world.campaign(contacts=5, days=(1, 3))
    await run_engine(carrier, until=START + DAY_MS)
    assert len(carrier.calls) == 5
    copy = copy_of(world, tmp_path / "elsewhere")
    engine = await send(copy, carrier, clock)
    assert len(carrier.calls) == 5
    state = copy.db.read(control.read_control)
    assert (state.stopped, state.by) == (True, "system")
    assert f"copy of {world.file} on " in (state.reason or "")
    assert f"copy of {world.file} on " in (engine.state.last_error or "")
    assert copy.db.read(audit.latest)[0].act == "stop"
    # Asking again changes nothing, and the reason is not said twice.
    await send(copy, carrier, clock)
    assert copy.db.read(control.read_control).reason == state.reason
    assert await start(copy, clock)
    assert {row.act for row in copy.db.read(audit.latest)} >= {"adopt", "start"}
    await send(copy, carrier, clock)
    assert set(Counter((call.to, call.body) for call in carrier.calls).values()) == {1}
    assert len(carrier.calls) == 10
    assert copy.db.read(differences) == []
    assert not await start(copy, clock)
    copy.close()


async def test_a_copy_that_was_stopped_already_says_that_it_is_a_copy_as_well(
    world: World, carrier: ListedCarrier, clock: VirtualClock, run_engine: RunEngine, tmp_path: Path
) -> None:
    world.campaign(contacts=1, days=(1, 3))
    await run_engine(carrier, until=START + DAY_MS)
    world.db.write(control.stop, "ann", "wrong list", 1_000)
    copy = copy_of(world, tmp_path / "elsewhere")
    await send(copy, carrier, clock)
    state = copy.db.read(control.read_control)
    assert state.by == "ann"
    assert (state.reason or "").startswith("wrong list; also: this database is a copy of ")
    copy.close()


async def test_a_person_who_knows_starts_a_copy_before_it_was_ever_stopped(
    world: World, carrier: ListedCarrier, clock: VirtualClock, run_engine: RunEngine, tmp_path: Path
) -> None:
    world.campaign(contacts=1, days=(1, 3))
    await run_engine(carrier, until=START + DAY_MS)
    copy = copy_of(world, tmp_path / "elsewhere")
    assert await start(copy, clock)
    await send(copy, carrier, clock)
    assert len(carrier.calls) == 2
    copy.close()


async def test_a_file_that_was_moved_goes_on(
    world: World, carrier: ListedCarrier, clock: VirtualClock, run_engine: RunEngine, tmp_path: Path
) -> None:
    world.campaign(contacts=1, days=(1, 3))
    await run_engine(carrier, until=START + DAY_MS)
    world.close()
    (tmp_path / "elsewhere").mkdir()
    world.file.rename(tmp_path / "elsewhere" / "moved.db")
    moved = World(tmp_path / "elsewhere", "moved.db")
    await send(moved, carrier, clock)
    assert len(carrier.calls) == 2
    moved.close()
