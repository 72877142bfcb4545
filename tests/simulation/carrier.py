"""The other party: a carrier whose every answer follows from a seed, with a book that outlives our crashes.

A request that is on the wire arrives whether its sender lives or not. The list is late, a status or an answer
of a contact appears when its instant has come, and what a poll has merged is told to whoever watches.
"""

from __future__ import annotations

import asyncio
import heapq
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from tests.simulation.loop import SimulatedClock, SimulatedLoop, check_alive
from trd_tui.carriers.error_codes import failure_of
from trd_tui.carriers.protocol import (
    Accepted,
    Begin,
    CarrierAccount,
    CarrierMessage,
    Outcome,
    Rejected,
    SendRequest,
    Unknown,
    at_once,
)

LIST_LAG_S = 0.3
"""How far the list may be behind; the engine is told of more."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one call.

    Attributes:
        kind: taken and answered; taken, but the answer is lost; neither; or refused.
        code: with which it is refused.
        travel_s: until the request arrives.
        answer_s: until the answer is here, from then on.
        hangs: a lost answer is waited for in vain, instead of an error that comes at once.
        lists: what the list will show, each with the milliseconds from acceptance, status and code.
        reply: the contact's answer, with the milliseconds from acceptance.
    """

    kind: Literal["taken", "lost answer", "lost request", "refused"] = "taken"
    code: int = 0
    travel_s: float = 0.0
    answer_s: float = 0.0
    hangs: bool = False
    lists: tuple[tuple[int, str, int | None], ...] = ()
    reply: tuple[int, str] | None = None


@dataclass(slots=True)
class Call:
    """One call to the carrier, as the carrier remembers it.

    Attributes:
        number: which call it was.
        request: what it asked.
        at: instant at which it left us.
        fate: what became of it.
        sid: the carrier's id, once it has been taken.
        taken_at: instant of that.
    """

    number: int
    request: SendRequest
    at: int
    fate: Fate
    sid: str | None = None
    taken_at: int | None = None

    def __str__(self) -> str:
        ask = self.request
        what = self.fate.code or self.fate.kind
        who = f"{ask.attempt_id} {ask.to} {ask.body!r}"
        return f"{self.number} {self.at} {who} {what} {self.sid} {self.taken_at}"


