"""When each victim is to die: at a named point of the send path, or at any moment."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import NamedTuple

from trd_tui.engine.checkpoints import POINTS

ENDING = ("draining", "lease released")
"""Points that only a process passes that was asked to end."""

LOOKING = ("look begins", "look answered")
"""Points that are passed only where a message is unknown."""

OFTEN = {"before call": 80, "call answered": 80, "claim begins": 8, "intent committed": 4}
OFTEN |= {"record begins": 12, "recorded": 12, "look begins": 4, "look answered": 4, "lease renewed": 3}
"""At up to the how-manieth passing a victim dies there; elsewhere at the first."""


class Death(NamedTuple):
    """How a victim dies: at a passing of a point, or so many seconds after its first call."""

    point: str
    passing: int
    after_s: float


def deaths(seed: int) -> Iterator[Death]:
    """Endless and the same for the same seed: each point in turn, a random moment between two of them."""
    chance = random.Random(seed)
    points: list[str] = []
    while True:
        if not points:
            points = list(POINTS)
            chance.shuffle(points)
        point = points.pop()
        yield Death(point, chance.randint(1, OFTEN.get(point, 1)), 0.0)
        yield Death("", 0, chance.random() * 0.35)


def one_at_each_point(points: tuple[str, ...]) -> Iterator[Death]:
    """Each of these points once, at its first passing or one soon after."""
    for point in points:
        yield Death(point, min(3, OFTEN.get(point, 1)), 0.0)
