"""What a call is answered when it cannot be done: ``{"error": "..."}``, one sentence that names the field."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, TypeAdapter
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from trd_tui.api.faults import noted, said_of, sentence
from trd_tui.domain.definition import DefinitionError
from trd_tui.services.export import NothingToExportError
from trd_tui.services.import_views import ImportStoppedError
from trd_tui.services.plain_create import NobodyError, NotStartedError, PlainCampaignError
from trd_tui.services.resume_preview import PolicyError
from trd_tui.services.suppressions import SuppressionError
from trd_tui.store.errors import StoreError

log = logging.getLogger(__name__)

_BUSY_RETRY_S = 5


class ApiError(Exception):
    """A refusal; the message is the sentence that the caller reads.

    Attributes:
        status: the HTTP status.
        headers: headers of the answer.
        more: what stands beside ``error`` in the answer.
    """

    def __init__(
        self,
        status: int,
        sentence: str,
        *,
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.headers = dict(headers or {})
        self.more = dict(more or {})


class TooLargeError(HTTPException):
    """The body is larger than the limit. FastAPI lets its own kind of exception through as it is."""

    def __init__(self, most: int) -> None:
        super().__init__(413, f"the body is larger than {most:,} bytes; send less at once")


class ErrorAnswer(BaseModel):
    """Everything that was wrong, field by field, on one line."""

    error: str = Field(examples=["newName: must have at most 200 characters; shorten it"])


_MEANINGS: dict[int, str] = {
    400: "Bad input; the sentence names the field.",
    401: "No token, or one that is unknown, expired or revoked.",
    404: "There is no such thing.",
    409: "What it is about does not allow this now.",
    413: "The body is too large.",
    422: "Well-formed, but nothing can be done with it, or a parameter is not known.",
    429: "Too many calls with this token; try again after the seconds in Retry-After.",
    503: "The database cannot do it now; try again after the seconds in Retry-After.",
}
_RETRY = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}}}


def declared(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The error answers of a call, for its description."""
    return {
        status: {
            "model": ErrorAnswer,
            "description": _MEANINGS[status],
            **({"headers": _RETRY} if status in (429, 503) else {}),
        }
        for status in statuses
    }


def refused(
    status: int, sentence: str, headers: Mapping[str, str] | None = None, **more: Any
) -> JSONResponse:
    """An answer that says why not, on one line that can always be written."""
    line = "".join(c if c.isprintable() else "?" for c in " ".join(sentence.split()))
    return JSONResponse({"error": line, **more}, status, dict(headers or {}))


def database_trouble(error: StoreError) -> JSONResponse:
    """The database cannot do it now. Its sentence names files and hosts, so it goes to the log."""
    log.warning("%s", error)
    return refused(
        503,
        "the database cannot do this now; try again, and see the server's log if it stays so",
        {"Retry-After": str(_BUSY_RETRY_S)},
    )


_STATUS_OF: dict[type[Exception], int] = {
    PlainCampaignError: 400,
    SuppressionError: 400,
    PolicyError: 400,
    NothingToExportError: 404,
    NotStartedError: 409,
    NobodyError: 422,
    ImportStoppedError: 503,
}
"""Errors of the product whose message is the sentence."""


def install(app: FastAPI) -> None:
    """Let every error be answered in this shape."""
    for kind in (
        ApiError,
        HTTPException,
        RequestValidationError,
        StoreError,
        DefinitionError,
        Exception,
        *_STATUS_OF,
    ):
        app.add_exception_handler(kind, _answer)


async def _answer(request: Request, error: Exception) -> Response:
    match error:
        case ApiError():
            return refused(error.status, str(error), error.headers, **error.more)
        case HTTPException():
            return refused(error.status_code, _http_sentence(request, error), error.headers)
        case RequestValidationError():
            return _bad_input(request, error)
        case StoreError():
            return database_trouble(error)
        case DefinitionError():
            return refused(400, sentence(str(each) for each in error.all))
    status = _STATUS_OF.get(type(error))
    if status is None:
        # starlette raises it again for the log, where the traceback is
        return refused(500, f"a fault of TRD ended {request.method} {request.url.path}; see the server's log")
    return refused(status, str(error), {"Retry-After": str(_BUSY_RETRY_S)} if status == 503 else None)


def _http_sentence(request: Request, error: HTTPException) -> str:
    if error.status_code == 404:
        return f"there is nothing at {request.url.path}; /openapi.json describes every call"
    if error.status_code == 405:
        return f"{request.method} is not for {request.url.path}; see the header Allow"
    return error.detail or HTTPStatus(error.status_code).phrase


def _json_sentence(found: Mapping[str, Any], body: object) -> str:
    """What keeps a body from being JSON, and where, counted from 1."""
    said = str(found.get("ctx", {}).get("error", "")).rstrip(".") or "it ends too early"
    at = next((part for part in found["loc"] if isinstance(part, int)), 0)
    before = body[:at] if isinstance(body, str) else ""
    place = f"line {before.count(chr(10)) + 1}, column {at - before.rfind(chr(10))}"
    return f"the body is not valid JSON at {place}: {said[:1].lower()}{said[1:]}; mend it there"


def _bad_input(request: Request, error: RequestValidationError) -> Response:
    errors = error.errors()
    first = errors[0]
    if first["type"] == "json_invalid":
        return refused(400, _json_sentence(first, error.body))
    if first["loc"][0] == "path":
        return refused(404, f"there is no such {str(first['loc'][1]).removesuffix('_id')}")
    said, more = said_of(errors, error.body, _keys(request))
    return refused(400, sentence([*noted(request).all, *said], more))


def _keys(request: Request) -> list[str]:
    """All keys that objects in the body of this call have."""
    body = getattr(request.scope.get("route"), "body_field", None)
    if body is None:
        return []
    schema = TypeAdapter(body.field_info.annotation).json_schema()
    kinds = [schema, *schema.get("$defs", {}).values()]
    return list(dict.fromkeys(key for kind in kinds for key in kind.get("properties", {})))
