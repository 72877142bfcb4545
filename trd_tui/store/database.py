"""Opening a database: its URL, its engines, its pragmas, and the two ways to run a statement."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from trd_tui.store.errors import name_of, translating
from trd_tui.store.whole import whole
from trd_tui.store.writes import say_writes

P = ParamSpec("P")
T = TypeVar("T")

Statement = Callable[Concatenate[Connection, P], T]

BUSY_TIMEOUT_MS = 10_000
"""How long a writer waits for another process's transaction before it says that the database is busy."""

CLOSING_S = 5.0
"""Seconds for which the end waits for whoever still reads or writes."""

READERS = 4
"""Reading connections of one process; a page, a count, a summary and a poll at once."""


WRITER_CACHE_KIB = 65_536
READER_CACHE_KIB = 16_384
"""SQLite's page cache of one connection; whoever reads shares the system's cache of the file anyway."""

PATIENCE = {"connect_timeout": "10", "tcp_user_timeout": "15000"}
"""Seconds for a connection, and milliseconds without an acknowledgement after which a server counts as gone.

The system's own limit is a quarter of an hour, in which a sender could neither stop nor end.
"""


class DatabaseUrlError(ValueError):
    """The database URL is not one that TRD understands; the message says what one looks like."""


def parse_url(url: str) -> URL:
    """Read ``sqlite:///FILE`` or ``postgresql://...``; the program picks the drivers.

    Raises:
        DatabaseUrlError: another scheme, or no file.
    """
    try:
        parsed = make_url(url)
    except Exception as error:
        raise DatabaseUrlError(
            "TRD_DATABASE_URL is not a database URL; write sqlite:///FILE or postgresql://USER@HOST/NAME"
        ) from error
    name = parsed.get_backend_name()
    if name == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise DatabaseUrlError("TRD_DATABASE_URL names no file; write sqlite:///FILE")
        return parsed.set(drivername="sqlite")
    if name in ("postgresql", "postgres"):
        given = {key: value for key, value in PATIENCE.items() if key not in parsed.query}
        return parsed.set(drivername="postgresql+psycopg").update_query_dict(given)
    raise DatabaseUrlError(
        f"TRD_DATABASE_URL: {name} is not supported; write sqlite:///FILE or postgresql://USER@HOST/NAME"
    )


