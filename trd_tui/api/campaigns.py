"""Campaigns as resources: list, make, look, act."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Literal

from fastapi import Body, Query
from starlette.responses import Response

from trd_tui.api import acts
from trd_tui.api.caller import By
from trd_tui.api.errors import declared
from trd_tui.api.models import CampaignId, ListStatus, Policy, Search, Sort
from trd_tui.api.once import Key, once
from trd_tui.api.pages import campaign_page
from trd_tui.api.strict import v1_router
from trd_tui.api.v1_models import (
    ActAnswer,
    Campaign,
    CampaignList,
    DeleteRefusal,
    DuplicateAsked,
    NewCampaign,
    Preview,
    ResumeAsked,
    StartAnswer,
)
from trd_tui.domain.definition import parse_definition
from trd_tui.domain.fields import field_key
from trd_tui.services import campaigns, drafts
from trd_tui.services.previews import preview
from trd_tui.services.shapes import detail_shape, not_stored_shape, result_shape, resume_shape
from trd_tui.services.stored_draft import not_stored

router = v1_router("campaigns", "Campaigns")


@router.get("", response_model=CampaignList, summary="A page of campaigns")
async def list_campaigns(
    by: By,
    status: ListStatus = "all",
    search: Search = "",
    limit: Annotated[int, Query(ge=1, le=1_000)] = 50,
    offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
    sort: Sort = "activity",
    order: Literal["asc", "desc"] | None = None,
) -> dict[str, Any]:
    """All but the archived, unless `status` says otherwise; deleted campaigns never show."""
    return await campaign_page(by.db, status, search, sort, order, limit, offset)


@router.post(
    "", status_code=201, response_model=Campaign, summary="A new draft", responses=declared(409, 413)
)
async def create(by: By, asked: NewCampaign, key: Key = None) -> Response:
    """Contacts come afterwards, as a file; then `start`."""

    async def work() -> Campaign:
        data = asked.model_dump(by_alias=True, exclude_none=True, exclude_unset=True)
        custom = [field_key(name) for name in data.pop("custom_fields", [])]
        definition = parse_definition(data, custom, resume_policy=by.settings.resume_policy)
        id_ = await drafts.create(by.db, by.clock, by.actor, definition)
        return Campaign.model_validate(detail_shape(await acts.campaign(by, id_)))

    return await once(by, key, "v1 create", asked, work, 201)


@router.get("/{campaign_id}", response_model=Campaign, summary="A campaign in full", responses=declared(404))
async def show(by: By, campaign_id: CampaignId) -> dict[str, Any]:
    """Its settings, its figures, and what became of each touch."""
    return detail_shape(await acts.campaign(by, campaign_id))


@router.get(
    "/{campaign_id}/preview",
    response_model=Preview,
    summary="What an act would do",
    responses=declared(404),
)
async def look_ahead(
    by: By,
    campaign_id: CampaignId,
    act: Literal["start", "pause", "resume", "duplicate", "archive", "delete"],
    policy: Annotated[Policy | None, Query(description="Of a resume, for this once.")] = None,
) -> dict[str, Any]:
    """Nothing is changed. A resume is counted touch by touch, up to 100,000 contacts."""
    await acts.campaign(by, campaign_id)
    said = await preview(
        by.db,
        by.clock,
        act,
        [campaign_id],
        policy=policy,
        max_lateness_ms=acts.lateness_ms(by),
        prices=by.product.prices,
        limits=by.product.limits,
    )
    return {
        "act": said.act,
        "sentence": said.sentence,
        "campaigns": said.campaigns,
        "contacts": said.contacts,
        "messages": said.messages,
        "mayPutOff": list(said.may_put_off),
        "notStored": not_stored_shape(said.not_stored),
        "refused": [result_shape(each) for each in said.refused],
        "resumes": [resume_shape(each) for each in said.resumes],
    }


@router.post(
    "/{campaign_id}/start", response_model=StartAnswer, summary="Start a draft", responses=declared(404, 409)
)
async def start(by: By, campaign_id: CampaignId) -> dict[str, Any]:
    """Its contacts are enrolled today, on their own calendars; `warnings` tell what it goes without."""
    begin = partial(campaigns.start, require_consent=by.settings.require_consent)
    typed = await not_stored(by.db, [campaign_id])
    done = await acts.act(by, campaign_id, begin)
    return {**result_shape(done), "warnings": acts.start_warnings(typed, done)}


@router.post(
    "/{campaign_id}/pause",
    response_model=ActAnswer,
    summary="Pause an active campaign",
    responses=declared(404, 409),
)
async def pause(by: By, campaign_id: CampaignId) -> dict[str, Any]:
    """Senders see it before their next call to the carrier."""
    return result_shape(await acts.act(by, campaign_id, campaigns.pause))


@router.post(
    "/{campaign_id}/resume",
    response_model=ActAnswer,
    summary="Resume a paused campaign",
    responses=declared(404, 409, 413),
)
async def resume(
    by: By, campaign_id: CampaignId, asked: Annotated[ResumeAsked | None, Body()] = None
) -> dict[str, Any]:
    """Never a flood: overdue touches go by the policy. `preview` tells before what this does."""
    return result_shape(await acts.resume(by, campaign_id, asked.policy if asked else None))


@router.post(
    "/{campaign_id}/duplicate",
    status_code=201,
    response_model=ActAnswer,
    summary="A draft with the same settings and touches",
    responses=declared(404, 409, 413),
)
async def duplicate(
    by: By, campaign_id: CampaignId, asked: Annotated[DuplicateAsked | None, Body()] = None
) -> dict[str, Any]:
    """Without contacts, unless `withContacts` says so."""
    await acts.campaign(by, campaign_id)
    name, with_contacts = (asked.name, asked.with_contacts) if asked else (None, False)
    result = await drafts.duplicate(by.db, by.clock, by.actor, campaign_id, name, with_contacts=with_contacts)
    return result_shape(acts.done(result))


@router.post(
    "/{campaign_id}/archive",
    response_model=ActAnswer,
    summary="Put a campaign away for good",
    responses=declared(404, 409),
)
async def archive(by: By, campaign_id: CampaignId) -> dict[str, Any]:
    """It keeps its figures and never sends again."""
    return result_shape(await acts.act(by, campaign_id, campaigns.archive))


@router.delete(
    "/{campaign_id}",
    response_model=ActAnswer,
    summary="Hide a campaign everywhere",
    responses=declared(404)
    | {409: {"model": DeleteRefusal, "description": "Nobody has confirmed; what would be removed."}},
)
async def delete(
    by: By, campaign_id: CampaignId, confirm: Annotated[bool, Query(description="Needed.")] = False
) -> dict[str, Any]:
    """Messages, replies and suppressions are kept; waiting messages are not sent."""
    return result_shape(await acts.delete(by, campaign_id, confirmed=confirm))
