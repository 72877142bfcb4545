"""Runs the peer on a port of this machine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import ClientSession, ClientTimeout, web

from tests.peer.app import PeerApi
from tests.peer.book import PeerBook
from tests.peer.control import PeerControl
from tests.peer.faults import FaultPlan
from tests.peer.webhooks import Webhooks

if TYPE_CHECKING:
    from tests.peer.contract import ContractCheck

ACCOUNT = "AC" + "a" * 32
TOKEN = "b" * 32
KEY = "SK" + "c" * 32
KEY_SECRET = "d" * 32


@dataclass(slots=True)
class Peer:
    """A running peer and the ends to hold it by."""

    url: str
    book: PeerBook
    faults: FaultPlan
    api: PeerApi
    contract: ContractCheck | None


@asynccontextmanager
async def posting(peer: Peer, inbound_url: str | None) -> AsyncIterator[Webhooks]:
    """Let a peer post its webhooks over the network, as they happen."""
    async with ClientSession(timeout=ClientTimeout(15)) as session:

        async def post(url: str, form: dict[str, str], headers: dict[str, str]) -> int:
            try:
                async with session.post(url, data=form, headers=headers) as answer:
                    return answer.status
            except OSError:
                return 599  # nobody is there

        webhooks = Webhooks(peer.book, ACCOUNT, TOKEN, post)
        webhooks.inbound_url = inbound_url
        task = asyncio.create_task(webhooks.post_forever())
        try:
            yield webhooks
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def running_peer(
    ledger: Path | None = None,
    *,
    port: int = 0,
    checked: bool = True,
    numbers: tuple[str, ...] = ("+15005550006",),
    delivery_ms: int = 0,
) -> AsyncIterator[Peer]:
    """A peer on a port of its own (0: any free one).

    Args:
        ledger: JSON-lines file; what it holds is there again at once.
        checked: hold every request and answer to Twilio's description (some 20 ms a call).
        numbers: the account's own numbers.
        delivery_ms: real time from acceptance to the final status.
    """
    book = PeerBook(ledger, numbers=numbers, delivery_ms=delivery_ms)
    faults = FaultPlan()
    api = PeerApi(book, faults, ACCOUNT, {ACCOUNT: TOKEN, KEY: KEY_SECRET})
    contract: ContractCheck | None = None
    if checked:
        from tests.peer.contract import ContractCheck  # half of what a peer's start would take

        contract = ContractCheck()
    app = web.Application(middlewares=[contract.middleware()] if contract else [])
    app.add_routes([*api.routes(), *PeerControl(api).routes()])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port, backlog=2048)
    await site.start()
    bound = runner.addresses[0][1]
    try:
        yield Peer(f"http://127.0.0.1:{bound}", book, faults, api, contract)
    finally:
        faults.release()
        await runner.cleanup()
        book.close()
