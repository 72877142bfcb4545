"""When garbage is collected: between keys, not on them.

A whole collection walks everything that is alive, and no key is answered meanwhile. Python begins one when
enough has been made, which is while a screen is opened. Here it waits for the moment after; what the small
collections leave is little until then.
"""

from __future__ import annotations

import asyncio
import gc
import time
from typing import TYPE_CHECKING

from textual.css.scalar import Scalar
from textual.geometry import Region
from textual.screen import Screen
from textual.widget import Widget

if TYPE_CHECKING:
    from trd_tui.tui.app import TrdApp

NEVER = 1_000_000
"""As a threshold: Python begins no whole collection by itself."""

ENOUGH = 4
"""Small collections after which a whole one is worth while when nobody types."""

TOO_MUCH = 5
"""Small collections after which it waits only for the end of the key that is under way."""

BUSY_S = 0.01
"""Seconds for one round of the loop in which it has much to do.

A collection waits for a shorter one, and for a moment at which nothing else is to be done: a key would wait
for what is done beside it as well.
"""

SLOW_S = 0.04
"""Seconds for one collection that has too much to walk."""

LOOKS = 200
"""Rounds for which it waits at most."""


def begin() -> None:
    """From here on whole collections begin in :class:`Collector` only.

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


class Collector:
    """Collects when it is time, as soon as the loop has little to do, so that no key waits for both.

    Args:
        app: whose garbage it is.
    """

    def __init__(self, app: TrdApp) -> None:
        self._app = app
        self._frozen_parts = 0
        self._waits = False

    def collect(self, *, quiet: bool) -> None:
        """Collect garbage, if it is time; ``quiet`` when nobody types."""
        if due(quiet=quiet) and not self._waits:
            self._waits = True
            for widget in self._app._registry:  # lets go of its last message, and so of a screen that is gone
                widget.call_later(_nothing)
            loop = asyncio.get_running_loop()
            loop.call_soon(self._look, loop, loop.time(), LOOKS)

    def _look(self, loop: asyncio.AbstractEventLoop, asked: float, left: int) -> None:
        now = loop.time()
        if left and (now - asked > BUSY_S or has_more_to_do(loop)):
            loop.call_soon(self._look, loop, now, left - 1)
            return
        self._waits = False
        if due(quiet=True):
            forget_places()
            forget_hidden(self._app)
            begun = time.perf_counter()
            gc.collect()
            if self._stays(time.perf_counter() - begun):
                gc.freeze()

    def _stays(self, took: float) -> bool:
        """Whether what is alive stays for good, so that no collection need walk it again.

        So it is when nothing is open that will be closed, and there are more parts than before or too much
        to walk. What dies of it in a circle all the same is never collected.
        """
        app = self._app
        first = [stack[0] for stack in app._screen_stacks.values() if len(stack) == 1]
        closing = any(isinstance(node, Screen) and node not in first for node in app._registry)
        parts = len(app._screen_stacks)
        if closing or len(first) < parts or (parts == self._frozen_parts and took < SLOW_S):
            return False
        self._frozen_parts = parts
        return True


def has_more_to_do(loop: asyncio.AbstractEventLoop) -> bool:
    """Whether anything else is due in this round of the loop, or in the next."""
    return bool(getattr(loop, "_ready", ()))  # its own; one without it is judged by its rounds alone


def _nothing() -> None:
    """What a widget is given to do that waits with its last message in hand."""


def forget_places() -> None:
    """Let go of the places that Textual has worked out and keeps by the thousand.

    They are cheap to work out again, and were a third of all that a collection had to walk.
    """
    for kept in (Region, Scalar):
        for each in vars(kept).values():
            clear = getattr(getattr(each, "__func__", each), "cache_clear", None)
            if clear is not None:
                clear()


def forget_hidden(app: TrdApp) -> None:
    """Let go of what screens that nobody sees have painted, and of how large their parts were.

    It is painted anew when they are seen again, and was almost half of all that a collection had to walk.
    """
    shown = {app.screen, *app._background_screens}
    for stack in app._screen_stacks.values():
        for screen in stack:
            if screen not in shown:
                for widget in screen.walk_children(with_self=True):
                    if isinstance(widget, Widget):
                        widget._styles_cache.clear()
                        widget._arrangement_cache.clear()
                        widget._box_model_cache.clear()
