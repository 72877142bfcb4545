"""The webhooks' door in a bare application, and who posts at it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from urllib.parse import urlencode

import httpx
from fastapi import FastAPI

from tests.peer.server import ACCOUNT, TOKEN
from tests.peer.webhooks import signature
from trd_tui.api.webhooks import webhook_router
from trd_tui.clock import Clock
from trd_tui.engine.intake import PATIENCE_S
from trd_tui.settings import Settings
from trd_tui.store.database import Database

PUBLIC = "https://trd.example.com"
STATUS = "/webhooks/twilio/status"
INBOUND = "/webhooks/twilio/inbound"
OURS = "+15005550006"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def settings_for(url: str, **changes: str | None) -> Settings:
    """Settings with which webhooks are served, but for what is changed."""
    values: dict[str, str | None] = {
        "carrier": "twilio",
        "twilio_account_sid": ACCOUNT,
        "twilio_auth_token": TOKEN,
        "public_url": PUBLIC,
    }
    return Settings(database_url=url, **{**values, **changes})  # type: ignore[arg-type]


def status_form(sid: str, status: str, to: str, **more: str) -> dict[str, str]:
    """What a status callback says."""
    return {
        "AccountSid": ACCOUNT, "MessageSid": sid, "MessageStatus": status, "To": to, "From": OURS, **more,
    }  # fmt: skip


def inbound_form(sid: str, sender: str, body: str, **more: str) -> dict[str, str]:
    """What an inbound webhook says."""
    return {"AccountSid": ACCOUNT, "MessageSid": sid, "From": sender, "To": OURS, "Body": body, **more}


def sid(at: int) -> str:
    """An id as Twilio's look."""
    return f"SM{at:032x}"


class Door:
    """Posts as Twilio does."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def post(
        self,
        path: str,
        form: Mapping[str, str],
        *,
        query: str = "",
        token: str = TOKEN,
        public: str = PUBLIC,
    ) -> httpx.Response:
        """Post a form that is signed for an address under ``public``."""
        where = path + (f"?{query}" if query else "")
        return await self.send(
            where, dict(form), {"X-Twilio-Signature": signature(token, public + where, form)}
        )

    async def send(self, where: str, form: dict[str, str], headers: dict[str, str]) -> httpx.Response:
        """Post a form with these headers."""
        return await self.client.post(
            where, content=urlencode(form), headers=httpx.Headers({**FORM, **headers}, "latin-1")
        )

    async def relay(self, url: str, form: dict[str, str], headers: dict[str, str]) -> int:
        """Post what the peer posts."""
        return (await self.send(url.removeprefix(PUBLIC), form, headers)).status_code


@asynccontextmanager
async def open_door(
    settings: Settings, clock: Clock, *, patience_s: float = PATIENCE_S
) -> AsyncIterator[Door]:
    """The webhooks of a database, served in this process."""
    database = Database(settings.database_url)
    app = FastAPI()
    app.include_router(webhook_router(settings, database, clock, patience_s=patience_s))
    transport = httpx.ASGITransport(app=app)
    # The host is a proxy's: it has no say in what a signature is for.
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://10.0.0.7:8000") as client,
    ):
        yield Door(client)
    await database.close()
