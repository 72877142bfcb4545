"""A page of campaigns, as both lists of the API answer it."""

from __future__ import annotations

from typing import Any

from trd_tui.services import listing
from trd_tui.services.shapes import list_shape
from trd_tui.services.views import SMALLEST_FIRST, ListQuery, SortKey
from trd_tui.store.database import Database


async def campaign_page(
    db: Database, status: str, search: str, sort: str, order: str | None, limit: int, offset: int
) -> dict[str, Any]:
    """The rows, where they stand, and the figures over all, of the same moment."""
    key = SortKey(sort)
    query = ListQuery(
        status=None if status in ("", "all") else status,
        search=search,
        sort=key,
        descending=key not in SMALLEST_FIRST if order is None else order == "desc",
        limit=limit,
        offset=offset,
    )
    page, summary = await listing.page_and_summary(db, query)
    return list_shape(page, summary, limit, offset)
