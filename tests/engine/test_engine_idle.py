"""A scheduler that has nothing to settle asks the database nothing until somebody has written."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from tests.engine.conftest import OPTIONS
from tests.support.carriers import ListedCarrier
from tests.support.world import START, World
from trd_tui.clock import Anchor, VirtualClock, real_now
from trd_tui.engine import term as term_module
from trd_tui.engine.courier import Courier
from trd_tui.engine.scheduler import Engine
from trd_tui.engine.term import Term
from trd_tui.store import queue, webhooks
from trd_tui.store.errors import StoreError
from trd_tui.store.lease import LeaseLostError

DAY = 86_400_000


async def test_what_found_nothing_to_do_is_not_done_again_before_somebody_may_have_written() -> None:
    done: list[int | None] = []
    busy, came = False, asyncio.Event()
    made: Any = Term.__new__(Term)
    made.gate, made._written = SimpleNamespace(changes=3), asyncio.Event()

    async def work() -> bool:
        done.append(made.gate.changes)
        came.set()
        return busy

    async def written(changes: int | None) -> int:
        """Somebody writes, or only seems to: how often the work is done within some turns of the loop."""
        made.gate.changes = changes
        made._written.set()
        made._written.clear()
        done.clear()
        for _ in range(20):
            await asyncio.sleep(0)
        return len(done)

    loop = asyncio.create_task(made._every(lambda: 0, work))
    await came.wait()
    assert await written(3) == 0
    assert await written(4) == 1
    assert await written(4) == 0
    busy = True
    assert await written(5) > 3, "while there is something to do it goes on"
    busy = False
    assert await written(None) > 3, "nobody looks: it cannot be known"
    loop.cancel()


async def test_an_idle_engine_sleeps_until_somebody_has_written(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of it is due within seconds; told of a write, it looks, settles it, and sleeps again."""
    looked: set[str] = set()
    for place, name in ((queue, "unplanned"), (term_module, "any_unsettled"), (webhooks, "due")):
        usual = getattr(place, name)

        def look(*args: Any, usual: Any = usual, name: str = name) -> object:
            looked.add(name)
            return usual(*args)

        monkeypatch.setattr(place, name, look)
    monkeypatch.setattr(term_module, "PLAN_EVERY_S", 0.01)
    monkeypatch.setattr(Courier, "pause", lambda _courier: 0.01)
    clock = VirtualClock(Anchor(real_now(), START - DAY, 0.0))
    options = replace(OPTIONS, poll_idle_s=3_600.0, lease_s=600.0, watch_s=3_600.0, reconcile_over_s=0.1)
    engine = Engine(world.url, lambda: ListedCarrier(clock), clock, options, description="test")
    loop: Any = asyncio.get_running_loop()
    stop = asyncio.Event()

    rests = asyncio.Event()
    usual_select = loop._selector.select

    def select(wait: float | None) -> object:
        """The loop tells how long it is going to sleep."""
        if looked == {"unplanned", "any_unsettled", "due"} and (wait is None or wait > 5):
            rests.set()
            wait = 0
        return usual_select(wait)

    monkeypatch.setattr(loop._selector, "select", select)

    async def asleep() -> None:
        """Wait until everything was looked at and the next timer of anything is far away."""
        rests.clear()
        await rests.wait()

    async with asyncio.timeout(30):
        run = asyncio.create_task(engine.run(stop))
        await asleep()
        looked.clear()
        world.campaign(contacts=1)
        engine.touch()
        await asleep()
        stop.set()
        await run


async def test_the_lease_is_renewed_early_and_every_second_once_that_has_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pauses: list[float] = []
    answers = iter([None, StoreError("busy"), StoreError("busy"), None, LeaseLostError()])

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    async def write(*_renewal: object, **_more: object) -> object:
        if isinstance(answer := next(answers), Exception):
            raise answer
        return SimpleNamespace(yield_to=None)

    monkeypatch.setattr(term_module, "asyncio", SimpleNamespace(sleep=sleep))
    made: Any = Term.__new__(Term)
    made.token = 1
    made.holder = SimpleNamespace(owner="me", ttl_ms=lambda: 14_000, complain=lambda _sentence: None)
    made.means = SimpleNamespace(
        options=OPTIONS, clock=SimpleNamespace(real=real_now), store=SimpleNamespace(write=write)
    )
    made.gate = SimpleNamespace(lease_valid_for=lambda _seconds, since_ns: None)
    with pytest.raises(LeaseLostError):
        await made._renew()
    assert pauses == pytest.approx([5.6, 5.6, 1, 1, 5.6])
