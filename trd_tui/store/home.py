"""Which very database this is, told apart from every copy of it.

A copy that sends beside its original texts everybody twice, so a database remembers where it is at home. Two
files are the same when they lie on one machine and have one inode and one instant of birth: moving or
renaming a file on its file system keeps all three, a bind mount shows the same ones, and copying changes the
last two, also over the place of a file just removed, whose inode is often given out again. Device numbers
change with a restart of some systems, so they count only where the file system tells no birth.

Not seen: a machine or a disk that is cloned as a whole and keeps its machine id; a file that is overwritten
in place (`cp BACKUP FILE`) keeps its identity as well, and shows by the call journal beside it. A PostgreSQL
database is told by its server's system identifier and its own object id, which a dump that is read back
changes and a physical copy of the server's folder does not.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import socket
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import Connection, text

MACHINE_FILES = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))

_READ = text("SELECT home FROM control WHERE id = 1")
_ENSURE = text("INSERT INTO control (id) VALUES (1) ON CONFLICT (id) DO NOTHING")
_SET = text("UPDATE control SET home = :home WHERE id = 1")

# SQLite takes a partial index only where the query repeats its condition word for word.
_DOUBT = text(
    "UPDATE scheduled_messages SET state = 'unknown', fencing_token = 0, looks = 0, looked_at = NULL,"
    " reason = 'the original of this copy may have called it' WHERE state IN ('sending','unknown')"
)

_MAY_ASK = text("SELECT has_function_privilege('pg_control_system()', 'EXECUTE')")
_SERVER = text("SELECT system_identifier FROM pg_control_system()")
_DATABASE = text(
    "SELECT oid, current_database(), coalesce(host(inet_server_addr()), 'this host')"
    " FROM pg_database WHERE datname = current_database()"
)


@dataclass(frozen=True, slots=True)
class Home:
    """The identity of a database.

    Attributes:
        machine: a hash of the machine's id, or the server's identifier; empty where there is none.
        thing: the file's inode, or the database's object id.
        born: when the file was made, nanoseconds since the epoch; 0 where it is not known.
        device: the file's device number; 0 for a server.
        place: path and host, or name and server, for people.
    """

    machine: str
    thing: int
    born: int
    device: int
    place: str

    def is_same(self, other: Home) -> bool:
        """Whether both are one database, wherever it has been moved."""
        if (self.machine, self.thing) != (other.machine, other.thing):
            return False
        if self.born and other.born:
            return self.born == other.born
        return self.device == other.device or self.place == other.place


def here(connection: Connection) -> Home:
    """The identity of the database behind a connection.

    Raises:
        OSError: its file is not there any more.
    """
    if connection.dialect.name == "postgresql":
        server = connection.execute(_SERVER).scalar_one() if connection.execute(_MAY_ASK).scalar_one() else ""
        oid, name, host = connection.execute(_DATABASE).one()
        return Home(str(server), int(oid), 0, 0, f"{name} on {host}")
    (file,) = [row[2] for row in connection.exec_driver_sql("PRAGMA database_list") if row[1] == "main"]
    return of_file(Path(file))


def of_file(file: Path) -> Home:
    """The identity of an SQLite file.

    Raises:
        OSError: there is no such file.
    """
    status = os.stat(file)
    place = f"{file.resolve()} on {socket.gethostname()}"
    return Home(_machine(), status.st_ino, _born(file, status), status.st_dev, place)


def read(connection: Connection) -> Home | None:
    """Where the database says it is at home; ``None`` while it was never used to send."""
    stored = connection.execute(_READ).scalar_one_or_none()
    return None if stored is None else Home(**json.loads(stored))


def settle(connection: Connection) -> str | None:
    """Make sure that the database is at home, before it is used to send.

    Args:
        connection: the writing transaction in which a process becomes the sender.

    Returns:
        Why it must not send: it is a copy. ``None`` when all is well.

    Raises:
        OSError: its file is not there any more.
    """
    stored, now = read(connection), here(connection)
    if stored is not None and not stored.is_same(now):
        doubt(connection)
        return _warning(stored, now)
    if stored != now:
        _write(connection, now)
    return None


def warning(connection: Connection) -> str | None:
    """Why this database must not send: it is a copy; ``None`` when it is at home or was never used."""
    stored = read(connection)
    if stored is None:
        return None
    now = here(connection)
    return None if stored.is_same(now) else _warning(stored, now)


def adopt(connection: Connection) -> Home | None:
    """Make this the database's home, because a person says so; returns another one that it had before."""
    stored, now = read(connection), here(connection)
    if stored is None or stored == now:
        return None
    _write(connection, now)
    if stored.is_same(now):
        return None
    doubt(connection)
    return stored


def doubt(connection: Connection) -> None:
    """Let what a copy holds in flight be looked for at the carrier, whatever a call journal says.

    The original may have called it after the copy was made, so that a journal beside proves nothing. No
    journal is of the fencing token 0.
    """
    connection.execute(_DOUBT)


def _write(connection: Connection, home: Home) -> None:
    connection.execute(_ENSURE)
    connection.execute(_SET, {"home": json.dumps(asdict(home))})


def _warning(stored: Home, now: Home) -> str:
    if stored.place == now.place:
        return (
            f"the database {now.place} was replaced by a copy of it; make sure that the former one no longer"
            " sends and compare with the carrier what it has sent since the copy was made, then run trd start"
        )
    return (
        f"this database is a copy of {stored.place}; make sure that the original no longer sends,"
        " then run trd start"
    )


def _machine() -> str:
    """A hash of the machine's id, which itself is not to be shown around; empty where there is none."""
    for file in MACHINE_FILES:
        try:
            known = file.read_bytes().strip()
        except OSError:
            continue
        if known:
            return hashlib.sha256(b"trd home " + known).hexdigest()[:16]
    return ""


_AT_FDCWD, _STATX_BTIME, _STATX_SIZE = -100, 0x800, 256
_MASK, _BORN_S, _BORN_NS = slice(0, 4), slice(80, 88), slice(88, 92)


def _born(file: Path, status: os.stat_result) -> int:
    """When a file was made, nanoseconds since the epoch; 0 where neither Python nor the system tells."""
    if (born := getattr(status, "st_birthtime", None)) is not None:
        return int(born * 1_000_000_000)
    statx = getattr(ctypes.CDLL(None), "statx", None)
    told = ctypes.create_string_buffer(_STATX_SIZE)
    if statx is None or statx(_AT_FDCWD, os.fsencode(file), 0, _STATX_BTIME, told) != 0:
        return 0
    if not int.from_bytes(told.raw[_MASK], sys.byteorder) & _STATX_BTIME:
        return 0
    seconds = int.from_bytes(told.raw[_BORN_S], sys.byteorder, signed=True)
    return seconds * 1_000_000_000 + int.from_bytes(told.raw[_BORN_NS], sys.byteorder)
