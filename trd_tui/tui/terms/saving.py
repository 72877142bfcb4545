"""Saving the schedule and limits of a campaign, and discarding what is not saved: both ask before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trd_tui.services.edit_views import EditError
from trd_tui.services.term_views import typed_parts
from trd_tui.services.views import ActCancelledError
from trd_tui.tui.actions import shown
from trd_tui.tui.dialogs import Confirm
from trd_tui.tui.edit_lines import Saving, consequence
from trd_tui.tui.long_act import LongAct
from trd_tui.tui.telling import TOLD_S
from trd_tui.tui.terms.lines import goes_on_line, question_notes

if TYPE_CHECKING:
    from trd_tui.tui.app import TrdApp
    from trd_tui.tui.terms.screen import TermsScreen


async def save(screen: TermsScreen) -> None:
    """Preview, ask, save and tell. What was typed stays whatever goes wrong."""
    app = screen.trd
    if app.acting:
        app.notify("The last act is still under way; esc calls it off.", severity="warning")
        return
    app.acting = True
    try:
        await _save(app, screen)
    except (EditError, ActCancelledError) as error:
        said = str(error) or "Nothing was changed."
        app.notify(said, title="Not saved", severity="warning", timeout=TOLD_S)
    finally:
        app.acting = False
        app.long_act = None
        app.say_progress()
        if screen.is_open and screen.found is not None:
            screen.hold(False)
            screen.live()


async def _save(app: TrdApp, screen: TermsScreen) -> None:
    desk = screen.ready
    await screen.read()
    found = screen.found
    if found is None:
        return
    if found.refusal is not None:
        raise EditError(found.refusal)
    if found.faults:
        screen.form.to_field(found.faults[0].field)
        return
    if not typed_parts(found.sheet):
        app.notify("There is nothing to save.", severity="warning")
        return
    app.long_act = LongAct("Looking", "contacts", lambda: app.call_later(app.say_progress))
    preview = await desk.terms.preview(found.sheet, app.long_act.report)
    app.long_act = None
    app.say_progress()
    if not preview.changes:
        app.notify("There is nothing to save: it says the same as what is stored.", severity="warning")
        return
    question = Confirm(
        "Save schedule and limits?",
        f"{consequence(preview)} z does not take it back: what is saved is changed again.",
        "Save",
        notes=question_notes(preview, found, desk),
        danger=bool(found.crossed),
    )
    if not await app.push_screen_wait(question):
        return
    screen.hold(True)
    app.long_act = Saving("Saving", "contacts", lambda: app.call_later(app.say_progress))
    done = await desk.terms.save(found.sheet, found.stored.version, app.long_act.report)
    screen.found = None
    key = shown("steps", "S")
    stays = f"{done.name} stays as it was saved; {key} opens its schedule and limits, to change them back."
    app.did_for_good(f"the saving of the schedule and limits of {done.name}", stays)
    after = f". {goes_on_line()}" if preview.goes_on else ""
    app.notify(done.message + after, title=f"Saved {done.name}", timeout=TOLD_S if after else None)
    if screen.is_open:
        screen.over()


async def discard(screen: TermsScreen) -> None:
    """Ask, then show what is stored."""
    lost = screen.unsaved()
    if lost is None:
        return
    question = Confirm(
        "Discard?", f"{lost}: what you typed would be lost; z does not bring it back.", "Discard", danger=True
    )
    if await screen.app.push_screen_wait(question):
        await screen.ready.terms.keep(screen.campaign_id, None)
        screen.forget()
        await screen.read()
        screen.trd.did_for_good("the discarding of what was typed", f"{lost}: it stays discarded.")
