"""What can go wrong with a database, as one sentence that says what to do.

The drivers say "database is locked" or "disk I/O error"; a person who runs campaigns cannot act on that.
`translating` stands around every transaction and turns what it knows into a `StoreError`; what it does not
know passes as it is, because a fault of ours must not look like a fault of the disk.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL


class StoreError(Exception):
    """The database cannot do what was asked; the message is one sentence with a remedy."""


class DatabaseBusyError(StoreError):
    """Another process holds the database's write lock for too long."""


class DiskFullError(StoreError):
    """There is no room left for the database."""


class ReadOnlyError(StoreError):
    """The database cannot be written."""


class CannotOpenError(StoreError):
    """The database's file or folder cannot be opened."""


class NotADatabaseError(StoreError):
    """The file is no database, is damaged, or belongs to another program."""


class NewerDatabaseError(StoreError):
    """The database was made by a newer version of the program."""


class MissingTablesError(StoreError):
    """The database lacks tables or columns that this version needs."""


class UnreachableError(StoreError):
    """The database server does not answer or does not let us in."""


class DriverMissingError(StoreError):
    """The driver for this kind of database is not installed."""


_BY_SQLITE_CODE: dict[int, tuple[type[StoreError], str]] = {
    5: (
        DatabaseBusyError,
        "the database {where} is busy: another process writes to it; wait for it or end it, then try again",
    ),
    6: (
        DatabaseBusyError,
        "the database {where} is locked within this process; close other views of it, then try again",
    ),
    8: (
        ReadOnlyError,
        "the database {where} is read-only; make the file and its folder writable for this user",
    ),
    10: (
        CannotOpenError,
        "the disk failed under the database {where}; check the disk, and restore a backup if need be",
    ),
    11: (
        NotADatabaseError,
        "the database {where} is damaged; stop every TRD process, keep a copy, then restore a backup",
    ),
    13: (DiskFullError, "no room is left for the database {where}; free disk space, then try again"),
    14: (
        CannotOpenError,
        "the database {where} cannot be opened; check that its folder exists and belongs to this user",
    ),
    26: (
        NotADatabaseError,
        "the file {where} is not a TRD database; point TRD_DATABASE_URL at another file, then run trd init",
    ),
}
"""By SQLite's primary result code (the low byte of the extended one)."""

_NO_ROOM_FOR_INDEX = 4874
"""SQLITE_IOERR_SHMSIZE: the index of the write-ahead log cannot be made; the disk itself is well."""

_MISSING = (
    MissingTablesError,
    "the database {where} lacks tables of this version; run trd init to create or upgrade them",
)
_UNREACHABLE = (
    UnreachableError,
    "the database server of {where} cannot be reached; check that it runs and that TRD_DATABASE_URL is right",
)
_NOT_LET_IN = (
    UnreachableError,
    "the database server of {where} refuses this user; check the user and password in TRD_DATABASE_URL",
)
_BY_SQLSTATE: dict[str, tuple[type[StoreError], str]] = {
    "3D000": (
        UnreachableError,
        "there is no database {where} on its server; create it, or correct the name in TRD_DATABASE_URL",
    ),
    "25006": (
        ReadOnlyError,
        "the database {where} is read-only; point TRD_DATABASE_URL at the server that takes writes",
    ),
    "28000": _NOT_LET_IN,
    "28P01": _NOT_LET_IN,
    "42501": (
        ReadOnlyError,
        "this user may not change the database {where}; grant it the rights of the owner, then try again",
    ),
    "42703": _MISSING,
    "42P01": _MISSING,
    "53100": (
        DiskFullError,
        "no room is left on the database server of {where}; free disk space there, then try again",
    ),
    "53300": (
        DatabaseBusyError,
        "the database server of {where} has no connection free; end other clients, then try again",
    ),
}
_NO_WAY_IN = frozenset(
    {errno.EACCES, errno.EEXIST, errno.EISDIR, errno.ENOENT, errno.ENOTDIR, errno.EPERM, errno.EROFS}
)
"""What making the file or its folder may run into."""

_BUSY_STATES = frozenset({"40001", "40P01", "55P03"})
_GONE_STATES = frozenset({"57P01", "57P02", "57P03"})
_POSTGRES_BUSY = (
    DatabaseBusyError,
    "the database {where} is busy: other work holds the same rows; try again",
)


def name_of(url: URL) -> str:
    """What a person calls this database: its file, or its name and host; never a password."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    host = url.host or url.query.get("host") or "localhost"
    return f"{url.database} on {host}"


def translate(error: BaseException, where: str) -> StoreError | None:
    """Say in one sentence what a driver's error means; ``None`` when it is not the database's state.

    Args:
        error: what was raised by SQLAlchemy or a driver.
        where: the database's name for people, of `name_of`.
    """
    for cause in _causes(error):
        found = _meaning(cause)
        if found is not None:
            kind, sentence = found
            return kind(sentence.format(where=where))
    return None


@contextmanager
def translating(where: str) -> Iterator[None]:
    """Turn what the database says inside this block into a `StoreError`, where it is known.

    Raises:
        StoreError: the database cannot do it now; the message says why and what to do.
    """
    try:
        yield
    except StoreError:
        raise
    except Exception as error:
        known = translate(error, where)
        if known is None:
            raise
        raise known from error


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what lies under it: SQLAlchemy wraps the driver's, asyncio adapters wrap again."""
    seen: set[int] = set()
    open_ends: list[BaseException | None] = [error]
    while open_ends:
        cause = open_ends.pop()
        if cause is None or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        open_ends += [cause.__cause__, getattr(cause, "orig", None)]


def _meaning(cause: BaseException) -> tuple[type[StoreError], str] | None:
    code = getattr(cause, "sqlite_errorcode", None)
    if isinstance(code, int):
        if code == 1 and str(cause).startswith(("no such table", "no such column")):
            return _MISSING
        return _BY_SQLITE_CODE.get(13 if code == _NO_ROOM_FOR_INDEX else code & 0xFF)
    if isinstance(cause, ModuleNotFoundError) and cause.name == "psycopg":
        return (
            DriverMissingError,
            "the driver for PostgreSQL is not installed; install it with: pip install 'trd_tui[postgres]'",
        )
    if isinstance(cause, OSError) and cause.errno in _NO_WAY_IN:
        return _BY_SQLITE_CODE[14]
    if isinstance(cause, OSError) and cause.errno == errno.ENOSPC:
        return _BY_SQLITE_CODE[13]
    module = type(cause).__module__
    if module.split(".")[0] != "psycopg":
        return None
    state = getattr(cause, "sqlstate", None)
    if state is None:
        # A connection that was refused, or that broke, never got a state from the server.
        return _postgres_connection(cause)
    if state in _BUSY_STATES:
        return _POSTGRES_BUSY
    if state in _GONE_STATES or state.startswith("08"):
        return _UNREACHABLE
    return _BY_SQLSTATE.get(state)


def _postgres_connection(cause: BaseException) -> tuple[type[StoreError], str] | None:
    if type(cause).__name__ not in ("OperationalError", "ConnectionTimeout", "InterfaceError"):
        return None
    said = str(cause)
    if "does not exist" in said and "database" in said:
        return _BY_SQLSTATE["3D000"]
    if "authentication failed" in said or "no password supplied" in said:
        return _NOT_LET_IN
    return _UNREACHABLE
