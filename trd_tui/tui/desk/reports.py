"""What the screen of reports asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from trd_tui.services.report_views import Report, ReportQuery


class ReportsDesk(Protocol):
    """Reports; its rows are those of `trd_tui.services.report_views`."""

    async def read(self, query: ReportQuery) -> Report:
        """A page of a report."""
        ...

    async def export(self, query: ReportQuery) -> tuple[str, int]:
        """Write what it shows into a CSV file; answers the file as people write it, and its rows."""
        ...
