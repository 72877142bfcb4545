"""When garbage is collected: between keys, not on them.

A whole collection walks everything that is alive, and no key is answered meanwhile. Python begins one when
enough has been made, which is while a screen is opened. Here it waits for the moment after; what the small
collections leave is little until then.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable

NEVER = 1_000_000
"""As a threshold: Python begins no whole collection by itself."""

ENOUGH = 4
"""Small collections after which a whole one is worth while when nobody types."""

TOO_MUCH = 12
"""Small collections after which it waits only for the end of the key that is under way."""

BUSY_S = 0.01
"""Seconds for one round of the loop in which it has much to do; a collection waits for a shorter one."""

SLOW_S = 0.04
"""Seconds for one collection that has too much to walk."""

LOOKS = 20
"""Rounds for which it waits at most."""


def begin() -> None:
    """From here on whole collections begin in :func:`collect_soon` only.

    What has been imported until now stays: no collection need ever walk it again.
    """
    gc.freeze()
    small, middle, _ = gc.get_threshold()
    gc.set_threshold(small, middle, NEVER)
    gc.enable()


def end() -> None:
    """Python collects by itself again."""
    small, middle, _ = gc.get_threshold()
    gc.set_threshold(small, middle, 10)
    gc.enable()


def due(*, quiet: bool) -> bool:
    """Whether it is time for a whole collection; ``quiet`` when nobody types."""
    return gc.get_threshold()[2] == NEVER and gc.get_count()[2] >= (ENOUGH if quiet else TOO_MUCH)


def nothing() -> None:
    """What a widget is given to do that waits with its last message in hand."""


def collect_soon(staying: Callable[[float], bool]) -> None:
    """Collect as soon as the loop has little to do, so that no key waits for both.

    Args:
        staying: told how many seconds a collection took; says whether what is alive now stays for good, so
            that none need walk it again. What dies of it in a circle all the same is never collected.
    """
    loop = asyncio.get_running_loop()

    def look(asked: float, left: int) -> None:
        now = loop.time()
        if now - asked > BUSY_S and left:
            loop.call_soon(look, now, left - 1)
        elif due(quiet=True):
            begun = time.perf_counter()
            gc.collect()
            if staying(time.perf_counter() - begun):
                gc.freeze()

    loop.call_soon(look, loop.time(), LOOKS)