class SeededCarrier:
    """Speaks the carrier protocol; one for all processes of a simulation.

    Args:
        loop: the simulation's.
        clock: the simulation's.
        fate: says what becomes of a call, given how many calls with this text were made before.
    """

    name = "seeded"

    def __init__(
        self, loop: SimulatedLoop, clock: SimulatedClock, fate: Callable[[SendRequest, int], Fate]
    ) -> None:
        self._loop = loop
        self._clock = clock
        self.fate = fate
        self.calls: list[Call] = []
        self.open = 0
        self.before_call: Callable[[SendRequest], None] = lambda _request: None
        self.listed: list[CarrierMessage] = []
        """What the polls of the running process have been shown, in order, and not merged yet."""
        self.unseen: bool = False
        """Whether the list shows more than the last poll has seen."""
        self._coming: list[tuple[int, int, CarrierMessage]] = []
        self._shown: list[tuple[int, CarrierMessage]] = []
        self._sent: dict[str, dict[str, CarrierMessage]] = {}
        self._lines = 0
        self._repeats: Counter[str] = Counter()

    async def send(self, request: SendRequest, begin: Begin = at_once) -> Outcome:
        """Send one text, once; after these lines it is on the wire."""
        begin()
        check_alive()
        self.before_call(request)
        fate = self.fate(request, self._repeats[request.body + request.to])
        self._repeats[request.body + request.to] += 1
        call = Call(len(self.calls) + 1, request, self._clock.now(), fate)
        self.calls.append(call)
        self.open += 1
        arrived: asyncio.Future[Outcome] = self._loop.create_future()
        self._loop.call_later(fate.travel_s, self._arrive, call, arrived)
        try:
            return await arrived
        finally:
            self.open -= 1

    def _arrive(self, call: Call, arrived: asyncio.Future[Outcome]) -> None:
        fate = call.fate
        answer: Outcome = Unknown("the connection was lost")
        if fate.kind == "refused":
            answer = Rejected(fate.code, failure_of(fate.code), f"refused with {fate.code}")
        elif fate.kind != "lost request":
            call.sid, call.taken_at = f"SM{call.number:032x}", self._clock.now()
            self._take(call)
            if fate.kind == "taken":
                answer = Accepted(call.sid)
        if not (fate.hangs and isinstance(answer, Unknown)):
            self._loop.call_later(fate.answer_s, _answer, arrived, answer)

    def _take(self, call: Call) -> None:
        assert call.taken_at is not None
        lag = round(1000 * LIST_LAG_S) if call.fate.kind == "lost answer" else 0
        self._show(call, call.taken_at + lag, "sent", None, call.taken_at)
        for after, status, code in call.fate.lists:
            self._show(call, call.taken_at + after, status, code, call.taken_at + after)
        if call.fate.reply is not None:
            after, body = call.fate.reply
            self.replies(call.request.to, body, call.request.sender, call.taken_at + after)

    def _show(self, call: Call, at: int, status: str, code: int | None, updated: int) -> None:
        ask = call.request
        assert call.sid is not None
        assert call.taken_at is not None
        self._put(
            at,
            CarrierMessage(
                call.sid, False, ask.sender, ask.to, ask.body, status, code, call.taken_at, updated
            ),
        )

    def replies(self, number: str, body: str, ours: str, at: int) -> str:
        """Let a contact write to us at an instant; returns the message's id."""
        sid = f"SM9{self._lines:031x}"
        self._put(at, CarrierMessage(sid, True, number, ours, body, "received", None, at, at))
        return sid

    def _put(self, at: int, message: CarrierMessage) -> None:
        self._lines += 1
        heapq.heappush(self._coming, (at, self._lines, message))

    def next_at(self) -> int | None:
        """The instant of the next line of the list, or now when there is one that no poll has seen."""
        self._appear()
        if self.unseen:
            return self._clock.now()
        return self._coming[0][0] if self._coming else None

    def _appear(self) -> None:
        now = self._clock.now()
        while self._coming and self._coming[0][0] <= now:
            at, _, message = heapq.heappop(self._coming)
            self._shown.append((at, message))
            # That a text is on its way is what its answer has told; nobody need look at the list for it.
            self.unseen = self.unseen or message.status != "sent"
            if not message.inbound:
                self._sent.setdefault(message.to, {})[message.sid] = message

    async def sent_to(self, number: str, since: int) -> Sequence[CarrierMessage]:
        """What was sent to a number, newest first."""
        check_alive()
        self._appear()
        return [each for each in self._sent.get(number, {}).values() if each.created_at >= since][::-1]

    async def changes(self, since: int) -> Sequence[CarrierMessage]:
        """Everything that was created or changed since an instant: of each message the latest line."""
        check_alive()
        self._appear()
        found: dict[str, CarrierMessage] = {}
        for at, message in reversed(self._shown):
            if at < since:
                break
            if message.updated_at >= since:
                found.setdefault(message.sid, message)
        self.unseen = False
        self.listed = list(found.values())[::-1]
        return self.listed

    async def fetch(self, sid: str) -> CarrierMessage | None:
        """One message."""
        self._appear()
        sent = (message for messages in self._sent.values() for message in messages.values())
        return next((message for message in sent if message.sid == sid), None)

    def next_event_at(self) -> int | None:
        """Nobody knows what will happen."""
        return None

    async def check(self) -> CarrierAccount:
        """Always well."""
        return CarrierAccount("fine")

    async def close(self) -> None:
        """Nothing to give back."""


def _answer(arrived: asyncio.Future[Outcome], answer: Outcome) -> None:
    if not arrived.done():
        arrived.set_result(answer)
