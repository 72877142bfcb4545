"""Where a simulation happens: its time, its database, its carrier, and what it notes of what happened."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from sqlalchemy import text

from tests.simulation.carrier import Fate, SeededCarrier
from tests.simulation.loop import SimulatedClock, SimulatedLoop
from tests.simulation.store import TurnDatabase
from trd_tui.carriers.protocol import SendRequest
from trd_tui.store import verify


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to the world, for whoever judges it: ``pause``, ``down``, ``out`` ..."""

    at: int
    kind: str
    subject: str = ""


class Stage:
    """Time, database and carrier of one simulation.

    Args:
        url: a database with this version's tables.
        start: the first instant, epoch milliseconds.
        seed: draws how tasks interleave.
        fate: what becomes of each call to the carrier.
    """

    def __init__(self, url: str, start: int, seed: int, fate: Callable[[SendRequest, int], Fate]) -> None:
        self.url = url
        self.loop = SimulatedLoop(Random(f"hops {seed}"))
        self.clock = SimulatedClock(self.loop, start)
        self.carrier = SeededCarrier(self.loop, self.clock, fate)
        self.db = TurnDatabase(url)
        self.events: list[Event] = []
        self.appointments: list[float] = []

    async def until(self, instant: int) -> None:
        """Wait for an instant; the world does not leap over it."""
        when = max(self.clock.seconds_at(instant), self.loop.time())
        heapq.heappush(self.appointments, when)
        come: asyncio.Future[None] = self.loop.create_future()
        self.loop.call_at(when, come.set_result, None)
        try:
            await come
        finally:
            self.appointments.remove(when)
            heapq.heapify(self.appointments)

    def note(self, kind: str, subject: str = "") -> None:
        """Something has happened now."""
        self.events.append(Event(self.clock.now(), kind, subject))

    def rows(self, statement: Any, **values: object) -> list[tuple[object, ...]]:
        """Read with SQL."""
        asked = text(statement) if isinstance(statement, str) else statement
        return self.db.sync.read(lambda c: [tuple(row) for row in c.execute(asked, values)])

    def count(self, condition: str) -> int:
        """How many messages fulfil a condition."""
        found = self.rows(f"SELECT count(*) FROM scheduled_messages WHERE {condition}")
        return int(str(found[0][0]))

    def differences(self) -> list[str]:
        """What does not add up in the database.

        A crash leaves messages behind in flight, and the world frees the lease at once: the next sender
        looks after them, and only its absence is what `trd verify` would tell.
        """
        found = self.db.sync.read(verify.differences, self.clock.real())
        return [line for line in found if "nobody holds the lease" not in line]
