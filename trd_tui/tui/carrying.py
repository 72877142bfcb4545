"""Carrying something long out: one at a time, with its progress in the line of hints; esc calls it off."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from trd_tui.tui.long_act import LongAct

if TYPE_CHECKING:
    from trd_tui.tui.app import TrdApp

T = TypeVar("T")


async def carry(app: TrdApp, doing: str, unit: str, work: Callable[[LongAct], Awaitable[T]]) -> T | None:
    """Do it; ``None`` when another one is under way, which is said.

    Args:
        app: whose line of hints shows it; it goes on when the screen is left.
        doing: the word for it: ``Importing``.
        unit: what is counted.
        work: does it; is given whom to tell how far it is, and whom to ask whether it was called off.

    Raises:
        ActCancelledError: it was called off.
    """
    if app.acting:
        app.notify("The last act is still under way; esc calls it off.", severity="warning")
        return None
    app.acting = True
    running = app.long_act = LongAct(doing, unit, lambda: app.call_later(app.say_progress))
    try:
        return await work(running)
    finally:
        app.acting, app.long_act = False, None
        app.say_progress()