def _prepare_sqlite(engine: Engine, *, writer: bool) -> None:
    """Set the pragmas on every new connection and begin transactions ourselves.

    Python 3.11's sqlite3 begins on its own and deferred: a read that turns into a write then fails with
    SQLITE_BUSY_SNAPSHOT at once, whatever the time-out. Writers therefore begin IMMEDIATE.
    """

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute(f"PRAGMA cache_size = -{WRITER_CACHE_KIB if writer else READER_CACHE_KIB}")
        cursor.execute("PRAGMA temp_store = MEMORY")
        if writer:
            cursor.execute("PRAGMA journal_mode = WAL")
            cursor.execute("PRAGMA synchronous = FULL")
            # The log may grow to 64 MB before a commit has to carry it over: that takes a tenth of a second,
            # and whoever sends does it when nothing is due (`SyncDatabase.carry_over`).
            cursor.execute("PRAGMA wal_autocheckpoint = 16384")
            cursor.execute("PRAGMA journal_size_limit = 33554432")
        else:
            cursor.execute("PRAGMA query_only = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        reads = not writer or connection.get_execution_options().get("trd_reads", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    if writer:
        say_writes(engine)


def _make_private(file: Path) -> None:
    """Create the file readable by its owner only; it holds people's numbers."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))


class Database:
    """The asyncio side: one writer and a few readers on aiosqlite or psycopg.

    Belongs to the event loop that first uses it. Statements are functions that take a ``Connection``.
    """

    def __init__(self, url: str) -> None:
        self.url = parse_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._name = name_of(self.url)
        if self.is_sqlite:
            with translating(self._name):
                _make_private(Path(str(self.url.database)))
        self._writer: AsyncEngine | None = None
        self._reader: AsyncEngine | None = None
        self._in_turn()

    def _in_turn(self) -> None:
        """Whoever waits for a connection may be called off; whoever has one is not."""
        self._writing, self._reading = asyncio.Lock(), asyncio.Semaphore(READERS)

    def _engine(self, *, writer: bool) -> AsyncEngine:
        if not self.is_sqlite:
            engine = create_async_engine(self.url, pool_size=1 if writer else READERS, max_overflow=0)
            if writer:
                say_writes(engine.sync_engine)
            return engine
        url = self.url.set(drivername="sqlite+aiosqlite")
        engine = create_async_engine(url, pool_size=1 if writer else READERS, max_overflow=0)
        _prepare_sqlite(engine.sync_engine, writer=writer)
        return engine

    async def read(self, statement: Statement[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a reading function in one short snapshot, never held over a wait.

        Raises:
            StoreError: the database cannot be read now; the message says why and what to do.
        """
        with translating(self._name):
            async with self._reading:
                if self._reader is None:
                    self._reader = self._engine(writer=False)
                return await whole(_transaction(self._reader, statement, *args, **kwargs))

    async def write(self, statement: Statement[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a writing function in one transaction; it commits as a whole or not at all.

        Raises:
            StoreError: the database cannot be written now; the message says why and what to do.
        """
        with translating(self._name):
            async with self._writing:
                if self._writer is None:
                    self._writer = self._engine(writer=True)
                return await whole(_transaction(self._writer, statement, *args, **kwargs))

    async def close(self) -> None:
        """Give every connection back, once whoever has one is through with it.

        A connection that is still out would be left behind. One that never comes back (a server that hangs)
        keeps nobody here.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_S):
                await self._writing.acquire()
                for _ in range(READERS):
                    await self._reading.acquire()
        for engine in (self._reader, self._writer):
            if engine is not None:
                await engine.dispose()
        self._reader = self._writer = None
        self._in_turn()


async def _transaction(
    engine: AsyncEngine, statement: Statement[P, T], *args: P.args, **kwargs: P.kwargs
) -> T:
    async with engine.begin() as connection:
        return await connection.run_sync(statement, *args, **kwargs)


class SyncDatabase:
    """The send path's side: a synchronous engine for one thread, one hop a transaction, not one a statement.

    Measured on this work it is 1.5 times as fast as the asyncio engine in batches, 4 times for single rows.
    """

    def __init__(self, url: str) -> None:
        self.url = parse_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.name = name_of(self.url)
        with translating(self.name):
            if self.is_sqlite:
                _make_private(Path(str(self.url.database)))
            self.engine = create_engine(self.url, pool_size=1, max_overflow=0)
        if self.is_sqlite:
            _prepare_sqlite(self.engine, writer=True)
        else:
            say_writes(self.engine)

    def write(self, statement: Statement[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function in one writing transaction.

        Raises:
            StoreError: the database cannot be written now; the message says why and what to do.
        """
        with translating(self.name), self.engine.begin() as connection:
            return statement(connection, *args, **kwargs)

    def read(self, statement: Statement[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a reading function in one short snapshot that does not wait for writers.

        Raises:
            StoreError: the database cannot be read now; the message says why and what to do.
        """
        with translating(self.name), self.engine.connect() as connection:
            reading = connection.execution_options(trd_reads=True)
            with reading.begin():
                return statement(reading, *args, **kwargs)

    def carry_over(self) -> None:
        """SQLite: move what the log holds into the file, as far as nobody needs it; nobody waits for that.

        Raises:
            StoreError: the database cannot be written now; the message says why and what to do.
        """
        if not self.is_sqlite:
            return
        with translating(self.name), closing(self.engine.raw_connection()) as raw:
            raw.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").close()

    def close(self) -> None:
        """Give the connection back."""
        self.engine.dispose()


SQLITE_VERSION = sqlite3.sqlite_version
