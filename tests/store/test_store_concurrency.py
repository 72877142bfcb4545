"""Two processes at once: what each of them counts and plans adds up, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from sqlalchemy import Connection

from tests.support.databases import OpenStore
from tests.support.templates import new_sqlite
from tests.support.world import START, World
from trd_tui.store import control, counters, lease, planning, receive, sessions, verify
from trd_tui.store.changes import Changes
from trd_tui.store.counters import CampaignDelta
from trd_tui.store.database import Database, SyncDatabase
from trd_tui.store.lookout import Lookout
from trd_tui.store.sessions import Session

RACERS = 3


def race(url: str, work: Callable[[SyncDatabase, int], None]) -> None:
    """Let ``work`` run on several connections at the same time; the first fault of any fails the test."""
    barrier = Barrier(RACERS)

    def run(racer: int) -> None:
        store = SyncDatabase(url)
        try:
            barrier.wait(10)
            work(store, racer)
        finally:
            store.close()

    with ThreadPoolExecutor(RACERS) as pool:
        for done in [pool.submit(run, racer) for racer in range(RACERS)]:
            done.result(60)


def test_two_planners_share_a_plan_without_planning_anybody_twice(world: World) -> None:
    world.campaign(contacts=60, start=None)
    world.run("UPDATE campaigns SET status = 'active'")
    world.run("UPDATE totals SET status = 'active'")
    world.db.write(planning.begin_plan, "camp_1", "start", START)

    def plan(store: SyncDatabase, _: int) -> None:
        while not store.write(planning.plan_chunk, "camp_1", START, 4).finished:
            pass

    race(world.url, plan)
    assert world.one("SELECT count(*) FROM scheduled_messages") == 60
    assert world.db.read(verify.differences) == []


def test_counters_of_racing_transactions_add_up_and_never_deadlock(world: World) -> None:
    ids = [f"camp_{at}" for at in range(8)]
    for at, id_ in enumerate(ids):
        world.campaign(id_, first=at)

    def count(store: SyncDatabase, racer: int) -> None:
        for _ in range(25):
            order = ids if racer % 2 else list(reversed(ids))
            store.write(counters.apply, {id_: CampaignDelta(sent_count=1) for id_ in order}, START)

    race(world.url, count)
    assert world.rows("SELECT DISTINCT sent_count FROM campaigns") == [(25 * RACERS,)]
    assert world.one("SELECT sum(sent_count) FROM totals") == 25 * RACERS * len(ids)
    assert world.one("SELECT sum(sent_count) FROM hourly_totals") == 25 * RACERS * len(ids)


async def test_the_asyncio_side_reads_what_the_threads_side_has_written(
    database_url: str, open_store: OpenStore
) -> None:
    threads, loop = open_store(database_url), Database(database_url)
    threads.write(control.bump_fence)
    assert (await loop.read(control.read_control)).fence == 1
    await loop.write(control.bump_fence)
    assert threads.read(control.read_control).fence == 2
    await loop.close()


def test_a_change_by_another_connection_is_noticed(database_url: str, open_store: OpenStore) -> None:
    watcher, other = Changes(database_url), open_store(database_url)
    before = watcher.token()
    assert watcher.token() == before
    other.write(control.bump_fence)
    assert watcher.token() != before
    watcher.close()


async def test_a_sign_of_life_is_no_change_and_everything_else_is(
    tmp_path: Path, open_store: OpenStore
) -> None:
    """Who keeps the lease, polls without news or only goes on being there lets nobody read again."""
    url = new_sqlite(tmp_path / "quiet.db")
    threads, loop = open_store(url), Database(url)
    watcher, lookout = Changes(url), Lookout(url)
    seen: list[tuple[int, int | None]] = []

    def changed() -> bool:
        lookout.look()
        now = (watcher.token(), lookout.changes)
        before = seen[-1] if seen else None
        seen.append(now)
        assert before is None or (now[0] == before[0]) == (now[1] == before[1]), "both see the same"
        return now != before

    ann = Session("a", "Ann", "ann", "here", 1, 1)
    assert changed()
    token = threads.write(lease.acquire, "own", "host", 1, 1_000)
    assert token
    assert changed()
    await loop.write(sessions.seen, 1, ann, forget_before=0)
    assert changed(), "somebody has come"

    threads.write(lease.renew, "own", token, 2, 1_000, downtime_ms=900)
    threads.write(receive.set_polled_until, 5)
    await loop.write(sessions.seen, 1, ann._replace(seen_at=2), forget_before=0)
    threads.write(lambda connection: connection.exec_driver_sql("SELECT 1").scalar())
    assert not changed(), "signs of life, and a transaction that wrote nothing"

    threads.write(control.bump_fence)
    assert changed()
    await loop.write(control.bump_fence)
    assert changed()
    await loop.write(sessions.seen, 1, ann._replace(id="b", seen_at=9), forget_before=9)
    assert changed(), "one has come, another was forgotten"

    def both(connection: Connection) -> None:
        lease.renew(connection, "own", token, 3, 1_000)
        control.bump_fence(connection)

    threads.write(both)
    assert changed(), "a sign of life beside a change hides nothing"
    watcher.close()
    lookout.close()
    await loop.close()


async def test_who_is_called_off_in_a_transaction_leaves_no_lock_and_no_half(world: World) -> None:
    """A key that replaces a search, or the end of the app, may come between any two statements."""
    db, other = Database(world.url), Database(world.url)
    tasks: list[asyncio.Task[object]] = []

    def half(connection: Connection) -> None:
        control.bump_fence(connection)
        tasks[0].cancel()
        control.bump_fence(connection)

    def queued(connection: Connection) -> None:
        raise AssertionError("it had not begun")

    before = world.db.read(control.read_control).fence
    try:
        tasks += [asyncio.create_task(db.write(half)), asyncio.create_task(db.write(queued))]
        await asyncio.sleep(0)
        tasks[1].cancel()
        done = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(each) for each in done] == [asyncio.CancelledError] * 2
        async with asyncio.timeout(5):  # less than a writer waits for another
            await other.write(control.bump_fence)
            await db.write(control.bump_fence)
    finally:
        await db.close()
        await other.close()
    assert world.db.read(control.read_control).fence == before + 4


async def test_the_end_waits_for_whoever_has_a_connection(world: World) -> None:
    """Disposing of an engine leaves a connection behind that is still out."""
    db = Database(world.url)
    begun, ended = asyncio.Event(), asyncio.Event()

    def reading(connection: Connection) -> None:
        begun.set()
        for _ in range(20):
            control.read_control(connection)
        ended.set()

    task = asyncio.create_task(db.read(reading))
    await begun.wait()
    await db.close()
    assert ended.is_set()
    await task
