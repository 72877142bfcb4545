"""Doing an act on campaigns: preview, question, the act with its progress, and what is told of it after."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from trd_tui.domain.sentences import begun, closed
from trd_tui.tui import format as show
from trd_tui.tui.actions import OVERVIEW, shown
from trd_tui.tui.acts import UNDOABLE, ActingScreen, Done
from trd_tui.tui.dialogs import AskName, StartQuestion, question
from trd_tui.tui.hint_lines import is_empty_draft
from trd_tui.tui.long_act import LongAct
from trd_tui.tui.telling import TOLD_S
from trd_tui.tui.undoing import further

if TYPE_CHECKING:
    from trd_tui.services.views import ActPreview, ActResult
    from trd_tui.tui.app import TrdApp
    from trd_tui.tui.desk import Desk

_WORDS = {
    "start": ("Starting", "Started", "contacts"),
    "pause": ("Pausing", "Paused", "campaigns"),
    "resume": ("Resuming", "Resumed", "contacts"),
    "duplicate": ("Duplicating", "Duplicated", "campaigns"),
    "archive": ("Archiving", "Archived", "campaigns"),
    "delete": ("Deleting", "Deleted", "campaigns"),
    "export": ("Exporting", "Exported", "rows"),
}
"""While an act goes on, when it is over, and what its progress counts."""

_STAYS = " They are paused again; dates that the resume moved stay moved."
"""Told after the undo of a resume of several; for one, its own sentence says so."""

COPY = "new_campaign_id"
"""The figure of a duplication that names the copy."""


async def perform(screen: ActingScreen, act: str, ids: Sequence[str]) -> None:
    """Preview, ask, do and tell. One act at a time: a held key asks once."""
    app, desk = screen.trd, screen.desk
    if desk is None or not ids or app.acting:
        if app.long_act is not None and app.long_act.shown:
            app.notify("The last act is still under way; esc calls it off.", severity="warning")
        return
    app.acting = True
    try:
        if act == "export":
            await _export(app, desk, ids)
        else:
            await _act(screen, desk, act, ids)
    finally:
        app.acting = False
        if app.long_act is not None:
            app.long_act = None
            app.say_progress()


def _long(app: TrdApp, act: str) -> LongAct:
    doing, _done, unit = _WORDS[act]
    app.long_act = LongAct(doing, unit, lambda: app.call_later(app.say_progress))
    return app.long_act


async def _act(screen: ActingScreen, desk: Desk, act: str, ids: Sequence[str]) -> None:
    app = screen.trd
    versions = screen.looked_at()
    preview = await desk.preview(act, ids)
    if preview.campaigns == 0:
        reason = preview.refused[0].message if preview.refused else preview.sentence
        row = screen.current()
        if act == "start" and is_empty_draft(row) and row is not None and list(ids) == [row.id]:
            key = shown("steps", "S")
            reason = f"{row.name} has no contacts yet: {key} opens its steps; the second imports a file."
        app.notify(closed(begun(reason)), severity="warning")
        return
    name = await _asked(screen, preview, act, ids)
    if name is None:
        return
    running = _long(app, act)
    results = await desk.act(act, ids, name=name or None, versions=versions, progress=running.report)
    done = tuple(result for result in results if result.ok)
    undo = act in UNDOABLE
    if done:
        app.did(_done(app, desk, act, done))
    if running.cancelled and len(done) < len(results):
        tell_cancelled(app, act, results, undo=undo)
    else:
        tell(app, _WORDS[act][1], results, undo=undo)
    if screen.is_running:
        screen.acted(act, results)
    if len(done) == 1 and screen.name_in_table == OVERVIEW and (copy := done[0].figures.get(COPY)):
        app.ways.stand_on(str(copy))  # one goes on with it


async def _asked(screen: ActingScreen, preview: ActPreview, act: str, ids: Sequence[str]) -> str | None:
    """Ask. The answer is a duplicate's name, empty where none was asked for, ``None`` for no."""
    app = screen.trd
    if act == "duplicate" and len(ids) == 1:
        row = screen.current()
        suggestion = f"{row.name} (copy)" if row is not None and row.id == ids[0] else ""
        return await app.push_screen_wait(AskName("Duplicate?", preview.sentence, suggestion, "duplicate"))
    seen = {row.id for row in screen.rows_in_view()}
    hidden = sum(1 for campaign in ids if campaign not in seen) if len(ids) > 1 else 0
    desk = screen.ready
    asked = question(
        preview,
        hidden=hidden,
        stopped=app.halted,
        trouble=desk.trouble,
        when=lambda at: show.when(at, desk.now(), desk.zone),
    )
    if await app.push_screen_wait(asked):
        return ""
    if isinstance(asked, StartQuestion) and asked.to_steps:
        screen.take_steps(preview.not_stored[0].campaign_id)
    return None


