"""Replies as a list for programs."""

from __future__ import annotations

from trd_tui.services.actor import WORKSPACE
from trd_tui.store import reply_list
from trd_tui.store.database import Database
from trd_tui.store.reply_list import ReplyRow

KINDS = ("reply", "opt_out", "unclear", "opt_in", "help", "auto")
_FROM_THE_LATEST = 2**62


async def page(
    db: Database, *, campaign_id: str | None, kind: str | None, before: int | None, limit: int
) -> list[ReplyRow]:
    """A page of inbound messages, the latest first, behind the row ``before``."""
    return await db.read(
        reply_list.page,
        campaign_id=campaign_id,
        kind=kind,
        before=_FROM_THE_LATEST if before is None else before,
        limit=limit,
        workspace=WORKSPACE,
    )
