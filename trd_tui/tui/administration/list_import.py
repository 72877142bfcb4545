"""Importing a do-not-contact list: its file, what it would do, then the import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trd_tui.tui import format as show
from trd_tui.tui.dialogs import Confirm
from trd_tui.tui.file_import import FileImport, import_file, tell
from trd_tui.tui.new_campaign.reports import rejected_lines

if TYPE_CHECKING:
    from trd_tui.services.csv_files import FileLook
    from trd_tui.services.suppression_files import ListImport
    from trd_tui.tui.app import TrdApp
    from trd_tui.tui.desk import Desk

SENTENCE = (
    "Nobody whose number is in a CSV file with a header row is texted any more; a column `reason` gives each"
    " its own."
)


async def import_list(app: TrdApp, desk: Desk) -> bool:
    """Ask for a file, say what it would do, then import it; answers whether it was begun.

    Args:
        app: whose question it is; the import goes on when the screen is left.
        desk: what is asked.
    """
    asks = desk.administration
    what = FileImport("Import numbers", SENTENCE, asks.look_at_list, _confirm, asks.import_suppressions)
    done = await import_file(app, desk.new_campaign, what)
    if done is not None:
        _tell(app, done)
    return done is not None


def _confirm(found: FileLook, tried: ListImport) -> Confirm:
    if tried.added:
        then = f"{show.plural(tried.added, 'number')} would be texted no more"
    else:
        then = "no number would be new on the list"
    if tried.ended:
        then += f"; {show.plural(tried.ended, 'sequence')} would end at once, and a lift brings none back"
    if tried.added:
        then += ". z does not take it back: x lifts one number at a time"
    return Confirm("Import?", f"{found.path.name}: {then}.", "Import", notes=tuple(_notes(found, tried)))


def _notes(found: FileLook, tried: ListImport) -> list[str]:
    """The figures, and what is rejected and why."""
    lines = [f"{show.plural(tried.rows + tried.empty, 'row')}. Nothing is stored yet."]
    counts = (
        ("✗", tried.rejected, "rejected: why stands below"),
        (" ", tried.empty, "empty"),
        (" ", tried.known, "known: on the list already, or twice in the file"),
        ("✓", tried.added, "new"),
    )
    lines += [f"{mark} {count:>9,} {words}" for mark, count, words in counts if count]
    lines += [line.plain for line in rejected_lines(tried)]
    return [*lines, *(f"i {note}" for note in found.notes)]


def _tell(app: TrdApp, done: ListImport) -> None:
    if done.added:
        many = show.plural(done.added, "number")
        stay = "stays" if done.added == 1 else "stay"
        stays = f"{many} {stay} suppressed; x on Administration's suppressions lifts one at a time."
        app.did_for_good(f"the import of {many}", stays)
    said = (
        f"{show.plural(done.rows, 'row')} read: {done.added:,} suppressed, {done.known:,} known before,"
        f" {done.rejected:,} rejected, {show.plural(done.ended, 'sequence')} ended."
    )
    tell(app, done, said, again="Import the file again to go on.")
