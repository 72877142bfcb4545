"""When an app rests: its own word for it instead of Textual's, which watches the processor for 20 ms a look.

Textual's tests take a process for idle once it computes next to nothing, whatever is still to be done. Here
an app rests when nothing is queued, nothing waits to be painted and no timer is about to ring.
"""

from __future__ import annotations

import asyncio
from time import process_time
from typing import Any

import textual.app
import textual.pilot
from textual._context import active_app
from textual.app import App

LOOK_S = 0.005
"""Between two looks."""

BUSY = 0.1
"""Share of a look that a process computes, at least, while another of its threads works for the app."""

SOON_S = 0.08
"""A timer that rings sooner is waited for: so long is what a key sets off put off at most."""


def rests(app: App[Any], until: float) -> bool:
    """Whether all that is known to be done has been done and painted, and no timer rings until then."""
    if any(node.message_queue_size or node._next_callbacks for node in list(app._registry)):
        return False
    screen = app.screen
    if screen._dirty_widgets or screen._layout_required or screen._callbacks:
        return False
    loop: Any = asyncio.get_running_loop()
    return not any(timer.when() < until for timer in loop._scheduled if not timer.cancelled())


async def wait_for_idle(min_sleep: float = 0.02, max_sleep: float = 1) -> None:
    """Wait until the app rests, for ``max_sleep`` seconds at most; in Textual's place.

    A timer that rings again and again is waited for within ``SOON_S`` from the beginning only.
    """
    app = active_app.get(None)
    begun = asyncio.get_running_loop().time()
    while True:
        computed = process_time()
        await asyncio.sleep(LOOK_S)
        took = asyncio.get_running_loop().time() - begun
        quiet = process_time() - computed < LOOK_S * BUSY
        resting = app is None or not app._screen_stack or rests(app, begun + SOON_S)
        if took >= max_sleep or (took >= min_sleep and quiet and resting):
            return


def use() -> None:
    """From here on every pilot waits so."""
    for module in (textual.app, textual.pilot):
        module.wait_for_idle = wait_for_idle  # type: ignore[attr-defined]
