"""The sending machine of a database: holds the lease, runs the send path, receives, reconciles, plans."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace

from trd_tui.carriers.protocol import Carrier, CarrierListError
from trd_tui.clock import Clock
from trd_tui.engine.checkpoints import reached
from trd_tui.engine.dispatch import Dispatcher
from trd_tui.engine.gate import Gate
from trd_tui.engine.leisure import Leisure
from trd_tui.engine.options import EngineOptions
from trd_tui.engine.poll import Poller
from trd_tui.engine.rate import Rate
from trd_tui.engine.reconciling import Reconciler
from trd_tui.engine.state import EngineState, Role
from trd_tui.engine.threads import StoreThreads
from trd_tui.store import lease, planning, queue, recover
from trd_tui.store.control import read_control
from trd_tui.store.errors import StoreError
from trd_tui.store.lease import LeaseLostError

PLAN_CHUNK = 2_000
LEASE_POLL_S = 0.5
GIVE_WAY_S = 4 * LEASE_POLL_S
"""Who was asked to yield stands back so long, that the one who asked finds the lease free."""
WATCH_S = 0.05
IDLE_WATCH_S = 0.25


class Engine:
    """Runs in one event loop; the clock, the carrier and the database are given.

    Args:
        url: the database.
        make_carrier: called in the engine's own loop.
        clock: campaign and real time.
        options: tuning.
        description: host, process and face, shown to others while this process sends.
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
        publish: Callable[[EngineState], None] = lambda _state: None,
    ) -> None:
        self.url = url
        self.clock = clock
        self.options = options
        self.description = description
        self.owner = uuid.uuid4().hex
        self.gate = Gate()
        self.state = EngineState()
        self.dispatcher: Dispatcher | None = None
        self._make_carrier = make_carrier
        self._publish = publish
        self._gave_way = False

    def stop_now(self) -> None:
        """Close the gate at once, in memory; safe from any thread. The database is told by the service."""
        self.gate.stopped = True

    def touch(self) -> None:
        """Look for work now (something was started, resumed or released). Call it in the engine's loop."""
        if self.dispatcher is not None:
            self.dispatcher.wake.set()

    async def run(self, stop: asyncio.Event, *, until_idle: bool = False, until: int | None = None) -> None:
        """Send until ``stop`` is set, waiting for the lease where another process holds it.

        Args:
            stop: ends the run gracefully: calls under way are awaited and recorded.
            until_idle: end when no active campaign has a scheduled, in-flight or unknown message.
            until: end when campaign time has reached this instant.
        """
        store = StoreThreads(self.url)
        carrier: Carrier | None = None
        try:
            carrier = self._make_carrier()
            finished = False
            while not finished and not stop.is_set():
                token = await self._acquire(store, stop)
                if token is not None:
                    finished = await self._serve(store, carrier, token, stop, until_idle, until)
                if self._gave_way:
                    self._gave_way = False
                    await _sleep(GIVE_WAY_S, stop)
        finally:
            if carrier is not None:
                await carrier.close()
            store.close()
            self._set(role=Role.ENDED, in_flight=0)

    async def _acquire(self, store: StoreThreads, stop: asyncio.Event) -> int | None:
        """Wait for the lease; ``None`` when stopped meanwhile."""
        # A second less than promised, so that looking for it fits in.
        ttl = self._ttl_ms()
        while not stop.is_set():
            asked = time.monotonic_ns()
            real = self.clock.real()
            try:
                token = await store.write(lease.acquire, self.owner, self.description, real, ttl)
                if token is not None:
                    self.gate.lease_valid_for(ttl / 1000, since_ns=asked)
                    reached("lease taken")
                    return token
                held = await store.read(lease.read)
                self._set(role=Role.WATCHING, holder=held.description or "")
            except StoreError as error:
                self._complain(str(error))
            await _sleep(LEASE_POLL_S, stop)
        return None

    def _ttl_ms(self) -> int:
        return int(max(self.options.lease_s - 1.0, self.options.lease_s / 2) * 1000)

    async def _serve(
        self,
        store: StoreThreads,
        carrier: Carrier,
        token: int,
        stop: asyncio.Event,
        until_idle: bool,
        until: int | None,
    ) -> bool:
        """Send for one term of the lease; ``True`` when the run is over."""
        gate = self.gate
        dispatcher = Dispatcher(store, carrier, self.clock, self.options, gate, token, self._complain)
        self.dispatcher = dispatcher
        await store.write(recover.orphan, token)
        reached("orphans sorted")
        gate.stopped = (await store.read(read_control)).stopped
        self._set(role=Role.SENDING, holder=self.description, stopped=gate.stopped)
        poller = Poller(store, carrier, self.clock, self.options, dispatcher)
        leisure = Leisure(store, carrier, self.clock, self.options, dispatcher, poller)
        recorder = asyncio.create_task(dispatcher.record_forever())
        side = [
            asyncio.create_task(task)
            for task in (
                self._renew(store, token),
                self._watch(store, dispatcher),
                self._every(poller.pause, poller.poll),
                self._every(self._reconcile_pause, lambda: self._reconcile(store, carrier, dispatcher)),
                self._every(lambda: 0.5, lambda: self._carry_on_plans(store)),
            )
        ]
        # A stop wakes the dispatcher by ending the wait below.
        side.append(asyncio.create_task(stop.wait()))  # type: ignore[arg-type]
        main = asyncio.create_task(self._dispatch(dispatcher, poller, leisure, stop, until_idle, until))
        try:
            done, _ = await asyncio.wait({main, recorder, *side}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
            return True
        except LeaseLostError:
            gate.lease_lost()
            self._complain("another process has become the sender of this database")
            return stop.is_set()
        finally:
            main.cancel()
            for task in side:
                task.cancel()
            await asyncio.gather(main, *side, return_exceptions=True)
            reached("draining")
            await dispatcher.drain()
            self._set(sent=dispatcher.sent)
            recorder.cancel()
            await asyncio.gather(recorder, return_exceptions=True)
            self.dispatcher = None
            await store.write(lease.release, self.owner, token)
            reached("lease released")

    async def _dispatch(
        self,
        dispatcher: Dispatcher,
        poller: Poller,
        leisure: Leisure,
        stop: asyncio.Event,
        until_idle: bool,
        until: int | None,
    ) -> None:
        """Claim while there is something to claim; rest wisely otherwise."""
        # Who answered while nobody was here must not hear more of us: nothing goes before this is known.
        unread = 0
        while not stop.is_set() and await poller.poll_or_pause(unread, give_up=until_idle) is None:
            unread += 1
        while not stop.is_set():
            dispatcher.wake.clear()
            try:
                claim = await dispatcher.claim()
            except StoreError as error:
                self._complain(str(error))
                await _sleep(1.0, stop)
                continue
            self._set(stopped=claim.stopped or self.gate.stopped)
            if claim.silence is not None:
                self._set(notice=str(claim.silence))
            if until is not None and self.clock.now() >= until and not dispatcher.in_flight:
                return
            if claim.batch or (claim.moved and not claim.stopped):
                if dispatcher.in_flight >= self.options.concurrency:
                    await dispatcher.wake.wait()
                continue
            if await leisure.rest(claim, stop, until_idle=until_idle, until=until):
                return

    async def _renew(self, store: StoreThreads, token: int) -> None:
        """Keep the lease; give it up when somebody asks for it."""
        ttl = self._ttl_ms()
        while True:
            await asyncio.sleep(ttl / 3000)
            asked = time.monotonic_ns()
            try:
                real, downtime = self.clock.real(), self.options.downtime.downtime_ms
                held = await store.write(lease.renew, self.owner, token, real, ttl, downtime_ms=downtime)
            except StoreError as error:
                self._complain(str(error))
                continue
            self.gate.lease_valid_for(ttl / 1000, since_ns=asked)
            reached("lease renewed")
            if held.yield_to is not None:
                self._gave_way = True
                raise LeaseLostError

    async def _watch(self, store: StoreThreads, dispatcher: Dispatcher) -> None:
        """See other processes' stops while something of ours is on its way to the carrier."""
        fence, rate = -1, Rate()
        while True:
            # With nothing on its way the next claim asks for itself; an idle process shall stay quiet.
            await asyncio.sleep(WATCH_S if dispatcher.in_flight else IDLE_WATCH_S)
            self._set(in_flight=dispatcher.in_flight, sent=dispatcher.sent, rate=rate.of(dispatcher.sent))
            try:
                control = await store.read(read_control)
                if control.stopped != self.gate.stopped:
                    self.gate.stopped = control.stopped
                    dispatcher.wake.set()
                if control.fence != fence or dispatcher.in_flight:
                    fence = control.fence
                    ids = list(self.gate.in_flight)
                    if ids:
                        self.gate.close_campaigns(
                            await store.read(lambda connection, ids=ids: queue.not_sending(connection, ids))  # type: ignore[misc]
                        )
                    dispatcher.wake.set()
            except StoreError as error:
                self._complain(str(error))

    async def _reconcile(self, store: StoreThreads, carrier: Carrier, dispatcher: Dispatcher) -> None:
        reconciler = Reconciler(carrier, self.options)
        real = self.clock.real()
        for row in await store.read(lambda connection: reconciler.due(connection, real)):
            reached("look begins")
            done = await reconciler.look(row, store.write, real)
            reached("look answered")
            if done is not None:
                dispatcher.answered(replace(done, answered_ns=time.monotonic_ns()))

    def _reconcile_pause(self) -> float:
        """Seconds until unknown messages are looked for again."""
        return min(1.0, self.options.reconcile_over_s / 10)

    async def _carry_on_plans(self, store: StoreThreads) -> None:
        """Finish a start or resume that was interrupted; while somebody works on it, share the work."""
        campaign = await store.read(queue.unplanned)
        while campaign is not None:
            now, real = self.clock.now(), self.clock.real()
            progress = await store.write(planning.plan_chunk, campaign, now, PLAN_CHUNK, real=real)
            if progress.finished:
                self.touch()
                campaign = await store.read(queue.unplanned)

    async def _every(self, pause: Callable[[], float], work: Callable[[], Awaitable[object]]) -> None:
        while True:
            await asyncio.sleep(pause())
            try:
                await work()
            except (StoreError, CarrierListError) as error:
                self._complain(str(error))

    def _complain(self, sentence: str) -> None:
        self._set(last_error=sentence)

    def _set(self, **changes: object) -> None:
        state = replace(self.state, now=self.clock.now(), **changes)  # type: ignore[arg-type]
        if replace(state, now=self.state.now) != self.state:
            self.state = state
            self._publish(state)


async def _sleep(seconds: float, stop: asyncio.Event) -> None:
    """Sleep, but not past a stop."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
