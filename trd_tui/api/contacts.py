"""A campaign's contacts and messages: looked at, imported, exported."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import Query, Request
from starlette.responses import StreamingResponse

from trd_tui.api import acts
from trd_tui.api.caller import By
from trd_tui.api.errors import ApiError, declared
from trd_tui.api.models import CampaignId, ContactStatus, Search
from trd_tui.api.strict import v1_router
from trd_tui.api.upload import CSV_BODY, contact_file, file_sentence
from trd_tui.api.v1_models import ContactList, ImportAnswer
from trd_tui.services import export, imports, listing
from trd_tui.services.import_views import ImportRefusedError, ImportStoppedError
from trd_tui.services.shapes import contact_shape, pagination_shape, report_shape
from trd_tui.services.views import ContactQuery
from trd_tui.store.database import Database

router = v1_router("campaigns/{campaign_id}", "Contacts", 404)

_PIECE = 200
"""Rows of one piece of an export."""


@router.get("/contacts", response_model=ContactList, summary="A page of a campaign's contacts")
async def list_contacts(
    by: By,
    campaign_id: CampaignId,
    status: ContactStatus | Literal["", "all"] = "all",
    search: Search = "",
    suppressed: Annotated[bool, Query(description="Only who is on the do-not-contact list.")] = False,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 50,
    offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
) -> dict[str, Any]:
    """In the order of enrolment; `search` is part of a name or of a number."""
    await acts.campaign(by, campaign_id)
    query = ContactQuery(status=status, search=search, limit=limit, offset=offset, suppressed=suppressed)
    page = await listing.contact_page(by.db, campaign_id, query)
    return {
        "contacts": [contact_shape(row) for row in page.rows],
        "pagination": pagination_shape(page.total, limit, offset, len(page.rows)),
    }


@router.post(
    "/contacts",
    response_model=ImportAnswer,
    summary="Import contacts into a campaign",
    responses=declared(409, 413),
    openapi_extra=CSV_BODY,
)
async def import_contacts(
    by: By,
    campaign_id: CampaignId,
    request: Request,
    dry_run: Annotated[bool, Query(alias="dryRun", description="Store nothing.")] = False,
) -> dict[str, Any]:
    """One that runs takes them in at once. Importing the same file again doubles nobody."""
    await acts.campaign(by, campaign_id)
    async with contact_file(request) as file:
        try:
            report = await imports.import_contacts(
                by.db,
                by.clock,
                by.actor,
                file,
                campaign_id=campaign_id,
                dry_run=dry_run,
                require_consent=by.settings.require_consent,
            )
        except ImportStoppedError:
            raise
        except ImportRefusedError as error:
            raise ApiError(409, file_sentence(error, file.path)) from error
    return report_shape(report)


@router.get(
    "/export",
    response_class=StreamingResponse,
    summary="A campaign's contacts or messages as CSV",
    responses={
        200: {
            "content": {"text/csv": {"schema": {"type": "string"}}},
            "description": "A header row and a row each.",
        }
    },
)
async def export_rows(
    by: By, campaign_id: CampaignId, what: Literal["contacts", "messages"] = "contacts"
) -> StreamingResponse:
    """Streamed, oldest first; harmless to a spreadsheet."""
    await acts.campaign(by, campaign_id)
    return StreamingResponse(
        _lines(by.db, campaign_id, what),
        media_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{what}.csv"'},
    )


async def _lines(db: Database, campaign_id: str, what: export.What) -> AsyncIterator[str]:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(export.COLUMNS[what])
    count = 0
    async for row in export.rows(db, campaign_id, what):
        writer.writerow(export.csv_values(row, what))
        count += 1
        if count % _PIECE == 0:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    yield text.getvalue()
