"""Replies, as a plain list."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Query

from trd_tui.api import acts
from trd_tui.api.caller import By
from trd_tui.api.models import Text
from trd_tui.api.strict import v1_router
from trd_tui.api.v1_models import ReplyList
from trd_tui.domain.instants import iso
from trd_tui.services import inbox
from trd_tui.services.inbox_views import Reply

router = v1_router("replies", "Replies", 404)


@router.get("", response_model=ReplyList, summary="Inbound messages, the latest first")
async def list_replies(
    by: By,
    campaign_id: Annotated[
        Text | None,
        Query(
            alias="campaignId",
            min_length=1,
            max_length=100,
            description="Only answers to this campaign.",
            examples=["camp_1747983084255"],
        ),
    ] = None,
    kind: Literal["reply", "opt_out", "unclear", "opt_in", "help", "auto"] | None = None,
    before: Annotated[int | None, Query(ge=1, le=2**53, description="`next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 50,
) -> dict[str, Any]:
    """Also those that are no answers: opt-outs, calls for help, automatic ones; `kind` tells them apart."""
    if campaign_id is not None:
        await acts.campaign(by, campaign_id)
    rows = await inbox.replies_before(by.db, campaign_id=campaign_id, kind=kind, before=before, limit=limit)
    return {
        "replies": [_shape(row) for row in rows],
        "next": rows[-1].id if len(rows) == limit else None,
    }


def _shape(row: Reply) -> dict[str, Any]:
    return {
        "id": row.id,
        "phone": row.number,
        "to": row.recipient,
        "name": row.name,
        "body": row.body,
        "kind": row.kind,
        "campaignId": row.campaign_id,
        "received": iso(row.at),
        "unread": row.unread,
    }
