"""Leaving what has something unsaved in it: only after a question."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from trd_tui.tui.base import DeskScreen

if TYPE_CHECKING:
    from trd_tui.tui.app import TrdApp


def leave(app: TrdApp, screens: Iterable[object], go: Callable[[], object]) -> None:
    """Go at once when nothing would be lost with these screens, else after it was agreed to."""
    lost = [said for screen in screens if isinstance(screen, DeskScreen) and (said := screen.unsaved())]
    if lost:
        app.begin_question(app, partial(_ask, app, lost, go), group="acts")
    else:
        go()


async def _ask(app: TrdApp, lost: list[str], go: Callable[[], object]) -> None:
    from trd_tui.tui.dialogs import Confirm

    question = Confirm("Leave without saving?", "\n".join(lost), "Discard", danger=True)
    if await app.push_screen_wait(question):
        go()
