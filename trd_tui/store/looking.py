"""A connection that does nothing but look, kept as long as it answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from trd_tui.store.database import SyncDatabase
from trd_tui.store.errors import translating


class Looking:
    """Asks outside every transaction: only there does SQLite tell of what others commit.

    Belongs to one thread at a time.
    """

    def __init__(self, url: str) -> None:
        self._database = SyncDatabase(url)
        self._raw: Any = None
        self._cursor: Any = None
        self._version = -1
        """SQLite: what ``PRAGMA data_version`` said last; another connection counts anew."""

    def close(self) -> None:
        """Give the connection back."""
        self._let_go()
        self._database.close()

    @contextmanager
    def _asking(self) -> Iterator[Any]:
        try:
            with translating(self._database.name):
                if self._cursor is None:
                    self._raw = self._database.engine.raw_connection()
                    if not self._database.is_sqlite:
                        self._raw.driver_connection.autocommit = True
                    self._cursor = self._raw.cursor()
                    self._opened()
                yield self._cursor
        except BaseException:
            self._let_go()  # a connection that failed is not asked again
            raise

    def _opened(self) -> None:
        """The connection is new."""

    def _let_go(self) -> None:
        raw, self._raw, self._cursor, self._version = self._raw, None, None, -1
        if raw is not None:
            raw.invalidate()
