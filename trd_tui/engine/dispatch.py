"""The send path at work: claim a batch, call the carrier for each, record what came back."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from functools import partial

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from trd_tui.carriers.protocol import Accepted, NotBegunError, Outcome, Rejected, Unknown
from trd_tui.domain.failures import NOT_REACHED, FailureClass
from trd_tui.domain.finding import one_or_many
from trd_tui.engine.asking import Asking
from trd_tui.engine.checkpoints import reached
from trd_tui.engine.claiming import Claim, Claimer
from trd_tui.engine.gate import Gate, uptime_ns
from trd_tui.engine.journal import CallJournal
from trd_tui.engine.means import Means
from trd_tui.engine.ready import Done, NotCalled, NotTaken, Ready
from trd_tui.engine.recording import Recorded, record_batch
from trd_tui.store.errors import StoreError
from trd_tui.store.lease import LeaseLostError

RETRY_STORE_S = 1.0
"""Pause before a transaction is tried again that the database refused (busy, disk full)."""

GIVE_UP_S = 15.0
"""How long an end waits for a database that takes no results."""

BACKLOG = 100
"""With more results than this waiting to be recorded nothing new is claimed.

An accepted message that is not recorded is what a crash leaves unknown, so recording goes first.
"""

HOLD_S = 0.05
"""A transaction that took longer makes the next batch smaller: others wait for the writer, results for us."""

SMALL_BATCH = 250
"""Batches do not get smaller than this."""

LEAP_HORIZON_MS = 60_000
"""How much of a sender's time one claim of a leaping clock may start at once."""

OVERDUE_LOOKS = 40
"""How often within the carrier's time-out calls are looked through for those that have had their time."""


