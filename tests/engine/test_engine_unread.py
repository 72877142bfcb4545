"""What is held because the carrier's list cannot be read is looked for on, and settled when it can."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import Connection

from tests.engine.conftest import OPTIONS, RunEngine
from tests.support.carriers import ListedCarrier
from tests.support.world import World
from trd_tui.carriers.protocol import Outcome, SendRequest, Unknown
from trd_tui.clock import VirtualClock
from trd_tui.engine import checkpoints
from trd_tui.engine.reconciling import Reconciler
from trd_tui.engine.scheduler import Engine
from trd_tui.services import review
from trd_tui.services.actor import Actor
from trd_tui.store import attempts, doubts, recover
from trd_tui.store.database import Database
from trd_tui.store.verify import differences

FAST = replace(OPTIONS, carrier_timeout_s=0.2, reconcile_over_s=0.1, reconcile_looks=2)
TAKEN = "SMlost"

T = TypeVar("T")
GoOn = Callable[[Callable[[], bool]], Awaitable[None]]


@pytest.fixture(params=["sqlite", "postgresql"])
def world(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    kind = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    made = World(tmp_path, url=request.getfixturevalue(kind))
    yield made
    made.close()


async def hold(
    world: World, carrier: ListedCarrier, run_engine: RunEngine, *, lists: tuple[str, ...]
) -> None:
    """One message whose answer is lost while the list fails; it is held, and the carrier has taken it."""

    def answer(request: SendRequest, call: int) -> Outcome | None:
        if call > 1:
            return None
        for sid in lists:
            carrier.lists(sid, request)
        return Unknown("no answer")

    carrier.answer = answer
    carrier.list_error = "HTTP 503"
    world.campaign(contacts=1, days=(1, 3))
    await run_engine(carrier, options=FAST)
    assert state(world)[0] == "held"
    assert "list could not be read, it is looked for as soon as it can be: HTTP 503" in state(world)[1]


def state(world: World) -> tuple[str, str]:
    (row,) = world.rows("SELECT state, reason FROM scheduled_messages WHERE touch = 1")
    return str(row[0]), str(row[1])


@pytest.fixture
def go_on(world: World, carrier: ListedCarrier, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch) -> GoOn:
    """Let another sender be at work until something is so, which is looked at after each of its steps."""

    async def until(over: Callable[[], bool]) -> None:
        stop = asyncio.Event()

        def look(_point: str) -> None:
            if over():
                stop.set()

        monkeypatch.setattr(checkpoints, "hook", look)
        engine = Engine(world.url, lambda: carrier, clock, FAST, description="test")
        async with asyncio.timeout(60):
            await engine.run(stop)
        monkeypatch.setattr(checkpoints, "hook", None)
        assert world.db.read(differences) == []

    return until


async def test_it_is_adopted_when_the_list_can_be_read_again(
    world: World, carrier: ListedCarrier, run_engine: RunEngine, go_on: GoOn
) -> None:
    await hold(world, carrier, run_engine, lists=(TAKEN,))
    carrier.list_error = None
    await go_on(lambda: world.one("SELECT status FROM campaigns") == "completed")
    assert world.rows("SELECT sid FROM scheduled_messages WHERE touch = 1") == [(TAKEN,)]
    assert len(carrier.calls) == 2


async def test_while_the_list_fails_it_stays_held_and_is_looked_for_at_a_slow_pace(
    world: World,
    carrier: ListedCarrier,
    clock: VirtualClock,
    run_engine: RunEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await hold(world, carrier, run_engine, lists=(TAKEN,))
    asked: list[str] = []
    sent_to = carrier.sent_to

    async def counted(number: str, since: int) -> object:
        asked.append(number)
        return await sent_to(number, since)

    async def read(work: Callable[[Connection], T]) -> T:
        return world.db.read(work)

    async def write(work: Callable[[Connection], object]) -> object:
        return world.db.write(work)

    monkeypatch.setattr(carrier, "sent_to", counted)
    reconciler, real = Reconciler(carrier, FAST, 9), clock.real()
    for after_ms, times in ((0, 1), (99, 1), (100, 2), (101, 2)):
        await reconciler.look_again(read, write, clock.now(), real + after_ms)
        assert len(asked) == times
    assert state(world)[0] == "held"
    assert world.rows("SELECT looks, looked_at FROM scheduled_messages") == [(0, real + 100)]
    assert world.db.read(differences) == []


@pytest.mark.parametrize(
    ("lists", "evidence"),
    [
        ((), "does not list it after 2 looks"),
        (("SMone", "SMtwo"), "several messages that may be it: SMtwo, SMone"),
    ],
    ids=["none", "several"],
)
async def test_what_the_list_does_not_settle_waits_for_a_person_with_the_evidence(
    world: World,
    carrier: ListedCarrier,
    run_engine: RunEngine,
    go_on: GoOn,
    lists: tuple[str, ...],
    evidence: str,
) -> None:
    await hold(world, carrier, run_engine, lists=lists)
    carrier.list_error = None
    await go_on(lambda: evidence in state(world)[1])
    assert state(world)[0] == "held"
    assert len(carrier.calls) == 1


async def test_who_has_decided_meanwhile_is_held_to(
    world: World, carrier: ListedCarrier, clock: VirtualClock, run_engine: RunEngine
) -> None:
    await hold(world, carrier, run_engine, lists=(TAKEN,))
    (row,) = world.db.read(recover.unread_rows, 10)
    db = Database(world.url)
    await review.review(db, clock, Actor(1, "ann", "ann.login"), "camp_1", "skip", [row.recipient])
    await db.close()
    assert not world.db.write(attempts.take_up, row.attempt_id, row.recipient, clock.now())
    assert world.db.read(recover.unread_rows, 10) == []
    assert state(world)[0] == "skipped"
    assert world.db.read(differences) == []


async def test_a_doubt_about_the_contact_outlasts_it(
    world: World, carrier: ListedCarrier, clock: VirtualClock, run_engine: RunEngine, go_on: GoOn
) -> None:
    """They may have opted out while it was held: it is found, and the next touch waits for a person."""
    await hold(world, carrier, run_engine, lists=(TAKEN,))
    world.db.write(doubts.doubt, 1, "perhaps an opt-out: stop by", clock.now(), {})
    carrier.list_error = None
    held = "SELECT count(*) FROM scheduled_messages WHERE touch = 2 AND state = 'held'"
    await go_on(lambda: world.one(held) == 1)
    assert state(world)[0] == "sent"
    assert len(carrier.calls) == 1
