"""Keys go before live figures: while they come, the database is looked at once a second."""

from __future__ import annotations

import asyncio
from itertools import accumulate
from types import SimpleNamespace

import pytest

from tests.support.fake_desk import FakeDesk
from trd_tui.tui import watching as module
from trd_tui.tui.app import TrdApp
from trd_tui.tui.desk import EngineView
from trd_tui.tui.watching import LATEST, POLL, RESTED, RESTING, STIRRING


class Held:
    """A clock that only waiting moves, and a key that may be held down."""

    def __init__(self, app: TrdApp, *, held: bool) -> None:
        self.app = app
        self.held = held
        self.now = 100.0

    def monotonic(self) -> float:
        """The time."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Wait; meanwhile the key is repeated."""
        self.now += seconds
        if self.held:
            self.app.watching.last_key = self.now - 0.03


def scene(patch: pytest.MonkeyPatch, *, held: bool) -> Held:
    async def open_desk() -> FakeDesk:
        return FakeDesk()

    held_key = Held(TrdApp(open_desk), held=held)
    patch.setattr(module, "time", SimpleNamespace(monotonic=held_key.monotonic))
    clocked = {**vars(asyncio), "sleep": lambda seconds: held_key.sleep(seconds)}
    patch.setattr(module, "asyncio", SimpleNamespace(**clocked))
    return held_key


async def test_a_look_waits_until_the_keys_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    key = scene(monkeypatch, held=False)
    key.app.watching.last_key = key.now - 0.05
    assert await key.app.watching.rested() == pytest.approx(100 - 0.05 + RESTED)


async def test_without_keys_a_look_is_made_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await scene(monkeypatch, held=False).app.watching.rested() == 100


async def test_a_held_key_keeps_figures_back_for_a_second_and_no_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key = scene(monkeypatch, held=True)
    key.app.watching.last_key = key.now
    assert LATEST <= await key.app.watching.rested() - 100 < LATEST + RESTED


async def test_a_stop_is_seen_before_figures_that_a_held_key_keeps_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key, desk, seen = scene(monkeypatch, held=True), FakeDesk(), []
    key.app.desk, desk.is_stopped = desk, True

    async def rested() -> float:
        seen.append(key.app.halted)
        raise EndedError

    key.app.watching.last_key = key.now
    monkeypatch.setattr(key.app.watching, "rested", rested)
    with pytest.raises(EndedError):
        await key.app.watching.run()
    assert seen == [True]


async def test_a_key_is_noted_when_it_comes() -> None:
    async def open_desk() -> FakeDesk:
        return FakeDesk()

    app = TrdApp(open_desk, poll=3600)
    async with app.run_test() as pilot:
        assert not app.watching.last_key
        await pilot.press("j")
        assert app.watching.last_key


BEGUN = 20
"""Seconds past a minute at which what follows begins; its next minute begins 40 s later."""


async def pauses_between_looks(patch: pytest.MonkeyPatch, role: str) -> list[float]:
    """Seventy seconds of which the first begins with a change, and in which nothing changes then."""
    clock, desk = scene(patch, held=False), FakeDesk()
    desk.role, desk.instant = EngineView(role), BEGUN * 1000
    clock.app.desk = desk
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        if seconds <= 0:
            return
        pauses.append(round(seconds, 6))
        clock.now += seconds
        desk.instant = round((clock.now - 100 + BEGUN) * 1000)
        if clock.now > 170:
            raise EndedError

    async def look(_token: int | None) -> int:
        return 7

    patch.setattr(clock, "sleep", sleep)
    patch.setattr(clock.app.watching, "_doze", sleep)
    patch.setattr(clock.app, "look", look)
    with pytest.raises(EndedError):
        await clock.app.watching.run()
    return pauses


class EndedError(Exception):
    """The scene is over."""


async def test_what_stirs_is_looked_at_often_and_what_rests_wakes_the_processor_seldom(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pauses = await pauses_between_looks(monkeypatch, "sending")
    stirring = round(STIRRING / POLL)
    assert pauses[:stirring] == [POLL] * stirring
    ends = list(accumulate(pauses))
    assert pauses[stirring:] == [RESTING, pytest.approx(60 - BEGUN - ends[stirring]), RESTING]


async def test_a_starting_scheduler_is_looked_at_often(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(await pauses_between_looks(monkeypatch, "starting")) == {POLL / 5}


@pytest.mark.parametrize("by", ["another process", "a key"])
async def test_a_resting_screen_wakes_at_once(by: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STIRRING", 0)
    monkeypatch.setattr(module, "RESTING", 3600)
    desk, looked, dozing = FakeDesk(), asyncio.Event(), asyncio.Event()

    async def open_desk() -> FakeDesk:
        return desk

    app = TrdApp(open_desk, poll=0)
    app.desk = desk
    doze = app.watching._doze

    async def seen_to_doze(seconds: float) -> None:
        dozing.set()
        await doze(seconds)

    async def look(_token: int | None) -> int:
        looked.set()
        return 7

    monkeypatch.setattr(app.watching, "_doze", seen_to_doze)
    monkeypatch.setattr(app, "look", look)
    watching = asyncio.create_task(app.watching.run())
    await dozing.wait()
    looked.clear()
    if by == "a key":
        app.watching.key_came()
    else:
        await asyncio.to_thread(desk.wake)
    async with asyncio.timeout(10):
        await looked.wait()
    watching.cancel()
