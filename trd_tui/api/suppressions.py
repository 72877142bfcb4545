"""The do-not-contact list."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path, Query, Request

from trd_tui.api.caller import By
from trd_tui.api.errors import ApiError, declared
from trd_tui.api.models import Text
from trd_tui.api.strict import v1_router
from trd_tui.api.upload import CSV_BODY, contact_file
from trd_tui.api.v1_models import (
    SuppressAnswer,
    SuppressAsked,
    Suppressed,
    SuppressionImport,
    SuppressionList,
)
from trd_tui.domain.instants import iso
from trd_tui.services import suppressions
from trd_tui.services.shapes import pagination_shape
from trd_tui.services.suppression_files import import_list
from trd_tui.store.suppressions import Suppression

router = v1_router("suppressions", "Suppressions")


@router.get("", response_model=SuppressionList, summary="A page of the do-not-contact list")
async def list_suppressions(
    by: By,
    search: Annotated[
        str, Query(max_length=100, description="Part of a number.", examples=["555-0123"])
    ] = "",
    limit: Annotated[int, Query(ge=1, le=1_000)] = 50,
    offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
) -> dict[str, Any]:
    """The latest first."""
    page = await suppressions.page(by.db, search, limit, offset)
    return {
        "suppressions": [_shape(row) for row in page.rows],
        "pagination": pagination_shape(page.total, limit, offset, len(page.rows)),
    }


def _shape(row: Suppression) -> dict[str, Any]:
    return {"number": row.number, "reason": row.reason, "source": row.source, "since": iso(row.created_at)}


@router.post("", response_model=SuppressAnswer, summary="Put numbers on the list", responses=declared(413))
async def add(by: By, asked: SuppressAsked) -> dict[str, Any]:
    """Their sequences end in the same transaction. If one is no number, nothing is changed."""
    done = await suppressions.add(by.db, by.clock, by.actor, asked.numbers, asked.reason)
    return {
        "added": list(done.added),
        "known": [{"number": number, "reason": reason} for number, reason in done.known],
        "endedSequences": done.ended,
    }


@router.post(
    "/import",
    response_model=SuppressionImport,
    summary="Put the numbers of a file on the list",
    responses=declared(413),
    openapi_extra=CSV_BODY,
)
async def import_file(
    by: By,
    request: Request,
    reason: Annotated[
        Text | None, Query(min_length=1, max_length=500, description="Of rows without a column `reason`.")
    ] = None,
) -> dict[str, Any]:
    """A bad row keeps no other row out. The same file can be imported again."""
    async with contact_file(request) as file:
        why = f"imported by {by.actor.name}" if reason is None else reason
        report = await import_list(by.db, by.clock, by.actor, file, why)
    return {
        "rows": report.rows,
        "added": report.added,
        "known": report.known,
        "rejected": report.rejected,
        "endedSequences": report.ended,
        "rejects": [{"line": row.line, "number": row.number, "reason": row.reason} for row in report.rejects],
    }


@router.delete(
    "/{number}", response_model=Suppressed, summary="Take a number off the list", responses=declared(404)
)
async def remove(
    by: By,
    number: Annotated[Text, Path(max_length=40, examples=["+12125550123"])],
    reason: Annotated[Text, Query(min_length=1, max_length=500, examples=["asked to be texted again"])],
) -> dict[str, Any]:
    """Sequences that have ended do not come back. The answer is what stood there."""
    done = await suppressions.remove(by.db, by.clock, by.actor, [number], reason)
    if not done.removed:
        raise ApiError(404, f"{number} is not on the list")
    return _shape(done.removed[0])
