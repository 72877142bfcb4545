"""What the engine does when nothing may be sent now: wait, leap with a virtual clock, or end."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from trd_tui.clock import Anchor
from trd_tui.engine.claiming import Claim
from trd_tui.engine.dispatch import Dispatcher
from trd_tui.engine.means import Means
from trd_tui.engine.poll import Poller
from trd_tui.store import queue
from trd_tui.store.control import set_anchor
from trd_tui.store.errors import StoreError

LONGEST_WAIT_S = 0.5
"""So often where nobody tells of writes: other processes may start a campaign at any time."""

QUIET_WAIT_S = 30.0
"""So often where the database tells of every write, and whoever watches it wakes us."""

GAP_MS = 600_000
"""A leap over so much campaign time first lets the carrier's news settle."""


CARRY_OVER_AFTER = 2_000
"""Messages after which the database's log is carried over when nothing is due: about 10 MB of it."""


class Leisure:
    """Rests until something may be due."""

    def __init__(self, means: Means, dispatcher: Dispatcher, poller: Poller) -> None:
        self.store = means.store
        self.carrier = means.carrier
        self.clock = means.clock
        self.options = means.options
        self.dispatcher = dispatcher
        self.poller = poller
        self._unread = 0
        self._carried_over = 0

    async def rest(self, claim: Claim, stop: asyncio.Event, *, until_idle: bool, until: int | None) -> bool:
        """Rest once; ``True`` when the run is over."""
        if self.dispatcher.in_flight:
            await self._wait(LONGEST_WAIT_S, stop)
            return False
        if self.dispatcher.sent - self._carried_over >= CARRY_OVER_AFTER:
            self._carried_over = self.dispatcher.sent
            with suppress(StoreError):  # then a commit does it, some time
                await self.store.carry_over()
        next_at = self._next(claim)
        if not (until_idle or self.clock.jumps):
            await self._wait(self._seconds_to(next_at), stop)
            return False
        if claim.stopped:
            if until_idle:
                return True
            await self._wait(LONGEST_WAIT_S, stop)
            return False
        if until_idle and next_at is None:
            busy = await self.store.read(queue.busy_campaigns)
            if busy:
                # Something unknown is looked for in real time; its news come with the ordinary polls.
                await self._wait(LONGEST_WAIT_S, stop)
                return False
        now = self.clock.now()
        # With an end set, the clock goes there even when nothing waits on the way.
        goal = next_at if next_at is not None else until
        # Without a leap ahead the ordinary polls will do until the very end.
        leaps = self.clock.jumps and (next_at is None or next_at - now >= GAP_MS or self._carrier_due(now))
        if (leaps or next_at is None) and await self._settle(until_idle):
            return False
        if until_idle and self._next(claim) is None:
            busy = await self.store.read(queue.busy_campaigns)
            return not busy
        if self.clock.jumps and goal is not None:
            await self._leap(goal, until)
            return False
        await self._wait(self._seconds_to(next_at), stop)
        return False

    def _next(self, claim: Claim) -> int | None:
        instants = (claim.next_at, self.carrier.next_event_at())
        return min((at for at in instants if at is not None), default=None)

    def _carrier_due(self, now: int) -> bool:
        event = self.carrier.next_event_at()
        return event is not None and event <= now

    async def _settle(self, until_idle: bool) -> bool:
        """Take in the carrier's news before a leap; ``True`` when there was any, or when it is not known."""
        if await self._news(until_idle):
            return True
        if self.carrier.name == "simulated":
            return False
        # A real peer's news travel in real time: give them a moment of quiet.
        await asyncio.sleep(self.options.settle_s)
        return await self._news(until_idle)

    async def _news(self, until_idle: bool) -> bool:
        news = await self.poller.poll_or_pause(self._unread, give_up=until_idle)
        self._unread = self._unread + 1 if news is None else 0
        return news != 0

    async def _leap(self, next_at: int, until: int | None) -> None:
        # Small steps would follow a sender's bucket message by message: leap a horizon at least.
        target = max(next_at, self.clock.now() + 1)
        if self.clock.jumps:
            target = max(target, self.clock.now() + self.dispatcher.horizon_ms())
        if until is not None:
            target = min(target, until)
        self.clock.jump_to(target)
        anchor = Anchor(self.clock.real(), self.clock.now(), self.clock.speed)
        await self.store.write(set_anchor, anchor)

    def _seconds_to(self, next_at: int | None) -> float:
        if next_at is None:
            return self._longest()
        seconds = (next_at - self.clock.now()) / 1000 / max(self.clock.speed, 1e-6)
        return min(max(seconds, 0.005), self._longest())

    def _longest(self) -> float:
        return LONGEST_WAIT_S if self.dispatcher.gate.changes is None else QUIET_WAIT_S

    async def _wait(self, seconds: float, stop: asyncio.Event) -> None:
        del stop  # a stop wakes us through the dispatcher
        try:
            async with asyncio.timeout(seconds):
                await self.dispatcher.wake.wait()
        except TimeoutError:
            return
