"""Replies as a plain list, the latest first, a page at a time."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, TextClause, text


class ReplyRow(NamedTuple):
    """One inbound message. ``received_at`` is a campaign instant, ``unread`` 1 or 0."""

    id: int
    sender: str
    recipient: str
    body: str
    kind: str
    campaign_id: str | None
    first_name: str | None
    last_name: str | None
    received_at: int
    unread: int


_COLUMNS = (
    "r.id, r.sender, r.recipient, r.body, r.kind, r.campaign_id, c.first_name, c.last_name, r.received_at,"
    " r.unread"
)


@lru_cache(maxsize=4)
def _statement(campaign: bool, kind: bool) -> TextClause:
    where = "r.workspace_id = :workspace AND r.id < :before"
    where += " AND r.campaign_id = :campaign" if campaign else ""
    where += " AND r.kind = :kind" if kind else ""
    return text(
        f"SELECT {_COLUMNS} FROM replies r LEFT JOIN contacts c ON c.id = r.contact_id WHERE {where}"
        " ORDER BY r.id DESC LIMIT :limit"
    )


def page(
    connection: Connection,
    *,
    campaign_id: str | None,
    kind: str | None,
    before: int,
    limit: int,
    workspace: int = 1,
) -> list[ReplyRow]:
    """Inbound messages, the latest first.

    Args:
        connection: any connection.
        campaign_id: only those that answer this campaign.
        kind: only those of one kind: reply, opt_out, unclear, opt_in, help or auto.
        before: only those before this row.
        limit: how many at most.
        workspace: whose.
    """
    values: dict[str, Any] = {"workspace": workspace, "before": before, "limit": limit}
    if campaign_id is not None:
        values["campaign"] = campaign_id
    if kind is not None:
        values["kind"] = kind
    statement = _statement(campaign_id is not None, kind is not None)
    return [ReplyRow(*row) for row in connection.execute(statement, values)]
