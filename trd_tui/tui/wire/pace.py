"""Frames at the pace of the line: the terminal is asked now and then how far it is.

A thin line queues what it cannot carry, so that a held key would still be painted seconds after its release.
The terminal answers where its cursor is when it has drawn all that was written before the question. What is
on the way is known by that; while it is too much, frames are left out, and the next shows what is so then.
"""

from __future__ import annotations

import re
from collections import deque

ASK_EVERY = 500
"""Bytes after which the terminal is asked again."""

ON_THE_WAY = 2_000
"""Bytes that may be on the way before frames are left out; 100 ms at 20 kB a second."""

GIVEN_UP_S = 1.0
"""Seconds after which an answer is no longer waited for: the terminal does not give any, or it was lost."""

QUESTION = "\x1b[6n"
"""Asks for the place of the cursor; every terminal since the VT100 answers."""

_PLACES = re.compile(r"(?=\x1b\[\d+;\d+H)")
"""Where the cursor is placed anew: a question before it disturbs nothing."""


class Pace:
    """What is on the way to the terminal."""

    def __init__(self) -> None:
        self._written = 0
        self._drawn = 0
        self._asked: deque[tuple[int, float]] = deque()
        self._silent = False

    def asking(self, frame: str, now: float) -> str:
        """A frame that is to be written, with the questions that must go along.

        A long frame asks on its way, so that the next need not wait for all of it.

        Args:
            frame: what is written.
            now: seconds of a steady clock.
        """
        parts = [frame] if len(frame) < ASK_EVERY else _PLACES.split(frame)
        asking: list[str] = []
        last = self._asked[-1][0] if self._asked else self._drawn
        for part in parts:
            asking.append(part)
            self._written += len(part.encode())
            if not self._silent and self._written - last >= ASK_EVERY:
                last = self._written
                self._asked.append((last, now))
                asking.append(QUESTION)
        return "".join(asking)

    def answered(self) -> None:
        """The terminal has drawn what was written before its oldest open question."""
        if self._asked:
            self._drawn = self._asked.popleft()[0]

    def full(self, now: float) -> bool:
        """Whether the next frame is better left out."""
        if self._asked and now - self._asked[0][1] > GIVEN_UP_S:
            self._silent = self._drawn == 0  # it never answered: it never will
            self._drawn = self._written
            self._asked.clear()
        return bool(self._asked) and self._written - self._drawn > ON_THE_WAY
