"""The two doors that Twilio posts to. Importing this costs FastAPI: import it where it is served."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import APIRouter
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from trd_tui.carriers.protocol import CarrierMessage
from trd_tui.carriers.twilio_webhooks import (
    INBOUND_PATH,
    MOST_BYTES,
    STATUS_PATH,
    Form,
    MalformedError,
    SignatureCheck,
    attempt_of,
    inbound_of,
    read_form,
    status_of,
)
from trd_tui.clock import Clock
from trd_tui.engine.adopting import Report, Store
from trd_tui.engine.intake import PATIENCE_S, BusyError, Intake
from trd_tui.settings import Settings
from trd_tui.wiring import engine_options

NOTHING_TO_SAY = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
"""The answer to a text: none. Twilio itself confirms a STOP."""

COME_AGAIN_S = "5"

Read = Callable[[Form, str, int], CarrierMessage]


class RefusedError(Exception):
    """A request that is not served: an HTTP status and a sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def webhook_router(
    settings: Settings, store: Store, clock: Clock, *, patience_s: float = PATIENCE_S
) -> APIRouter:
    """The routes of Twilio's webhooks, to be included in an application.

    They stand outside the API's description and need no token of ours: Twilio's signature is the key.

    Args:
        settings: public URL, account and auth token; where one of them is missing each post is refused.
        store: the database, for the loop that serves.
        clock: campaign time and real time.
        patience_s: seconds after which a post is asked to come again because the database is busy.
    """
    intake = Intake(store, clock, engine_options(settings), patience_s=patience_s)

    @asynccontextmanager
    async def lifespan(_app: object) -> AsyncIterator[None]:
        yield
        await intake.close()

    router = APIRouter(lifespan=lifespan)
    door = _Door(settings, clock, intake)

    async def status(request: Request) -> Response:
        return await door.answer(request, STATUS_PATH, status_of, Response(status_code=204))

    async def inbound(request: Request) -> Response:
        said = Response(NOTHING_TO_SAY, media_type="text/xml")
        return await door.answer(request, INBOUND_PATH, inbound_of, said)

    router.add_route(STATUS_PATH, status, methods=["POST"], include_in_schema=False)
    router.add_route(INBOUND_PATH, inbound, methods=["POST"], include_in_schema=False)
    return router


class _Door:
    """Lets in what Twilio has signed."""

    def __init__(self, settings: Settings, clock: Clock, intake: Intake) -> None:
        self._clock = clock
        self._intake = intake
        self._closed = settings.webhook_refusal()
        self._account = settings.twilio_account_sid or ""
        self._check: SignatureCheck | None = None
        if self._closed is None:
            self._check = SignatureCheck(settings.public_url or "", settings.twilio_auth_token or "")

    async def answer(self, request: Request, path: str, read: Read, done: Response) -> Response:
        """Check, read and merge a post; ``done`` is the answer once it is committed."""
        try:
            report = await self._report(request, path, read)
            await self._intake.take(report)
        except RefusedError as refusal:
            return _error(refusal.status, str(refusal))
        except MalformedError as error:
            return _error(400, str(error))
        except BusyError as error:
            return _error(503, str(error))
        except ClientDisconnect:
            return _error(400, "the request ended before its body")
        return done

    async def _report(self, request: Request, path: str, read: Read) -> Report:
        if self._check is None:
            raise RefusedError(503, f"webhooks are not served: {self._closed}")
        body = await _body(request)
        form = read_form(request.headers.get("content-type", ""), body)
        query = request.scope["query_string"].decode("latin-1")
        signature = request.headers.get("x-twilio-signature", "")
        if not self._check.accepts(path, query, form, signature):
            raise RefusedError(
                403, f"the signature is not Twilio's for {path} at TRD_PUBLIC_URL, or the auth token is not"
            )
        return Report(read(form, self._account, self._clock.real()), attempt_of(query))


async def _body(request: Request) -> bytes:
    """The body, which is read no further than it may be long."""
    too_long = RefusedError(413, f"the body is longer than {MOST_BYTES:,} bytes")
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told[:20]) > MOST_BYTES:
        raise too_long
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise too_long
    return bytes(body)


def _error(status: int, sentence: str) -> Response:
    headers = {"Retry-After": COME_AGAIN_S} if status == 503 else None
    body = json.dumps({"error": sentence})
    return Response(body, status, headers, media_type="application/json")
