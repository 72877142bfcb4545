"""Writing what a page lists into a file, with progress and a way to call it off."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from trd_tui.tui import format as show
from trd_tui.tui.carrying import carry
from trd_tui.tui.work import begin

if TYPE_CHECKING:
    from trd_tui.tui.app import TrdApp
    from trd_tui.tui.campaign.page import CampaignPage
    from trd_tui.tui.desk import Progress
    from trd_tui.tui.desk.people import Exported

Write = Callable[["Progress"], Awaitable["Exported"]]


def export(page: CampaignPage, what: str, write: Write) -> None:
    """Write in a worker of the app: it goes on when the screen is left.

    Args:
        page: whose list it is.
        what: what is counted: ``contacts``.
        write: does it; is given whom to tell how far it is.
    """
    begin(page.campaign.trd, partial(export_list, page.campaign.trd, what, write), group="acts")


async def export_list(app: TrdApp, what: str, write: Write, *, note: str = "") -> None:
    """Write it, and say where it is and, with ``note``, what is wrong with it."""
    from trd_tui.services.views import ActCancelledError
    from trd_tui.tui.telling import TOLD_S

    try:
        done = await carry(app, "Exporting", what, lambda running: write(running.report))
    except ActCancelledError:
        app.notify("No file was left.", title="Called off", severity="warning")
        return
    if done is not None:
        file, rows = done
        counted = show.plural(rows, "row")
        app.notify(
            f"{counted} of what is listed here:\n{file}" + (f"\n{note}" if note else ""),
            title=f"Exported {what}", severity="warning" if note else "information", timeout=TOLD_S,
        )  # fmt: skip
