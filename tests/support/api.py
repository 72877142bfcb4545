"""The HTTP API in this process: an opened product, somebody with a token, and calls in few words."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import httpx

from tests.support.world import START
from trd_tui.api.app import create_app
from trd_tui.api.gate import Limits
from trd_tui.clock import Anchor, Clock, VirtualClock, real_now
from trd_tui.services import tokens
from trd_tui.services.actor import Actor
from trd_tui.settings import Settings
from trd_tui.store.database import Database
from trd_tui.wiring import EVERYDAY, Product

ANN = Actor(1, "ann", "ann.login")
NO_LIMIT = Limits(calls_per_s=0)

CREATE: dict[str, Any] = {
    "name": "Spring",
    "messageTemplates": [
        {"day": 1, "message": "Hi {name}, {agent} of {company} here. Reply STOP to opt out.", "active": True},
        {"day": 3, "message": "Still there, {name}? {location} {{lot|none}}", "active": True},
        {"day": 5, "message": "Off", "active": False},
    ],
    "contacts": [
        {
            "name": "Maria Lopez",
            "phone": "(212) 555-0123",
            "company": "Acme",
            "email": "",
            "location": "Austin",
        },
        {"name": "", "phone": "+12125550124", "lot": 7},
        {"name": "Nobody", "phone": "12"},
        {"name": "Maria again", "phone": "212 555 0123"},
    ],
    "variables": ["name", "{company}", {"name": "agent", "value": "Ann"}, "location", "lot"],
}
"""A create as the front end sends it: two people to text, one bad number, one twice."""


class Answered(NamedTuple):
    """What a call was answered."""

    status: int
    body: Any
    headers: httpx.Headers


class Api:
    """A client with a token, and what lies behind the API."""

    def __init__(self, http: httpx.AsyncClient, product: Product, secret: str) -> None:
        self.http = http
        self.product = product
        self.secret = secret

    @property
    def db(self) -> Database:
        return self.product.db

    async def call(self, method: str, path: str, **more: Any) -> Answered:
        """Call and read the answer: JSON where it is JSON, else text."""
        headers = {"Authorization": f"Bearer {self.secret}", **more.pop("headers", {})}
        answer = await self.http.request(method, path, headers=headers, **more)
        is_json = answer.headers.get("content-type", "").startswith("application/json")
        return Answered(answer.status_code, answer.json() if is_json else answer.text, answer.headers)

    async def get(self, path: str, **query: Any) -> Any:
        """Get something that must be there."""
        answered = await self.call("GET", path, params=query or None)
        assert answered.status == 200, answered
        return answered.body

    async def post(self, path: str, body: Any = None, *, status: int = 200, **more: Any) -> Any:
        """Post something that must be answered so."""
        answered = await self.call("POST", path, **({"json": body} if body is not None else {}), **more)
        assert answered.status == status, answered
        return answered.body


@asynccontextmanager
async def api_on(
    url: str, *, clock: Clock | None = None, limits: Limits = NO_LIMIT, needs_sender: bool = False
) -> AsyncIterator[Api]:
    """The API on a database, and the token ``front`` that Ann has made."""
    product = Product(
        Settings(database_url=url),
        Database(url),
        clock or VirtualClock(Anchor(real_now(), START, 0.0), jumps=True),
        EVERYDAY,
    )
    made = await tokens.create(product.db, product.clock, ANN, "front")
    app = create_app(product, limits=limits, needs_sender=needs_sender)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://trd.example") as http:
        yield Api(http, product, made.secret)
    await product.close()


def same_shape(example: Any, found: Any, where: str = "") -> None:
    """The very keys of an example, with values of the same types; ``None`` only where the example has it."""
    if isinstance(example, Mapping):
        assert isinstance(found, Mapping), f"{where}: {found!r}"
        assert list(found) == list(example), where
        for key, value in example.items():
            same_shape(value, found[key], f"{where}.{key}")
    elif isinstance(example, list):
        assert isinstance(found, list), f"{where}: {found!r}"
        for at, each in enumerate(found):
            same_shape(example[0], each, f"{where}[{at}]")
    else:
        assert type(found) is type(example), f"{where}: {found!r} is no {type(example).__name__}"
