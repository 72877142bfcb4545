"""A carrier that cannot be asked is a state of the database: everybody sees it, until it answers."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import cast

import pytest
from sqlalchemy import text

from tests.engine.conftest import OPTIONS
from tests.engine.test_engine_stop import engine_on, until
from tests.support.carriers import ListedCarrier
from tests.support.world import World, number
from trd_tui.carriers.protocol import (
    Begin,
    CarrierListError,
    CarrierMessage,
    CarrierRefusedError,
    Outcome,
    Rejected,
    SendRequest,
    at_once,
)
from trd_tui.clock import VirtualClock
from trd_tui.domain.carrier_trouble import UNREACHABLE_AFTER_MS, CarrierTrouble
from trd_tui.domain.failures import FailureClass
from trd_tui.engine import poll
from trd_tui.engine.asking import Asking
from trd_tui.engine.gate import Gate, uptime_ns
from trd_tui.engine.threads import StoreThreads
from trd_tui.store import control, lease

REFUSED = "Twilio refused the credentials (code 20003)"


class Noting:
    """A store that keeps what is noted."""

    def __init__(self) -> None:
        self.notes: list[CarrierTrouble | None] = []

    async def write(self, _statement: object, trouble: CarrierTrouble | None, _real: int) -> None:
        self.notes.append(trouble)


@pytest.fixture
def noting() -> Noting:
    return Noting()


@pytest.fixture
def gate(clock: VirtualClock) -> Gate:
    return Gate(clock)


@pytest.fixture
def asking(noting: Noting, gate: Gate) -> Asking:
    return Asking(cast("StoreThreads", noting), gate)


def closed(gate: Gate) -> bool:
    """Whether nothing may be called."""
    return gate.credentials_refused


async def test_refused_is_noted_at_once_unreachable_after_a_while_and_each_of_them_once(
    asking: Asking, noting: Noting, gate: Gate
) -> None:
    down = CarrierListError("no answer")
    for at in (0, 5_000, UNREACHABLE_AFTER_MS - 1):
        await asking.failed(down, at, at)
    assert noting.notes == []
    await asking.answered(1, 0)
    asking.unreached(95_000)  # a send is a sign, too, but tells nothing by itself
    assert [asking.in_vain] == [True]
    await asking.failed(down, 100_000, 100_000)
    await asking.failed(down, 105_000, 95_000 + UNREACHABLE_AFTER_MS)
    await asking.failed(down, 200_000, 200_000)
    assert not closed(gate)
    await asking.failed(CarrierRefusedError(REFUSED), 210_000, 210_000)
    await asking.failed(CarrierRefusedError(REFUSED), 220_000, 220_000)
    assert closed(gate)
    await asking.answered(1, 0)
    await asking.answered(1, 0)
    assert not closed(gate)
    assert not asking.in_vain
    assert noting.notes == [
        CarrierTrouble("unreachable", "no answer", 95_000),
        CarrierTrouble("refused", REFUSED, 95_000),
        None,
    ]


async def test_only_credentials_that_are_answered_and_refused_again_do_not_wait(
    asking: Asking, gate: Gate
) -> None:
    """What was asked, or called, before does not count: a list may have been on its way."""
    before = uptime_ns()
    assert asking.send_refused("no", before, 0)
    assert closed(gate)
    await asking.answered(before, 0)
    assert closed(gate)
    assert asking.send_refused("no", uptime_ns(), 0)
    await asking.answered(uptime_ns(), 0)
    assert not closed(gate)
    assert asking.send_refused("no", before, 0)
    await asking.answered(uptime_ns(), 0)
    asking.send_accepted()
    assert asking.send_refused("no", uptime_ns(), 0)
    await asking.answered(uptime_ns(), 0)
    assert not asking.send_refused("no", uptime_ns(), 0)
    assert closed(gate)  # until the stop is in the database


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


class Credentials(ListedCarrier):
    """A carrier that answers questions while ``may_read`` and takes texts while ``may_send``."""

    may_read = may_send = True
    last = 10_000
    """So many calls are taken before both are over."""
    asked = 0
    """Calls, also those that wait for a connection and are not begun then."""
    questions = 0
    """How often its list was asked for."""
    connects_s = 0.0
    """So long each of the calls at once waits for its connection, one after another."""

    def __init__(self, clock: VirtualClock, *, latency_s: float = 0.0) -> None:
        super().__init__(clock, self.takes, latency_s=latency_s)

    def takes(self, _request: SendRequest, call: int) -> Outcome | None:
        if call > self.last:
            self.may_read = self.may_send = False
        return None if self.may_send else Rejected(20003, FailureClass.CREDENTIALS, REFUSED)

    async def send(self, request: SendRequest, begin: Begin = at_once) -> Outcome:
        self.asked += 1
        await asyncio.sleep(self.connects_s * self.asked)
        return await super().send(request, begin)

    async def changes(self, since: int) -> Sequence[CarrierMessage]:
        self.questions += 1
        if not self.may_read:
            raise CarrierRefusedError(REFUSED)
        return await super().changes(since)


def trouble_of(world: World) -> str | None:
    trouble = world.db.read(control.read_control).trouble
    return None if trouble is None else trouble.kind


@asynccontextmanager
async def sending(
    world: World, carrier: Credentials, clock: VirtualClock, at_once: int
) -> AsyncIterator[None]:
    """An engine on a world whose lease was ours."""
    world.db.write(lease.release, "us", 1)
    engine = engine_on(world, carrier, clock, replace(OPTIONS, concurrency=at_once))
    stop = asyncio.Event()
    run = asyncio.create_task(engine.run(stop))
    yield
    stop.set()
    await run


async def test_texts_wait_for_credentials_and_go_by_themselves_once_they_are_right(
    both: World, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused in the middle: what is on its way beside goes back, nothing more is called, nobody stops it."""
    monkeypatch.setattr(poll, "LIST_PAUSES_S", (0.02,))
    both.campaign(contacts=20, days=(1,))
    carrier = Credentials(clock, latency_s=0.015)
    carrier.last, carrier.connects_s = 5, 0.01
    async with sending(both, carrier, clock, at_once=20):
        await until(lambda: trouble_of(both) == "refused")
        await until(lambda: both.one("SELECT in_flight_count FROM campaigns") == 0)
        called = len(carrier.calls)
        assert 5 < called < 15
        asked = carrier.questions
        await until(lambda: carrier.questions >= asked + 5)
        assert len(carrier.calls) == called
        assert carrier.asked <= 40  # a claim may have been under way in that moment; no more are made
        assert both.one("SELECT count(*) FROM scheduled_messages WHERE state = 'scheduled'") == 15
        carrier.last, carrier.may_read, carrier.may_send, carrier.connects_s = 10_000, True, True, 0.0
        await until(lambda: both.one("SELECT sent_count FROM campaigns") == 20)
        assert trouble_of(both) is None
    assert both.one("SELECT stopped FROM control") == 0
    told = both.db.read(lambda conn: list(conn.execute(text(
        "SELECT actor, act, subject_id FROM audit WHERE subject = 'carrier' ORDER BY id"
    ))))  # fmt: skip
    assert [tuple(row) for row in told] == [("system", "lose", "refused"), ("system", "recover", "refused")]
    assert Counter(each.to for each in carrier.listed) == {number(each): 1 for each in range(20)}


async def test_credentials_that_may_read_and_not_send_end_in_the_stop(
    both: World, clock: VirtualClock
) -> None:
    both.campaign(contacts=5, days=(1,))
    carrier = Credentials(clock)
    carrier.may_send = False
    async with sending(both, carrier, clock, at_once=1):
        await until(lambda: both.one("SELECT stopped FROM control") == 1)
        assert len(carrier.calls) == 2
        state = both.db.read(control.read_control)
        assert (state.by, state.reason) == ("system", f"20003: {REFUSED}: these credentials may read only")
        await until(lambda: trouble_of(both) is None)  # the stop says it now
    assert both.one("SELECT waiting_count FROM campaigns") == 5
