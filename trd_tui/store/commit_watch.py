"""A thread that looks for commits and does nothing else, so that whoever shows them can sleep.

A processor that has slept finds its caches empty: a look by an event loop with an app on it kept one busy for
3 to 6 ms, the same look from here for 0.4 to 0.9.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from trd_tui.store.changes import Changes
from trd_tui.store.errors import StoreError

log = logging.getLogger(__name__)

EVERY_S = 0.2
"""Seconds between two looks: what anybody does shall be seen within 300 ms."""

FIRST_S = 1.0
"""Seconds before the first: a program that begins has other things to do."""


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

    def start(self) -> None:
        """Begin; what was committed before the first look is told with it."""
        self._thread.start()

    def close(self) -> None:
        """End, and give the connection back."""
        self._over.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _main(self) -> None:
        changes = Changes(self._url)
        seen: int | None = None
        pause = FIRST_S
        while not self._over.wait(pause):
            pause = EVERY_S
            try:
                found = changes.token()
            except StoreError:  # whoever is told asks for himself, and says what it is
                found = -1
            except Exception:  # without this thread everybody would look late, and nobody would know why
                if seen != -1:
                    log.exception("cannot look for commits; looking again")
                found = -1
            if found != seen:
                seen = found
                self._told()
        changes.close()
