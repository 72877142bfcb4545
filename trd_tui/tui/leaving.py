"""Leaving: a screen, or the app. What is half typed is kept; who alone sends is asked before it ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from trd_tui.tui import format as show
from trd_tui.tui.base import DeskScreen
from trd_tui.tui.work import begin

if TYPE_CHECKING:
    from trd_tui.services.views import Overview
    from trd_tui.tui.app import TrdApp
    from trd_tui.tui.desk import Desk

log = logging.getLogger(__name__)

READ_S = 1.0
"""Seconds for which the question waits for its figures: a database that is stuck keeps nobody here."""

WHO_ELSE = (
    "`trd run` on a server keeps sending without an app. What falls due while nobody sends is dated by each "
    "campaign's resume policy."
)


def leave(app: TrdApp, screens: Iterable[object], go: Callable[[], object]) -> None:
    """Keep what is half typed on these screens, then go, and say what is not saved; keys wait for it."""
    left = [screen for screen in screens if isinstance(screen, DeskScreen)]

    async def keep_and_go() -> None:
        said = [(sentence, screen.kept_where) for screen in left if (sentence := screen.unsaved())]
        for screen in left:
            await screen.keep_typed()
        go()
        for each, where in said:
            app.notify(f"{each}, kept for your next look at {where}.", title="Not saved")

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


async def ask_and_leave(app: TrdApp) -> None:
    """Leave the app; where campaigns then stand still until somebody else sends, ask before."""
    from trd_tui.tui.dialogs import LeaveQuestion

    desk = app.desk
    overview = None if desk is None else await _only_sent_here(app, desk)
    if any(isinstance(screen, LeaveQuestion) for screen in app.screen_stack):
        return
    if desk is not None and overview is not None:
        asked = LeaveQuestion("Leave?", what_stands_still(overview, desk), "Leave", notes=(WHO_ELSE,))
        if not await app.push_screen_wait(asked):
            return
    leave_app(app)


async def _only_sent_here(app: TrdApp, desk: Desk) -> Overview | None:
    """The figures, when messages wait that nobody sends once this app is left.

    Another open app takes over at once, and a demonstration ends with its own.
    """
    if desk.engine().role != "sending" or desk.speed != 1 or app.halted:
        return None
    try:
        async with asyncio.timeout(READ_S):
            overview, connected = await desk.overview(), await desk.connected()
    except Exception as error:  # whoever wants to leave a broken database leaves it
        log.warning("left without a question, the figures cannot be read: %s", error)
        return None
    alone = all(each.own for each in connected)
    return overview if alone and overview.active_waiting and not overview.stopped else None


def what_stands_still(overview: Overview, desk: Desk) -> str:
    """What leaving means for the campaigns, in two sentences."""
    active, waiting, now = overview.counts.get("active", 0), overview.active_waiting, desk.now()
    ahead = overview.next_message
    due = f"; the next is due {show.when(max(ahead.at, now), now, desk.zone)}" if ahead else ""
    return (
        f"{show.plural(active, 'active campaign')} {'goes' if active == 1 else 'go'} on only while trd runs: "
        f"this app alone sends. {show.plural(waiting, 'message')} {'waits' if waiting == 1 else 'wait'}{due}."
    )


def leave_app(app: TrdApp) -> None:
    """Drain what is being sent, then leave; there may be nobody any more who could answer a question.

    Asked again it changes nothing: a line that drops is told twice, by the system and by the shell.
    """
    if any(worker.group == "leave" and not worker.is_finished for worker in app.workers):
        return
    app.workers.cancel_group(app, "watch")
    app.workers.cancel_group(app, "open")
    begin(app, partial(_leave, app), group="leave")


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
