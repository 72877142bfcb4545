"""A campaign's contacts and messages as plain rows, for a CSV file or for JSON.

Instants become ISO 8601 in UTC, money US dollars as text; a contact's custom fields stay one object.
"""

from __future__ import annotations

import csv
import json
from collections.abc import AsyncIterator, Callable
from typing import IO, Any, Literal

from trd_tui.domain.instants import iso
from trd_tui.services.listing import campaign_detail
from trd_tui.services.views import CampaignDetail
from trd_tui.store import export
from trd_tui.store.database import Database

What = Literal["contacts", "messages"]
Row = dict[str, Any]

_PAGE = 1_000
_INSTANTS = ("last_sent_at", "replied_at", "opted_out_at", "scheduled_for", "sent_at", "final_at")

COLUMNS: dict[What, tuple[str, ...]] = {
    "contacts": (
        *("number", "first_name", "last_name", "company", "email", "city", "state", "zip", "timezone"),
        *("status", "touches_planned", "touches_resolved", "sent_count", "last_sent_at", "ended_touch"),
        *("end_reason", "replied_at", "opted_out_at", "custom"),
    ),
    "messages": (
        *("number", "touch", "day", "state", "scheduled_for", "sent_at", "final_at", "sender", "body"),
        *("segments", "cost_usd", "sid", "error_code", "reason", "variant"),
    ),
}
"""What each row holds, in the order of a CSV file."""


class NothingToExportError(LookupError):
    """There is no such campaign."""


async def rows(db: Database, campaign_id: str, what: What) -> AsyncIterator[Row]:
    """Every contact or message of a campaign, contact by contact; streamed, each page a snapshot of its own.

    Raises:
        NothingToExportError: there is no such campaign.
    """
    await _known(db, campaign_id)
    cursor: int | None = 0
    while cursor is not None:
        page, cursor = await db.read(export.rows_after, what, campaign_id, cursor, _PAGE)
        for row in page:
            yield _plain(row)


async def write_csv(
    db: Database, campaign_id: str, what: What, stream: IO[str], told: Callable[[int], None] | None = None
) -> int:
    """Write a campaign's contacts or messages as CSV with a header row; returns how many.

    A text that a spreadsheet would run as a formula gets an apostrophe before it: people outside send us
    names and replies.

    Args:
        db: the database.
        campaign_id: the campaign.
        what: which rows.
        stream: where to.
        told: told after every 1,000 rows how many are written; what it raises ends the export.

    Raises:
        NothingToExportError: there is no such campaign.
    """
    await _known(db, campaign_id)
    writer = csv.writer(stream)
    writer.writerow(COLUMNS[what])
    count = 0
    async for row in rows(db, campaign_id, what):
        writer.writerow(csv_values(row, what))
        count += 1
        if told and count % _PAGE == 0:
            told(count)
    return count


def csv_values(row: Row, what: What) -> list[Any]:
    """The values of a row as a CSV file holds them, harmless to a spreadsheet."""
    row["custom"] = json.dumps(row["custom"], ensure_ascii=False) if row.get("custom") else ""
    return [harmless(name, row.get(name)) for name in COLUMNS[what]]


async def whole(db: Database, campaign_id: str) -> Row:
    """A campaign with its settings, touches, contacts and messages as one object for JSON.

    Raises:
        NothingToExportError: there is no such campaign.
    """
    detail = await _known(db, campaign_id)
    return {
        "id": detail.row.id,
        "name": detail.row.name,
        "status": detail.row.status,
        "sender": detail.sender,
        "timezone": detail.timezone,
        "variables": dict(detail.variables),
        "created": iso(detail.row.created_at),
        "touches": [
            {
                "position": touch.position,
                "day": touch.day,
                "body": touch.body,
                "active": touch.active,
                "variants": [
                    {"name": each.name, "weight": each.weight, "body": each.body, "removed": each.removed}
                    for each in touch.variants
                ],
            }
            for touch in detail.touches
        ],
        "contacts": [row async for row in rows(db, campaign_id, "contacts")],
        "messages": [row async for row in rows(db, campaign_id, "messages")],
    }


async def _known(db: Database, campaign_id: str) -> CampaignDetail:
    detail = await campaign_detail(db, campaign_id)
    if detail is None:
        raise NothingToExportError(f"there is no campaign {campaign_id}; see trd campaign list")
    return detail


def _plain(row: Row) -> Row:
    for name in _INSTANTS:
        if name in row:
            row[name] = iso(row[name])
    if "custom" in row:
        row["custom"] = json.loads(row["custom"])
    if "cost_micros" in row:
        dollars, micros = divmod(row.pop("cost_micros"), 1_000_000)
        row["cost_usd"] = f"{dollars}.{micros:06}"
    return row


def harmless(name: str, value: Any) -> Any:
    """A cell that no spreadsheet runs as a formula."""
    if isinstance(value, str) and name != "number" and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        # a sender is a number of ours, and it begins with a plus
        return value if name == "sender" else f"'{value}"
    return value
