"""A terminal at the end of a thin line: so many bytes a second, and so long on the way."""

from __future__ import annotations

import re
import time
from collections import deque
from heapq import heappop, heappush

from tests.bench.terminal import QUESTION, Terminal

DELAY_S = 0.06
"""Seconds one way; a question and its answer take twice as long."""

RATE = 20_000
"""Bytes a second."""


class ThinLine:
    """What a program writes goes through a queue without bounds, as through the buffers of an SSH line."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        terminal.answering = False  # the far end answers
        self._free_at = 0.0
        self._under_way: deque[tuple[float, int]] = deque()
        self._to_program: list[tuple[float, bytes]] = []
        self.shown_at = 0.0
        """When the last byte came to the far end, seconds of `time.perf_counter`."""
        self.size = 0
        """Bytes that have come."""

    def press(self, key: bytes) -> None:
        """A key, at the far end."""
        heappush(self._to_program, (time.perf_counter() + DELAY_S, key))

    def run(self, until: float) -> None:
        """Let time pass."""
        while (now := time.perf_counter()) < until:
            part = self._terminal.read(min(0.005, until - now))
            if part:
                begun = max(self._free_at, time.perf_counter())
                self._free_at = begun + len(part) / RATE
                self._under_way.append((self._free_at + DELAY_S, len(part)))
                for asked in re.finditer(re.escape(QUESTION), part):  # answered when it is read, not later
                    answer = begun + asked.end() / RATE + 2 * DELAY_S
                    heappush(self._to_program, (answer, b"\x1b[1;1R"))  # keys of meanwhile go before it
            now = time.perf_counter()
            while self._under_way and self._under_way[0][0] <= now:
                self.shown_at, size = self._under_way.popleft()
                self.size += size
            while self._to_program and self._to_program[0][0] <= now:
                self._terminal.write(heappop(self._to_program)[1])

    def quiet(self) -> None:
        """Let time pass until nothing is on the way for half a second."""
        while True:
            before = self.size
            self.run(time.perf_counter() + 0.5)
            if self.size == before and not self._under_way and not self._to_program:
                return


def held_key(terminal: Terminal, key: bytes, seconds: float, per_second: int = 30) -> tuple[float, int]:
    """Hold a key; answers the milliseconds for which it is still painted after its release, and the bytes."""
    line = ThinLine(terminal)
    line.quiet()
    before = line.size
    begun = time.perf_counter()
    for at in range(int(seconds * per_second)):
        line.run(begun + at / per_second)
        line.press(key)
    released = begun + seconds
    line.run(released)
    line.quiet()
    terminal.answering = True
    return (line.shown_at - released) * 1000, line.size - before
