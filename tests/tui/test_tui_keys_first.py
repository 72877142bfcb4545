"""Keys go before live figures: while they come, the database is looked at once a second."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.support.fake_desk import FakeDesk
from trd_tui.tui import watching as module
from trd_tui.tui.app import TrdApp
from trd_tui.tui.desk import EngineView
from trd_tui.tui.watching import LATEST, POLL, RESTED


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
    patch.setattr(module, "asyncio", SimpleNamespace(sleep=held_key.sleep))
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


async def test_a_key_is_noted_when_it_comes() -> None:
    async def open_desk() -> FakeDesk:
        return FakeDesk()

    app = TrdApp(open_desk, poll=3600)
    async with app.run_test() as pilot:
        assert not app.watching.last_key
        await pilot.press("j")
        assert app.watching.last_key


async def pauses_between_looks(patch: pytest.MonkeyPatch, role: str) -> list[float]:
    """Ten seconds in which nothing changes."""
    clock, desk = scene(patch, held=False), FakeDesk()
    desk.role = EngineView(role)
    clock.app.desk = desk
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        clock.now += seconds
        if clock.now > 110:
            raise EndedError

    async def look(_token: int | None) -> int:
        return 7

    patch.setattr(module, "asyncio", SimpleNamespace(sleep=sleep))
    patch.setattr(clock.app, "look", look)
    with pytest.raises(EndedError):
        await clock.app.watching.run()
    return pauses


class EndedError(Exception):
    """The scene is over."""


async def test_a_change_is_looked_for_often_enough_to_be_seen_within_300_ms(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert set(await pauses_between_looks(monkeypatch, "sending")) == {POLL}
    assert POLL <= 0.2


async def test_a_starting_scheduler_is_looked_at_often(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(await pauses_between_looks(monkeypatch, "starting")) == {POLL / 5}
