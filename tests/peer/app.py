"""The peer's REST resources: messages, the account, its numbers."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NoReturn
from urllib.parse import urlencode

from aiohttp import web

from tests.peer.book import PeerBook, Refused
from tests.peer.faults import AFTER_ACCEPT, FaultPlan, PlannedFault
from tests.peer.messages import API, PeerMessage, rfc2822
from tests.peer.rules import TEXTS


class PeerApi:
    """Twilio's API for one account."""

    def __init__(self, book: PeerBook, faults: FaultPlan, account: str, keys: dict[str, str]) -> None:
        self.book = book
        self.faults = faults
        self.account = account
        self._keys = keys
        self.requests = 0
        self.most_at_once = 0
        self._at_once = 0

    def routes(self) -> list[web.RouteDef]:
        messages = f"{API}/Accounts/{self.account}/Messages"
        return [
            web.post(f"{messages}.json", self._served(self.create)),
            web.get(f"{messages}.json", self._served(self.list_messages)),
            web.get(messages + "/{sid}.json", self._served(self.fetch)),
            web.get(f"{API}/Accounts/{self.account}.json", self._served(self.show_account)),
            web.get(
                f"{API}/Accounts/{self.account}/IncomingPhoneNumbers.json", self._served(self.list_numbers)
            ),
            web.route("*", API + "/{rest:.*}", self._served(self.nothing_here)),
        ]

    def _served(self, handler: Callable[..., Any]) -> Callable[[web.Request], Any]:
        async def serve(request: web.Request) -> web.StreamResponse:
            asked_at = self.book.now()
            self.requests += 1
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            try:
                key = self._key_of(request)
                if key is None:
                    return error(401, 20003)
                form = dict(await request.post()) if request.method == "POST" else {}
                fault = self.faults.take(request.method, form.get("To"))  # type: ignore[arg-type]
                kind = self.book.weather.fault(request.method) if fault is None else None
                if kind is not None:
                    fault = PlannedFault(kind)
                slow = fault is not None and fault.kind == "slow"
                weather = self.book.weather
                before, after = weather.waits_s(request.method, weather.slow_ms if slow else 0.0)
                # A text that has come in is taken, whether or not who sent it is still there.
                await asyncio.sleep(before)
                if fault is not None and not slow:
                    return await self._suffer(fault, request, form, key, asked_at)  # type: ignore[arg-type]
                answer: web.StreamResponse = await handler(request, form, key, asked_at)
                await asyncio.sleep(after)
                return answer
            finally:
                self._at_once -= 1

        return serve

    def _key_of(self, request: web.Request) -> str | None:
        """Who asks: a known key, or any other API key with a known one's secret (to tell senders apart)."""
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        try:
            user, _, secret = base64.b64decode(given).decode().partition(":")
        except ValueError:
            return None
        secrets = [self._keys[user]] if user in self._keys else self._keys.values()
        known = scheme == "Basic" and secret in secrets and (user in self._keys or user.startswith("SK"))
        return user if known else None

    async def _suffer(
        self, fault: PlannedFault, request: web.Request, form: dict[str, str], key: str, asked_at: int
    ) -> web.Response:
        if request.method == "POST" and fault.kind in AFTER_ACCEPT:
            self.book.create(form, key=key, asked_at=asked_at)
        elif request.method == "POST":
            self.book.not_taken(form, fault.kind, key=key)
        match fault.kind:
            case "hang" | "timeout_after_accept":
                await self.faults.silence(lambda: request.transport is None or request.transport.is_closing())
                return error(503, 20503)
            case "drop_before_accept" | "drop_after_accept":
                cut(request)
            case "error_after_accept":
                return error(500, 20500)
            case "error_before_accept":
                return error(503, 20503)
            case "throttle":
                return error(429, 20429, {"Retry-After": fault.retry_after})
            case "throttle_bare":
                return error(429, 20429)
            case "unauthorised":
                return error(401, 20003)
            case "garbage":
                return web.Response(status=201, text="<ok/>", content_type="text/xml")
            case "html":
                return web.Response(status=502, text="<h1>Bad Gateway</h1>", content_type="text/html")
        problem = {
            "type": f"https://www.twilio.com/docs/api/errors/{fault.code}",
            "title": TEXTS[fault.code],
            "status": 400,
            "code": fault.code,
            "detail": "as RFC 9457 has it",
        }
        return web.Response(status=400, text=json.dumps(problem), content_type="application/problem+json")

    async def create(
        self, _request: web.Request, form: dict[str, str], key: str, asked_at: int
    ) -> web.Response:
        taken = self.book.create(form, key=key, asked_at=asked_at)
        if isinstance(taken, Refused):
            return error(400, taken.code)
        # A new message always shows its start status, however soon it is delivered.
        shown = taken.show(self.account, min(self.book.now(), taken.sent_at - 1))
        return web.json_response(shown, status=201)

    async def fetch(self, request: web.Request, *_given: object) -> web.Response:
        message = self.book.by_sid.get(request.match_info["sid"])
        if message is None:
            return error(404, 20404)
        return web.json_response(message.show(self.account, self.book.now()))

    async def list_messages(self, request: web.Request, *_given: object) -> web.Response:
        query = request.query
        now = self.book.now()
        size = int(query.get("PageSize", "50"))
        if not 1 <= size <= 1000:
            return error(400, 20001)
        found = self.book.listed(
            to=query.get("To"), sender=query.get("From"), newest=_sent_within(dict(query), now)
        )
        token = query.get("PageToken", "")
        if token:
            # The token names the last message of the page before: what came since moves nothing.
            for message in found:
                if message.sid == token[2:]:
                    break
        page: list[PeerMessage] = []
        more = False
        for message in found:
            if len(page) == size:
                more = True
                break
            page.append(message)
        shown = [
            each.show(self.account, at)
            for each in page
            for at in self.book.weather.listed_as_of(now, not_before=each.created_at)
        ]
        return self._page(request, "messages", shown, size, page, more)

    async def list_numbers(self, request: web.Request, *_given: object) -> web.Response:
        wanted = request.query.get("PhoneNumber")
        shown = [
            {
                "account_sid": self.account,
                "api_version": "2010-04-01",
                "capabilities": {"voice": True, "sms": True, "mms": True, "fax": False},
                "date_created": rfc2822(0),
                "date_updated": rfc2822(0),
                "friendly_name": number,
                "phone_number": number,
                "sid": f"PN{number[1:]:0>32}",
            }
            for number in sorted(self.book.numbers)
            if wanted in (None, number)
        ]
        return self._page(request, "incoming_phone_numbers", shown, 50, [], more=False)

    def _page(
        self,
        request: web.Request,
        name: str,
        shown: list[dict[str, Any]],
        size: int,
        page: list[PeerMessage],
        more: bool,
    ) -> web.Response:
        number = int(request.query.get("Page", "0"))
        kept = {key: value for key, value in request.query.items() if key not in ("Page", "PageToken")}
        kept["PageSize"] = str(size)

        def uri(**changed: object) -> str:
            return f"{request.path}?{urlencode({**kept, **changed})}"

        following = uri(Page=number + 1, PageToken=f"PA{page[-1].sid}") if more else None
        return web.json_response(
            {
                name: shown,
                "page": number,
                "page_size": size,
                "start": number * size,
                "end": number * size + max(0, len(shown) - 1),
                "first_page_uri": uri(Page=0),
                "next_page_uri": following,
                "previous_page_uri": None,
                "uri": uri(Page=number),
            }
        )

    async def show_account(self, _request: web.Request, *_given: object) -> web.Response:
        return web.json_response(
            {
                "sid": self.account,
                "friendly_name": "The peer's account",
                "status": "active",
                "type": "Full",
                "auth_token": "never to be shown",
                "date_created": rfc2822(0),
                "date_updated": rfc2822(0),
                "owner_account_sid": self.account,
                "subresource_uris": {},
                "uri": f"{API}/Accounts/{self.account}.json",
            }
        )

    async def nothing_here(self, _request: web.Request, *_given: object) -> web.Response:
        return error(404, 20404)


def error(status: int, code: int, headers: dict[str, str] | None = None) -> web.Response:
    """Twilio's plain error answer."""
    body = {
        "code": code,
        "message": TEXTS.get(code, "The request could not be understood"),
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }
    return web.json_response(body, status=status, headers=headers)


def cut(request: web.Request) -> NoReturn:
    """Reset the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    raise asyncio.CancelledError


def _sent_within(query: dict[str, str], now: int) -> Callable[[PeerMessage], bool]:
    """The three filters by date; like Twilio's they never match what has not been sent yet."""
    on, before, after = query.get("DateSent"), query.get("DateSent<"), query.get("DateSent>")
    if on is None and before is None and after is None:
        return lambda _message: True

    def fits(message: PeerMessage) -> bool:
        if now < message.sent_at:
            return False
        sent = datetime.fromtimestamp(message.sent_at / 1000, UTC).isoformat()
        return (
            (on is None or sent[:10] == on[:10])
            and (before is None or sent[: len(before.rstrip("Z"))] <= before.rstrip("Z"))
            and (after is None or sent[: len(after.rstrip("Z"))] >= after.rstrip("Z"))
        )

    return fits
