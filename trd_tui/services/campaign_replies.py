"""What came in on one campaign, as its own screen shows it; conversations are the inbox's."""

from __future__ import annotations

from trd_tui.services.people_views import CampaignReply, CampaignReplyPage, ReplyQuery
from trd_tui.store import campaign_replies
from trd_tui.store.database import Database


async def page(db: Database, campaign_id: str, query: ReplyQuery) -> CampaignReplyPage:
    """A page of what came in, the newest first, and how many match."""
    rows, total = await db.read(
        campaign_replies.page,
        campaign_id,
        kind=query.kind,
        touch=query.touch,
        search=query.search,
        limit=max(query.limit, 0),
        offset=max(query.offset, 0),
    )
    return CampaignReplyPage(tuple(_reply(dict(row)) for row in rows), total)


def _reply(row: dict[str, object]) -> CampaignReply:
    name = f"{row.pop('first_name')} {row.pop('last_name')}".strip()
    return CampaignReply(**{**row, "name": name, "counted": bool(row["counted"])})  # type: ignore[arg-type]


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
