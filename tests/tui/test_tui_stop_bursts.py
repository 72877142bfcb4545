"""The emergency stop under keys in bursts, a slow database and a colleague who stops and releases, too.

What was wrong with it in the past was an order of the same few events: so here they come in any order.
"""

from __future__ import annotations

import asyncio
from random import Random

import pytest
from textual import events

from tests.support.fake_desk import FakeDesk
from tests.support.screen import Driver, driving
from trd_tui.services.views import Overview
from trd_tui.tui.stopping import RELEASED, STOPPED

KEYS = {"!": "exclamation_mark", "y": "y", "n": "n", "f5": "f5"}
COLLEAGUE = ("stops", "releases")
ROUNDS = 60
"""Bursts and acts of a colleague in one life of the app."""


class SlowDesk(FakeDesk):
    """A desk whose database takes any time: each answer lets the loop go round up to thirty times."""

    def __init__(self, dice: Random) -> None:
        super().__init__()
        self._dice = dice

    async def _wait(self) -> None:
        for _ in range(self._dice.choice((0, 0, 1, 2, 5, 12, 30))):
            await asyncio.sleep(0)

    async def token(self) -> int:
        await self._wait()
        return await super().token()

    async def overview(self) -> Overview:
        seen = await super().overview()
        await self._wait()  # what is answered may have changed meanwhile
        return seen

    async def stop_everywhere(self) -> None:
        await self._wait()
        await super().stop_everywhere()
        await self._wait()

    async def release(self, seen: Overview) -> bool:
        await self._wait()
        released = await super().release(seen)
        await self._wait()
        return released


async def quiet(d: Driver) -> None:
    """All is done, and what others did has been heard of."""
    await d.settle()
    await d.look()
    await d.settle()


async def do(d: Driver, what: str) -> None:
    """A key, not waited for; or what somebody else does."""
    if what in KEYS:
        d.app.post_message(events.Key(KEYS[what], what if len(what) == 1 else None))
    elif what == "stops":
        await FakeDesk.stop_everywhere(d.desk)
    else:
        d.desk.released_elsewhere()


def must_stand(done: list[str]) -> bool:
    """Whether the last word was a stop: a key, or somebody else's with no answer on its way to a release."""
    words = [what for what in done if what in ("!", "y", *COLLEAGUE)]
    return words[-1:] == ["!"] or (words[-1:] == ["stops"] and "y" not in words)


def check(d: Driver, done: list[str], *, asked: bool) -> None:
    """What the screen says is what is so.

    Args:
        d: at rest.
        done: since it was checked last.
        asked: whether the question of a release stood open then.
    """
    stop = d.desk.is_stopped
    assert stop or not must_stand(done)
    if stop and asked and done == ["y"]:
        assert "The stop has changed since you were asked." in " ".join(d.text().split())
    assert "y" in done or ("release",) not in d.desk.calls
    d.desk.calls.clear()
    assert d.app.stop.is_set is stop
    titles = {toast.title for toast in d.app._notifications}
    assert (RELEASED if stop else STOPPED) not in titles, d.toasts()
    if d.top == "Confirm":
        assert stop, "a release is asked about that is over"
    else:
        assert ("STOPPED" in d.line("#topbar")) is stop


MANY = [pytest.param(seed, marks=pytest.mark.slow) for seed in range(8, 200)]


@pytest.mark.parametrize("seed", [*range(8), *MANY])
async def test_whatever_comes_together_the_last_key_counts_and_what_is_told_is_so(seed: int) -> None:
    dice = Random(seed)
    desk, lives, asked = SlowDesk(dice), [list[str]()], False
    async with driving(desk) as d:
        try:
            for _ in range(ROUNDS):
                for _ in range(dice.randint(1, 4)):
                    what = dice.choice(("!", "y", *KEYS, *KEYS, *COLLEAGUE))
                    lives[-1].append(what)
                    await do(d, what)
                    for _ in range(dice.choice((0, 0, 0, 1, 3, 10, 30))):
                        await asyncio.sleep(0)
                if dice.random() < 0.8:
                    await quiet(d)
                    check(d, lives[-1], asked=asked)
                    lives.append([])
                    asked = d.top == "Confirm"
            await quiet(d)
            check(d, lives[-1], asked=asked)
        except BaseException as error:
            error.add_note(f"seed {seed}: {' | '.join(map(' '.join, lives))}")
            raise
