"""A price comes up to a day after the delivery, when polls list another day already: it is still merged."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from tests.engine.conftest import OPTIONS
from tests.support.carriers import ListedCarrier
from tests.support.world import START, World
from trd_tui.carriers.protocol import CarrierMessage
from trd_tui.clock import Anchor, VirtualClock
from trd_tui.engine.dispatch import Dispatcher
from trd_tui.engine.gate import Gate
from trd_tui.engine.journal import CallJournal
from trd_tui.engine.means import Means
from trd_tui.engine.poll import PRICE_EVERY_MS, Poller
from trd_tui.engine.scheduler import Engine
from trd_tui.engine.threads import StoreThreads
from trd_tui.store.verify import differences

DAY = 86_400_000


class ByDay(ListedCarrier):
    """Lists what was sent since the day that it is asked for, as a real carrier does."""

    name = "by day"

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__(clock)
        self.asked: list[int] = []

    async def changes(self, since: int) -> Sequence[CarrierMessage]:
        self.asked.append(since)
        return [message for message in self.listed if message.created_at >= since // DAY * DAY]


class Later(VirtualClock):
    """A clock of which a test says how much time has passed."""

    passed = 0

    def real(self) -> int:
        return START + self.passed

    def now(self) -> int:
        return START + self.passed


@pytest.fixture
def later() -> Later:
    return Later(Anchor(START, START, 1.0), jumps=True)


@pytest.fixture
def threads(world: World) -> Iterator[StoreThreads]:
    made = StoreThreads(world.url)
    yield made
    made.close()


async def test_yesterdays_messages_are_asked_for_their_prices_once_an_hour(
    world: World, later: Later, threads: StoreThreads
) -> None:
    world.campaign(contacts=2, days=(1,))
    carrier = ByDay(later)
    await _send(world, carrier, later)
    means = Means(threads, carrier, later, OPTIONS, lambda _sentence: None)
    poller = Poller(means, Dispatcher(means, Gate(later), CallJournal(None), 1))
    carrier.listed = [replace(each, status="delivered") for each in carrier.listed]
    await poller.poll()
    later.passed = DAY
    await poller.poll()
    later.passed += PRICE_EVERY_MS
    carrier.listed = [replace(each, price_micros=7_900) for each in carrier.listed]
    await poller.poll()
    assert world.one("SELECT priced_micros FROM campaigns") == 0, "the list of today does not hold them"
    await poller.poll_and_ask_for_late_ones()
    assert world.rows("SELECT cost_micros, priced_micros FROM campaigns") == [(15_800, 15_800)]
    asked = len(carrier.asked)
    later.passed += 2 * PRICE_EVERY_MS
    await poller.poll_and_ask_for_late_ones()
    assert len(carrier.asked) == asked + 1, "all prices are known: only the ordinary poll asks"
    assert world.db.read(differences) == []


async def test_days_long_ago_are_not_asked_for(world: World, later: Later, threads: StoreThreads) -> None:
    world.campaign(contacts=1, days=(1,))
    carrier = ByDay(later)
    await _send(world, carrier, later)
    later.passed = 5 * DAY
    means = Means(threads, carrier, later, OPTIONS, lambda _sentence: None)
    poller = Poller(means, Dispatcher(means, Gate(later), CallJournal(None), 1))
    asked = len(carrier.asked)
    await poller.poll_and_ask_for_late_ones()
    assert len(carrier.asked) == asked + 1


async def _send(world: World, carrier: ByDay, clock: VirtualClock) -> None:
    async with asyncio.timeout(30):
        await Engine(world.url, lambda: carrier, clock, OPTIONS, description="test").run(
            asyncio.Event(), until_idle=True
        )
