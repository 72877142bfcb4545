"""Leaving screens: what is half typed on them is kept, and of what is not saved it is said."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from trd_tui.tui.base import DeskScreen

if TYPE_CHECKING:
    from trd_tui.tui.app import TrdApp


def leave(app: TrdApp, screens: Iterable[object], go: Callable[[], object]) -> None:
    """Keep what is half typed on these screens, then go; keys wait for it."""
    left = [screen for screen in screens if isinstance(screen, DeskScreen)]

    async def keep_and_go() -> None:
        said = [sentence for screen in left if (sentence := screen.unsaved())]
        for screen in left:
            await screen.keep_typed()
        go()
        for each in said:
            app.notify(f"{each}, kept for your next look at its touches.", title="Not saved")

    app.begin_question(app, keep_and_go, group="leave-screens")
