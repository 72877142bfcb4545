"""The API on a loopback socket in a thread of its own, for clients that have no event loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from tests.support.api import ANN, NO_LIMIT
from trd_tui.api.app import create_app
from trd_tui.api.server import listening, serve_until
from trd_tui.clock import VirtualClock, real_now
from trd_tui.services import tokens
from trd_tui.settings import Settings
from trd_tui.store.database import Database
from trd_tui.wiring import EVERYDAY, Product


class Server(NamedTuple):
    """Where it listens, and a token for it."""

    url: str
    secret: str


@contextmanager
def api_server(database_url: str) -> Iterator[Server]:
    """Serve until the block ends."""
    listener = listening("127.0.0.1", 0)
    port = listener.getsockname()[1]
    begun = threading.Event()
    told: list[tuple[asyncio.AbstractEventLoop, asyncio.Event, str]] = []

    async def serve() -> None:
        product = Product(
            Settings(database_url=database_url),
            Database(database_url),
            VirtualClock.starting(real_now(), 0.0),
            EVERYDAY,
        )
        made = await tokens.create(product.db, product.clock, ANN, "front")
        stop = asyncio.Event()
        told.append((asyncio.get_running_loop(), stop, made.secret))
        begun.set()
        await serve_until(create_app(product, limits=NO_LIMIT), listener, stop)
        await product.close()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="api-server")
    thread.start()
    assert begun.wait(30)
    loop, stop, secret = told[0]
    try:
        yield Server(f"http://127.0.0.1:{port}", secret)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(30)
        listener.close()
