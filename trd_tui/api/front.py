"""The calls of the web front end that the users have today; names and shapes are fixed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from trd_tui.api import acts
from trd_tui.api.caller import By, Caller
from trd_tui.api.errors import ApiError, declared
from trd_tui.api.front_models import (
    Create,
    CreateAnswer,
    ListAnswer,
    Manage,
    ManageAnswer,
    ManageRefusal,
    StatsAnswer,
)
from trd_tui.api.models import ListStatus, Search, Sort, Text
from trd_tui.api.once import Key, once
from trd_tui.api.pages import campaign_page
from trd_tui.api.strict import StrictRoute
from trd_tui.domain.finding import one_or_many
from trd_tui.domain.instants import iso
from trd_tui.services import campaigns, drafts
from trd_tui.services.plain_create import PlainCampaign, create_and_start
from trd_tui.services.report import campaign_stats
from trd_tui.services.shapes import stats_shape

router = APIRouter(
    prefix="/api/drip-campaign", tags=["Front end"], route_class=StrictRoute,
    responses=declared(400, 401, 429, 503),
)  # fmt: skip


@router.get("/list", response_model=ListAnswer, summary="A page of campaigns with the figures over all")
async def list_campaigns(
    by: By,
    status: Annotated[ListStatus, Query(description="`all` or nothing: all but the archived.")] = "all",
    search: Search = "",
    limit: Annotated[int, Query(ge=1, le=1_000)] = 20,
    offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
    sort: Sort = "activity",
    order: Annotated[
        Literal["asc", "desc"] | None, Query(description="The sort's usual one without.")
    ] = None,
) -> dict[str, Any]:
    """Latest activity first unless `sort` says otherwise; deleted campaigns never show."""
    return await campaign_page(by.db, status, search, sort, order, limit, offset)


@router.post(
    "/manage",
    response_model=ManageAnswer,
    summary="Pause, resume, duplicate or delete a campaign",
    responses=declared(404, 413)
    | {
        409: {
            "model": ManageRefusal,
            "description": "Its status does not allow it, or a delete lacks confirm.",
        }
    },
)
async def manage(by: By, asked: Manage) -> dict[str, Any]:
    """One act on one campaign. A resume goes by the campaign's own resume policy and never floods."""
    match asked.action:
        case "pause":
            return await _pause(by, asked.campaign_id)
        case "resume":
            return await _resume(by, asked.campaign_id)
        case "delete":
            return await _delete(by, asked.campaign_id, asked.confirm)
        case "duplicate":
            return await _duplicate(by, asked.campaign_id, asked.new_name)


async def _pause(by: Caller, id_: str) -> dict[str, Any]:
    result = await acts.act(by, id_, campaigns.pause)
    figures = result.figures
    return _managed(
        result.name,
        result.message,
        {
            "id": id_,
            "status": "paused",
            "pausedAt": iso(int(figures["paused_at"] or 0)),
            "queuedMessagesCount": figures["queued_messages"],
        },
    )


async def _resume(by: Caller, id_: str) -> dict[str, Any]:
    result = await acts.resume(by, id_, None)
    figures = result.figures
    upcoming = figures["next_message_at"]
    return _managed(
        result.name,
        result.message,
        {
            "id": id_,
            "status": "active",
            "resumedAt": iso(int(figures["resumed_at"] or 0)),
            "nextScheduledMessage": None if upcoming is None else iso(int(upcoming)),
            "rescheduledMessagesCount": figures["scheduled_messages"],
        },
    )


async def _delete(by: Caller, id_: str, confirmed: bool) -> dict[str, Any]:
    result = await acts.delete(by, id_, confirmed=confirmed)
    figures = {name: int(value or 0) for name, value in result.figures.items()}
    return _managed(
        result.name,
        result.message,
        {
            "id": id_,
            "status": "deleted",
            "deletedAt": iso(figures["deleted_at"]),
            "cleanupActions": [
                f"{one_or_many(figures['cancelled_messages'], 'waiting message')} will not be sent",
                f"{one_or_many(figures['hidden_contacts'], 'contact')} hidden with the campaign",
                f"{one_or_many(figures['kept_messages'], 'sent message')} kept, replies and suppressions too",
            ],
        },
    )


