"""Reports: figures of all campaigns and of one, who answered and who did not."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query

from trd_tui.api import acts
from trd_tui.api.caller import By
from trd_tui.api.errors import ApiError, declared
from trd_tui.api.front_models import Stats
from trd_tui.api.models import CampaignId, Summary
from trd_tui.api.strict import v1_router
from trd_tui.api.v1_models import ResponderList, SilentList
from trd_tui.services import listing, report
from trd_tui.services.shapes import responder_shape, silent_shape, stats_shape, summary_shape

router = v1_router("reports", "Reports")

Limit = Annotated[int, Query(ge=1, le=1_000)]


@router.get("/summary", response_model=Summary, summary="The figures over all campaigns")
async def summary(by: By) -> dict[str, Any]:
    """Of all that are neither archived nor deleted."""
    return summary_shape(await listing.summary(by.db))


@router.get(
    "/campaigns/{campaign_id}",
    response_model=Stats,
    summary="A campaign's figures",
    responses=declared(404),
)
async def of_campaign(
    by: By, campaign_id: CampaignId, limit: Annotated[int, Query(ge=0, le=1_000)] = 100
) -> dict[str, Any]:
    """Kept counters, touch by touch, and `limit` people of each kind."""
    found = await report.campaign_stats(by.db, campaign_id, limit)
    if found is None:
        raise ApiError(404, f"there is no campaign {campaign_id}")
    return stats_shape(found, found.cost_micros / 1_000_000)


@router.get(
    "/campaigns/{campaign_id}/responders",
    response_model=ResponderList,
    summary="Contacts who replied",
    responses=declared(404),
)
async def responders(
    by: By,
    campaign_id: CampaignId,
    before: Annotated[int | None, Query(ge=1, le=2**53)] = None,
    limit: Limit = 100,
) -> dict[str, Any]:
    """The latest first, with the day of the touch that each answered."""
    await acts.campaign(by, campaign_id)
    rows = await report.responders(by.db, campaign_id, before, limit)
    return {
        "responders": [responder_shape(row) for row in rows],
        "next": rows[-1].reply_id if len(rows) == limit else None,
    }


@router.get(
    "/campaigns/{campaign_id}/non-responders",
    response_model=SilentList,
    summary="Contacts who have not answered",
    responses=declared(404),
)
async def non_responders(
    by: By, campaign_id: CampaignId, after: Annotated[int, Query(ge=0, le=2**53)] = 0, limit: Limit = 100
) -> dict[str, Any]:
    """Texted at least once; neither replied nor opted out. In the order of enrolment."""
    await acts.campaign(by, campaign_id)
    rows = await report.non_responders(by.db, campaign_id, after, limit)
    return {
        "nonResponders": [silent_shape(row) for row in rows],
        "next": rows[-1].enrolment_id if len(rows) == limit else None,
    }
