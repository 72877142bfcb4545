"""What every call passes before it reaches a route: who calls, how often, how much; and what it cost.

It stands before the routes, so that nobody without a token makes this process read a body.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from trd_tui.api.errors import TooLargeError, database_trouble, refused
from trd_tui.api.rate import RateLimit
from trd_tui.clock import Clock
from trd_tui.services import tokens
from trd_tui.store.database import Database
from trd_tui.store.errors import StoreError
from trd_tui.store.tokens import Token

log = logging.getLogger(__name__)

GUARDED = "/api/"
"""Paths that need a token. Webhooks are signed; health and metrics tell no secret."""


LINGER_BYTES = 16 * 2**20
"""Of a body over the limit: how much is read and thrown away before the answer."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is taken.

    Attributes:
        calls_per_s: calls a second with one token; 0 = no limit.
        json_bytes: of a body of JSON, which is read as a whole.
        csv_bytes: of a file, which goes to disk piece by piece.
    """

    calls_per_s: int = 50
    json_bytes: int = 4 * 2**20
    csv_bytes: int = 256 * 2**20


@dataclass(slots=True)
class Calls:
    """What was answered since this process began."""

    by_status: Counter[int] = field(default_factory=Counter)
    seconds: float = 0.0

    def count(self, status: int, seconds: float) -> None:
        """One call more."""
        self.by_status[status] += 1
        self.seconds += seconds


class Gate:
    """ASGI middleware."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        db: Database,
        clock: Clock,
        limits: Limits,
        calls: Calls,
        routes: Sequence[BaseRoute] = (),
    ) -> None:
        self._app = app
        self._routes = routes
        self._db = db
        self._clock = clock
        self._limits = limits
        self._calls = calls
        self._rate = RateLimit(limits.calls_per_s)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one call through, or answer it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status = time.perf_counter(), 500

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._let_in(scope, receive, told)
        finally:
            seconds = time.perf_counter() - begun
            self._calls.count(status, seconds)
            self._log(scope, status, seconds)

    async def _let_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        if scope["path"].startswith(GUARDED):
            try:
                token = await self._token(headers.get(b"authorization", b""))
            except StoreError as error:
                await database_trouble(error)(scope, receive, send)
                return
            if token is None:
                answer = refused(
                    401,
                    "send a token that holds, as Authorization: Bearer TOKEN; `trd token create` makes one",
                    {"WWW-Authenticate": "Bearer"},
                )
                await answer(scope, receive, send)
                return
            scope.setdefault("state", {})["token"] = token
            wait = self._rate.wait_ms(token.id, time.monotonic_ns() // 1_000_000)
            if wait:
                seconds = -(-wait // 1_000)
                sentence = f"too many calls with this token; try again in {seconds} s"
                await refused(429, sentence, {"Retry-After": str(seconds)})(scope, receive, send)
                return
        is_file = headers.get(b"content-type", b"").startswith(b"text/csv")
        most = self._limits.csv_bytes if is_file else self._limits.json_bytes
        length = headers.get(b"content-length", b"0")
        if length.isdigit() and int(length) > most:
            await _throw_away(receive)
            # what was not read stands in the connection, so it cannot be used again
            await refused(413, TooLargeError(most).detail, {"Connection": "close"})(scope, receive, send)
            return
        await self._app(scope, _measured(receive, most), send)

    def _log(self, scope: Scope, status: int, seconds: float) -> None:
        """One line a call; the route's own pattern, because a path may hold somebody's number."""
        if not log.isEnabledFor(logging.INFO):
            return
        token = scope.get("state", {}).get("token")
        # a call that was answered here has not come to its route
        route = scope.get("route") or _meant(self._routes, scope)
        log.info(
            "%s %s %s",
            scope["method"],
            getattr(route, "path", "(no route)"),
            status,
            extra={"ms": round(seconds * 1_000, 1), "token": None if token is None else token.name},
        )

    async def _token(self, shown: bytes) -> Token | None:
        scheme, _, secret = shown.decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        return await tokens.known(self._db, self._clock, secret.strip())


def _measured(receive: Receive, most: int) -> Receive:
    """The body as it comes, up to a limit; a sender need not say beforehand how long it is."""
    taken = 0

    async def next_message() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            if message.get("more_body", False):
                await _throw_away(receive)
            raise TooLargeError(most)
        return message

    return next_message


async def _throw_away(receive: Receive) -> None:
    """Read on for a while and keep nothing: a caller who is still sending would else never see the answer."""
    left = LINGER_BYTES
    while left > 0:
        message = await receive()
        left -= len(message.get("body", b""))
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return


def _meant(routes: Sequence[BaseRoute], scope: Scope) -> BaseRoute | None:
    """The route whose pattern a path has; one of another method where none has both."""
    found = [(match.value, route) for route in routes if (match := route.matches(scope)[0]) is not Match.NONE]
    return max(found, key=lambda each: each[0])[1] if found else None
