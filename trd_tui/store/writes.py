"""SQLite: how many transactions have changed something that people or senders look at.

``PRAGMA data_version`` tells of every commit, also of signs of life. A process that does nothing but keep its
lease would make itself, and every app that is open, read everything again a dozen times a minute. So each
writing transaction that changed more than that counts itself, in the one row that every process reads.

A server has no such count: there its row would make all writers wait for each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event

WRITES = "coalesce((SELECT writes FROM control WHERE id = 1), 0)"
"""The count, as part of a query."""

_COUNT = "INSERT INTO control (id, writes) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET writes = writes + 1"

_BEFORE, _QUIET = "trd_rows_before", "trd_rows_quiet"


def count_writes(engine: Engine) -> None:
    """Let every transaction of an SQLite engine that changes rows count itself when it commits."""

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.info[_BEFORE], connection.info[_QUIET] = _rows(connection), 0

    @event.listens_for(engine, "commit")
    def on_commit(connection: Connection) -> None:
        if _rows(connection) > connection.info[_BEFORE] + connection.info[_QUIET]:
            connection.exec_driver_sql(_COUNT)


@contextmanager
def quietly(connection: Connection) -> Iterator[None]:
    """Rows that are changed within are a sign of life: nobody need look at them now."""
    if connection.dialect.name != "sqlite":
        yield
        return
    before = _rows(connection)
    yield
    connection.info[_QUIET] = connection.info.get(_QUIET, 0) + _rows(connection) - before


def _rows(connection: Connection) -> int:
    """Rows that this connection has inserted, changed or deleted since it was opened."""
    driver: Any = connection.connection.driver_connection
    return int(driver.total_changes)
