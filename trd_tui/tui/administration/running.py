"""Long acts of the administration: with progress, a way to call them off, and one at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from trd_tui.tui import format as show
from trd_tui.tui.carrying import carry

if TYPE_CHECKING:
    from trd_tui.tui.app import TrdApp
    from trd_tui.tui.desk import Progress
    from trd_tui.tui.desk.administration import Exported

T = TypeVar("T")


async def run_long(app: TrdApp, doing: str, unit: str, work: Callable[[Progress], Awaitable[T]]) -> T | None:
    """Run it; ``None`` when it was called off, or another one is under way.

    Args:
        app: whose line of hints shows it.
        doing: the word for it: ``Importing``.
        unit: what is counted.
        work: does it; is given whom to tell how far it is.
    """
    from trd_tui.services.views import ActCancelledError

    try:
        return await carry(app, doing, unit, lambda running: work(running.report))
    except ActCancelledError:
        app.notify("No file was left.", title="Called off", severity="warning")
        return None


async def export(app: TrdApp, what: str, work: Callable[[Progress], Awaitable[Exported]]) -> None:
    """Write a list into a file, and say where it is."""
    from trd_tui.tui.telling import TOLD_S

    done = await run_long(app, "Exporting", "rows", work)
    if done is not None:
        file, rows = done
        app.notify(f"{show.plural(rows, 'row')} in\n{file}", title=f"Exported {what}", timeout=TOLD_S)