def tell(
    app: TrdApp,
    done: str,
    results: Sequence[ActResult],
    *,
    undo: bool = False,
    note: str = "",
    after: str = "",
) -> None:
    """Toasts: what was done, and what was refused and why.

    Args:
        app: tells it.
        done: what was done, before its name or their number.
        results: a campaign each.
        undo: it can be taken back.
        note: a sentence that is said of several; one has it in its own.
        after: what ``z`` does next, a sentence that is said in any case.
    """
    good = [result for result in results if result.ok]
    bad = [result for result in results if not result.ok]
    if len(good) == 1:
        title = f"{done} {good[0].name}" + (" · z undoes" if undo else "")
        said = good[0].message + (f".{after}" if after else "")
        app.notify(said, title=title, names_undo=undo or bool(after))
    elif good:
        app.notify(
            f"{done} {show.plural(len(good), 'campaign')}."
            + (" z undoes it." if undo else "")
            + note
            + after,
            names_undo=undo or bool(after),
        )
    for result in bad[:3]:
        said = closed(begun(result.message)) + (after if not good else "")
        app.notify(said, title=result.name, severity="warning", names_undo=bool(after) and not good)
    if len(bad) > 3:
        app.notify(f"{len(bad) - 3:,} more were refused.", severity="warning")


def tell_cancelled(app: TrdApp, act: str, results: Sequence[ActResult], *, undo: bool) -> None:
    """One sentence: how many were done, what became of the one that was under way, how many were not."""
    good = sum(result.ok for result in results)
    half = [r for r in results if not r.ok and r.figures.get("half_way")]
    rest = len(results) - good - len(half)
    said = [f"{_WORDS[act][1]} {good:,} of {show.plural(len(results), 'campaign')}"]
    said += [f"{result.name} {result.message}" for result in half]
    if rest:
        said.append(f"{rest:,} {'is' if rest == 1 else 'are'} as before")
    undone = " z undoes what was done." if undo and good else ""
    app.notify(
        "; ".join(said) + f".{undone}", title="Called off", severity="warning", timeout=TOLD_S,
        names_undo=bool(undone),
    )  # fmt: skip


async def _export(app: TrdApp, desk: Desk, ids: Sequence[str]) -> None:
    running = _long(app, "export")
    folder, results = await desk.export(ids, progress=running.report)
    good = [result for result in results if result.ok]
    if running.cancelled and len(good) < len(results):
        kept = f"; what was finished is in\n{folder}" if good else "; no file was left"
        app.notify(
            f"Exported {len(good):,} of {show.plural(len(results), 'campaign')}{kept}.",
            title="Called off", severity="warning", timeout=TOLD_S,
        )  # fmt: skip
        return
    if good:
        what = good[0].name if len(good) == 1 else show.plural(len(good), "campaign")
        app.notify(
            f"Contacts and messages, a CSV file each, are in\n{folder}",
            title=f"Exported {what}", timeout=TOLD_S,
        )  # fmt: skip
    for result in [r for r in results if not r.ok][:3]:
        app.notify(closed(begun(result.message)), title=result.name, severity="warning", timeout=TOLD_S)


def _done(app: TrdApp, desk: Desk, act: str, results: tuple[ActResult, ...]) -> Done:
    """An act that is over, as ``z`` knows it."""
    name = results[0].name if len(results) == 1 else show.plural(len(results), "campaign")
    if act in UNDOABLE:
        return Done(f"the {act} of {name}", partial(_undo, app, desk, act, results))
    stays = f"What was archived stays so: {name}. d copies it into a new draft."
    return Done(f"the {act} of {name}", None, stays)


async def _undo(app: TrdApp, desk: Desk, act: str, results: tuple[ActResult, ...]) -> None:
    undone = await desk.undo(act, results)
    note = _STAYS if act == "resume" else ""
    tell(app, f"Took back the {act} of", undone, note=note, after=further(app))
    if act == "delete":
        app.own_pauses.came_back()
    if act == "delete" and len(undone) == 1 and undone[0].ok:
        app.ways.stand_on(undone[0].campaign_id)
