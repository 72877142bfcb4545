"""Copies of an SQLite database: made while others write, checked, and put in its place.

SQLite's backup API copies pages within one read transaction that is held from the first step to the last. In
WAL mode a reader never waits for a writer nor a writer for it, so the copy is of one instant and nobody is
held up. (Without that transaction a busy sender's every commit would make the copy begin anew. `VACUUM INTO`
reads in one transaction, too, but took 1.5 times as long on 1.1 GB, in one piece and without telling how far
it is.)
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from trd_tui.store.errors import DatabaseBusyError, NotADatabaseError, translating

PAGES_A_STEP = 2_000
"""8 MB; between two steps the progress is told."""

IN_USE_S = 0.5
"""How long is waited for others to close a database whose place is to be taken."""

_CODES = {
    "database or disk is full": sqlite3.SQLITE_FULL,
    "database disk image is malformed": sqlite3.SQLITE_CORRUPT,
    "disk I/O error": sqlite3.SQLITE_IOERR,
    "file is not a database": sqlite3.SQLITE_NOTADB,
    "unable to open database file": sqlite3.SQLITE_CANTOPEN,
}

_MAGIC = b"SQLite format 3\0"

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Contents:
    """What a database holds, to be compared with another copy of it.

    Attributes:
        campaigns: how many, deleted ones too.
        contacts: how many.
        sent: messages accepted by the carrier.
        acts: rows of the audit log.
        last_act_at: real instant of the latest act; ``None`` without any.
        token: the last fencing token.
    """

    campaigns: int
    contacts: int
    sent: int
    acts: int
    last_act_at: int | None
    token: int

    def is_newer_than(self, other: Contents) -> bool:
        """Whether this one holds something that the other one lacks."""
        return self.sent > other.sent or self.acts > other.acts or self.contacts > other.contacts


def copy(source: Path, target: Path, on_progress: Progress | None = None) -> None:
    """Copy a database as it is at this instant into a new file, whole on the disk when this returns.

    Args:
        source: the database; it may be in use.
        target: a file that does not exist; it is readable by its owner only.
        on_progress: hears pages done and pages in all.

    Raises:
        StoreError: one of them cannot be opened, or there is no room; no new file is left behind.
        FileExistsError: the target exists.
    """
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        with translating(str(target)), _reading(source) as reading, _opened(target) as writing:
            writing.execute("PRAGMA journal_mode = OFF")
            writing.execute("PRAGMA synchronous = OFF")

            def step(_status: int, remaining: int, total: int) -> None:
                # Little by little: a flush of everything at the end would hold up other people's commits.
                sync(target)
                if on_progress is not None:
                    on_progress(total - remaining, total)

            try:
                reading.backup(writing, pages=PAGES_A_STEP, progress=step)
            except sqlite3.OperationalError as error:
                # Of this one call, Python tells the words and not the code.
                error.sqlite_errorcode = _CODES.get(str(error), 1)
                raise
        seal(target)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def seal(file: Path) -> None:
    """Make a database one file for itself, whole on the disk, that can be read from a read-only disk, too.

    Raises:
        StoreError: it cannot be written, or another process has it open.
    """
    with translating(str(file)), _opened(file) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    sync(file)


def examine(file: Path) -> Contents:
    """Check a database from its first page to its last, and say what it holds.

    Raises:
        NotADatabaseError: it is damaged, or not a database of TRD.
        StoreError: it cannot be read.
    """
    foreign = f"{file} is no database of TRD; name a file that trd backup has made"
    if _is_something_else(file):
        raise NotADatabaseError(foreign)
    with translating(str(file)), _reading(file) as connection:
        for (said,) in connection.execute("PRAGMA integrity_check(1)"):
            if said != "ok":
                raise NotADatabaseError(f"the database {file} is damaged ({said}); use another copy of it")
        known = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        if not known >= {"alembic_version", "campaigns", "contacts", "audit", "leases", "control"}:
            raise NotADatabaseError(foreign)

        def one(statement: str) -> int:
            return int(connection.execute(statement).fetchone()[0])

        return Contents(
            campaigns=one("SELECT count(*) FROM campaigns"),
            contacts=one("SELECT count(*) FROM contacts"),
            sent=one("SELECT coalesce(sum(sent_count), 0) FROM campaigns"),
            acts=one("SELECT count(*) FROM audit"),
            last_act_at=connection.execute("SELECT max(at) FROM audit").fetchone()[0],
            token=one("SELECT coalesce(max(token), 0) FROM leases"),
        )


def _is_something_else(file: Path) -> bool:
    """Whether a file does not even begin as a database of SQLite: what SQLite says of it is no help here."""
    try:
        with file.open("rb") as opened:
            return opened.read(len(_MAGIC)) not in (_MAGIC, b"")
    except OSError:
        return False  # SQLite says why it cannot be read


def must_be_free(file: Path) -> None:
    """Make sure that no process has a database open.

    Raises:
        DatabaseBusyError: one has; the message names it where it is the one that sends.
    """
    with translating(str(file)), _opened(file) as connection:
        _lock(connection, file)


def replace(target: Path, new: Path, aside: Path, reason: str, real: int) -> None:
    """Put a new database in the place of one that nobody has open; the old one is kept and stopped.

    The new one is there at once and as a whole: whoever looks finds either the old or the new one.

    Args:
        target: the old database.
        new: one file, without anything beside it, in the same folder.
        aside: the old one's new name.
        reason: why the old one sends nothing any more.
        real: real instant.

    Raises:
        DatabaseBusyError: a process has the old one open: it would go on with a file that is no longer
            there, and at its end remove the new one's write-ahead log.
        FileExistsError: there is something by the old one's new name.
        StoreError: the old one cannot be locked.
    """
    with translating(str(target)), _opened(target) as old:
        _lock(old, target)
        was = old.execute("SELECT stopped, stopped_by, stop_reason, stopped_at FROM control").fetchone()
        put_aside(target, aside)
        try:
            old.execute(_STOP, (1, "system", reason, real))
            os.replace(new, target)
        except BaseException:
            os.replace(aside, target)
            old.execute(_STOP, was)
            raise
    sync(target.parent)


_STOP = "UPDATE control SET stopped = ?, stopped_by = ?, stop_reason = ?, stopped_at = ?, fence = fence + 1"


def _lock(connection: sqlite3.Connection, file: Path) -> None:
    """Take a database for ourselves until the connection is closed."""
    connection.execute(f"PRAGMA busy_timeout = {int(IN_USE_S * 1000)}")
    try:
        # Leaving WAL mode needs the file for itself, so that it tells whether anybody has it open.
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")  # in this locking mode the file stays ours
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise
        holder = connection.execute("SELECT max(description) FROM leases WHERE owner IS NOT NULL").fetchone()
        raise DatabaseBusyError(
            f"the database {file} is open in another process ({holder[0] or 'which does not send'});"
            " end every TRD that uses it, then try again"
        ) from error


def put_aside(target: Path, aside: Path) -> None:
    """Give a file a second name, by which it stays when its first one is given to another file.

    Raises:
        FileExistsError: the second name is taken.
    """
    try:
        os.link(target, aside)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if aside.exists():
            raise FileExistsError(f"{aside} exists already") from None
        os.rename(target, aside)


def sync(path: Path) -> None:
    """Wait until a file, or a folder's list of names, is on the disk."""
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        yield connection


@contextmanager
def _reading(file: Path) -> Iterator[sqlite3.Connection]:
    """A database at one instant, for reading only: what lies beside it stays, too.

    Raises:
        StoreError: it cannot be opened or is no database.
    """
    with translating(str(file)):
        connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    with closing(connection):
        with translating(str(file)):
            connection.execute("BEGIN")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield connection