async def _duplicate(by: Caller, id_: str, name: str | None) -> dict[str, Any]:
    await acts.campaign(by, id_)
    result = acts.done(await drafts.duplicate(by.db, by.clock, by.actor, id_, name))
    figures = result.figures
    return _managed(
        result.name,
        result.message,
        {
            "originalCampaign": {"id": id_},
            "newCampaign": {
                "id": figures["new_campaign_id"],
                "name": figures["new_name"],
                "status": "draft",
                "createdAt": iso(int(figures["created_at"] or 0)),
                "copiedElements": [
                    "settings",
                    "variables",
                    one_or_many(int(figures["touches"] or 0), "message template"),
                ],
            },
        },
    )


def _managed(name: str, message: str, campaign: dict[str, Any]) -> dict[str, Any]:
    return {"success": True, "message": f"{name}: {message}", "campaign": campaign}


@router.post(
    "/create",
    response_model=CreateAnswer,
    summary="Make a campaign with its contacts and start it",
    responses=declared(409, 413, 422),
)
async def create(by: By, asked: Create, key: Key = None) -> Response:
    """All of it or nothing: contacts that cannot be texted are left out and told in `message`.

    So is a state or zip that is not understood. If none is left, the answer is 422 and no campaign is made.
    """

    async def work() -> CreateAnswer:
        made = await create_and_start(
            by.db,
            by.clock,
            by.actor,
            _plain(asked),
            simulated=by.settings.carrier == "simulated",
            require_consent=by.settings.require_consent,
        )
        message = f"{made.name}: created and started, {one_or_many(made.scheduled, 'message')} scheduled"
        if made.left_out:
            message += f"; {one_or_many(made.left_out, 'contact')} left out"
            message += f" (the first: {made.first_reason})" if made.first_reason else " (given twice)"
        if made.unplaced:
            message += f"; state or zip of {one_or_many(made.unplaced, 'contact')} not understood"
            message += f" (the first: {made.first_doubt})"
        return CreateAnswer.model_validate(
            {
                "message": message,
                "campaign": {
                    "id": made.id,
                    "name": made.name,
                    "status": made.status,
                    "totalContacts": made.contacts,
                    "scheduledMessages": made.scheduled,
                    "activeTemplates": made.active_templates,
                    "created": iso(made.created_at),
                },
            }
        )

    return await once(by, key, "create", asked, work, 200)


def _plain(asked: Create) -> PlainCampaign:
    variables = [each for each in asked.variables if not isinstance(each, str)]
    return PlainCampaign(
        name=asked.name,
        templates=[each.model_dump() for each in asked.message_templates],
        contacts=[
            {key: _value(value) for key, value in each.model_dump(exclude_none=True).items()}
            for each in asked.contacts
        ],
        values={each.name.strip("{} "): each.value for each in variables if each.value},
        fields=[each.strip("{} ") for each in asked.variables if isinstance(each, str)]
        + [each.name.strip("{} ") for each in variables if not each.value],
        sender=asked.sender or None,
        timezone=asked.timezone or None,
    )


def _value(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


@router.get("/stats", response_model=StatsAnswer, summary="A campaign's figures", responses=declared(404))
async def stats(
    by: By,
    campaign_id: Annotated[Text, Query(alias="campaignId", min_length=1, examples=["camp_1747983084255"])],
    limit: Annotated[int, Query(ge=0, le=1_000, description="People of each of the two lists.")] = 100,
) -> dict[str, Any]:
    """Kept counters, who answered last and who has not answered; more of those by `/api/v1/reports`."""
    found = await campaign_stats(by.db, campaign_id, limit)
    if found is None:
        raise ApiError(404, f"there is no campaign {campaign_id}")
    return {"success": True, "stats": stats_shape(found, found.cost_micros / 1_000_000)}
