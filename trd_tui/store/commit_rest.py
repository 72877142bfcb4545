"""How long whoever looks for commits may sleep: until something is written, where anybody tells of that."""

from __future__ import annotations

import logging

from trd_tui.store.changes import Changes
from trd_tui.store.signs import Signs

log = logging.getLogger(__name__)

EVERY_S = 0.2
"""Seconds between two looks where nothing tells of a write: what anybody does shall be seen within 300 ms."""

AFTER_S = 0.04
"""Seconds from a write to the first look: the commit follows when the log is on the disk."""

MORE = 3
"""Looks after one that found a write under way: usually it has seen its commit, too."""

LOOKS = 50
"""Looks for a commit that does not come, because what was written was taken back."""

RESTING_S = 10.0
"""Seconds between two looks while nothing is written.

One that finds a change shows that nobody tells of writes here.
"""


class CommitRest:
    """Rests between the looks of one thread.

    Args:
        changes: where they look; they have looked once.
    """

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._signs: Signs | None = None
        try:
            self._signs = changes.signs()
        except (OSError, ImportError) as error:
            _say(error)
        self.begin()

    def begin(self) -> None:
        """Begin anew: the database was not to be asked meanwhile."""
        self._hears = self._signs is not None
        self._slept = False
        self._version: int | None = None
        self._came, self._left = True, LOOKS

    def rest(self, version: int, *, news: bool) -> float:
        """Sleep until something is written, unless a commit is still to come.

        Args:
            version: of the last look, which was answered.
            news: whether it found a change.

        Returns:
            Seconds until the next look.
        """
        signs = self._signs
        if signs is None or not self._hears:
            return EVERY_S
        try:
            written = signs.any()
            if news and self._slept and not (written or signs.are_heard_by_looking):
                raise OSError("a commit came without a sign")
            if not self._changes.is_told:
                raise OSError("the server tells no more")
            self._came |= version != self._version
            self._version = version
            self._left -= 1
            if written:  # what is being written may not be what came
                self._left = MORE if self._came else LOOKS
                self._came = self._slept = False
                return EVERY_S
            if self._left and not (self._came or self._slept):
                return EVERY_S
            self._came, self._left = False, LOOKS
            self._slept = not signs.wait(RESTING_S)
            return 0.0 if self._slept else AFTER_S
        except OSError as error:
            self._hears = False
            _say(error)
            return EVERY_S

    def wake(self) -> None:
        """End the sleep and every later one; from any thread."""
        if self._signs is not None:
            self._signs.wake()

    def close(self) -> None:
        """Give everything back; the thread that rests has ended."""
        if self._signs is not None:
            self._signs.close()


def _say(why: object) -> None:
    log.info("commits are looked for five times a second: %s", why)
