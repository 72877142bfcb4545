"""A stop is a stop: nothing is called after it, and what was claimed goes back."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from tests.engine.conftest import OPTIONS
from tests.support.carriers import ListedCarrier
from tests.support.world import START, World
from trd_tui.clock import VirtualClock
from trd_tui.engine.claiming import Claimer
from trd_tui.engine.gate import Gate
from trd_tui.engine.handle import EngineHandle
from trd_tui.engine.options import EngineOptions
from trd_tui.engine.scheduler import Engine
from trd_tui.settings import SettingsError
from trd_tui.store import control, lease
from trd_tui.store.lease import LeaseLostError


def engine_on(
    world: World, carrier: ListedCarrier, clock: VirtualClock, options: EngineOptions = OPTIONS
) -> Engine:
    return Engine(world.url, lambda: carrier, clock, options, description="test")


async def until(condition: object, seconds: float = 10.0) -> None:
    """Wait for something that another thread or task brings about."""
    async with asyncio.timeout(seconds):
        while not condition():  # type: ignore[operator]  # noqa: ASYNC110 - any thread may change it
            await asyncio.sleep(0.005)


async def test_stop_in_another_process_ends_the_calls(
    world: World, carrier: ListedCarrier, clock: VirtualClock
) -> None:
    carrier.latency_s = 0.02
    world.campaign(contacts=400, days=(1,))
    engine = engine_on(world, carrier, clock, replace(OPTIONS, concurrency=4, batch=4))
    stop = asyncio.Event()
    run = asyncio.create_task(engine.run(stop))
    await until(lambda: len(carrier.calls) > 20)
    world.db.write(control.stop, "operator", "test", clock.real())
    await until(lambda: engine.state.stopped and engine.state.in_flight == 0)
    calls = len(carrier.calls)
    await asyncio.sleep(0.2)
    assert len(carrier.calls) == calls < 400
    world.db.write(control.start)
    await until(lambda: len(carrier.calls) > calls)
    stop.set()
    await run
    assert world.one("SELECT count(*) FROM scheduled_messages WHERE state = 'sending'") == 0
    assert world.one("SELECT count(*) FROM scheduled_messages WHERE state = 'sent'") == len(carrier.listed)


async def test_end_awaits_and_records_what_is_on_its_way(
    world: World, carrier: ListedCarrier, clock: VirtualClock
) -> None:
    carrier.latency_s = 0.1
    world.campaign(contacts=50, days=(1,))
    engine = engine_on(world, carrier, clock)
    stop = asyncio.Event()
    run = asyncio.create_task(engine.run(stop))
    await until(lambda: len(carrier.calls) > 5)
    stop.set()
    await run
    assert world.one("SELECT count(*) FROM scheduled_messages WHERE state = 'sent'") == len(carrier.calls)
    assert world.one("SELECT count(*) FROM scheduled_messages WHERE state = 'sending'") == 0
    assert world.one("SELECT owner FROM leases") is None


async def test_a_message_is_not_called_once_the_gate_has_closed(
    world: World, carrier: ListedCarrier, clock: VirtualClock
) -> None:
    world.campaign(contacts=3, days=(1,))
    engine = engine_on(world, carrier, clock)

    # Closed between the intent and the call: as if the stop came right after the claim.
    def refuse(self: Gate, message_id: int) -> str:
        return "the emergency stop is on"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Gate, "refusal", refuse)
        stop = asyncio.Event()
        run = asyncio.create_task(engine.run(stop))
        await until(lambda: world.one("SELECT max(updated_at) FROM scheduled_messages") != START)
        await asyncio.sleep(0.1)
        stop.set()
        await run
    assert carrier.calls == []
    assert world.rows("SELECT DISTINCT state, attempts FROM scheduled_messages") == [("scheduled", 0)]
    assert world.rows("SELECT waiting_count, in_flight_count, reserved_micros FROM campaigns") == [(3, 0, 0)]


async def test_only_the_holder_of_the_lease_sends_and_the_other_takes_over(
    world: World, carrier: ListedCarrier, clock: VirtualClock
) -> None:
    world.campaign(contacts=1, days=(1,))
    other = world.db.write(lease.acquire, "other", "another process", clock.real(), 1_500)
    assert other is not None
    engine = engine_on(world, carrier, clock)
    stop = asyncio.Event()
    run = asyncio.create_task(engine.run(stop))
    await until(lambda: engine.state.role == "watching")
    assert engine.state.holder == "another process"
    assert carrier.calls == []
    await until(lambda: len(carrier.calls) == 1)
    stop.set()
    await run


async def test_a_claim_under_an_old_token_is_refused(world: World, clock: VirtualClock) -> None:
    world.campaign(contacts=1, days=(1,))
    old = world.db.write(lease.acquire, "one", "first", clock.real(), 0)
    new = world.db.write(lease.acquire, "two", "second", clock.real(), 60_000)
    assert (old, new) == (1, 2)
    with pytest.raises(LeaseLostError):
        world.db.write(Claimer().claim, token=1, now=START, real=clock.real(), slots=1, horizon_ms=1_000)
    assert world.one("SELECT state FROM scheduled_messages") == "scheduled"


async def test_engine_in_a_thread_sends_and_ends(
    world: World, carrier: ListedCarrier, clock: VirtualClock
) -> None:
    world.campaign(contacts=5, days=(1,))
    handle = EngineHandle(
        lambda publish: Engine(
            world.url, lambda: carrier, clock, OPTIONS, description="test", publish=publish
        )
    )
    told: list[str] = []
    handle.told = lambda: told.append(handle.state().role)
    handle.start()
    await until(lambda: len(carrier.calls) == 5)
    assert handle.state().role == "sending"
    assert await asyncio.to_thread(handle.stop, 10)
    assert told == ["sending", "ended"], "of figures alone nobody is told"
    assert handle.state().role == "ended"
    assert world.one("SELECT sent_count FROM campaigns") == 5


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (SettingsError("quiet_hours_file: there is no law.toml"), "quiet_hours_file: there is no law.toml"),
        (KeyError("x"), "KeyError: 'x'"),
    ],
)
async def test_an_engine_that_cannot_begin_says_why_in_a_sentence(error: Exception, said: str) -> None:
    def refuse(_publish: object) -> Engine:
        raise error

    handle = EngineHandle(refuse)
    handle.start()
    assert await asyncio.to_thread(handle.stop, 10)
    assert handle.state().last_error == f"the scheduler has ended: {said}"
