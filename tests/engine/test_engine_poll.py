"""Answers are read before a wave, not some seconds after it; late receipts are asked for one by one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from tests.engine.conftest import OPTIONS, RunEngine
from tests.support.carriers import ListedCarrier
from tests.support.world import START, World, number
from trd_tui.carriers.protocol import CarrierListError, CarrierMessage
from trd_tui.clock import Anchor, VirtualClock, real_now
from trd_tui.engine import poll
from trd_tui.engine.dispatch import Dispatcher
from trd_tui.engine.gate import Gate
from trd_tui.engine.journal import CallJournal
from trd_tui.engine.means import Means
from trd_tui.engine.poll import Poller
from trd_tui.engine.scheduler import Engine
from trd_tui.engine.threads import StoreThreads
from trd_tui.store.verify import differences

DAY = 86_400_000

SELDOM = replace(OPTIONS, poll_idle_s=3_600.0, poll_busy_s=0.0)
"""After the look at its start this engine does not poll by itself any more before something was sent."""


class PatchyCarrier(ListedCarrier):
    """Its list can be read or not."""

    unreadable = False
    looks = 0

    async def changes(self, since: int) -> Sequence[CarrierMessage]:
        self.looks += 1
        if self.unreadable:
            raise CarrierListError("the list is down")
        return await super().changes(since)


@pytest.fixture
def still() -> VirtualClock:
    """Campaign time that stands an hour before the first touch."""
    return VirtualClock(Anchor(real_now(), START - 3_600_000, 0.0))


@pytest.fixture
def patchy(still: VirtualClock) -> PatchyCarrier:
    return PatchyCarrier(still)


@asynccontextmanager
async def idle_engine(world: World, carrier: PatchyCarrier, clock: VirtualClock) -> AsyncIterator[Engine]:
    """An engine that has looked once and waits for the first touch."""
    world.campaign(contacts=2, days=(1,))
    engine = Engine(world.url, lambda: carrier, clock, SELDOM, description="test")
    stop = asyncio.Event()
    run = asyncio.create_task(engine.run(stop))
    async with asyncio.timeout(30):
        await until(lambda: engine.term is not None and engine.term.poller.looked_at)
        assert carrier.looks == 1
        yield engine
        stop.set()
        await run


async def until(condition: Callable[[], object]) -> None:
    """Let others run until something holds."""
    while True:
        if condition():
            return
        await asyncio.sleep(0.001)


async def test_who_answers_right_before_a_wave_hears_no_more(
    world: World, patchy: PatchyCarrier, still: VirtualClock
) -> None:
    async with idle_engine(world, patchy, still) as engine:
        patchy.replies(number(0), "not now, thanks")
        still.jump_to(START)
        engine.touch()
        await until(lambda: patchy.calls)
    assert [call.to for call in patchy.calls] == [number(1)]


async def test_a_list_that_cannot_be_read_holds_a_wave_up_for_one_look(
    world: World, patchy: PatchyCarrier, still: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Poller, "pause", lambda _self: 3_600.0)  # ordinary polls are near by then
    async with idle_engine(world, patchy, still) as engine:
        patchy.unreadable = True
        still.jump_to(START)
        engine.touch()
        await until(lambda: len(patchy.calls) == 2)
        assert patchy.looks == 2
        assert engine.state.last_error == "the list is down"


async def test_no_wave_begins_on_a_look_of_long_ago(
    world: World, patchy: PatchyCarrier, still: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poll, "TRUST_MS", -1)
    monkeypatch.setattr(poll, "LIST_PAUSES_S", (0.0,))
    async with idle_engine(world, patchy, still) as engine:
        patchy.unreadable = True
        still.jump_to(START)
        engine.touch()
        await until(lambda: patchy.looks > 5)
        assert patchy.calls == []
        patchy.replies(number(1), "stop")
        patchy.unreadable = False
        await until(lambda: patchy.calls)
    assert [call.to for call in patchy.calls] == [number(0)]


async def test_nothing_due_is_no_reason_to_ask(
    world: World, patchy: PatchyCarrier, still: VirtualClock
) -> None:
    async with idle_engine(world, patchy, still) as engine:
        for _ in range(5):
            engine.touch()
            await asyncio.sleep(0.02)
    assert patchy.looks == 1


async def test_where_time_flies_idle_polls_are_as_near_in_it(
    world: World, patchy: PatchyCarrier, still: VirtualClock
) -> None:
    async with idle_engine(world, patchy, still) as engine:
        assert engine.term is not None
        poller, often, seldom = engine.term.poller, 5.0, SELDOM.poll_idle_s
        poller.options = replace(SELDOM, poll_busy_s=often)
        pauses = []
        for speed in (0.5, 1.0, 2.0, 1e9):
            still.set_speed(speed)
            pauses.append(poller.pause())
    assert pauses == [seldom, seldom, seldom / 2, often]


async def sent_long_ago(
    world: World, carrier: ListedCarrier, run_engine: RunEngine, *days: float
) -> list[str]:
    """Send a text for each of these ages, in real days, without a receipt so far; return their ids."""
    world.campaign(contacts=len(days), days=(1,))
    await run_engine(carrier)
    sids = [str(row[0]) for row in world.rows("SELECT sid FROM scheduled_messages ORDER BY id")]
    for sid, age in zip(sids, days, strict=True):
        world.run(
            "UPDATE scheduled_messages SET attempted_at = :at WHERE sid = :sid",
            at=real_now() - int(age * DAY),
            sid=sid,
        )
    return sids


class AskedCarrier(ListedCarrier):
    """Notes which messages are asked for one by one; ``final`` tells what became of them."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__(clock)
        self.asked: list[str] = []
        self.final = "delivered"
        self.broken = ""

    async def fetch(self, sid: str) -> CarrierMessage | None:
        self.asked.append(sid)
        if sid == self.broken:
            raise CarrierListError("it cannot be read")
        known = await super().fetch(sid)
        return None if known is None else replace(known, status=self.final)


