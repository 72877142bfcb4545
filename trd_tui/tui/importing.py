"""Importing contacts into a campaign that was begun: its file, what it would do, then the import."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from trd_tui.domain.sheet import Sheet
from trd_tui.tui import format as show
from trd_tui.tui.dialogs import Confirm
from trd_tui.tui.file_import import FileImport, import_file, tell
from trd_tui.tui.new_campaign.reports import report_lines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trd_tui.services.csv_files import FileLook
    from trd_tui.services.imports import ImportReport
    from trd_tui.services.views import CampaignRow
    from trd_tui.tui.app import TrdApp
    from trd_tui.tui.desk.new_campaign import StepsDesk, Watch


async def import_into(app: TrdApp, row: CampaignRow, desk: StepsDesk) -> None:
    """Ask for a file, say what it would do, then import it.

    Args:
        app: whose question it is; the import goes on when the screen is left.
        row: the campaign; not a draft, whose second step does this.
        desk: what the steps ask.
    """

    async def look(
        file: str, mapping: Mapping[str, str], watch: Watch
    ) -> tuple[FileLook, ImportReport | None]:
        return await desk.look(Sheet(campaign_id=row.id, file=file, mapping=mapping), watch)

    async def load(file: str, mapping: Mapping[str, str], watch: Watch) -> ImportReport:
        return await desk.load(Sheet(campaign_id=row.id, file=file, mapping=mapping), watch)

    sentence = f"Who is in a CSV file joins {row.name}."
    done = await import_file(
        app, desk, FileImport("Import contacts", sentence, look, partial(_confirm, row), load)
    )
    if done is not None:
        _tell(app, row, done)


def _confirm(row: CampaignRow, found: FileLook, tried: ImportReport) -> Confirm:
    if not tried.enrolled:
        said = f"nobody new would join {row.name}"
        stays = "z does not take back what the file gives of those who are known" if tried.existing else ""
    else:
        join = f"{show.plural(tried.enrolled, 'contact')} would join {row.name}"
        then = (
            "the day on which they join is their day 1"
            if row.status == "active"
            else f"it is {row.status}: their first touch waits until it goes on"
        )
        said = f"{join}; {then}"
        stays = "z does not take it back: a contact's menu takes one out at a time"
    notes = tuple(line.plain for line in report_lines(found, tried, into=row.name))
    sentence = f"{found.path.name}: {said}." + (f" {stays}." if stays else "")
    return Confirm("Import?", sentence, "Import", notes=notes)


def _tell(app: TrdApp, row: CampaignRow, done: ImportReport) -> None:
    if done.enrolled or done.added or done.existing:
        stays = f"Who has joined {row.name} stays in it; w on one of its contacts says what comes next."
        app.did_for_good(f"the import into {row.name}", stays)
    said = f"{show.plural(done.enrolled, 'contact')} of {show.plural(done.rows, 'row')} joined {row.name}."
    tell(app, done, said, again="The same file can be imported again; nobody is doubled.")
