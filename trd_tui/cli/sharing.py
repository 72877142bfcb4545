"""One database for several operators of a host: who may enter, and which files must be open to them.

Each operator runs ``trd`` as themselves, so the audit names them and nobody shares a password. What they need
in common is a folder of their group: new files in it belong to the group (setgid), and the database is the
group's to write. SQLite gives its ``-wal`` and ``-shm`` the database's own modes, and so do the call journal
and the simulated carrier's ledger (`trd_tui.beside`), whatever an operator's own mask says.
"""

from __future__ import annotations

import grp
import os
import pwd
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from trd_tui.cli.errors import CliError
from trd_tui.services.findings import Finding

NAME = "trd.db"
FOLDER_MODE, FILE_MODE = 0o2770, 0o660


@dataclass(frozen=True, slots=True)
class Group:
    """A group of the system.

    Attributes:
        name: as in ``/etc/group``.
        gid: its number.
        members: login names, sorted; also of those whose first group it is.
    """

    name: str
    gid: int
    members: tuple[str, ...]


def group_named(name: str) -> Group:
    """Find a group and who is in it.

    Raises:
        CliError: there is none of that name.
    """
    try:
        return _group(grp.getgrnam(name))
    except KeyError as error:
        raise CliError(f"there is no group {name} on this host; create it with `groupadd {name}`") from error


def _group(entry: grp.struct_group) -> Group:
    first = (user.pw_name for user in pwd.getpwall() if user.pw_gid == entry.gr_gid)
    return Group(entry.gr_name, entry.gr_gid, tuple(sorted({*entry.gr_mem, *first})))


def share(folder: Path, group: Group) -> Path:
    """Make the folder and the database file that a group writes; returns the file.

    What is there already of an earlier call, or of a database that was moved here, is opened to the group.

    Raises:
        CliError: the folder is used for something else, or this user may not give it to the group.
    """
    _check(folder)
    file = folder / NAME
    try:
        open_to_pass(folder)
        os.chown(folder, -1, group.gid)
        folder.chmod(FOLDER_MODE)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, FILE_MODE))
        for each in sorted(folder.glob(f"{NAME}*")):
            os.chown(each, -1, group.gid)
            each.chmod(FILE_MODE)
    except OSError as error:
        raise CliError(
            f"cannot share {folder} with the group {group.name}: {(error.strerror or str(error)).lower()};"
            " be a member of the group or use sudo"
        ) from error
    return file


def _check(folder: Path) -> None:
    """Refuse to give a group something that is not TRD's: its mode would change."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise CliError(f"--shared: {folder} is a file; name a folder that TRD may have for itself")
    try:
        strangers = sorted(each.name for each in folder.iterdir() if not each.name.startswith(NAME))
    except OSError:
        return  # who may not look may not change it either, and is told so
    if strangers:
        raise CliError(
            f"--shared: {folder} holds other files ({strangers[0]}); name a folder that TRD may have for"
            f" itself, for example {folder / 'trd'}"
        )


def open_to_pass(folder: Path) -> None:
    """Make a folder that everybody may pass, and those above it, whatever the mask; unless it is there.

    Raises:
        OSError: it cannot be made.
    """
    if not folder.exists():
        open_to_pass(folder.parent)
        folder.mkdir()
        folder.chmod(0o755)


def closed_above(path: Path, gid: int) -> Path | None:
    """The first folder on the way to a path that a group cannot pass; ``None`` if there is none."""
    for folder in reversed(path.absolute().parents):
        try:
            status = folder.stat()
        except OSError:
            return folder
        if not status.st_mode & (0o010 if status.st_gid == gid else 0o001):
            return folder
    return None


def group_of(file: Path) -> Group | None:
    """The group that shares a database; ``None`` when it is one person's."""
    try:
        status = file.parent.stat()
        shared = status.st_mode & 0o2020 == 0o2020
        return _group(grp.getgrgid(status.st_gid)) if shared else None
    except (OSError, KeyError):
        return None


def examine(file: Path) -> Iterator[Finding]:
    """What ``trd doctor`` says of a shared database; nothing of a private one."""
    group = group_of(file)
    if group is None:
        return
    closed = closed_above(file.parent, group.gid)
    if closed is not None:
        text = f"the group {group.name} cannot pass {closed}"
        yield Finding("warning", "sharing", text, f"chmod o+x {closed}")
    locked = [each for each in sorted(file.parent.glob(f"{file.name}*")) if _is_locked(each, group.gid)]
    for each in locked:
        text = f"{each} is closed to the group {group.name}"
        yield Finding("warning", "sharing", text, f"chgrp {group.name} {each} && chmod g+rw {each}")
    if closed is None and not locked:
        yield Finding("ok", "sharing", f"with the group {group.name}: {', '.join(group.members) or 'nobody'}")


def _is_locked(file: Path, gid: int) -> bool:
    try:
        status = file.stat()
    except FileNotFoundError:
        return False  # the log of the last one who wrote is gone when they are
    return status.st_gid != gid or status.st_mode & 0o060 != 0o060