@pytest.fixture
def asked(clock: VirtualClock) -> AskedCarrier:
    return AskedCarrier(clock)


@pytest.fixture
def poller(world: World, asked: AskedCarrier, clock: VirtualClock) -> Iterator[Poller]:
    """A poller without an engine around it."""
    store = StoreThreads(world.url)
    means = Means(store, asked, clock, OPTIONS, lambda _sentence: None)
    yield Poller(means, Dispatcher(means, Gate(clock), CallJournal(None), 1))
    store.close()


async def test_a_receipt_that_comes_days_late_is_asked_for(
    world: World, asked: AskedCarrier, poller: Poller, run_engine: RunEngine
) -> None:
    fresh, late, lost = await sent_long_ago(world, asked, run_engine, 0.5, 1.5, 6)
    await poller.poll_and_ask_for_late_ones()
    assert asked.asked == [late]
    states = {str(sid): state for sid, state in world.rows("SELECT sid, state FROM scheduled_messages")}
    assert states == {fresh: "sent", late: "delivered", lost: "sent"}
    assert world.one("SELECT delivered_count FROM campaigns") == 1
    assert world.db.read(differences) == []


async def test_late_ones_are_asked_for_a_few_at_a_time_and_not_again_soon(
    world: World, asked: AskedCarrier, poller: Poller, run_engine: RunEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked.final = "sent"
    sids = await sent_long_ago(world, asked, run_engine, *([2] * 7))
    asked.listed.clear()  # the carrier does not know them any more
    await poller.poll_and_ask_for_late_ones()
    assert len(asked.asked) == poll.LATE_LOOKS
    for _ in range(3):
        await poller.poll_and_ask_for_late_ones()
    assert sorted(asked.asked) == sorted(sids)
    world.run("UPDATE scheduled_messages SET looked_at = looked_at - :some", some=poll.LATE_AGAIN_MS)
    await poller.poll_and_ask_for_late_ones()  # there was none a moment ago: nobody looks yet
    assert sorted(asked.asked) == sorted(sids)
    monkeypatch.setattr(poll, "LATE_EVERY_MS", 0)
    await poller.poll_and_ask_for_late_ones()
    assert len(asked.asked) == len(sids) + poll.LATE_LOOKS


async def test_one_that_cannot_be_read_does_not_keep_the_others_from_being_asked_for(
    world: World, asked: AskedCarrier, poller: Poller, run_engine: RunEngine
) -> None:
    first, second = await sent_long_ago(world, asked, run_engine, 3, 2)
    asked.broken = first
    with pytest.raises(CarrierListError):
        await poller.poll_and_ask_for_late_ones()
    await poller.poll_and_ask_for_late_ones()
    assert asked.asked == [first, second]
    assert world.one("SELECT state FROM scheduled_messages WHERE sid = :sid", sid=second) == "delivered"
