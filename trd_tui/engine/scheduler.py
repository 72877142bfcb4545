"""The sending machine of a database: waits for the lease, then sends for one term of it after the other."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from trd_tui.carriers.protocol import Carrier
from trd_tui.clock import Clock
from trd_tui.engine import succession
from trd_tui.engine.checkpoints import reached
from trd_tui.engine.gate import Gate, uptime_ns
from trd_tui.engine.journal import CallJournal, beside
from trd_tui.engine.means import Means
from trd_tui.engine.options import EngineOptions
from trd_tui.engine.patience import Patience
from trd_tui.engine.state import EngineState, Role
from trd_tui.engine.term import Goal, Term
from trd_tui.engine.threads import StoreThreads
from trd_tui.store import lease
from trd_tui.store.errors import StoreError
from trd_tui.store.lookout import Lookout

LEASE_POLL_S = 0.5
GIVE_WAY_S = 4 * LEASE_POLL_S
"""Who was asked to yield stands back so long, that the one who asked finds the lease free."""


class Engine:
    """Runs in one event loop; the clock, the carrier and the database are given.

    Args:
        url: the database.
        make_carrier: called in the engine's own loop.
        clock: campaign and real time.
        options: tuning.
        description: host, process and face, shown to others while this process sends.
        journal: the file of the call journal on this machine; by default beside an SQLite file.
        publish: called with each new `EngineState`; must not block.
    """

    def __init__(
        self,
        url: str,
        make_carrier: Callable[[], Carrier],
        clock: Clock,
        options: EngineOptions,
        *,
        description: str,
        journal: Path | None = None,
        publish: Callable[[EngineState], None] = lambda _state: None,
    ) -> None:
        self.url = url
        self.clock = clock
        self.options = options
        self.description = description
        self.owner = uuid.uuid4().hex
        self.gate = Gate(clock)
        self.journal = CallJournal(journal or beside(url))
        self.state = EngineState()
        self.term: Term | None = None
        self._make_carrier = make_carrier
        self._publish = publish

    def stop_now(self) -> None:
        """Close the gate at once, in memory; safe from any thread. The database is told by the service."""
        self.gate.pull()

    def touch(self) -> None:
        """Look for work now (something was started, resumed or released). Call it in the engine's loop."""
        if self.term is not None:
            self.term.touch()

    async def run(self, stop: asyncio.Event, *, until_idle: bool = False, until: int | None = None) -> None:
        """Send until ``stop`` is set, waiting for the lease where another process holds it.

        Args:
            stop: ends the run gracefully: calls under way are awaited and recorded.
            until_idle: end when no active campaign has a scheduled, in-flight or unknown message.
            until: end when campaign time has reached this instant.
        """
        store, lookout = StoreThreads(self.url), Lookout(self.url)
        carrier: Carrier | None = None
        goal = Goal(stop, until_idle, until)
        try:
            carrier = self._make_carrier()
            self.gate.attach(lookout)
            means = Means(store, carrier, self.clock, self.options, self.complain)
            finished = False
            while not finished and not stop.is_set():
                token = await self._acquire(store, stop)
                if token is not None:
                    self.gate.begin(token)
                    self.term = Term(self, means, token, goal)
                    finished = await self.term.serve()
                    if self.term.gave_way:
                        await sleep(GIVE_WAY_S, stop)
                    self.term = None
        finally:
            if carrier is not None:
                await carrier.close()
            lookout.close()
            store.close()
            self.set(role=Role.ENDED, in_flight=0)

    async def _acquire(self, store: StoreThreads, stop: asyncio.Event) -> int | None:
        """Wait for the lease; ``None`` when stopped meanwhile."""
        ttl, patience = self.ttl_ms(), Patience(4 * self.options.lease_s)
        while not stop.is_set():
            asked, real = uptime_ns(), self.clock.real()
            try:
                evidence = self.journal.latest()
                latest = 0 if evidence is None else evidence.token
                dead = latest if evidence is not None and evidence.dead else patience.lost_with
                token = await store.write(
                    succession.acquire, self.owner, self.description, real, ttl, latest=latest, dead=dead
                )
                if token is not None:
                    self.gate.lease_valid_for(ttl / 1000, since_ns=asked)
                    reached("lease taken")
                    return token
                held = await store.read(lease.read)
                patience.saw(held, uptime_ns())
                self.gate.look()
                self.set(role=Role.WATCHING, holder=held.description or "", stopped=self.gate.stopped)
            except StoreError as error:
                self.complain(str(error))
            await sleep(LEASE_POLL_S, stop)
        return None

    def ttl_ms(self) -> int:
        """How long the lease holds by itself; a second less than promised, so that a takeover fits in."""
        return int(max(self.options.lease_s - 1.0, self.options.lease_s / 2) * 1000)

    def complain(self, sentence: str) -> None:
        """Tell people of a trouble."""
        self.set(last_error=sentence, last_error_at=self.clock.real() // 60_000 * 60_000)

    def set(self, **changes: object) -> None:
        """Publish a new state where something has changed."""
        state = replace(self.state, now=self.clock.now(), **changes)  # type: ignore[arg-type]
        if replace(state, now=self.state.now) != self.state:
            self.state = state
            self._publish(state)


async def sleep(seconds: float, stop: asyncio.Event) -> None:
    """Sleep, but not past a stop."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
