"""What came in on one campaign, as its own screen shows it; conversations are the inbox's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from trd_tui.domain.decision import Decision, decided
from trd_tui.services.people_views import CampaignReply, CampaignReplyPage, ReplyQuery
from trd_tui.store import campaign_replies, decisions
from trd_tui.store.database import Database


async def page(db: Database, campaign_id: str, query: ReplyQuery) -> CampaignReplyPage:
    """A page of what came in, the newest first, and how many match."""

    def read(conn: Connection) -> CampaignReplyPage:
        rows, total = campaign_replies.page(
            conn,
            campaign_id,
            kind=query.kind,
            touch=query.touch,
            search=query.search,
            limit=max(query.limit, 0),
            offset=max(query.offset, 0),
        )
        doubted = {row["number"] for row in rows if row["kind"] == "unclear"}
        made = {number: decisions.of_number(conn, number) for number in doubted}
        return CampaignReplyPage(tuple(_reply(dict(row), made) for row in rows), total)

    return await db.read(read)


def _reply(row: dict[str, Any], made: Mapping[str, Sequence[Decision]]) -> CampaignReply:
    name = f"{row.pop('first_name')} {row.pop('last_name')}".strip()
    decision = decided(made[row["number"]], row["id"]) if row["kind"] == "unclear" else None
    return CampaignReply(**{**row, "name": name, "counted": bool(row["counted"]), "decision": decision})


async def rank(db: Database, campaign_id: str, reply_id: int, query: ReplyQuery) -> int | None:
    """At which place one of them stands; ``None`` when it is not among them."""
    return await db.read(
        campaign_replies.rank,
        campaign_id,
        reply_id,
        kind=query.kind,
        touch=query.touch,
        search=query.search,
    )


async def counts(db: Database, campaign_id: str) -> dict[tuple[int | None, str], int]:
    """How many came in, by the touch that they answer and by kind."""
    found = await db.read(campaign_replies.counts, campaign_id)
    return {(touch, kind): number for touch, kind, number in found}
