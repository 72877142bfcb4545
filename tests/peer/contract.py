"""Holds the peer, and what the product sends to it, to Twilio's own API description."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse


@cache
def _description() -> OpenAPI:
    text = Path(__file__).with_name("twilio_api_subset.json").read_text(encoding="utf-8")
    return OpenAPI.from_dict(json.loads(text))


class ContractCheck:
    """A middleware that notes every request and answer that the description does not allow."""

    def __init__(self) -> None:
        self.violations: list[str] = []
        self.checked = 0

    def middleware(self) -> Middleware:
        @web.middleware
        async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
            if request.path.startswith("/_peer/"):
                return await handler(request)
            shown = MockRequest(
                "https://api.twilio.com",
                request.method,
                request.path,
                args=dict(request.query),
                headers=dict(request.headers),
                data=await request.read(),
                content_type=request.content_type,
            )
            self._hold(f"{request.method} {request.path_qs}", lambda: _description().validate_request(shown))
            response = await handler(request)
            if isinstance(response, web.Response) and response.content_type == "application/json":
                answer = MockResponse(
                    (response.text or "").encode(),
                    response.status,
                    dict(response.headers),
                    "application/json",
                )
                self._hold(
                    f"answer {response.status} to {request.method} {request.path}",
                    lambda: _description().validate_response(shown, answer),
                )
            return response

        return check

    def _hold(self, what: str, check: Callable[[], object]) -> None:
        self.checked += 1
        try:
            check()
        except Exception as error:
            self.violations.append(
                f"{what}: {error!r} {getattr(error, 'schema_errors', '') or error.__cause__!r}"
            )
