"""The send path at work: claim a batch, call the carrier for each, record what came back."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable

from trd_tui.carriers.protocol import Carrier, Unknown
from trd_tui.clock import Clock
from trd_tui.engine.checkpoints import reached
from trd_tui.engine.claiming import Claim, Claimer
from trd_tui.engine.gate import Gate
from trd_tui.engine.options import EngineOptions
from trd_tui.engine.ready import Done, NotCalled, Ready
from trd_tui.engine.recording import record_batch
from trd_tui.engine.threads import StoreThreads
from trd_tui.store.errors import StoreError

RETRY_STORE_S = 1.0
"""Pause before a transaction is tried again that the database refused (busy, disk full)."""

BACKLOG = 100
"""With more results than this waiting to be recorded nothing new is claimed.

An accepted message that is not recorded is what a crash leaves unknown, so recording goes first.
"""

LEAP_HORIZON_MS = 60_000
"""How much of a sender's time one claim of a leaping clock may start at once."""


class Dispatcher:
    """Claims, calls and records for one term of the lease."""

    def __init__(
        self,
        store: StoreThreads,
        carrier: Carrier,
        clock: Clock,
        options: EngineOptions,
        gate: Gate,
        token: int,
        complain: Callable[[str], None],
    ) -> None:
        self.store = store
        self.carrier = carrier
        self.clock = clock
        self.options = options
        self.gate = gate
        self.token = token
        self.complain = complain
        self.wake = asyncio.Event()
        self.sent = 0
        self.last_sent_real = 0
        self.record_lags_ns: deque[int] = deque(maxlen=100_000)
        self._claimer = Claimer(options.downtime)
        self._calls: set[asyncio.Task[None]] = set()
        self._answered: list[Done] = []
        self._to_record = asyncio.Event()
        self._recorded = asyncio.Event()
        self._recorded.set()

    @property
    def in_flight(self) -> int:
        """Messages whose intent is committed and whose result is not."""
        return len(self._calls) + len(self._answered)

    def horizon_ms(self) -> int:
        """Campaign milliseconds that pass in about a real second; more for a clock that leaps."""
        flow = int(1000 * max(1.0, self.clock.speed))
        return max(flow, LEAP_HORIZON_MS) if self.clock.jumps else flow

    async def claim(self) -> Claim:
        """Claim what may start now and call the carrier for it.

        Raises:
            LeaseLostError: another process sends by now.
            StoreError: the database refuses.
        """
        while len(self._answered) > BACKLOG:
            self.wake.clear()
            await self.wake.wait()
        slots = min(self.options.batch, self.options.concurrency - self.in_flight)
        if slots <= 0 or self.gate.stopped:
            return Claim(stopped=self.gate.stopped)
        reached("claim begins")
        writing = asyncio.ensure_future(
            self.store.write(
                self._claimer.claim,
                token=self.token,
                now=self.clock.now(),
                real=self.clock.real(),
                slots=slots,
                horizon_ms=self.horizon_ms(),
            )
        )
        try:
            claim = await asyncio.shield(writing)
        except asyncio.CancelledError:
            # The transaction goes on in its thread: what it has claimed goes back, nobody will call it.
            for ready in (await writing).batch:
                self.answered(Done(ready, NotCalled("the sender was ending"), time.monotonic_ns()))
            raise
        if claim.batch:
            reached("intent committed")
        for ready in claim.batch:
            self.gate.enter(ready)
            task = asyncio.create_task(self._call(ready))
            self._calls.add(task)
            task.add_done_callback(self._calls.discard)
        return claim

    async def _call(self, ready: Ready) -> None:
        reason = self.gate.refusal(ready)
        if reason is not None:
            self.answered(Done(ready, NotCalled(reason), time.monotonic_ns()))
            return
        reached("before call")
        try:
            async with asyncio.timeout(self.options.carrier_timeout_s):
                outcome = await self.carrier.send(ready.request)
        except TimeoutError:
            outcome = Unknown(f"no answer within {self.options.carrier_timeout_s:g} s")
        except Exception as error:
            outcome = Unknown(f"the call failed: {type(error).__name__}")
        reached("call answered")
        self.answered(Done(ready, outcome, time.monotonic_ns()))

    def answered(self, done: Done) -> None:
        """Hand over a result to be recorded."""
        self._answered.append(done)
        self._recorded.clear()
        self._to_record.set()

    async def record_forever(self) -> None:
        """Record results as they come. While one batch is written the next gathers by itself."""
        while True:
            await self._to_record.wait()
            self._to_record.clear()
            while self._answered:
                await self._record(self._answered[: self.options.batch])
            self._recorded.set()
            self.wake.set()

    async def _record(self, batch: list[Done]) -> None:
        reached("record begins")
        while True:
            try:
                sequences = self._claimer.sequences
                recorded = await self.store.write(
                    record_batch, sequences, batch, self.clock.now(), self.clock.real()
                )
                break
            except StoreError as error:
                # A result is never dropped: the carrier has acted on it.
                self.complain(str(error))
                await asyncio.sleep(RETRY_STORE_S)
        reached("recorded")
        del self._answered[: len(batch)]
        now = time.monotonic_ns()
        for done in batch:
            self.record_lags_ns.append(now - done.answered_ns)
            if done.ready.campaign_id in self.gate.in_flight:
                self.gate.leave(done.ready)
        if recorded.ended_contacts:
            self.gate.end_contacts(recorded.ended_contacts)
        if recorded.stopped:
            self.gate.stopped = True
        if recorded.accepted:
            self.sent += recorded.accepted
            self.last_sent_real = self.clock.real()
        self.wake.set()

    async def all_recorded(self) -> None:
        """Wait until every result that is there has been recorded."""
        await self._recorded.wait()

    async def drain(self) -> None:
        """Wait for the calls under way, up to the carrier's time-out, until each result is recorded."""
        while self._calls:
            await asyncio.wait(set(self._calls))
        await self.all_recorded()
