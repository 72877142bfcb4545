"""``trd serve``: the HTTP API, with or without the scheduler."""

from __future__ import annotations

import argparse
import asyncio
import logging
import socket
from collections.abc import Awaitable
from contextlib import suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from trd_tui.cli import logs
from trd_tui.cli.errors import CliError
from trd_tui.cli.run import Narrator, drain_on_signal, leave_clock
from trd_tui.cli.session import must_exist
from trd_tui.settings import Settings

if TYPE_CHECKING:
    from trd_tui.engine.scheduler import Engine
    from trd_tui.engine.state import EngineState
    from trd_tui.wiring import Product, Publish

log = logging.getLogger(__name__)

_LOOK_S = 0.5
"""Seconds between two looks whether the scheduler still runs."""


def add(commands: Any) -> None:
    """Put the command into the table."""
    parser = commands.add_parser(
        "serve",
        help="the HTTP API, until a signal ends it",
        description="The HTTP API, its description at /openapi.json, health and metrics. SIGTERM, SIGINT and"
        " SIGHUP let calls under way end, and with --with-scheduler the sends, too; then it exits 0.",
    )
    parser.add_argument("--host", default="127.0.0.1", metavar="H", help="address to listen at (127.0.0.1)")
    parser.add_argument("--port", default=8080, metavar="P", type=port_number, help="port (8080); 0 = any")
    parser.add_argument(
        "--with-scheduler", action="store_true", help="send, too, as `trd run` does, in this process"
    )
    parser.add_argument(
        "--rate", default=50, metavar="N", type=_rate, help="calls a second with one token (50); 0 = any"
    )
    parser.set_defaults(run=run)


def port_number(text: str) -> int:
    """A port as an option gives it; 0 takes a free one.

    Raises:
        ArgumentTypeError: it is none.
    """
    return _number(text, 65_535, "a port")


def _rate(text: str) -> int:
    return _number(text, 100_000, "a number of calls a second")


def _number(text: str, most: int, what: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text[:9]) > most:
        raise argparse.ArgumentTypeError(f"{text!r} is not {what} from 0 to {most:,}")
    return int(text)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Answer until a signal."""
    must_exist(settings)
    check_host(options.host, settings)
    try:
        from trd_tui.api import server
    except ModuleNotFoundError as error:
        if error.name not in ("fastapi", "uvicorn", "starlette", "pydantic"):
            raise
        raise CliError(
            "the HTTP API is not installed; install it with: pip install 'trd_tui[serve]'"
        ) from error
    logs.log_to_stderr(settings)
    try:
        listener = server.listening(options.host, options.port)
    except server.PortTakenError as error:
        raise CliError(str(error)) from error
    from trd_tui.wiring import open_product

    with listener:
        product = open_product(settings)
        asyncio.run(_serve(product, listener, options))
    return 0


def check_host(host: str, settings: Settings) -> None:
    """Refuse an address that others reach while nothing says that the way to it is encrypted.

    Raises:
        CliError: tokens would cross the network for everybody to read.
    """
    try:
        private = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        private = False  # a name, and who answers to it is not ours to know
    if private or (settings.public_url or "").startswith("https://"):
        return
    raise CliError(
        f"{host} can be reached from the network, and tokens would cross it unencrypted; put a proxy with TLS"
        " before it and say so with TRD_PUBLIC_URL=https://..., or leave --host out"
    )


async def _serve(product: Product, listener: socket.socket, options: argparse.Namespace) -> None:
    from trd_tui.api.app import create_app
    from trd_tui.api.gate import Limits
    from trd_tui.api.server import serve_until
    from trd_tui.services import tokens
    from trd_tui.store import control

    app = create_app(product, limits=Limits(calls_per_s=options.rate), needs_sender=options.with_scheduler)
    try:
        if options.with_scheduler:
            # as in `trd run`: one that could not even begin says so and ends
            await product.db.write(control.bump_fence)
        if (why := product.settings.webhook_refusal()) is not None:
            log.info("Twilio's webhooks are off, and polls bring answers and receipts; to have them, %s", why)
        if not await tokens.list_tokens(product.db):
            log.warning("there is no token yet, so nobody can call; make one with: trd token create NAME")
        host, port = listener.getsockname()[:2]
        with drain_on_signal("ending the calls under way") as stop:
            log.info("listening at http://%s:%s", f"[{host}]" if ":" in host else host, port)
            answering = serve_until(app, listener, stop)
            await (answer_and_send(product, answering, stop) if options.with_scheduler else answering)
    finally:
        await product.close()


async def answer_and_send(product: Product, answering: Awaitable[None], stop: asyncio.Event) -> None:
    """Send in a thread of its own while calls are answered; both end together, and sends are drained.

    Raises:
        CliError: the scheduler ended by itself; the message says why.
    """
    from trd_tui.engine.handle import EngineHandle
    from trd_tui.engine.state import Role

    engine = EngineHandle(lambda publish: _engine(product, publish))
    engine.start()

    async def watch() -> None:
        while engine.state().role is not Role.ENDED:
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _LOOK_S)
                break
        stop.set()
        await asyncio.to_thread(engine.stop)

    watching = asyncio.create_task(watch())
    try:
        await answering
    finally:
        stop.set()
        await watching
    state = engine.state()
    if state.sent:
        await leave_clock(product)
    if state.role is Role.ENDED and state.last_error is not None and state.last_error.startswith(_ENDED):
        raise CliError(state.last_error)


_ENDED = "the scheduler has ended"
"""How the engine's handle begins when it tells of a fault."""


def _engine(product: Product, publish: Publish) -> Engine:
    """An engine whose states are logged and can be looked at from another thread."""
    from trd_tui.wiring import make_engine

    narrator = Narrator()

    def told(state: EngineState) -> None:
        narrator(state)
        publish(state)

    return make_engine(product, face="serve", publish=told)
