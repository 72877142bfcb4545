"""Drafts whose budget does not last for the first text to everybody: known before they are started."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from trd_tui.clock import Clock
from trd_tui.domain.prices import PriceTable
from trd_tui.services.resume_preview import resume_preview
from trd_tui.services.views import ResumePreview
from trd_tui.store import campaigns
from trd_tui.store.database import Database

COUNTED_AT_START = 50_000
"""Up to so many contacts they are counted before a start: about a second, for a key waits for it."""


async def short_starts(
    db: Database, clock: Clock, ids: Sequence[str], prices: PriceTable | None = None
) -> list[ResumePreview]:
    """What a start now would do to those drafts whose budget would be used up by it.

    Args:
        db: the database.
        clock: campaign time.
        ids: campaigns; those that are no drafts, or have no budget, are passed over.
        prices: the price table; the package's own when none is given.
    """
    drafts = await db.read(_with_budgets, list(dict.fromkeys(ids)))
    found = [await resume_preview(db, clock, id_, prices=prices, start=True) for id_ in drafts]
    return [each for each in found if each.over_budget]


def _with_budgets(conn: Connection, ids: Sequence[str]) -> list[str]:
    found = campaigns.find(conn, ids)
    rows = [found[id_] for id_ in ids if id_ in found and found[id_]["status"] == "draft"]
    if sum(row["contact_count"] for row in rows) > COUNTED_AT_START:
        return []
    return [row["id"] for row in rows if row["budget_micros"] is not None]
