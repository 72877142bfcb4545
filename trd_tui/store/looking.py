"""A connection that does nothing but look, kept as long as it answers.

It hears of what others commit: from SQLite by asking; from PostgreSQL by listening, with the server's next
answer to whatever it asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from trd_tui.store.database import SyncDatabase
from trd_tui.store.errors import translating


class Looking:
    """Asks outside every transaction: only there do databases tell of what others commit.

    Belongs to one thread at a time.
    """

    def __init__(self, url: str) -> None:
        self._database = SyncDatabase(url)
        self._raw: Any = None
        self._cursor: Any = None
        self._version = -1
        """SQLite: what ``PRAGMA data_version`` said last; another connection counts anew."""
        self._heard = 0
        """PostgreSQL: how often somebody has told of a change, and how often we began to listen."""

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
                        self._listen(self._raw.driver_connection)
                    self._cursor = self._raw.cursor()
                    self._opened()
                yield self._cursor
        except BaseException:
            self._let_go()  # a connection that failed is not asked again
            raise

    def _listen(self, server: Any) -> None:
        from trd_tui.store.server import listen

        server.autocommit = True
        listen(server, self._hear)
        self._hear()  # of what was said before we listened nobody knows

    def _hear(self, _notice: object = None) -> None:
        self._heard += 1

    def _opened(self) -> None:
        """The connection is new."""

    def _let_go(self) -> None:
        raw, self._raw, self._cursor, self._version = self._raw, None, None, -1
        if raw is not None:
            raw.invalidate()
