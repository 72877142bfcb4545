"""The real desk's reports."""

from __future__ import annotations

import time
from pathlib import Path

from trd_tui.services import report_files, reporting
from trd_tui.services.report_views import Report, ReportQuery
from trd_tui.tui.service_desk.acts import EXPORTS
from trd_tui.tui.service_desk.asking import Asking


class Reports:
    """Reports of one database."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    async def read(self, query: ReportQuery) -> Report:
        """A page of a report."""
        product, zone = self._asking.product, self._asking.zone
        return await self._asking.ask(lambda: reporting.read(product.db, product.clock, query, zone))

    async def export(self, query: ReportQuery) -> tuple[str, int]:
        """Write what it shows into a CSV file beside the other exports."""
        product, zone, home = self._asking.product, self._asking.zone, Path.home()
        at = time.strftime("%Y-%m-%d-%H%M", time.localtime(product.clock.real() / 1000))
        file, rows = await self._asking.ask(
            lambda: report_files.write(product.db, product.clock, query, zone, home / EXPORTS, at)
        )
        return f"~/{file.relative_to(home)}", rows
