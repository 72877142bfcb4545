"""When an app is at rest: its loop has nothing more to do, and all is painted.

Textual's pilot asks every widget, and then sleeps until the process has hardly done anything for a while:
that took most of the time of these tests. Here the loop itself is asked. What goes on in other threads is not
seen: `tests.support.screen` waits for the workers that wait for them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from time import monotonic
from typing import Any

import textual.app
import textual.pilot
from textual.app import App
from textual.pilot import Pilot

from trd_tui.tui.collecting import has_more_to_do

LONGEST_S = 20.0
"""Seconds after which an app never rests."""

_press_keys = App._press_keys


async def at_rest(app: App[Any]) -> bool:
    """Let the app do all that it can do now, and paint; whether it has met no fault.

    Raises:
        TimeoutError: it goes on for ever.
    """
    loop = asyncio.get_running_loop()
    longest = monotonic() + LONGEST_S
    quiet = 0
    while quiet < 2 and app._exception is None:
        if monotonic() > longest:
            raise TimeoutError(f"the app was not at rest within {LONGEST_S:g} s")
        await asyncio.sleep(0)
        if app._batch_count and not app._exit:  # nothing is painted until it is over
            await asyncio.sleep(0.001)
            quiet = 0
            continue
        if not has_more_to_do(loop):
            await _catch_up(app)
        quiet = 0 if has_more_to_do(loop) else quiet + 1
    return app._exception is None


async def _catch_up(app: App[Any]) -> None:
    """What moves comes to its end, and what waits for the next frame is done now."""
    await app.animator.wait_until_complete()
    if app._screen_stack:
        app._check_resize()
        app.screen._on_timer_update()


def make_pilots_quick() -> None:
    """From here on Textual's pilots wait for the loop, between two keys as well."""

    async def wait_for_screen(self: Pilot[Any], *_: float) -> bool:
        return await at_rest(self.app)

    async def press_keys(self: App[Any], keys: Iterable[str]) -> None:
        for key in keys:
            await _press_keys(self, [key])
            await at_rest(self)

    async def no_sleep(*_: float) -> None:
        """What has been waited for is not waited for again."""

    Pilot._wait_for_screen = wait_for_screen  # type: ignore[assignment,method-assign]
    App._press_keys = press_keys  # type: ignore[method-assign]
    for module in (textual.app, textual.pilot):
        module.wait_for_idle = no_sleep  # type: ignore[attr-defined]
