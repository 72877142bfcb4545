"""A report as a CSV file: the rows that are shown, in the order in which they are."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from trd_tui.clock import Clock
from trd_tui.domain.instants import iso
from trd_tui.services import listing, reporting
from trd_tui.services.export import harmless
from trd_tui.services.export_files import ExportRefusedError, made, whole_or_not_at_all
from trd_tui.services.report_views import NO_CODE, Page, ReportQuery, Span, in_order, list_query
from trd_tui.store.database import Database

_PAGE_ROWS = 1_000

_FIGURES = (
    *("sent_count", "delivered_count", "failed_count", "delivery_rate", "replied_count", "reply_rate"),
    *("opted_out_count", "cost_micros"),
)
COLUMNS: dict[Page, tuple[str, ...]] = {
    Page.CAMPAIGNS: ("id", "name", "status", "contact_count", *_FIGURES),
    Page.TOUCHES: ("name", "status", *_FIGURES),
    Page.DAYS: ("id", *_FIGURES),
    Page.PEOPLE: (
        *("number", "name", "status", "replied_at", "replied_touch", "replied_day", "opted_out_at"),
        *("last_touch", "last_day", "last_sent_at", "sent"),
    ),
    Page.ERRORS: ("id", "name", "action", "messages", "failed", "last_at"),
    Page.COST: ("id", "name", "status", "spent", "real", "budget", "used", "per_reply"),
}
"""The attributes of the rows that a file holds, in its order."""

_MONEY = frozenset({"cost_micros", "spent", "real", "budget", "per_reply"})
_NAMES = {"sent_count": "sent", "delivered_count": "delivered", "failed_count": "failed"} | {
    "replied_count": "replied", "opted_out_count": "opted_out", "cost_micros": "cost_usd",
    "contact_count": "contacts", "spent": "spent_usd", "real": "real_usd", "budget": "budget_usd",
    "per_reply": "per_reply_usd", "used": "used_percent",
}  # fmt: skip


async def write(
    db: Database, clock: Clock, query: ReportQuery, zone: str, folder: Path, at: str
) -> tuple[Path, int]:
    """Write what a report shows into a new file.

    Args:
        db: the database.
        clock: campaign time.
        query: which report, and in which order.
        zone: IANA name of the zone whose midnight begins a day.
        folder: where; made if it is not there.
        at: the time, as it stands in the file's name.

    Returns:
        The file, and how many rows it holds.

    Raises:
        ExportRefusedError: it cannot be written there.
        NoSuchCampaignError: the campaign of the report is gone.
    """
    columns = COLUMNS[query.page]
    name = f"report-{query.page}-{query.span.replace(' ', '-')}-{at}"
    count = 0
    try:
        with whole_or_not_at_all(made(folder), _free(folder, name)) as (file, out):
            writer = csv.writer(out)
            writer.writerow([_NAMES.get(each, each) for each in columns])
            async for row in _rows(db, clock, query, zone):
                writer.writerow([harmless(each, _cell(each, getattr(row, each, None))) for each in columns])
                count += 1
    except OSError as error:
        raise ExportRefusedError(
            f"{folder} cannot be written: {error.strerror}; make room there and export again"
        ) from error
    return file, count


def _free(folder: Path, name: str) -> str:
    """A name that is not taken: two exports may fall into one minute."""
    number = 1
    while (folder / (found := f"{name}.csv" if number == 1 else f"{name}-{number}.csv")).exists():
        number += 1
    return found


async def _rows(db: Database, clock: Clock, query: ReportQuery, zone: str) -> AsyncIterator[Any]:
    if query.page is not Page.CAMPAIGNS or query.span is not Span.ALL:
        report = await reporting.read(db, clock, query, zone)
        for row in in_order(report.rows, query.sort, descending=query.descending):
            yield row
        return
    offset = 0
    while True:
        page = await listing.page(db, list_query(query, limit=_PAGE_ROWS, offset=offset))
        for row in page.rows:
            yield row
        offset += len(page.rows)
        if len(page.rows) < _PAGE_ROWS:
            return


def _cell(name: str, value: Any) -> Any:
    if value is None or (name == "id" and value == NO_CODE):
        return ""
    if name.endswith("_at"):
        return iso(value)
    if name in _MONEY:
        return f"{value // 1_000_000}.{value % 1_000_000:06}"
    return f"{value:.1f}" if isinstance(value, float) else value
