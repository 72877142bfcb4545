"""Importing contacts into a campaign that was begun: its file, what it would do, then the import."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from trd_tui.domain.sheet import Sheet
from trd_tui.tui import format as show
from trd_tui.tui.administration.ask import Ask
from trd_tui.tui.carrying import carry
from trd_tui.tui.dialogs import Confirm
from trd_tui.tui.new_campaign.reports import report_lines
from trd_tui.tui.paths import AskFile

if TYPE_CHECKING:
    from trd_tui.services.csv_files import FileLook
    from trd_tui.services.imports import ImportReport
    from trd_tui.services.views import CampaignRow
    from trd_tui.tui.app import TrdApp
    from trd_tui.tui.desk.new_campaign import FilesHere, StepsDesk

TOLD_S = 15
"""Seconds for which the report stays."""

NAMED = 4
"""Files of the folder that are named: the latest."""


async def import_into(app: TrdApp, row: CampaignRow, desk: StepsDesk) -> None:
    """Ask for a file, say what it would do, then import it.

    Args:
        app: whose question it is; the import goes on when the screen is left.
        row: the campaign; not a draft, whose second step does this.
        desk: what the steps ask.
    """
    from trd_tui.services.imports import ContactFileError, ImportRefusedError

    sheet, wrong = Sheet(campaign_id=row.id), ""
    here = await desk.files()
    while typed := await app.push_screen_wait(_ask_file(row, here, desk, sheet.file, wrong)):
        sheet = replace(sheet, file=typed, mapping=sheet.mapping if typed == sheet.file else {})
        try:
            looked = await _look(app, desk, sheet)
            if looked is not None and looked[1] is None and _lacks_phone(looked[0]):
                title = await app.push_screen_wait(_ask_phone(looked[0]))
                if title is None:
                    return
                sheet = replace(sheet, mapping={title: "phone"})
                looked = await _look(app, desk, sheet)
            if looked is None:
                return
            found, tried = looked
            if tried is None:
                wrong = found.in_file
                continue
            if not await app.push_screen_wait(_confirm(row, found, tried)):
                return
            loading = partial(desk.load, sheet)
            done = await carry(app, "Importing", "rows", loading)
        except (ContactFileError, ImportRefusedError) as error:
            wrong = str(error)
            continue
        if done is not None:
            _tell(app, row, done)
        return


async def _look(app: TrdApp, desk: StepsDesk, sheet: Sheet) -> tuple[FileLook, ImportReport | None] | None:
    """What the file holds, and what an import would do; ``None`` when the look was called off."""
    looked = await carry(app, "Looking", "rows", partial(desk.look, sheet))
    return None if looked is None or (looked[1] is not None and looked[1].cancelled) else looked


def _ask_file(row: CampaignRow, here: FilesHere, desk: StepsDesk, typed: str, wrong: str) -> AskFile:
    names = ", ".join(file.name for file in here.files[:NAMED])
    more = f" and {len(here.files) - NAMED:,} more" if len(here.files) > NAMED else ""
    sentence = (
        f"Who is in a CSV file joins {row.name}; it is looked at first, and nothing is stored."
        f" In {here.folder}: {names or 'no CSV file'}{more}. From yours: {here.copying}"
    )
    return AskFile(
        "Import contacts", sentence, "look at it", complete=desk.complete, value=typed, wrong=wrong
    )


def _lacks_phone(found: FileLook) -> bool:
    """Whether it is the column of numbers that is not known; columns of one title are another matter."""
    return not {"phone", ""} & {column.field for column in found.columns}


def _ask_phone(found: FileLook) -> Ask:
    titles = [column.title for column in found.columns]

    def check(said: str) -> str | None:
        return None if said in titles else f"there is no column {said!r}"

    sentence = f"Which column holds the phone numbers? Its columns are: {', '.join(titles)}."
    return Ask("Import contacts", sentence, "take it", check=check)


def _confirm(row: CampaignRow, found: FileLook, tried: ImportReport) -> Confirm:
    if not tried.enrolled:
        said = f"nobody new would join {row.name}"
    else:
        join = f"{show.plural(tried.enrolled, 'contact')} would join {row.name}"
        then = (
            "the day on which they join is their day 1"
            if row.status == "active"
            else f"it is {row.status}: their first touch waits until it goes on"
        )
        said = f"{join}; {then}"
    notes = tuple(line.plain for line in report_lines(found, tried, into=row.name))
    return Confirm("Import?", f"{found.path.name}: {said}.", "Import", notes=notes)


def _tell(app: TrdApp, row: CampaignRow, done: ImportReport) -> None:
    said = [f"{show.plural(done.enrolled, 'contact')} of {show.plural(done.rows, 'row')} joined {row.name}."]
    if done.rejects_file is not None:
        are = "is" if done.rejected == 1 else "are"
        said.append(f"{show.plural(done.rejected, 'rejected row')} {are} in {done.rejects_file}.")
    if done.cancelled:
        said.append("The same file can be imported again; nobody is doubled.")
    if done.enrolled or done.added or done.existing:
        stays = f"Who has joined {row.name} stays in it; w on one of its contacts says what comes next."
        app.did_for_good(f"the import into {row.name}", stays)
    app.notify(
        " ".join(said),
        title="Called off" if done.cancelled else "Imported",
        severity="warning" if done.cancelled or done.rejected else "information",
        timeout=TOLD_S,
    )
