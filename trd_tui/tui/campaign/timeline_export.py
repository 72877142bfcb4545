"""The timeline as a file: both sides, once both are known; where one is not, file and toast say so."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from trd_tui.tui.actions import shown
from trd_tui.tui.campaign.days import COMING, MADE, rows
from trd_tui.tui.campaign.exporting import export_list
from trd_tui.tui.campaign.timeline_lines import changed_since

if TYPE_CHECKING:
    from trd_tui.services.views import CampaignDetail
    from trd_tui.tui.app import TrdApp
    from trd_tui.tui.desk import Desk, Progress
    from trd_tui.tui.desk.people import Exported
    from trd_tui.tui.desk.timeline import DryRun

LOOKS_S = 0.2
"""Seconds between two looks at a dry run that is waited for."""

WAITS = "The dry run is under way"
"""The title of what is told while a file waits for it."""


async def export_hours(app: TrdApp, desk: Desk, detail: CampaignDetail) -> None:
    """Write both sides, hour by hour. A dry run is waited for, which may take minutes: other acts go on.

    Args:
        app: whose worker it is; it goes on when the screen is left.
        desk: what is asked.
        detail: the campaign.
    """
    id_ = detail.row.id
    run = desk.timeline.latest(id_)
    if run is not None and run.running:
        if not await _waited(app, run):
            return
        detail = await desk.detail(id_) or detail
    over = detail.row.status in ("completed", "archived")
    coming = None if over or run is None or run.found is None else run.found.coming
    note = "" if over else _note(run, detail)

    async def write(_progress: Progress) -> Exported:
        made = await desk.timeline.made(id_, detail.timezone)
        listed = [*rows(made, MADE), *rows(coming, COMING)]
        return await desk.people.export_days(id_, listed, whole=over or coming is not None)

    await export_list(app, "hours", write, note=note)


async def _waited(app: TrdApp, run: DryRun) -> bool:
    """Wait until it is over; answers whether a file is to be written then."""
    if run.file_waits:
        return False  # the key was pressed before
    run.file_waits = True
    app.notify("The file is written when it is over.", title=WAITS)
    while run.running or (app.acting and not run.cancelled):  # noqa: ASYNC110 - its thread knows no loop
        await asyncio.sleep(LOOKS_S)
    run.file_waits = False
    app.take_back(WAITS)
    if run.cancelled:
        said = f"No file was written; {shown('timeline_export', 'e')} now writes what was sent alone."
        app.notify(said, title="The dry run was called off", severity="warning")
    return not run.cancelled


def _note(run: DryRun | None, detail: CampaignDetail) -> str:
    """What is wrong with the file, and what helps."""
    computes = shown("dry_run", "c")
    if run is None or run.found is None:
        return f"What is to come is not in it: {computes} computes that first."
    if changed := changed_since(run.found.basis, detail):
        return f"Changed since the dry run: {', '.join(changed)}. {computes} computes it again."
    return ""
