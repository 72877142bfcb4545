"""Taking the last act back: ``z`` is about that one alone, and asks before it goes on to one before it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from trd_tui.domain.sentences import closed
from trd_tui.tui.work import begin

if TYPE_CHECKING:
    from trd_tui.tui.acts import Done
    from trd_tui.tui.app import TrdApp
    from trd_tui.tui.base import DeskScreen

NOT_BACK = "This cannot be taken back here"
"""The title where an act stays."""


def press(screen: DeskScreen, place: str) -> None:
    """Take the last act back, or say why it stays.

    Nothing older is touched unasked: neither what lies before an act that stays, nor what was done where
    this screen does not show it.

    Args:
        screen: where the key was pressed.
        place: which acts this screen shows.
    """
    app = screen.trd
    if app.desk is None:
        return
    if app.acting:  # its own act is not among those that are over yet
        app.notify("The last act is still under way; esc calls it off.", severity="warning")
    elif not app.done:
        app.notify("There is nothing to undo.", severity="warning")
    elif app.done[-1].take_back is None:
        _stays(app, _taken(app))
    elif app.done[-1].under or app.done[-1].place != place:
        app.begin_question(app, partial(_ask, screen, app.done[-1]), group="acts")
    else:
        begin(app, partial(_take_back, screen, _taken(app)), group="acts")
    screen.say_hints()


def further(app: TrdApp) -> str:
    """What the next ``z`` does, as a sentence with a blank before it; empty where it takes nothing back."""
    if not app.can_undo:
        return ""
    before = app.done[-1]
    if before.under:
        return f" z again asks whether to take back {before.what}, which was done before."
    return f" z again takes back {before.what}, which was done before."


def _taken(app: TrdApp) -> Done:
    """The last act, which is no more what ``z`` is about."""
    app.undo_changed()
    return app.done.pop()


def _stays(app: TrdApp, done: Done) -> None:
    if app.done:
        later = f"{done.what}, which stays" if isinstance(done.stays, str) else done.what
        app.done[-1] = app.done[-1]._replace(under=later)
    app.notify(
        f"{done.why}{further(app)}", title=NOT_BACK, severity="warning", timeout=10, names_undo=app.can_undo
    )


async def _ask(screen: DeskScreen, done: Done) -> None:
    from trd_tui.tui.dialogs import Confirm

    app = screen.trd
    if done.under:
        sentence = f"Done before {done.under}: {done.what}. Take it back?"
    else:
        sentence = f"The last act was not on this screen: {done.what}. Take it back?"
    if await app.push_screen_wait(Confirm("Undo?", sentence, "Take back")) and done in app.done:
        app.done.remove(done)
        app.undo_changed()
        await _take_back(screen, done)


async def _take_back(screen: DeskScreen, done: Done) -> None:
    """One after the other, as they were asked for. What is refused stays, and is not in the way of others."""
    from trd_tui.domain.refused import RefusedError

    app = screen.trd
    if done.take_back is None:
        return
    try:
        async with app.undoing:
            await done.take_back()
    except RefusedError as error:
        _stays(app, done._replace(stays=closed(str(error))))
        app.say_progress()
        return
    except Exception:  # it can be tried again
        app.done.append(done)
        app.undo_changed()
        raise
    app.read_again()
    app.say_progress()
