"""What asks before it is done: saving a sequence, discarding what is not saved, a test to oneself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trd_tui.domain.definition_values import DefinitionError
from trd_tui.domain.sentences import begun, closed
from trd_tui.services.edit_views import EditError, touch_changes
from trd_tui.services.views import ActCancelledError
from trd_tui.tui import format as show
from trd_tui.tui.campaign.touch_lines import number_of
from trd_tui.tui.dialogs import AskName, Confirm
from trd_tui.tui.edit_lines import Saving, consequence, moves_said, settings_said, touches_said
from trd_tui.tui.long_act import LongAct
from trd_tui.tui.telling import TOLD_S

if TYPE_CHECKING:
    from trd_tui.services.edit_views import EditPreview
    from trd_tui.services.touch_views import Editable
    from trd_tui.tui.app import TrdApp
    from trd_tui.tui.campaign.touch_acts import TouchActs
    from trd_tui.tui.campaign.touch_draft import SequenceDraft


async def save(page: TouchActs) -> None:
    """Preview, ask, save and tell. What was typed stays whatever goes wrong."""
    app, draft = page.campaign.trd, page.draft
    if draft is None or app.acting:
        return
    if not draft.changed:
        app.notify("There is nothing to save.", severity="warning")
        return
    app.acting = True
    try:
        await _save(app, page, draft)
    except DefinitionError as error:
        _point_at(page, draft, error)
    except (EditError, ActCancelledError) as error:
        app.notify(
            str(error) or "Nothing was changed.", title="Not saved", severity="warning", timeout=TOLD_S
        )
    finally:
        app.acting = page.saving = False
        app.long_act = None
        app.say_progress()
        if page.is_running:
            page.show_all()
            page.live()


async def _save(app: TrdApp, page: TouchActs, draft: SequenceDraft) -> None:
    desk = page.desk.touches
    stored = await desk.read(page.campaign_id)
    if stored is None:
        raise EditError("the campaign is gone; another person has deleted it")
    if stored.refusal is not None:
        raise EditError(stored.refusal)
    touches = draft.over(stored)
    app.long_act = LongAct("Looking", "contacts", lambda: app.call_later(app.say_progress))
    preview = await desk.preview(page.campaign_id, touches, draft.send_time, app.long_act.report)
    app.long_act = None
    app.say_progress()
    if not await app.push_screen_wait(_question(draft, stored, preview, page)):
        return
    page.saving = True
    page.show_all()
    app.long_act = Saving("Saving", "contacts", lambda: app.call_later(app.say_progress))
    done = await desk.save(page.campaign_id, touches, draft.send_time, stored.version, app.long_act.report)
    page.saving, page.kept = False, None
    stays = f"The touches of {done.name} stay as they were saved; change them and save again."
    app.did_for_good(f"the saving of the touches of {done.name}", stays)
    app.notify(done.message, title=f"Saved {done.name}")
    now = await desk.read(page.campaign_id)
    if now is not None:
        draft.take(now)


def _question(draft: SequenceDraft, stored: Editable, preview: EditPreview, page: TouchActs) -> Confirm:
    notes: list[str] = []
    if draft.crossed or stored.version != draft.found.version:
        theirs = _theirs(draft.found, stored)
        if theirs:
            notes.append("Somebody else has changed meanwhile, and this replaces it:")
            notes += [f"  {each}" for each in theirs]
            notes.append("What you change:")
    notes += [*settings_said(preview), *touches_said(preview.touches), *moves_said(preview, page.desk)]
    warnings = sum(each.severity == "warning" for each in page.findings or ())
    if warnings:
        notes.append(
            f"▲ {show.plural(warnings, 'warning')} about the texts {'is' if warnings == 1 else 'are'} left."
        )
    return Confirm(
        "Save the sequence?",
        f"{consequence(preview)} z does not take it back: what is saved is changed again.",
        "Save",
        notes=tuple(notes),
        danger=bool(notes and notes[0][:8] == "Somebody"),
    )


def _theirs(before: Editable, stored: Editable) -> list[str]:
    found = touches_said(touch_changes(before.touches, stored.touches))
    if before.send_time != stored.send_time:
        found.append("the send time")
    return found


def _point_at(page: TouchActs, draft: SequenceDraft, error: DefinitionError) -> None:
    """Show the touch that is wrong, and say what is."""
    where, said = error.path, str(error)
    if where.startswith("touch[") and page.is_running:
        number = where.partition("[")[2].partition("]")[0]
        if number.isdigit() and 0 < int(number) <= len(draft.touches):
            touch = draft.touches[int(number) - 1]
            draft.choose(touch.position)
            said = said.partition(": ")[2]
            title = f"Touch {number_of(touch)} of day {touch.day} cannot be saved"
            page.app.notify(said, title=title, severity="warning", timeout=TOLD_S)
            return
    page.app.notify(said, title="Not saved", severity="warning", timeout=TOLD_S)


async def discard(page: TouchActs) -> None:
    """Ask, then show what is stored."""
    lost, draft = page.unsaved(), page.draft
    if lost is None or draft is None:
        return
    question = Confirm("Discard?", f"{lost} would be lost; z does not bring it back.", "Discard", danger=True)
    if await page.app.push_screen_wait(question):
        stored = await page.desk.touches.read(page.campaign_id)
        draft.take(stored or draft.found)
        page.show_all()
        await page.keep_typed()
        page.campaign.trd.did_for_good("the discarding of a text", f"{lost} stays discarded.")


async def test(page: TouchActs) -> None:
    """Ask for one's own number, send, and say what the carrier answered."""
    app, draft = page.campaign.trd, page.draft
    if draft is None or app.acting:
        return
    app.acting = True
    try:
        await _test(app, page, draft)
    finally:
        app.acting = False


