"""A carrier that cannot be asked is a state of the database: everybody sees it, until it answers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import cast

import pytest

from tests.engine.conftest import OPTIONS
from tests.engine.test_engine_stop import engine_on, until
from tests.support.carriers import ListedCarrier
from tests.support.world import World
from trd_tui.carriers.protocol import CarrierListError, CarrierMessage, CarrierRefusedError
from trd_tui.clock import VirtualClock
from trd_tui.domain.carrier_trouble import UNREACHABLE_AFTER_MS, CarrierTrouble
from trd_tui.engine.asking import Asking
from trd_tui.engine.threads import StoreThreads
from trd_tui.store import control

REFUSED = "Twilio refused the credentials (code 20003)"


class Noting:
    """A store that keeps what is noted."""

    def __init__(self) -> None:
        self.notes: list[CarrierTrouble | None] = []

    async def write(self, _statement: object, trouble: CarrierTrouble | None) -> None:
        self.notes.append(trouble)


async def test_refused_is_noted_at_once_unreachable_after_a_minute_and_each_of_them_once() -> None:
    store = Noting()
    asking, down = Asking(cast("StoreThreads", store)), CarrierListError("no answer")
    for at in (0, 5_000, UNREACHABLE_AFTER_MS - 1):
        await asking.failed(down, at)
    assert store.notes == []
    await asking.answered()
    await asking.failed(down, 100_000)
    await asking.failed(down, 100_000 + UNREACHABLE_AFTER_MS)
    await asking.failed(down, 200_000)
    await asking.failed(CarrierRefusedError(REFUSED), 210_000)
    await asking.failed(CarrierRefusedError(REFUSED), 220_000)
    await asking.answered()
    await asking.answered()
    assert store.notes == [
        CarrierTrouble("unreachable", "no answer", 100_000),
        CarrierTrouble("refused", REFUSED, 100_000),
        None,
    ]


async def test_refused_credentials_are_a_state_until_a_poll_succeeds(
    world: World, carrier: ListedCarrier, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuses(_since: int) -> Sequence[CarrierMessage]:
        raise CarrierRefusedError(REFUSED)

    def trouble() -> CarrierTrouble | None:
        return world.db.read(control.read_control).trouble

    changes = carrier.changes
    monkeypatch.setattr(carrier, "changes", refuses)
    world.campaign(contacts=3, days=(1,))
    engine, stop = engine_on(world, carrier, clock, OPTIONS), asyncio.Event()
    run = asyncio.create_task(engine.run(stop))
    await until(lambda: trouble() is not None)
    world.db.write(control.stop, "ann", None, 1)
    await until(lambda: engine.state.stopped)
    world.db.write(control.start)
    await until(lambda: not engine.state.stopped)  # its dispatcher still waits for the carrier
    assert carrier.calls == []
    stop.set()
    await run
    monkeypatch.setattr(carrier, "changes", changes)
    assert trouble() is not None
    stop.clear()
    run = asyncio.create_task(engine.run(stop))  # the next term takes it over, and ends it
    await until(lambda: len(carrier.calls) == 3)
    assert trouble() is None
    stop.set()
    await run
