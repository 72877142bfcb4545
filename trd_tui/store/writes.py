"""Whoever commits what people or senders look at says so; signs of life are kept apart.

A process that does nothing but keep its lease would make itself, and every app that is open, read everything
again a dozen times a minute. So each writing transaction that changed more than that says so when it commits:
on SQLite it counts itself, in the one row that every process reads; on PostgreSQL the server tells those who
listen (`trd_tui.store.server`). There writers wait for each other while they commit; at such a row they would
wait through each other's whole transactions.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event

WRITES = "coalesce((SELECT writes FROM control WHERE id = 1), 0)"
"""SQLite: the count, as part of a query."""

LISTENS = "(SELECT count(*) FROM pg_listening_channels())"
"""PostgreSQL: whether a connection hears of changes, as part of a query.

It does not on a server that only follows another, nor behind a pool that gives each statement another one.
"""

_COUNT = "INSERT INTO control (id, writes) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET writes = writes + 1"

_BEFORE, _QUIET = "trd_rows_before", "trd_rows_quiet"


def say_writes(engine: Engine) -> None:
    """Let every transaction of an engine that changes rows say so when it commits."""
    is_sqlite = engine.dialect.name == "sqlite"
    if not is_sqlite:

        @event.listens_for(engine, "connect")
        def on_connect(connection: Any, _record: Any) -> None:
            from trd_tui.store import server

            server.count(getattr(connection, "driver_connection", connection))

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.info[_BEFORE], connection.info[_QUIET] = _rows(connection), 0

    @event.listens_for(engine, "commit")
    def on_commit(connection: Connection) -> None:
        if _rows(connection) > connection.info[_BEFORE] + connection.info[_QUIET]:
            if is_sqlite:
                connection.exec_driver_sql(_COUNT)
            else:
                from trd_tui.store import server

                connection.exec_driver_sql(server.SAY)


@contextmanager
def quietly(connection: Connection) -> Iterator[None]:
    """Rows that are changed within are a sign of life: nobody need look at them now."""
    before = _rows(connection)
    yield
    connection.info[_QUIET] = connection.info.get(_QUIET, 0) + _rows(connection) - before


def _rows(connection: Connection) -> int:
    """Rows that this connection has inserted, changed or deleted since it was opened."""
    driver: Any = connection.connection.driver_connection
    return int(driver.total_changes if connection.dialect.name == "sqlite" else driver.trd_rows)