async def _test(app: TrdApp, page: TouchActs, draft: SequenceDraft) -> None:
    from trd_tui.carriers.protocol import Accepted, Rejected
    from trd_tui.domain.phone import PhoneError
    from trd_tui.services.texts import TextError

    touch, variant = draft.touch, draft.variant
    reader = page.reader
    reads = "a made-up contact" if reader is None else reader.name or reader.number
    which = f"Touch {number_of(touch)} as {reads} reads it"
    sentence = (
        f"{which}, to your own number, at once. It costs what any text costs, and nothing calls it back."
    )
    contact = None if reader is None else reader.number
    number, wrong = app.test_number, ""
    while to := await app.push_screen_wait(AskName("Send a test", wrong + sentence, number, "send")):
        try:
            sent = await page.desk.touches.test(
                page.campaign_id, touch, draft.place + 1, to, contact, variant
            )
            break
        except PhoneError as error:  # what was typed is mended, not typed again
            number, wrong = to, f"✗ {error}\n\n"
        except TextError as error:
            app.notify(closed(begun(str(error))), title="Not sent", severity="warning", timeout=TOLD_S)
            return
    else:
        return
    app.test_number = sent.to
    answer = sent.outcome
    if not isinstance(answer, Rejected):
        app.did_for_good(f"the test to {sent.to}", f"What went to {sent.to} cannot be called back.")
    if isinstance(answer, Accepted):
        notes = f"{show.plural(sent.text.size.segments, 'segment')} from {sent.sender}."
        if not sent.open_window:
            notes += " The campaign itself would not send at this hour."
        if sent.stopped:
            notes += " Automated sending is stopped; a test is sent by you."
        app.notify(notes, title=f"The carrier took the test for {sent.to}", timeout=TOLD_S)
    elif isinstance(answer, Rejected):
        app.notify(
            answer.reason,
            title=f"The carrier refused the test to {sent.to}",
            severity="error",
            timeout=TOLD_S,
        )
    else:
        app.notify(
            f"Nobody knows whether it was sent; look at {sent.to} before you send it again.",
            title="No answer from the carrier", severity="error", timeout=TOLD_S,
        )  # fmt: skip
