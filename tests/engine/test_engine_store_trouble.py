"""A database that refuses while messages are on their way: nothing is dropped, nothing goes twice."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import threading
from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.engine.conftest import OPTIONS
from tests.engine.test_engine_stop import until
from tests.support.carriers import ListedCarrier
from tests.support.world import World
from trd_tui.carriers.protocol import SendRequest
from trd_tui.clock import VirtualClock
from trd_tui.engine import dispatch
from trd_tui.engine.scheduler import Engine
from trd_tui.store import control, database
from trd_tui.store.verify import differences


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "RETRY_STORE_S", 0.05)
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 20)


def once_each(carrier: ListedCarrier, messages: int) -> bool:
    calls = Counter((call.to, call.body) for call in carrier.calls)
    return len(calls) == messages and set(calls.values()) == {1}


async def test_results_that_find_no_room_wait_in_memory_and_are_recorded_when_there_is_some(
    world: World, clock: VirtualClock
) -> None:
    world.campaign(contacts=200, days=(1, 3))
    carrier = ListedCarrier(clock, latency_s=0.02)
    said: list[str] = []
    engine = Engine(
        world.url, lambda: carrier, clock, replace(OPTIONS, concurrency=50), description="test",
        publish=lambda state: said.append(state.last_error or ""),
    )  # fmt: skip

    def room(pages: int) -> int:
        """Let the database grow up to so many pages; returns how many it has."""
        assert engine.term is not None

        def limit(connection: object) -> int:
            run = connection.exec_driver_sql  # type: ignore[attr-defined]
            run(f"PRAGMA max_page_count = {pages}")
            return int(run("PRAGMA page_count").scalar_one())

        return engine.term.means.store._writing.read(limit)

    full: list[int] = []

    def fill(_request: SendRequest) -> None:
        if not full:
            # the writer's own connection, in the writer's own thread: the limit is of the connection
            assert engine.term is not None
            full.append(engine.term.means.store._writer.submit(room, 1).result(10))

    carrier.before_answer = fill
    async with asyncio.timeout(60):
        run = asyncio.create_task(engine.run(asyncio.Event(), until_idle=True))
        await until(lambda: any("no room is left for the database" in each for each in said))
        await asyncio.sleep(0.3)
        calls = len(carrier.calls)
        recorded = world.one("SELECT count(*) FROM scheduled_messages WHERE state = 'sent'")
        assert isinstance(recorded, int)
        assert recorded < calls  # the carrier has them, the database does not yet
        assert calls <= recorded + 50 + dispatch.BACKLOG  # and nothing more goes out meanwhile
        assert engine.term is not None
        engine.term.means.store._writer.submit(room, 1_000_000).result(10)
        await run
    assert once_each(carrier, 400)
    assert world.one("SELECT count(*) FROM scheduled_messages WHERE state = 'sent'") == 400
    assert world.db.read(differences) == []


async def test_a_database_that_another_process_keeps_busy_delays_and_repeats_nothing(
    world: World, clock: VirtualClock
) -> None:
    world.campaign(contacts=60, days=(1, 3))
    carrier = ListedCarrier(clock, latency_s=0.01)
    said: list[str] = []
    engine = Engine(
        world.url, lambda: carrier, clock, replace(OPTIONS, concurrency=10, batch=10), description="test",
        publish=lambda state: said.append(state.last_error or ""),
    )  # fmt: skip
    holder = sqlite3.connect(world.file, isolation_level=None, check_same_thread=False, timeout=5)
    held: list[int] = []

    def hold(_request: SendRequest) -> None:
        if len(carrier.calls) >= 20 and not held:
            holder.execute("BEGIN IMMEDIATE")
            held.append(len(carrier.calls))

    carrier.before_answer = hold
    async with asyncio.timeout(60):
        run = asyncio.create_task(engine.run(asyncio.Event(), until_idle=True))
        await until(lambda: any("is busy: another process writes to it" in each for each in said))
        await asyncio.sleep(0.3)
        holder.execute("ROLLBACK")
        await run
    holder.close()
    assert once_each(carrier, 120)
    assert world.db.read(differences) == []


async def test_an_end_gives_a_database_up_that_takes_nothing_and_the_next_sender_finds_it_all(
    world: World, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "GIVE_UP_S", 0.2)
    world.campaign(contacts=5, days=(1,))
    carrier = ListedCarrier(clock)
    stop, said = asyncio.Event(), []
    engine = Engine(
        world.url, lambda: carrier, clock, OPTIONS, description="test",
        publish=lambda state: said.append(state.last_error or ""),
    )  # fmt: skip
    holder = sqlite3.connect(world.file, isolation_level=None, check_same_thread=False, timeout=5)

    def hold(_request: SendRequest) -> None:
        if not stop.is_set():
            holder.execute("BEGIN IMMEDIATE")
            stop.set()

    carrier.before_answer = hold
    async with asyncio.timeout(60):
        await engine.run(stop)
    holder.execute("ROLLBACK")
    holder.close()
    assert any("5 results could not be recorded" in each for each in said)
    fast = replace(OPTIONS, carrier_timeout_s=0.1, reconcile_over_s=0.3)
    again = Engine(world.url, lambda: carrier, clock, fast, description="test")
    async with asyncio.timeout(60):
        await again.run(asyncio.Event(), until_idle=True)
    assert once_each(carrier, 5)
    assert world.one("SELECT count(*) FROM scheduled_messages WHERE state = 'sent'") == 5
    assert world.db.read(differences) == []


@pytest.mark.slow
async def test_six_seconds_of_another_process_are_waited_for(
    world: World, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 10_000)  # as shipped
    world.campaign(contacts=60, days=(1, 3))
    carrier = ListedCarrier(clock, latency_s=0.01)
    said: list[str] = []
    engine = Engine(
        world.url, lambda: carrier, clock, replace(OPTIONS, concurrency=10, batch=10), description="test",
        publish=lambda state: said.append(state.last_error or ""),
    )  # fmt: skip
    holder = sqlite3.connect(world.file, isolation_level=None, check_same_thread=False, timeout=5)
    timers: list[threading.Timer] = []

    def hold(_request: SendRequest) -> None:
        if len(carrier.calls) >= 20 and not timers:
            holder.execute("BEGIN IMMEDIATE")
            timers.append(threading.Timer(6.0, holder.execute, ["ROLLBACK"]))
            timers[0].start()

    carrier.before_answer = hold
    async with asyncio.timeout(60):
        await engine.run(asyncio.Event(), until_idle=True)
    timers[0].join()
    holder.close()
    assert once_each(carrier, 120)
    assert not any("busy" in each for each in said)
    assert world.db.read(differences) == []


def rescue_half(file: Path, folder: Path) -> None:
    """Copy a database with the first half of its write-ahead log."""
    folder.mkdir()
    shutil.copyfile(file, folder / "trd.db")
    log = Path(f"{file}-wal").read_bytes()
    (folder / "trd.db-wal").write_bytes(log[: len(log) // 2])


async def test_what_a_power_cut_has_left_sends_nothing_by_itself_where_it_is_not_at_home(
    world: World, clock: VirtualClock, tmp_path: Path
) -> None:
    """Half a log on a rescued disk: it does not know what was sent, so a person must look first."""
    world.campaign(contacts=30, days=(1, 3))
    carrier = ListedCarrier(clock, latency_s=0.005)
    options = replace(OPTIONS, concurrency=5, batch=5, lease_s=2.0)
    wreck = tmp_path / "rescued"
    with closing(sqlite3.connect(world.file)) as keeper:
        keeper.execute("SELECT count(*) FROM contacts").fetchone()
        engine = Engine(world.url, lambda: carrier, clock, options, description="test")
        async with asyncio.timeout(60):
            await engine.run(asyncio.Event(), until_idle=True)
        rescue_half(world.file, wreck)
    calls = len(carrier.calls)
    assert once_each(carrier, calls)
    rescued = World(wreck)
    assert rescued.one("SELECT count(*) FROM scheduled_messages WHERE state = 'sent'") != calls
    engine = Engine(rescued.url, lambda: carrier, clock, options, description="test")
    async with asyncio.timeout(30):
        await engine.run(asyncio.Event(), until_idle=True)
    assert len(carrier.calls) == calls
    assert "this database is a copy of" in (rescued.db.read(control.read_control).reason or "")
    assert rescued.db.read(differences) == []
    rescued.close()
