"""The peer's own door, ``/_peer/``: what a test that runs it as a process says and asks."""

from __future__ import annotations

from aiohttp import web

from tests.peer.app import PeerApi
from tests.peer.book import GOOD_NUMBER, Replier


class PeerControl:
    """Ledger, faults, answers and settings over HTTP; JSON in, JSON out."""

    def __init__(self, api: PeerApi) -> None:
        self._api = api
        self._book = api.book

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/_peer/ledger", self.ledger),
            web.get("/_peer/stats", self.stats),
            web.post("/_peer/faults", self.plan_faults),
            web.post("/_peer/inbound", self.inbound),
            web.post("/_peer/repliers", self.set_repliers),
            web.post("/_peer/failures", self.set_failures),
            web.post("/_peer/settings", self.set_settings),
        ]

    async def ledger(self, _request: web.Request) -> web.Response:
        return web.json_response([message.row() for message in self._book.messages])

    async def stats(self, _request: web.Request) -> web.Response:
        return web.json_response(
            {
                "requests": self._api.requests,
                "most_at_once": self._api.most_at_once,
                "sent": len(self._book.sent),
                "refused": {str(code): times for code, times in self._book.refused.items()},
            }
        )

    async def plan_faults(self, request: web.Request) -> web.Response:
        """A list of objects as ``PlannedFault`` has them."""
        for fault in await request.json():
            self._api.faults.plan(**fault)
        return web.json_response({})

    async def inbound(self, request: web.Request) -> web.Response:
        """``from``, ``body``; optional ``to``, ``service``, ``delay_ms``."""
        given = await request.json()
        message = self._book.receive(
            given["from"],
            given.get("to", GOOD_NUMBER),
            given["body"],
            service=given.get("service"),
            delay_ms=given.get("delay_ms", 0),
        )
        return web.json_response({"sid": message.sid})

    async def set_repliers(self, request: web.Request) -> web.Response:
        """Number -> ``{"after": k, "body": text, "delay_ms": n}``; added to those that are there."""
        for number, given in (await request.json()).items():
            self._book.repliers[number] = Replier(**given)
        return web.json_response({})

    async def set_failures(self, request: web.Request) -> web.Response:
        """Number -> ``[status, error code]`` of every text to it from now on."""
        for number, (status, code) in (await request.json()).items():
            self._book.failures[number] = (status, code)
        return web.json_response({})

    async def set_settings(self, request: web.Request) -> web.Response:
        """``delivery_ms`` of the book, and whatever ``Weather`` has."""
        given = await request.json()
        self._book.delivery_ms = given.pop("delivery_ms", self._book.delivery_ms)
        self._book.weather.change(given)
        return web.json_response({})
