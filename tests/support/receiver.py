"""A receiver of webhooks on the loopback: keeps what it is sent, checks signatures, answers as it is told."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web


class Receiver:
    """One host; ``answer`` gets the how-manieth post it is and says the status.

    Attributes:
        secret: what it checks signatures with.
        got: what was posted, as it was read.
        ids: event ids, one a post.
        forged: posts whose signature is not right.
        hangs: never answers while set.
    """

    def __init__(self) -> None:
        self.secret = ""
        self.url = ""
        self.got: list[dict[str, Any]] = []
        self.ids: list[str] = []
        self.forged = 0
        self.answer: Callable[[int], int] = lambda _post: 200
        self.hangs = False
        self.let_go = asyncio.Event()

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        timestamp = request.headers["TRD-Timestamp"]
        signed = hmac.new(self.secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256)
        if request.headers["TRD-Signature"] != f"v1={signed.hexdigest()}":
            self.forged += 1
        said = json.loads(body)
        assert (said["id"], said["event"]) == (request.headers["TRD-Event-Id"], request.headers["TRD-Event"])
        self.got.append(said)
        self.ids.append(said["id"])
        if self.hangs:
            await self.let_go.wait()
        status = self.answer(len(self.got))
        return web.Response(status=status, headers={"Location": self.url} if status == 301 else {})


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """A receiver that listens until the block ends."""
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    receiver.url = f"http://{host}:{port}/hook"
    try:
        yield receiver
    finally:
        receiver.let_go.set()
        await runner.cleanup()
