"""One term of the lease: its loops claim, record, renew, watch, poll, reconcile and post, side by side."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Protocol

from trd_tui.carriers.protocol import CarrierListError
from trd_tui.engine import succession
from trd_tui.engine.answering import AnswerReconciler
from trd_tui.engine.checkpoints import reached
from trd_tui.engine.courier import Courier
from trd_tui.engine.dispatch import RETRY_STORE_S, Dispatcher
from trd_tui.engine.gate import Gate, uptime_ns
from trd_tui.engine.journal import CallJournal
from trd_tui.engine.leisure import Leisure
from trd_tui.engine.means import Means
from trd_tui.engine.poll import Poller
from trd_tui.engine.rate import Rate
from trd_tui.engine.reconciling import Reconciler, any_unsettled
from trd_tui.engine.state import Role
from trd_tui.store import audit, control, lease, planning, queue
from trd_tui.store.errors import StoreError
from trd_tui.store.lease import LeaseLostError

PLAN_CHUNK = 2_000
PLAN_EVERY_S = 1.0
WATCH_S = 0.05
RATE_FALLS_S = 0.5
"""Seconds between two looks at a rate that falls because nothing is sent any more."""


@dataclass(frozen=True, slots=True)
class Goal:
    """When a run is over.

    Attributes:
        stop: set from outside.
        until_idle: end when no active campaign has anything to do.
        until: end when campaign time has reached this instant.
    """

    stop: asyncio.Event
    until_idle: bool
    until: int | None


class Holder(Protocol):
    """What a term needs to know of the engine that holds the lease."""

    owner: str
    description: str
    gate: Gate
    journal: CallJournal

    def ttl_ms(self) -> int:
        """How long the lease holds without being renewed."""
        ...

    def complain(self, sentence: str) -> None:
        """Tell people of a trouble."""
        ...

    def set(self, **changes: object) -> None:
        """Publish a new state."""
        ...


class Term:
    """Sends until the run is over or the lease is gone.

    Attributes:
        gave_way: whether it ended because somebody asked for the lease.
    """

    def __init__(self, holder: Holder, means: Means, token: int, goal: Goal) -> None:
        self.holder = holder
        self.means = means
        self.token = token
        self.goal = goal
        self.gave_way = False
        self.gate = holder.gate
        self.dispatcher = Dispatcher(means, holder.gate, holder.journal, token)
        self.poller = Poller(means, self.dispatcher)
        self.leisure = Leisure(means, self.dispatcher, self.poller)
        self.courier = Courier(means)
        self.reconciler = Reconciler(means.carrier, means.options, token)
        self.answers = AnswerReconciler(means.carrier, means.options, means.clock)
        self._touched = asyncio.Event()
        self._written = asyncio.Event()  # never stays set: it wakes those who wait for a change

    def touch(self) -> None:
        """Look for work now: somebody has written, or may have."""
        self.dispatcher.wake.set()
        self._touched.set()

    async def serve(self) -> bool:
        """Work; ``True`` when the run is over, ``False`` when another process has the lease now."""
        store, dispatcher, stop = self.means.store, self.dispatcher, self.goal.stop
        try:
            await self._succeed()
        except LeaseLostError:
            return stop.is_set()
        recorder = asyncio.create_task(dispatcher.record_forever())
        overdue = asyncio.create_task(dispatcher.end_overdue_forever())
        side = [
            asyncio.create_task(task)
            for task in (
                self._renew(),
                self._watch(),
                self._poll_forever(),
                self._every(self._reconcile_pause, self._reconcile),
                self._every(lambda: PLAN_EVERY_S, self._carry_on_plans),
                self._every(self.courier.pause, self.courier.begin),
            )
        ]
        # A stop wakes the dispatcher by ending the wait below.
        side.append(asyncio.create_task(stop.wait()))  # type: ignore[arg-type]
        main = asyncio.create_task(self._dispatch())
        lost = False
        try:
            done, _ = await asyncio.wait(
                {main, recorder, overdue, *side}, return_when=asyncio.FIRST_COMPLETED
            )
            for task in done:
                task.result()
            return True
        except LeaseLostError:
            lost = True
            self.gate.close()
            self.holder.complain("another process has become the sender of this database")
            return stop.is_set()
        finally:
            main.cancel()
            for task in side:
                task.cancel()
            await asyncio.gather(main, *side, return_exceptions=True)
            reached("draining")
            await dispatcher.drain()
            self.holder.set(sent=dispatcher.sent)
            for task in (recorder, overdue):
                task.cancel()
            await asyncio.gather(recorder, overdue, return_exceptions=True)
            self.gate.close()
            self.holder.journal.close()
            await self.courier.close(farewell=not (lost or self.gave_way))
            try:
                await store.write(lease.release, self.holder.owner, self.token)
            except StoreError as error:
                self.holder.complain(str(error))  # it runs out by itself
            reached("lease released")

    async def _succeed(self) -> None:
        """Sort what the sender before us has left, then begin our own journal.

        Raises:
            LeaseLostError: another process has become the sender before that was done.
            StoreError: the database refuses, and the run is to end.
        """
        means, holder = self.means, self.holder
        evidence = holder.journal.evidence()
        try:
            holder.journal.begin(self.token, evidence)
        except OSError as error:
            # Without it nothing is unsafe: after a crash more is looked for at the carrier.
            holder.complain(f"no call journal can be kept at {holder.journal.file}: {error.strerror}")
        sequences = self.dispatcher.claimer.sequences
        while True:
            now, real = means.clock.now(), means.clock.real()
            try:
                await means.store.write(succession.settle, sequences, self.token, evidence, now, real)
                break
            except StoreError as error:
                if self.goal.stop.is_set():
                    raise
                holder.complain(str(error))
                await asyncio.sleep(RETRY_STORE_S)
        holder.journal.settled()
        reached("orphans sorted")
        sight = self.gate.look()
        holder.set(role=Role.SENDING, holder=holder.description, stopped=sight.stopped)
        stop = await means.store.read(control.read_control)
        self.dispatcher.asking.take_over(stop.trouble)
        if stop.stopped and stop.by == audit.SYSTEM.name:
            holder.complain(f"all sending is stopped: {stop.reason}")

    async def _dispatch(self) -> None:
        """Claim while there is something to claim; rest wisely otherwise."""
        dispatcher, goal, stop = self.dispatcher, self.goal, self.goal.stop
        while not stop.is_set():
            dispatcher.wake.clear()
            try:
                # Who answered while nobody looked must not hear more of us.
                await self.poller.before_wave(stop, give_up=goal.until_idle)
                claim = await dispatcher.claim()
            except StoreError as error:
                self.holder.complain(str(error))
                await asyncio.sleep(RETRY_STORE_S)
                continue
            self.holder.set(stopped=claim.stopped or self.gate.stopped)
            if claim.silence is not None:
                self.holder.set(notice=str(claim.silence))
            if goal.until is not None and self.means.clock.now() >= goal.until and not dispatcher.in_flight:
                return
            if claim.batch or (claim.moved and not claim.stopped):
                if dispatcher.in_flight >= self.means.options.concurrency:
                    await dispatcher.wake.wait()
                continue
            if await self.leisure.rest(claim, stop, until_idle=goal.until_idle, until=goal.until):
                return

    async def _renew(self) -> None:
        """Keep the lease; give it up when somebody asks for it."""
        holder, ttl = self.holder, self.holder.ttl_ms()
        # Each wakes a sleeping processor; one that waits for a busy database shall still come in time.
        pause = rested = 0.4 * ttl / 1000
        downtime_ms = self.means.options.downtime.downtime_ms
        while True:
            await asyncio.sleep(pause)
            asked, real = uptime_ns(), self.means.clock.real()
            try:
                held = await self.means.store.write(
                    lease.renew, holder.owner, self.token, real, ttl, downtime_ms=downtime_ms
                )
            except StoreError as error:
                holder.complain(str(error))
                pause = min(RETRY_STORE_S, rested)
                continue
            pause = rested
            self.gate.lease_valid_for(ttl / 1000, since_ns=asked)
            reached("lease renewed")
            if held.yield_to is not None:
                self.gave_way = True
                raise LeaseLostError

    async def _watch(self) -> None:
        """Show what goes on, and see that a stop was released or that other processes have made work."""
        dispatcher, rate, speed = self.dispatcher, Rate(), 0.0
        seen, changes = self.gate.sight, self.gate.changes
        while True:
            # An idle process shall stay quiet.
            self._touched.clear()
            pause = WATCH_S if dispatcher.in_flight else self.means.options.watch_s
            with suppress(TimeoutError):
                async with asyncio.timeout(min(pause, RATE_FALLS_S) if speed else pause):
                    await self._touched.wait()
            speed = rate.of(dispatcher.sent)
            self.holder.set(in_flight=dispatcher.in_flight, sent=dispatcher.sent, rate=speed)
            try:
                sight = self.gate.look()
            except StoreError as error:
                self.holder.complain(str(error))
                continue
            self.holder.set(stopped=self.gate.stopped)  # who dispatches may be waiting for the carrier
            found = self.gate.changes
            if (sight.stopped, sight.fence, found) != (seen.stopped, seen.fence, changes):
                dispatcher.wake.set()
                self._written.set()
                self._written.clear()
            seen, changes = sight, found

    async def _reconcile(self) -> bool:
        """Look for messages of which nobody knows whether they were sent; whether there were any."""
        store, real = self.means.store, self.means.clock.real()
        unsettled = await store.read(any_unsettled)
        found = False
        for row in await store.read(lambda connection: self.reconciler.due(connection, real)):
            reached("look begins")
            done = await self.reconciler.look(row, store.write, real)
            reached("look answered")
            if done is not None:
                found = True
                self.dispatcher.answered(replace(done, answered_ns=time.monotonic_ns()))
        for answer in await store.read(lambda connection: self.answers.due(connection, real)):
            message = await self.answers.look(answer, store.write, real)
            if message is not None:
                await self.poller.merge([message])
        await self.reconciler.look_again(store.read, store.write, self.means.clock.now(), real)
        if found:  # what is not recorded yet would be looked for again
            await self.dispatcher.all_recorded()
        adopted = self.reconciler.take_adopted()
        if adopted:
            await self.poller.merge(adopted)
        return unsettled

    def _reconcile_pause(self) -> float:
        """Seconds until unknown messages are looked for again."""
        return min(1.0, self.means.options.reconcile_over_s / 10)

    async def _carry_on_plans(self) -> bool:
        """Finish a start or resume that was interrupted; while somebody works on it, share the work.

        Answers whether there was any.
        """
        store = self.means.store
        found = campaign = await store.read(queue.unplanned)
        while campaign is not None:
            now, real = self.means.clock.now(), self.means.clock.real()
            progress = await store.write(planning.plan_chunk, campaign, now, PLAN_CHUNK, real=real)
            if progress.finished:
                self.dispatcher.wake.set()
                campaign = await store.read(queue.unplanned)
        return found is not None

    async def _poll_forever(self) -> None:
        """Ask the carrier what has changed, at the pace of the moment."""
        busy = max(WATCH_S, self.means.options.poll_busy_s)
        while True:
            if await self.dispatcher.calls_within(max(busy, self.poller.due_in())):
                await asyncio.sleep(busy)
            if not self.poller.due_in():
                try:
                    await self.poller.poll_and_ask_for_late_ones()
                except (StoreError, CarrierListError) as error:
                    self.holder.complain(str(error))

    async def _every(self, pause: Callable[[], float], work: Callable[[], Awaitable[bool]]) -> None:
        """Work again and again; where there was nothing to do, there is nothing until somebody has written.

        Args:
            pause: least seconds between two.
            work: does what there is to do and answers whether there was anything.
        """
        while True:
            await asyncio.sleep(pause())
            changes = self.gate.changes
            try:
                busy = await work()
            except (StoreError, CarrierListError) as error:
                self.holder.complain(str(error))
                continue
            while not busy and changes is not None and changes == self.gate.changes:
                await self._written.wait()
