"""Notes when a loop answers nothing, and what it did meanwhile.

Two clocks judge it. The wall's says what somebody feels, the thread's own what the loop itself computed: on a
busy machine the first also counts what other programs and threads did. And where two programs share a core
each computes slower; so a fixed piece of work, done again and again, says how much slower right then.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

LOOK_S = 0.005
BLOCKED_S = 0.1
"""A loop that answers nothing for so long is blocked: somebody would feel it."""

COLLECTED_S = 0.15
"""The longest that a whole collection of garbage may take, between two keys."""

LATE_S = 0.02
"""Seconds without an answer after which the watchdog begins to look at what the loop does."""

SAMPLE_S = 0.004

TOLD = 12
"""Of how many functions a stall tells, those in which it was seen most often."""

PLUMBING = frozenset({"_callback", "message_pump", "worker", "watchdog"})
"""Modules through which everything goes."""


class Stall(NamedTuple):
    """A time in which the loop answered nothing.

    Attributes:
        held_ms: for how long, without the time in which other programs had its processor.
        busy_ms: for how long of it the loop itself computed; the rest it waited for something.
        slower: how many times as long as at its best moment the machine took right then for the same work.
        collecting_ms: for how long of it the collector walked.
        at: between which screens and keys.
        did: in which functions it was seen meanwhile and whose, with how often in a hundred looks.
    """

    held_ms: float
    busy_ms: float
    slower: float
    collecting_ms: float
    at: str
    did: tuple[tuple[str, int], ...]

    @property
    def own_ms(self) -> float:
        """What the loop itself computed, as on a machine that does nothing else."""
        return self.busy_ms / self.slower

    @property
    def without_collector_ms(self) -> float:
        """What it computed besides walking after garbage, as on a machine that does nothing else."""
        return (self.busy_ms - min(self.busy_ms, self.collecting_ms)) / self.slower

    def __str__(self) -> str:
        """The stall in lines: how long, when, and what the loop did."""
        did = "".join(f"\n    {share:3} %  {name}" for name, share in self.did)
        return (
            f"held {self.held_ms:.0f} ms, computed {self.busy_ms:.0f} (collector {self.collecting_ms:.0f}),"
            f" alone {self.own_ms:.0f}, at {self.at}{did}"
        )


class Watchdog:
    """Watches the loop in which it runs; a thread of its own looks at the loop's stack while it is late."""

    def __init__(self) -> None:
        self.stalls: list[Stall] = []
        self.at = ""
        self._begun = time.perf_counter()
        self._seen: Counter[str] = Counter()
        self._sampled = 0
        self._collecting = 0.0
        self._best = min(_work_s() for _ in range(50))
        self._looks = 0

    async def run(self) -> None:
        """Watch until cancelled."""
        with self._looking(threading.get_ident()), self._timing_the_collector():
            while True:
                self._seen, self._sampled, self._collecting = Counter(), 0, 0.0
                self._begun = begun = time.perf_counter()
                waited, busy, at = _queued_s(), time.thread_time(), self.at
                await asyncio.sleep(LOOK_S)
                held = time.perf_counter() - begun - LOOK_S - (_queued_s() - waited)
                busy = time.thread_time() - busy
                self._looks += 1
                if self._looks % 50 == 0:
                    self._best = min(self._best, _work_s())
                if held > BLOCKED_S:
                    self.stalls.append(
                        Stall(
                            held * 1000,
                            busy * 1000,
                            max(1.0, min(_work_s() for _ in range(3)) / self._best),
                            self._collecting * 1000,
                            f"{at} .. {self.at}",
                            tuple(
                                (name, count * 100 // (self._sampled or 1))
                                for name, count in self._seen.most_common(TOLD)
                            ),
                        )
                    )

    @contextmanager
    def _looking(self, thread: int) -> Iterator[None]:
        ended = threading.Event()

        def look() -> None:
            while not ended.wait(SAMPLE_S):
                if time.perf_counter() - self._begun > LOOK_S + LATE_S:
                    frame = sys._current_frames().get(thread)
                    if frame is not None:
                        self._sampled += 1
                        self._seen.update(_running(frame))

        looker = threading.Thread(target=look, name="watchdog", daemon=True)
        looker.start()
        try:
            yield
        finally:
            ended.set()
            looker.join()

    @contextmanager
    def _timing_the_collector(self) -> Iterator[None]:
        begun = 0.0

        def timed(phase: str, info: dict[str, Any]) -> None:
            nonlocal begun
            if phase == "start":
                begun = time.perf_counter()
            else:
                self._collecting += time.perf_counter() - begun

        gc.callbacks.append(timed)
        try:
            yield
        finally:
            gc.callbacks.remove(timed)


def _running(frame: FrameType | None) -> set[str]:
    """Names of what runs, without the loop beneath it and what everything goes through."""
    found = set()
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        if path.parent.name == "asyncio":
            break
        if path.stem not in PLUMBING:
            owner = frame.f_locals.get("self")
            whose = f" of {type(owner).__name__}" if owner is not None else ""
            found.add(f"{path.stem}.{frame.f_code.co_name}{whose}")
        frame = frame.f_back
    return found


def _queued_s() -> float:
    """Seconds for which this thread was ready to run, and other programs ran."""
    with open("/proc/thread-self/schedstat") as figures:
        return int(figures.read().split()[1]) / 1e9


def _work_s() -> float:
    """Seconds that this thread computes for a fixed piece of work."""
    begun = time.thread_time()
    {number: (number,) for number in range(2000)}
    return time.thread_time() - begun
