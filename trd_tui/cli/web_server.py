"""The app behind a web page: textual-serve, with a page and rules of our own.

Textual-serve starts one app a window and joins it to a terminal in the page. It asks nobody who they are, so
it must answer only who is meant to come: any page that the user has open may ask a server on this very host.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import WSCloseCode, web
from textual_serve.app_service import AppService
from textual_serve.server import Server

from trd_tui.settings import is_this_host

log = logging.getLogger(__name__)

PAGES = Path(__file__).parent / "data" / "web"
"""Our page: textual-serve's own asks the network for a font, which tells others who works when."""

HEARTBEAT_S = 15.0
"""Seconds between two questions whether a window is still there."""

MOST_CELLS = 1_000

GRACE_S = 60.0
"""Seconds in which open apps may drain what they are sending after a signal."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class PortTakenError(Exception):
    """The address cannot be listened at; the message says why and what to do."""


class WebApp(Server):
    """One server.

    Args:
        command: starts the app.
        private: the address is of this very host, and only who knows it by that name is answered.
    """

    def __init__(self, command: str, *, private: bool) -> None:
        super().__init__(command, title="TRD", templates_path=PAGES)
        self._private = private
        self._windows: set[web.WebSocketResponse] = set()

    async def make_app(self) -> web.Application:
        """The application with our gate before it."""
        app = await self._make_app()
        app.middlewares.append(self._gate)
        return app

    async def on_startup(self, app: web.Application) -> None:
        """Print nothing: `serve` says where it listens."""

    async def on_shutdown(self, app: web.Application) -> None:
        """Close every window, so that its app is left."""
        for window in tuple(self._windows):
            await window.close(code=WSCloseCode.GOING_AWAY)

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """A window: an app of its own, which drains and is waited for when the window has gone."""
        window = web.WebSocketResponse(heartbeat=HEARTBEAT_S)
        await window.prepare(request)

        async def close() -> None:
            await window.close()

        app = AppService(
            self.command,
            write_bytes=window.send_bytes,
            write_str=window.send_str,
            close=close,
            download_manager=self.download_manager,
        )
        self._windows.add(window)
        try:
            await app.start(_cells(request, "width", 80), _cells(request, "height", 24))
            await self._process_messages(window, app)
        finally:
            self._windows.discard(window)
            await app.stop()
            if app._process is not None:  # it has let go of its output; only now it has ended
                await app._process.wait()
        return window

    @web.middleware
    async def _gate(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer nobody who was sent here by another page."""
        refused = refusal(request.host, request.headers.get("Origin"), private=self._private)
        if refused is not None:
            log.warning("%s was refused: %s", request.remote, refused)
            raise web.HTTPForbidden(text=f"{refused}\n")
        # The page's own links, as the browser sees this server: through a tunnel its port is another one.
        scheme = "https" if request.headers.get("X-Forwarded-Proto") == "https" else "http"
        self.public_url = f"{scheme}://{request.host}"
        return await handler(request)


def _cells(request: web.Request, name: str, default: int) -> int:
    """A size that the page asks for."""
    asked = request.query.get(name, "")
    known = asked.isascii() and asked.isdecimal() and len(asked) < 5
    return min(int(asked), MOST_CELLS) if known else default


def refusal(host: str, origin: str | None, *, private: bool) -> str | None:
    """Why a request is not answered; ``None`` when it is.

    Args:
        host: what the browser calls this server, with its port.
        origin: the page that asks, where the browser tells.
        private: whether it must call this server by an address of this very host. A name that somebody else
            has let point here would be another page's way in.
    """
    name = urlsplit(f"//{host}").hostname or ""
    if private and not is_this_host(name):
        return f"this server is called localhost, not {name}"
    if origin is not None and urlsplit(origin).netloc != host:
        return f"a page of {origin} may not open the app"
    return None


def serve(command: str, host: str, port: int, *, private: bool) -> None:
    """Show the app to browsers until SIGTERM, SIGINT or SIGHUP; open apps drain what they are sending.

    Raises:
        PortTakenError: the address cannot be listened at.
    """
    asyncio.run(_serve(WebApp(command, private=private), host, port))


async def _serve(server: WebApp, host: str, port: int) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    runner = web.AppRunner(await server.make_app(), access_log=None, shutdown_timeout=GRACE_S)
    await runner.setup()
    try:
        try:
            site = web.TCPSite(runner, host, port)
            await site.start()
        except OSError as error:
            reason = _reason(error)
            raise PortTakenError(
                f"cannot listen at {host} port {port}: {reason}; end what uses it, or choose another --port N"
            ) from error
        for shown, taken in {address[:2] for address in runner.addresses}:
            log.info("the app is at http://%s:%s", f"[{shown}]" if ":" in shown else shown, taken)
        await stop.wait()
        log.info("ending the apps that are open")
    finally:
        await runner.cleanup()


def _reason(error: OSError) -> str:
    if isinstance(error, socket.gaierror) or not error.errno:
        return (error.strerror or str(error)).lower()
    return os.strerror(error.errno).lower()
