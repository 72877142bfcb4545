"""How fast messages go, as people want to read it: over the last few seconds."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

SPAN_S = 3.0
"""Seconds that the rate looks back: steady enough to read, quick enough to show a stop."""


class Rate:
    """Turns a growing total into a rate.

    Args:
        clock: monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: deque[tuple[float, int]] = deque()

    def of(self, total: int) -> float:
        """Note a total; returns how much it grew a second, to one decimal."""
        now = self._clock()
        self._seen.append((now, total))
        while len(self._seen) > 2 and self._seen[1][0] <= now - SPAN_S:
            self._seen.popleft()
        begun, before = self._seen[0]
        return round((total - before) / max(now - begun, 1.0), 1)
