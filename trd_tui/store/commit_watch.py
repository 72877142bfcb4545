"""A thread that looks for commits and does nothing else, so that whoever shows them can sleep.

A processor that has slept finds its caches empty: a look by an event loop with an app on it kept one busy for
3 to 6 ms, the same look from here for 0.4 to 0.9. Each costs 4 to 5 ms more in a guest whose host has taken
memory back meanwhile. So there is none while nothing is written, where the system tells of that.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from trd_tui.store.changes import Changes
from trd_tui.store.commit_rest import EVERY_S, CommitRest
from trd_tui.store.errors import StoreError

log = logging.getLogger(__name__)

FIRST_S = 1.0
"""Seconds before the first: a program that begins has other things to do."""

UNKNOWN = -1
"""What is seen of a database that cannot be asked."""


class CommitWatch:
    """Tells of changes until it is closed.

    Args:
        url: of the database.
        told: called in the thread after another connection has committed a change, and once when the
            database can no longer be asked.
    """

    def __init__(self, url: str, told: Callable[[], None]) -> None:
        self._url, self._told = url, told
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._main, name="trd-commits", daemon=True)
        self._rest: CommitRest | None = None
        self._seen: int | None = None

    def start(self) -> None:
        """Begin; what was committed before the first look is told with it."""
        self._thread.start()

    def close(self) -> None:
        """End, and give everything back."""
        self._over.set()
        if self._rest is not None:
            self._rest.wake()
        if self._thread.ident is not None:
            self._thread.join()
        if self._rest is not None:
            self._rest.close()
            self._rest = None

    def _main(self) -> None:
        changes = Changes(self._url)
        pause = FIRST_S
        try:
            while not self._over.wait(pause):
                before = self._seen
                self._look(changes)
                pause = EVERY_S
                if self._seen != UNKNOWN and not self._over.is_set():
                    pause = self._sleep(changes, is_back=before == UNKNOWN, news=before != self._seen)
        finally:
            changes.close()

    def _look(self, changes: Changes) -> None:
        """Look once, and tell; without this thread everybody would look late, and nobody would know why."""
        try:
            found = changes.token()
        except StoreError:  # whoever is told asks for himself, and says what it is
            found = UNKNOWN
        except Exception:
            if self._seen != UNKNOWN:
                log.exception("cannot look for commits; looking again")
            found = UNKNOWN
        if found != self._seen:
            self._seen = found
            try:
                self._told()
            except Exception:
                log.exception("nobody was told of a commit")

    def _sleep(self, changes: Changes, *, is_back: bool, news: bool) -> float:
        """Rest until there may be something to see; answers the seconds until the next look."""
        self._rest = self._rest or CommitRest(changes)  # now there is a log, or a connection
        if is_back:
            self._rest.begin()
        return self._rest.rest(changes.version, news=news)
