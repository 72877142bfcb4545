"""The carrier of a season: it takes texts, bills them, brings answers, and keeps the ledger that is judged.

It knows nothing of campaigns' rules, and takes texts to whoever has said STOP: a block would hide them.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from random import Random
from zlib import crc32

from tests.season.ledger import Ledger
from tests.season.plan import SENDER
from trd_tui.carriers.error_codes import failure_of
from trd_tui.carriers.protocol import (
    Accepted,
    Begin,
    CarrierAccount,
    CarrierMessage,
    Outcome,
    Rejected,
    SendRequest,
    at_once,
)
from trd_tui.clock import Clock

HOUR_MS = 3_600_000
YES, AUTO, STOP, START = "Yes, tell me more", "Auto-reply: I am driving", "STOP", "START"
UNCLEAR = "Can you stop by tomorrow?"
WORDS = (YES, YES, AUTO, STOP, UNCLEAR)
LISTED = 1_000
"""Lines that one look at the list shows at most."""


class SeasonCarrier:
    """Speaks the carrier protocol; keeps its ledger through all engines of a season.

    Args:
        numbers: of the contacts, in the order of their indexes.
        clock: campaign time; lists have its instants.
        seed: of fates.
        billed: letters of the campaigns whose texts get receipts with prices.
    """

    name = "simulated"

    def __init__(self, numbers: Sequence[str], clock: Clock, seed: int, billed: str) -> None:
        self.ledger = Ledger()
        self._index: Mapping[str, int] = {number: at for at, number in enumerate(numbers)}
        self._numbers = numbers
        self._clock = clock
        self._seed = seed
        self._billed = billed
        self._coming: list[tuple[int, int, int, str]] = []
        self._lines = 0
        self._last: list[CarrierMessage] = []

    async def send(self, request: SendRequest, begin: Begin = at_once) -> Outcome:
        """Take one text."""
        begin()
        now, who = self._clock.now(), self._index[request.to]
        rng = Random(crc32(f"{self._seed} {who} {request.body[:2]}".encode()))
        if rng.random() < 0.0005:
            self.ledger.refused[who] = now
            return Rejected(21211, failure_of(21211), "no such number")
        book, seq = self.ledger, len(self.ledger.at)
        book.at.append(now)
        book.to.append(who)
        book.what.append(ord(request.body[0]) * 256 + int(request.body[1]))
        book.validity.append(request.validity_s or 0)
        parts = _segments(request.body)
        book.segments.append(parts)
        book.bills.append(
            parts * (8_300 + rng.choice((3_500, 4_500))) if request.body[0] in self._billed else 0
        )
        if request.body[0] in self._billed:
            self._put(now + rng.choice((60_000, 3 * HOUR_MS)), seq, "delivered")
        if rng.random() < 0.025:
            words = rng.choice(WORDS)
            at = now + rng.choice((20_000, 300_000, 5 * HOUR_MS, 30 * HOUR_MS))
            self._put(at, -1 - who, words)
            if words == STOP and rng.random() < 0.5:
                self._put(at + rng.choice((HOUR_MS, 50 * HOUR_MS)), -1 - who, START)
        return Accepted(_sid(seq), parts)

    def _put(self, at: int, subject: int, words: str) -> None:
        self._lines += 1
        heapq.heappush(self._coming, (at, self._lines, subject, words))

    async def changes(self, since: int) -> Sequence[CarrierMessage]:
        """What has happened and was not told yet, and again what was told last."""
        del since
        now, real = self._clock.now(), self._clock.real()
        found: list[CarrierMessage] = []
        while self._coming and self._coming[0][0] <= now and len(found) < LISTED:
            at, line, subject, words = heapq.heappop(self._coming)
            if subject >= 0:
                found.append(self._receipt(subject, words, real))
            else:
                who = -1 - subject
                self.ledger.heard.append((at, who, words, now))
                number, sid = self._numbers[who], f"SM9{line:031x}"
                found.append(CarrierMessage(sid, True, number, SENDER, words, "received", None, real, real))
        told, self._last = [*self._last, *found], found
        return told

    def _receipt(self, seq: int, status: str, real: int) -> CarrierMessage:
        book = self.ledger
        number, parts, bill = self._numbers[book.to[seq]], book.segments[seq], book.bills[seq]
        return CarrierMessage(
            _sid(seq), False, SENDER, number, "", status, None, real, real, parts, bill or None
        )

    def next_event_at(self) -> int | None:
        """Instant of the next line of the list."""
        return self._coming[0][0] if self._coming else None

    async def sent_to(self, number: str, since: int) -> Sequence[CarrierMessage]:
        """Nothing is ever unknown here."""
        del number, since
        return ()

    async def fetch(self, sid: str) -> CarrierMessage | None:
        """One message."""
        return self._receipt(int(sid[2:], 16), "sent", self._clock.real())

    async def check(self) -> CarrierAccount:
        """It works."""
        return CarrierAccount("The season's carrier answers.")

    async def close(self) -> None:
        """Stays open: the next engine goes on with it."""


def _sid(seq: int) -> str:
    return f"SM{seq:032x}"


def _segments(body: str) -> int:
    """Segments of the texts of a season: plain ones, and those with one character beyond the alphabet."""
    units = len(body.encode("utf-16-le")) // 2
    one, many = (160, 153) if body.isascii() else (70, 67)
    return 1 if units <= one else -(-units // many)
