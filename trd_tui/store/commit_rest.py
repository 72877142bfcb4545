"""How long whoever looks for commits may sleep: until the log is written, where the system tells of that."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from trd_tui.store.database import parse_url
from trd_tui.store.log_signs import LogSigns

log = logging.getLogger(__name__)

EVERY_S = 0.2
"""Seconds between two looks where nothing tells of a write: what anybody does shall be seen within 300 ms."""

AFTER_S = 0.04
"""Seconds from a write to the first look: the commit follows when the log is on the disk."""

LOOKS = 50
"""Looks for a commit that does not come, because what was written was taken back."""

RESTING_S = 10.0
"""Seconds between two looks while nothing is written.

One that finds a change shows that nobody tells of writes here.
"""


class CommitRest:
    """Rests between the looks of one thread.

    Args:
        url: of an SQLite database whose log is there.
    """

    def __init__(self, url: str) -> None:
        self._signs: LogSigns | None = None
        self._hears = self._slept = False
        self._version: int | None = None
        self._came, self._left = True, LOOKS
        file = parse_url(url).database
        try:
            self._signs = LogSigns(Path(os.path.realpath(str(file)) + "-wal"))
            self._hears = True
        except OSError as error:
            _say(error)

    def rest(self, version: int, *, news: bool) -> float:
        """Sleep until something is written, unless a commit is still to come.

        Args:
            version: what the last look found, signs of life included.
            news: whether that is a change.

        Returns:
            Seconds until the next look.
        """
        signs = self._signs
        if signs is None or not self._hears:
            return EVERY_S
        written = signs.any()
        if news and self._slept and not written:
            return self._be_deaf("a commit came without a sign")
        self._came |= version != self._version
        self._version = version
        self._left -= 1
        if written or (self._left and not (self._came or self._slept)):
            self._slept = False
            return EVERY_S
        self._came, self._left = False, LOOKS
        try:
            self._slept = not signs.wait(RESTING_S)
        except OSError as error:
            return self._be_deaf(error)
        return 0.0 if self._slept else AFTER_S

    def wake(self) -> None:
        """End the sleep and every later one; from any thread."""
        if self._signs is not None:
            self._signs.wake()

    def close(self) -> None:
        """Give everything back; the thread that rests has ended."""
        if self._signs is not None:
            self._signs.close()

    def _be_deaf(self, why: object) -> float:
        self._hears = False
        _say(why)
        return EVERY_S


def _say(why: object) -> None:
    log.info("commits are looked for five times a second: %s", why)
