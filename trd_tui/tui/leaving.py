"""Leaving: a screen, or the app. What is half typed is kept, and nobody is asked anything."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from trd_tui.tui.base import DeskScreen
from trd_tui.tui.work import begin

if TYPE_CHECKING:
    from trd_tui.tui.app import TrdApp

log = logging.getLogger(__name__)


def leave(app: TrdApp, screens: Iterable[object], go: Callable[[], object]) -> None:
    """Keep what is half typed on these screens, then go, and say what is not saved; keys wait for it."""
    left = [screen for screen in screens if isinstance(screen, DeskScreen)]

    async def keep_and_go() -> None:
        said = [sentence for screen in left if (sentence := screen.unsaved())]
        for screen in left:
            await screen.keep_typed()
        go()
        for each in said:
            app.notify(f"{each}, kept for your next look at its touches.", title="Not saved")

    app.begin_question(app, keep_and_go, group="leave-screens")


async def keep(app: TrdApp) -> None:
    """Keep what is half typed on any screen of any part, as far as the database takes it."""
    for stack in list(app._screen_stacks.values()):
        for screen in stack:
            if isinstance(screen, DeskScreen):
                try:
                    await screen.keep_typed()
                except Exception as error:  # a full disk must keep nobody from leaving
                    log.warning("what was typed on %s is lost: %s", screen.name_in_table, error)


def leave_app(app: TrdApp) -> None:
    """Drain what is being sent, then leave; there may be nobody any more who could answer a question."""
    app.workers.cancel_group(app, "watch")
    app.workers.cancel_group(app, "open")
    begin(app, partial(_leave, app), group="leave", exclusive=True)


async def _leave(app: TrdApp) -> None:
    while app.acting and app.long_act is not None:  # its chunk is finished, and said what became of it
        app.long_act.cancel()
        await asyncio.sleep(0.02)
    await keep(app)
    desk, app.desk = app.desk, None
    if desk is not None:
        app.notify("Draining what is being sent …", timeout=30)
        await desk.close()
    app.exit()
