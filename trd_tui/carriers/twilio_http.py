"""The HTTP client that the Twilio SDK sends through: ours, because its own has no time-out and can repeat.

What it does differently: a hard time-out on every request, no retries whatever happens, any base URL,
a pool as large as the engine's concurrency, headers that survive an error answer, nothing in the log.
"""

from __future__ import annotations

import base64
import logging
from contextvars import ContextVar
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from aiohttp import (
    ClientConnectionError,
    ClientConnectorError,
    ClientRequest,
    ClientSession,
    ClientTimeout,
    TCPConnector,
)
from aiohttp import ConnectionTimeoutError as AioConnectionTimeoutError
from aiohttp.connector import Connection
from aiohttp.tracing import Trace
from twilio.http import AsyncHttpClient
from twilio.http.response import Response

from trd_tui.carriers.protocol import Begin

CONNECT_TIMEOUT_S = 5.0
_SPARE_CONNECTIONS = 4
"""Room for the lists beside a full load of sends, so that polling never waits for a send to end."""


class NotConnectedError(ClientConnectionError):
    """No connection came about, so the request has certainly not reached the carrier."""


@dataclass(slots=True)
class Answer:
    """What came back over the wire, also where the SDK raises and forgets it.

    Attributes:
        status: HTTP status; ``None`` while there is no answer.
        headers: the answer's headers, names in lower case.
    """

    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)


answer_slot: ContextVar[Answer | None] = ContextVar("answer_slot", default=None)
"""Where the running task wants its answer noted; set it before a call of the SDK."""


begin_slot: ContextVar[Begin | None] = ContextVar("begin_slot", default=None)
"""What the running task wants asked when its request has a connection and would go out next."""


class _Connector(TCPConnector):
    """Asks, with the connection in hand, whether the request may still go out."""

    async def connect(
        self,
        req: ClientRequest,
        traces: list[Trace],
        timeout: ClientTimeout,  # noqa: ASYNC109 - aiohttp's signature
    ) -> Connection:
        """A connection for this request; gives it back and raises where it must not go out any more."""
        connection = await super().connect(req, traces, timeout)
        begin = begin_slot.get()
        if begin is not None:
            try:
                begin()
            except BaseException:
                connection.release()
                raise
        return connection


class TwilioHttpClient(AsyncHttpClient):  # type: ignore[misc]  # the SDK has no types
    """One pool of connections on one event loop; it opens with the first request.

    Args:
        api_base: base URL instead of ``https://api.twilio.com``; may have a path of its own.
        timeout_s: seconds from the request to the whole answer, waiting for a connection included.
        concurrency: requests that may run at once.
    """

    def __init__(self, api_base: str | None, timeout_s: float, concurrency: int) -> None:
        super().__init__(logging.getLogger(__name__), True, timeout_s)
        self._base = api_base.rstrip("/") if api_base else None
        self._timeout = ClientTimeout(total=timeout_s, sock_connect=min(CONNECT_TIMEOUT_S, timeout_s))
        self._concurrency = concurrency
        self._session: ClientSession | None = None
        self._authorization: dict[tuple[str, str], str] = {}

    async def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the SDK's signature; ours is set for the session
        allow_redirects: bool = False,
    ) -> Response:
        """Make one request, once.

        Raises:
            NotBegunError: what `begin_slot` holds has refused; nothing was sent.
            NotConnectedError: there was no connection; nothing was sent.
            TimeoutError: no whole answer in time; the request may have been carried out.
            aiohttp.ClientError: the connection was lost; the request may have been carried out.
        """
        session = self._opened()
        slot = answer_slot.get()
        if slot is not None:
            # A slot may serve several pages; an earlier page's answer is not this request's.
            slot.status, slot.headers = None, {}
        sent = dict(headers or {})
        if auth is not None:
            sent["Authorization"] = self._basic(auth)
        try:
            async with session.request(
                method.upper(),
                self._target(uri),
                params=None if params is None else {name: str(value) for name, value in params.items()},
                data=data,
                headers=sent,
                allow_redirects=False,
            ) as reply:
                if slot is not None:
                    slot.status = reply.status
                    slot.headers = {name.lower(): value for name, value in reply.headers.items()}
                text = (await reply.read()).decode("utf-8", "replace")
                return Response(reply.status, text, reply.headers)
        except (ClientConnectorError, AioConnectionTimeoutError) as error:
            raise NotConnectedError(_why(error)) from error

    async def close(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _opened(self) -> ClientSession:
        if self._session is None:
            limit = self._concurrency + _SPARE_CONNECTIONS
            self._session = ClientSession(timeout=self._timeout, connector=_Connector(limit=limit))
        return self._session

    def _target(self, uri: str) -> str:
        # Last of all, because the SDK puts the public host in front of the next page's address again.
        if self._base is None:
            return uri
        parts = urlsplit(uri)
        return f"{self._base}{parts.path}?{parts.query}" if parts.query else f"{self._base}{parts.path}"

    def _basic(self, auth: tuple[str, str]) -> str:
        known = self._authorization.get(auth)
        if known is None:
            known = "Basic " + base64.b64encode(f"{auth[0]}:{auth[1]}".encode()).decode()
            self._authorization[auth] = known
        return known


def _why(error: Exception) -> str:
    if isinstance(error, ClientConnectorError):
        return error.os_error.strerror or str(error.os_error) or "refused"
    return f"not within {CONNECT_TIMEOUT_S:g} s"
