"""Backups of a database and their way back. What comes back starts stopped, and nothing is destroyed."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from sqlalchemy import Connection

from trd_tui.domain.finding import one_or_many
from trd_tui.services.actor import Actor
from trd_tui.store import audit, backup, control, home, lease
from trd_tui.store.backup import Contents, Progress
from trd_tui.store.database import SyncDatabase, parse_url
from trd_tui.store.errors import DatabaseBusyError, StoreError, name_of
from trd_tui.store.migrate import ensure_schema

_PARTS = ("-wal", "-shm", "-journal", "")
"""What the files of one database are called behind its name; itself last."""


class SafekeepingError(Exception):
    """A backup cannot be made or brought back; the message is one sentence that says why and what to do."""


class ConsentError(SafekeepingError):
    """It can be done, but only with a person's word for it."""


@dataclass(frozen=True, slots=True)
class Restored:
    """A backup that was brought back.

    Attributes:
        contents: what it holds.
        reason: why it sends nothing yet.
        aside: where the former database is kept; ``None`` where there was none.
    """

    contents: Contents
    reason: str
    aside: Path | None


def make_backup(url: str, file: Path, on_progress: Progress | None = None) -> Contents:
    """Copy the database as it is now, while others may send, and check the copy.

    Args:
        url: the database.
        file: the new file; it is there only when it is whole.
        on_progress: hears pages done and pages in all.

    Raises:
        SafekeepingError: the file exists, or the database is on a server.
        StoreError: the database cannot be read, or the file not be written.
    """
    source = _file_of(url, f"pg_dump --format=custom --file={file}")
    if file.exists():
        raise SafekeepingError(f"{file} exists already; name a new file, or remove it first")
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    try:
        backup.copy(source, part, on_progress)
        try:
            contents = backup.examine(part)
        except StoreError as error:
            raise SafekeepingError(str(error).replace(str(part), str(source))) from error
        backup.put_aside(part, file)
    except FileExistsError as error:
        raise SafekeepingError(f"{file} exists already; name a new file, or remove it first") from error
    except OSError as error:
        why = (error.strerror or "").lower()
        raise SafekeepingError(
            f"{file} cannot be written: {why}; name a file in a folder of yours with enough room"
        ) from error
    finally:
        part.unlink(missing_ok=True)
    backup.sync(file.parent)
    return contents


def restore(url: str, file: Path, actor: Actor, real: int, *, consent: bool = False) -> Restored:
    """Put a backup in the database's place; the former one is put aside, and the new one sends nothing yet.

    Args:
        url: the database.
        file: what `make_backup` has made, or any other copy of a database.
        actor: who does it.
        real: real instant.
        consent: the person wants the present database put aside, unless it holds nothing.

    Raises:
        ConsentError: without consent, there is a database in its place; the message says what it holds, and
            when it is newer than the backup or cannot be read.
        SafekeepingError: there is no such file, or the database is in use or on a server.
        StoreError: the backup is damaged, or of a newer version, or there is no room.
    """
    target = _file_of(url, f"pg_restore into a new database from {file}")
    if not file.is_file():
        raise SafekeepingError(f"there is no {file}; name a file that trd backup has made")
    exists = target.exists() and target.stat().st_size > 0
    if exists and target.samefile(file):
        raise SafekeepingError(f"{file} is the database itself; name a backup of it")
    contents = backup.examine(file)
    former = _former(target, contents, consent=consent) if exists else None
    reason = (
        f"restored from {file}, whose last act is of {_iso(contents.last_act_at)}: it does not know what was"
        " sent since; compare with the carrier and pause what must not go again, then run trd start"
    )
    part = target.with_name(f"{target.name}.restoring")
    _remove(part)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        backup.copy(file, part)
        _bring_up(part, file)
        _stop(part, actor, reason, real, max(contents.token, former.token if former else 0))
        if exists:
            _like(part, target)
        aside = _swap(target, part, real, readable=former is not None)
    finally:
        _remove(part)
    return Restored(contents, reason, aside)


