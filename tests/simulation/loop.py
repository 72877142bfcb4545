"""A deterministic event loop: time is a number that leaps, threads are turns of the loop, a process can die.

Nothing here reads a clock or waits. Where a real loop would sleep, this one moves its time on; what a real
program gives to a thread runs in the loop's own thread, a little later, in the order in which it was given.
So one seed is one history, and one run of a campaign of 17 days takes a fraction of a second.
"""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from contextvars import ContextVar
from random import Random
from typing import Any, TypeVar, TypeVarTuple
from unittest.mock import patch

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

HOP_S = (0.0, 0.0, 0.001, 0.004)
"""How long a transaction may wait for its thread: enough for other tasks to slip in between."""

ANSWER_S = (0.0, 0.0, 0.003)
"""How long the answer of a transaction that is committed may take to reach the loop."""

BURIAL_ROUNDS = 100


class CrashError(BaseException):
    """The process has died: no handler of the product catches it, no transaction or call follows it."""


class Process:
    """The tasks of one process of the product; a crash ends them all between two of their steps."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.dead = False
        self.tasks: dict[asyncio.Task[Any], None] = {}
        """Those that have not ended, in the order of their beginning: a set would have none."""

    def die(self) -> None:
        """End at once: what is not committed or on the wire by now never happens."""
        self.dead = True
        running = asyncio.current_task()
        for task in list(self.tasks):
            if task is not running:
                task.cancel()

    async def bury(self) -> None:
        """Take the dead process's tasks away; whatever they try on the way reaches nothing any more."""
        for _ in range(BURIAL_ROUNDS):
            left = list(self.tasks)
            if not left:
                return
            for task in left:
                task.cancel()
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        raise AssertionError(f"tasks of {self.name} outlive its death: {self.tasks}")


process: ContextVar[Process | None] = ContextVar("process", default=None)
"""The process that the running code belongs to; ``None`` is the world around it."""


def check_alive() -> None:
    """Refuse what a dead process cannot do any more.

    Raises:
        CrashError: the running code belongs to one.
    """
    own = process.get()
    if own is not None and own.dead:
        raise CrashError


class SimulatedLoop(asyncio.SelectorEventLoop):
    """Runs tasks in a deterministic order on a time of its own.

    Args:
        rng: draws how long transactions wait for their turn.
    """

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.seconds = 0.0
        self.goal: Callable[[], float] = lambda: 0.0
        """Asked when nothing is under way: up to which instant of the loop nothing can happen."""
        self.turns = 0
        """Transactions that were given and not answered yet."""
        self._busy: dict[object, float] = {}
        super().__init__(_Leaping(self))
        self.set_task_factory(self._make_task)

    def time(self) -> float:
        """Seconds since the simulation began."""
        return self.seconds

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts
    ) -> asyncio.Future[T]:
        """Run a function in this thread, later, after what was given to the same executor before it."""
        check_alive()
        own = process.get()
        future: asyncio.Future[T] = self.create_future()
        start = max(self.seconds, self._busy.get(executor, 0.0)) + self.rng.choice(HOP_S)
        self._busy[executor] = start
        self.turns += 1

        def run() -> None:
            if future.cancelled() or (own is not None and own.dead):
                self.turns -= 1
                return
            result, failed = None, None
            try:
                result = func(*args)
            except Exception as error:
                failed = error
            self.call_later(self.rng.choice(ANSWER_S), answer, result, failed)

        def answer(result: Any, failed: Exception | None) -> None:
            self.turns -= 1
            if future.done():
                return
            if failed is None:
                future.set_result(result)
            else:
                future.set_exception(failed)

        self.call_at(start, run)
        return future

    def begin(self, own: Process, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start a process of the product."""
        before = process.set(own)
        try:
            return self.create_task(work)
        finally:
            process.reset(before)

    def _make_task(self, loop: asyncio.AbstractEventLoop, work: Any, **more: Any) -> asyncio.Task[Any]:
        task: asyncio.Task[Any] = asyncio.Task(work, loop=loop, **more)
        own = process.get()
        if own is not None:
            own.tasks[task] = None
            task.add_done_callback(own.tasks.pop)
            task.add_done_callback(_noticed)
        return task


class _Leaping(selectors.SelectSelector):
    """Moves the loop's time on where a real selector waits."""

    def __init__(self, loop: SimulatedLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or timeout > 0:
            reach = self._loop.seconds + (timeout or 0.0)
            self._loop.seconds = reach if self._loop.turns else max(reach, self._loop.goal())
        return []


def _noticed(task: asyncio.Task[Any]) -> None:
    """Look at how a task ended, so that nobody complains that nobody did."""
    if not task.cancelled():
        task.exception()


@contextmanager
def simulated_time(loop: SimulatedLoop) -> Iterator[None]:
    """Let the monotonic clocks that the engine reads show the loop's time."""

    def monotonic_ns(_clock: int = 0) -> int:
        return 1_000_000_000_000 + int(loop.seconds * 1e9)

    with (
        patch.object(time, "monotonic_ns", monotonic_ns),
        patch.object(time, "clock_gettime_ns", monotonic_ns),
    ):
        yield


class SimulatedClock:
    """Campaign time and real time are the same here, as with the system's clock.

    Args:
        loop: whose time passes.
        epoch: the instant (epoch milliseconds) at which the loop's time was zero.
    """

    speed = 1.0
    jumps = False

    def __init__(self, loop: SimulatedLoop, epoch: int) -> None:
        self._loop = loop
        self.epoch = epoch

    def now(self) -> int:
        """Campaign time, now."""
        return self.epoch + round(self._loop.seconds * 1000)

    def real(self) -> int:
        """Real time, now."""
        return self.now()

    def jump_to(self, instant: int) -> None:
        """Like the system's clock, this one does not leap at the engine's wish.

        Raises:
            RuntimeError: always.
        """
        raise RuntimeError("the loop alone moves this clock")

    def seconds_at(self, instant: int) -> float:
        """The loop's time at an instant."""
        return (instant - self.epoch) / 1000
