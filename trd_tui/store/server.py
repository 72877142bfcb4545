"""PostgreSQL: how many rows a connection has changed, and what the server tells of those who change any.

Whoever commits a change says so in the same transaction; the server tells all who listen, once it can be seen
and not before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from psycopg import AsyncCursor, Connection, Cursor, errors

CHANNEL = "trd_writes"

SAY = f"NOTIFY {CHANNEL}"

_CHANGING = ("INSERT", "UPDATE", "DELETE", "MERGE")


class CountingCursor(Cursor[Any]):
    """Counts the rows that it changes, as SQLite's connections do."""

    def execute(self, *about: Any, **how: Any) -> CountingCursor:
        """Run a statement and count."""
        super().execute(*about, **how)
        _count(self)
        return self

    def executemany(self, query: Any, params_seq: Iterable[Any], **how: Any) -> None:
        """Run a statement for each set of values and count."""
        super().executemany(query, params_seq, **how)
        _count(self)


class CountingAsyncCursor(AsyncCursor[Any]):
    """The same where others go on meanwhile."""

    async def execute(self, *about: Any, **how: Any) -> CountingAsyncCursor:
        """Run a statement and count."""
        await super().execute(*about, **how)
        _count(self)
        return self

    async def executemany(self, query: Any, params_seq: Iterable[Any], **how: Any) -> None:
        """Run a statement for each set of values and count."""
        await super().executemany(query, params_seq, **how)
        _count(self)


def count(driver: Any) -> None:
    """Let a connection of the driver count what it changes."""
    driver.trd_rows = 0
    driver.cursor_factory = CountingCursor if isinstance(driver, Connection) else CountingAsyncCursor


def listen(driver: Any, heard: Callable[[object], None]) -> None:
    """Listen on a connection that commits by itself, where the server lets it.

    Args:
        driver: the connection.
        heard: called with each notice, while an answer to something else is read.
    """
    driver.add_notify_handler(heard)
    with suppress(errors.ReadOnlySqlTransaction, errors.ProgrammingError, errors.NotSupportedError):
        driver.execute(f"LISTEN {CHANNEL}")


def _count(cursor: Any) -> None:
    if (cursor.statusmessage or "").startswith(_CHANGING):
        cursor.connection.trd_rows += max(0, cursor.rowcount)
