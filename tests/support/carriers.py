"""Carriers for tests of the engine: one that takes everything, one that answers as it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from itertools import count

from trd_tui.carriers.protocol import (
    Accepted,
    Begin,
    CarrierAccount,
    CarrierListError,
    CarrierMessage,
    Outcome,
    SendRequest,
    at_once,
)
from trd_tui.clock import Clock


class ListedCarrier:
    """Keeps what it was asked in memory, with a list like a carrier's; answers what ``answer`` says.

    ``answer`` gets the request and the how-manieth call it is; ``None`` means accepted.
    """

    name = "simulated"

    def __init__(
        self,
        clock: Clock,
        answer: Callable[[SendRequest, int], Outcome | None] = lambda _request, _call: None,
        *,
        latency_s: float = 0.0,
    ) -> None:
        self.clock = clock
        self.answer = answer
        self.latency_s = latency_s
        self.calls: list[SendRequest] = []
        self.sent_at: list[int] = []
        self.listed: list[CarrierMessage] = []
        self.news: list[CarrierMessage] = []
        self.list_error: str | None = None
        self.before_answer: Callable[[SendRequest], None] = lambda _request: None
        self._ids = count(1)

    async def send(self, request: SendRequest, begin: Begin = at_once) -> Outcome:
        """Answer as told, after the latency."""
        begin()
        self.calls.append(request)
        self.sent_at.append(self.clock.now())
        outcome = self.answer(request, len(self.calls)) or Accepted(f"SM{next(self._ids):032x}")
        if isinstance(outcome, Accepted):
            self.lists(outcome.sid, request)
        if self.latency_s:
            await asyncio.sleep(self.latency_s)
        self.before_answer(request)
        return outcome

    def lists(self, sid: str, request: SendRequest, *, status: str = "sent") -> None:
        """Let the list hold a message."""
        real = self.clock.real()
        self.listed.append(
            CarrierMessage(sid, False, request.sender, request.to, request.body, status, None, real, real)
        )

    def replies(self, number: str, body: str, *, to: str = "+15005550006", sid: str | None = None) -> None:
        """Let a contact answer; the next poll brings it."""
        real = self.clock.real()
        sid = sid or f"SM9{next(self._ids):031x}"
        self.news.append(CarrierMessage(sid, True, number, to, body, "received", None, real, real))

    def reports(self, sid: str, status: str, code: int | None = None) -> None:
        """Let a message change its status; the next poll brings it."""
        real = self.clock.real()
        known = next(message for message in self.listed if message.sid == sid)
        self.news.append(
            CarrierMessage(sid, False, known.sender, known.to, known.body, status, code, real, real)
        )

    async def sent_to(self, number: str, since: int) -> Sequence[CarrierMessage]:
        """What was sent to a number, newest first."""
        if self.list_error is not None:
            raise CarrierListError(self.list_error)
        found = [message for message in self.listed if message.to == number and message.created_at >= since]
        return found[::-1]

    async def changes(self, since: int) -> Sequence[CarrierMessage]:
        """Everything that tests let happen; again and again, as real lists do."""
        del since
        return list(self.news)

    async def fetch(self, sid: str) -> CarrierMessage | None:
        """One message."""
        return next((message for message in self.listed if message.sid == sid), None)

    def next_event_at(self) -> int | None:
        """Nothing happens by itself."""
        return None

    async def check(self) -> CarrierAccount:
        """Always well."""
        return CarrierAccount("fine")

    async def close(self) -> None:
        """Nothing to give back."""
