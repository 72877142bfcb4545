"""Nothing of a request is lost in silence: no key that stands twice, no parameter that nobody knows.

FastAPI keeps the last of two equal keys and leaves out what it does not know. What is found here is noted and
answered together with what FastAPI finds itself, so that a caller reads everything that is wrong at once.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from functools import wraps
from itertools import zip_longest
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.routing import APIRoute
from starlette.responses import Response

from trd_tui.api.errors import ApiError, declared
from trd_tui.api.faults import MOST, Noted, noted, sentence
from trd_tui.domain.nearest import did_you_mean, slip_of

V1 = "/api/v1/"
"""Here an unknown parameter is refused. The calls of the front end are fixed: it may add what it likes."""


def v1_router(path: str, tag: str, *statuses: int) -> APIRouter:
    """A router of resources under ``/api/v1``; every call may be refused by what is noted.

    Args:
        path: behind ``/api/v1/``.
        tag: the heading in the description.
        statuses: what each of its calls may answer besides.
    """
    return APIRouter(
        prefix=V1 + path, tags=[tag], route_class=StrictRoute,
        responses=declared(400, 401, 422, 429, 503, *statuses),
    )  # fmt: skip


class StrictRoute(APIRoute):
    """A route of endpoints that take ``by``; none is called when something of the request would be lost."""

    def __init__(self, path: str, endpoint: Callable[..., Awaitable[Any]], **more: Any) -> None:
        @wraps(endpoint)
        async def checked(**values: Any) -> Any:
            lost: Noted = values["by"].noted
            if lost.all:
                raise ApiError(422 if lost.all == lost.unknown else 400, sentence(lost.all))
            return await endpoint(**values)

        super().__init__(path, checked, **more)

    def get_route_handler(self) -> Callable[[Request], Any]:
        """FastAPI's own, with a request whose body is read more strictly."""
        handle = super().get_route_handler()

        async def handler(request: Request) -> Response:
            answer: Response = await handle(_StrictRequest(request.scope, request.receive))
            return answer

        return handler


class _StrictRequest(Request):
    """A request that notes the keys which stand twice in one object of its body."""

    async def json(self) -> Any:
        if not hasattr(self, "_json"):
            doubled: dict[int, tuple[dict[str, Any], list[str]]] = {}

            def made(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
                built = dict(pairs)
                if len(built) < len(pairs):
                    times = Counter(key for key, _value in pairs)
                    doubled[id(built)] = built, [key for key, count in times.items() if count > 1]
                return built

            body = await self.body()
            try:
                self._json = json.loads(body, object_pairs_hook=made)
            except json.JSONDecodeError:
                raise  # its place is told where all faults are
            except (RecursionError, ValueError) as error:
                raise HTTPException(400, _unreadable(body, error)) from error
            if doubled:
                noted(self).twice += [
                    f"{name}: is in the body twice; give it once" for name in _places(self._json, doubled)
                ]
        return self._json


def _unreadable(body: bytes, error: Exception) -> str:
    """Why a body cannot be read though it may be JSON, and what to do."""
    if isinstance(error, UnicodeDecodeError):
        before = body[: error.start]
        at = len(before) - before.rfind(b"\n")
        return (
            f"the body is not text in UTF-8 at line {before.count(10) + 1}, byte {at} of it;"
            " save it as UTF-8 and send it again"
        )
    if isinstance(error, RecursionError):
        return (
            "the body has too many lists and objects one inside the other; /openapi.json shows how it looks"
        )
    return f"the body holds a number of more than {sys.get_int_max_str_digits():,} digits; shorten it"


def _places(body: Any, doubled: dict[int, tuple[dict[str, Any], list[str]]]) -> Iterator[str]:
    """Where the doubled keys stand, counted from 1. Without recursion: a body may be nested deeply."""
    left = [("", body)]
    while left:
        path, here = left.pop()
        if isinstance(here, dict):
            if id(here) in doubled:
                yield from (f"{path}.{key}".lstrip(".") for key in doubled[id(here)][1])
            left += [(f"{path}.{key}", value) for key, value in reversed(here.items())]
        elif isinstance(here, list):
            left += [(f"{path}[{at}]", value) for at, value in reversed([*enumerate(here, 1)])]


def note_address(request: Request) -> Noted:
    """Look through the address too: a filter must not be lost in silence."""
    found = noted(request)
    times = Counter(name for name, _value in request.query_params.multi_items())
    found.twice += [f"{name}: is in the address twice; give it once" for name in times if times[name] > 1]
    known = [parameter.alias for parameter in request.scope["route"].dependant.query_params]
    unknown = [name for name in times if name not in known]
    if not request.scope["path"].startswith(V1):
        slips = ((name, slip_of(name, known)) for name in unknown[:MOST])
        found.slips += [f"{name}: is not known here; did you mean '{near}'?" for name, near in slips if near]
    else:
        # looking for the nearest takes its time, and only the first ones are named
        near = [did_you_mean(name, known) or "; take it out" for name in unknown[:MOST]]
        found.unknown += [
            f"{name}: is no parameter of this call{hint}"
            for name, hint in zip_longest(unknown, near, fillvalue="")
        ]
    return found