def _file_of(url: str, instead: str) -> Path:
    """The file of the database.

    PostgreSQL's own tools are not wrapped: they must be of the server's version, and who runs a server
    backs it up as a whole.

    Raises:
        SafekeepingError: it has none.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() != "sqlite":
        raise SafekeepingError(
            f"{name_of(parsed)} is on a PostgreSQL server, whose own tools do this; use {instead}"
        )
    return Path(str(parsed.database)).absolute()


def _former(target: Path, new: Contents, *, consent: bool) -> Contents | None:
    """What the database holds whose place is taken; ``None`` where it cannot be read."""
    try:
        found = backup.examine(target)
    except DatabaseBusyError:
        raise
    except StoreError as error:
        if not consent:
            raise ConsentError(
                f"the present database {target} is damaged or of another program; --yes puts it aside"
            ) from error
        return None
    backup.must_be_free(target)
    if consent or not (found.campaigns or found.contacts or found.acts):
        return found
    if found.is_newer_than(new):
        raise ConsentError(
            f"the present database {target} is newer: {one_or_many(found.sent, 'message')} sent,"
            f" {one_or_many(found.contacts, 'contact')} and {one_or_many(found.acts, 'act')} against"
            f" {new.sent:,}, {new.contacts:,} and {new.acts:,} in the backup; --yes puts it aside and"
            " restores the backup"
        )
    held = ", ".join(
        (
            one_or_many(found.campaigns, "campaign"),
            one_or_many(found.contacts, "contact"),
            f"{one_or_many(found.sent, 'message')} sent",
        )
    )
    raise ConsentError(
        f"the present database {target} ({held}) gives its place to the backup and is kept beside it;"
        " --yes does it"
    )


def _bring_up(part: Path, file: Path) -> None:
    """Bring the copy to this version's tables; one of a newer version is refused."""
    try:
        ensure_schema(f"sqlite:///{part}")
    except StoreError as error:
        raise type(error)(str(error).replace(str(part), str(file))) from error


def _stop(part: Path, actor: Actor, reason: str, real: int, token: int) -> None:
    """Stop the copy, with nothing in it that an earlier sender or a call journal could decide."""
    database = SyncDatabase(f"sqlite:///{part}")

    def stop(connection: Connection) -> None:
        control.start(connection)  # a former stop's reason must not hide this one
        control.stop(connection, audit.SYSTEM.name, reason, real)
        lease.start_over(connection, token)
        home.doubt(connection)
        home.adopt(connection)
        audit.record(connection, actor, "restore", "control", "1", None, {"reason": reason}, at=real)

    try:
        database.write(stop)
    finally:
        database.close()
    backup.seal(part)


def _swap(target: Path, part: Path, real: int, *, readable: bool) -> Path | None:
    """Put the copy in place; returns where the former database is."""
    stamp = datetime.fromtimestamp(real / 1000, UTC).strftime("%Y%m%dT%H%M%S")
    aside = _free_name(target, stamp)
    if readable:
        backup.replace(
            target, part, aside, "put aside by trd restore; trd start would send from it again", real
        )
        return aside
    found = False
    for suffix in _PARTS:
        # What lies beside a damaged or removed file must not be taken for the new one's.
        if (old := Path(f"{target}{suffix}")).exists():
            backup.put_aside(old, Path(f"{aside}{suffix}"))
            if suffix:
                old.unlink(missing_ok=True)
            found = True
    os.replace(part, target)
    backup.sync(target.parent)
    return aside if found else None


def _free_name(target: Path, stamp: str) -> Path:
    """By which the former database is kept; of several restores in one second each has a name of its own."""
    for at in count(1):
        aside = target.with_name(f"{target.name}.before-{stamp}{'' if at == 1 else f'-{at}'}")
        if not any(Path(f"{aside}{suffix}").exists() for suffix in _PARTS):
            return aside
    raise AssertionError("unreachable")


def _like(part: Path, target: Path) -> None:
    """Give the copy the modes and the group of the file whose place it takes."""
    status = target.stat()
    os.chmod(part, status.st_mode & 0o777)
    with suppress(PermissionError):
        os.chown(part, status.st_uid, status.st_gid)


def _remove(part: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        Path(f"{part}{suffix}").unlink(missing_ok=True)


def _iso(instant: int | None) -> str:
    if instant is None:
        return "an unknown time"
    return datetime.fromtimestamp(instant // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