class Dispatcher:
    """Claims, calls and records for one term of the lease."""

    def __init__(self, means: Means, gate: Gate, journal: CallJournal, token: int) -> None:
        self.store = means.store
        self.carrier = means.carrier
        self.clock = means.clock
        self.options = means.options
        self.complain = means.complain
        self.gate = gate
        self.asking = Asking(means.store, gate)
        self.journal = journal
        self.token = token
        self.claimer = Claimer.of(means.options)
        self.wake = asyncio.Event()
        self.room = means.options.batch
        self.sent = 0
        self.last_sent_real = 0
        self.record_lags_ns: deque[int] = deque(maxlen=100_000)
        # Calls under way with the instant at which they began, the oldest first.
        self._calls: dict[asyncio.Task[None], tuple[float, Ready]] = {}
        self._calling = asyncio.Event()  # while there are any
        self._answered: list[Done] = []
        self._writing = asyncio.Lock()
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
        """Claim what may start now and call the carrier for it; what waits to be recorded goes along.

        Raises:
            LeaseLostError: another process sends by now.
            StoreError: the database refuses.
        """
        while len(self._answered) > BACKLOG + self.room:
            self.wake.clear()
            await self.wake.wait()
        slots = min(self.room, self.options.concurrency - len(self._calls))
        if slots <= 0 or self.gate.stopped:
            return Claim(stopped=self.gate.stopped)
        if self.gate.credentials_refused:
            return Claim(moved=True)  # who claims waits for the carrier first
        async with self._writing:
            batch = self._answered[: self.room]
            claiming = partial(
                self.claimer.claim,
                token=self.token,
                now=self.clock.now(),
                real=self.clock.real(),
                slots=slots,
                horizon_ms=self.horizon_ms(),
            )
            reached("claim begins")
            begun = time.monotonic()
            writing = asyncio.ensure_future(self.store.write(self._record_and_claim, batch, claiming))
            try:
                recorded, claim = await asyncio.shield(writing)
            except asyncio.CancelledError:
                # The transaction goes on in its thread: what it has claimed goes back, nobody will call it.
                with suppress(StoreError, LeaseLostError):
                    recorded, claim = await writing
                    self._settled(batch, recorded)
                    for ready in claim.batch:
                        self.answered(Done(ready, NotCalled("the sender was ending"), time.monotonic_ns()))
                raise
            except IntegrityError:
                if not batch:
                    raise
                await self._record_each(batch)
                return Claim(moved=True)
            self._settled(batch, recorded)
            self._fit(time.monotonic() - begun)
        if claim.batch:
            reached("intent committed")
        self._call_all(claim.batch)
        return claim

    def _fit(self, seconds: float) -> None:
        """Let batches grow and shrink with the time that a transaction of theirs takes."""
        if seconds > HOLD_S:
            self.room = max(min(SMALL_BATCH, self.options.batch), self.room * 3 // 4)
        elif seconds < HOLD_S / 2:
            self.room = min(self.options.batch, self.room + self.room // 4)

    def _record_and_claim(
        self, connection: Connection, batch: list[Done], claiming: Callable[[Connection], Claim]
    ) -> tuple[Recorded, Claim]:
        """One transaction for both: half the waits for the disk when there is much to do."""
        return self._record_batch(connection, batch), claiming(connection)

    def _record_batch(self, connection: Connection, batch: list[Done]) -> Recorded:
        return record_batch(connection, self.claimer.sequences, batch, self.clock.now(), self.clock.real())

    def _call_all(self, batch: Iterable[Ready]) -> None:
        begun = asyncio.get_running_loop().time()
        for ready in batch:
            task = asyncio.create_task(self._call(ready))
            self._calls[task] = (begun, ready)
            task.add_done_callback(self._call_ended)
        if self._calls:
            self._calling.set()

    def _call_ended(self, task: asyncio.Task[None]) -> None:
        _begun, ready = self._calls.pop(task)
        if not self._calls:
            self._calling.clear()
        # Only a call that was ended before its first step ends as cancelled.
        if task.cancelled():
            self.answered(Done(ready, NotCalled("it was not begun in time"), time.monotonic_ns()))

    async def _call(self, ready: Ready) -> None:
        begun = 0

        def begin() -> None:
            """Asked by the carrier when the next step is the wire: the journal holds what has gone there."""
            nonlocal begun
            reason = self.gate.refusal(ready.message_id)
            if reason is not None:
                raise NotBegunError(reason)
            try:
                self.journal.write(ready.request.attempt_id)
            except OSError as error:
                raise NotBegunError(f"its call could not be noted: {error}") from error
            begun = uptime_ns()
            reached("before call")

        outcome: Outcome | NotCalled | NotTaken
        try:
            outcome = await self.carrier.send(ready.request, begin)
            if isinstance(outcome, Unknown) and not begun:
                outcome = NotCalled(outcome.reason)
        except NotBegunError as error:
            outcome = NotCalled(str(error))
        except asyncio.CancelledError:
            reason = f"no answer within {self.options.carrier_timeout_s:g} s"
            outcome = Unknown(reason) if begun else NotCalled("no connection to the carrier in time")
        except Exception as error:
            outcome = Unknown(f"the call failed: {type(error).__name__}")
        if begun:
            reached("call answered")
        if isinstance(outcome, Accepted):
            self.asking.send_accepted()
        elif isinstance(outcome, Rejected):
            outcome = self._refused(outcome, begun)
        self.answered(Done(ready, outcome, time.monotonic_ns()))

    def _refused(self, outcome: Rejected, begun_ns: int) -> Rejected | NotTaken:
        """A refusal that is no text's but the carrier's as a whole is told; texts wait for credentials."""
        real = self.clock.real()
        if outcome.failure is FailureClass.CREDENTIALS and self.asking.send_refused(
            outcome.reason, begun_ns, real
        ):
            return NotTaken(outcome.code, outcome.reason)
        if outcome.code == NOT_REACHED:
            self.asking.unreached(real)
        return outcome

    async def calls_within(self, seconds: float) -> bool:
        """Rest for so long, but not when calls are under way; whether there are any."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._calling.wait()
        return bool(self._calls)

    async def end_overdue_forever(self) -> None:
        """End calls that have had the carrier's time-out. One look at the oldest, not a timer for each."""
        loop = asyncio.get_running_loop()
        while True:
            await self._calling.wait()
            await asyncio.sleep(self.options.carrier_timeout_s / OVERDUE_LOOKS)
            overdue = loop.time() - self.options.carrier_timeout_s
            for task, (begun, _ready) in list(self._calls.items()):
                if begun > overdue:
                    break
                task.cancel()

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
                await self._record()
            self._recorded.set()
            self.wake.set()

    async def _record(self) -> None:
        async with self._writing:
            batch = self._answered[: self.options.batch]
            if not batch:
                return
            reached("record begins")
            try:
                recorded = await self.store.write(self._record_batch, batch)
            except StoreError as error:
                # A result is never dropped: the carrier has acted on it.
                self.complain(str(error))
            except IntegrityError:
                await self._record_each(batch)
                return
            else:
                self._settled(batch, recorded)
                return
        await asyncio.sleep(RETRY_STORE_S)

    async def _record_each(self, batch: list[Done]) -> None:
        """Record one by one: a row that the database refuses must not keep the others waiting.

        Its message becomes unknown: the carrier knows what became of it, and is asked again.
        """
        try:
            for done in batch:
                try:
                    recorded = await self.store.write(self._record_batch, [done])
                except IntegrityError as error:
                    unclear = replace(done, outcome=Unknown(f"its result was refused: {error.orig}"))
                    recorded = await self.store.write(self._record_batch, [unclear])
                    self.complain(f"the result of message {done.ready.message_id} was refused: {error.orig}")
                self._settled([done], recorded)
        except StoreError as error:
            self.complain(str(error))

    def _settled(self, batch: list[Done], recorded: Recorded) -> None:
        """A batch is in the database."""
        if not batch:
            return
        reached("recorded")
        del self._answered[: len(batch)]
        now = time.monotonic_ns()
        self.record_lags_ns.extend(now - done.answered_ns for done in batch)
        self.journal.landed(done.ready.request.attempt_id for done in batch)
        if not self._answered:
            self._recorded.set()
        if recorded.accepted:
            self.sent += recorded.accepted
            self.last_sent_real = self.clock.real()
        self.wake.set()

    async def all_recorded(self) -> None:
        """Wait until every result that is there has been recorded."""
        await self._recorded.wait()

    async def drain(self) -> None:
        """Wait for the calls under way, up to the carrier's time-out, until each result is recorded.

        A database that takes nothing (a full disk) is not waited for for ever: what it does not know is still
        in flight by its rows, and the next sender looks for it at the carrier.
        """
        while self._calls:
            await asyncio.wait(set(self._calls))
        try:
            async with asyncio.timeout(GIVE_UP_S):
                await self.all_recorded()
        except TimeoutError:
            count = len(self._answered)
            could = one_or_many(count, "result", "results")
            self.complain(
                f"{could} could not be recorded; the next sender asks the carrier what became of that"
            )
