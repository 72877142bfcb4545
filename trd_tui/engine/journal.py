"""The call journal: which calls a sender has begun, in a file that outlives its process.

Each attempt's id is written before its call. What was written before a kill stays, because the system holds
it and not the process; so the next owner on this machine knows which of the rows that were left in
``sending`` cannot have been called, and only the others need to be looked for at the carrier.

The proof needs three things, else every row counts as perhaps called: the file is of the very term (fencing
token) under which the row was claimed; its owner is dead, which shows by the lock that the system takes from
the dead; and the system has not been restarted since, because it holds the file's end in memory only.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from trd_tui.clock import real_now
from trd_tui.store.database import parse_url

COMPACT_BYTES = 4_000_000
"""A journal of this size is written anew: about its later half, and what is still in flight."""

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_TITLE = "trd-calls"
_CALL = re.compile(r"[0-9a-f]+-[0-9a-f]+-[0-9a-f]+")


def boot_id() -> str:
    """A text that changes with every start of this system; empty where there is none to be had."""
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def beside(url: str) -> Path | None:
    """The journal's place beside an SQLite file; ``None`` for a server."""
    parsed = parse_url(url)
    is_file = parsed.get_backend_name() == "sqlite" and parsed.database
    return Path(f"{parsed.database}.calls") if is_file else None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the journal of an earlier term says.

    Attributes:
        token: the fencing token of that term.
        calls: ids of the attempts that were called, the newest last.
        dead: whether the process of that term is gone, so that it calls nothing any more.
        complete: whether an attempt of that term that is not among them cannot have been called.
        since: real instant from which on the calls are complete; older ones may have been left out.
    """

    token: int
    calls: tuple[str, ...]
    dead: bool
    complete: bool
    since: int = 0


class CallJournal:
    """The journal beside one database on this machine.

    Args:
        file: where it is kept; ``None``: nowhere, and nothing is ever proved.
        boot: tells one start of the system from another.
        real: real time, as in the rows' instants of attempt.
    """

    def __init__(
        self, file: Path | None, boot: Callable[[], str] = boot_id, real: Callable[[], int] = real_now
    ) -> None:
        self.file = file
        self._boot = boot
        self._real = real
        self._fd: int | None = None
        self._open: dict[str, None] = {}
        self._size = 0
        self._limit = COMPACT_BYTES
        self._title = ""
        self._middle: tuple[int, int] | None = None

    def evidence(self, *, calls: bool = True) -> Evidence | None:
        """What the journal tells of the term before ours; ``None`` when it tells nothing.

        Args:
            calls: read the attempts, too; without them it is quick, whatever the journal's size.
        """
        if self.file is None:
            return None
        try:
            fd = os.open(self.file, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return None
        try:
            dead = _dead(fd)
            token, boot, since, attempts = _parse(_read(fd) if calls else os.read(fd, 200))
        except OSError:
            return None
        finally:
            os.close(fd)
        if token is None:
            return None
        return Evidence(token, attempts, dead, dead and boot == self._boot() != "", since)

    def begin(self, token: int) -> None:
        """Open the journal of a new term, in place of the one before.

        Raises:
            OSError: it cannot be written here.
        """
        self.close()
        self._title = f"{_TITLE} {token} {self._boot() or '-'}"
        self._open, self._middle = {}, None
        if self.file is not None:
            self._replace(self.file, f"{self._title} 0\n".encode())

    def write(self, attempt_id: str) -> None:
        """Note that a call is about to begin; it may begin only after this has returned.

        A journal that cannot be written any more (a full disk) is emptied: it then proves nothing.

        Raises:
            OSError: it can be neither written nor emptied, so the call must not begin.
        """
        if self._fd is None:
            return
        line = attempt_id.encode() + b"\n"
        if not _written(self._fd, line):
            os.ftruncate(self._fd, 0)
            self.close()
            return
        self._size += len(line)
        self._open[attempt_id] = None
        if self._middle is None and self._size > self._limit // 2:
            self._middle = self._size, self._real()

    def landed(self, attempt_ids: Iterable[str]) -> None:
        """Note that results have been recorded; what is recorded needs no proof any more."""
        for attempt_id in attempt_ids:
            self._open.pop(attempt_id, None)
        if self._size > self._limit and self._fd is not None and self.file is not None:
            try:
                self._compact(self.file, self._fd)
            except OSError:
                self._limit *= 2  # no room for a second file; the first one still proves everything

    def close(self) -> None:
        """Let go of the file; its owner counts as gone."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def _compact(self, file: Path, old: int) -> None:
        offset, since = self._middle or (0, 0)
        os.lseek(old, offset, os.SEEK_SET)
        early = "".join(f"{attempt_id}\n" for attempt_id in self._open).encode()
        self._replace(file, f"{self._title} {since}\n".encode() + early + _read(old))
        self._middle = None
        os.close(old)

    def _replace(self, file: Path, content: bytes) -> None:
        """Put a whole new file in place, locked by us from the start."""
        made = file.with_name(f"{file.name}.{os.getpid()}")
        file.parent.mkdir(parents=True, exist_ok=True)
        fd = os.open(made, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if not _written(fd, content):
                raise OSError("no room for the call journal")
            os.replace(made, file)
        except OSError:
            os.close(fd)
            made.unlink(missing_ok=True)
            raise
        self._fd, self._size = fd, len(content)


def _written(fd: int, content: bytes) -> bool:
    """Whether all of it was written."""
    try:
        return os.write(fd, content) == len(content)
    except OSError:
        return False


def _dead(fd: int) -> bool:
    """Whether no living process holds the owner's lock. Ours is shared with others who ask, and short."""
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _read(fd: int) -> bytes:
    parts: list[bytes] = []
    while part := os.read(fd, 1 << 20):
        parts.append(part)
    return b"".join(parts)


def _parse(content: bytes) -> tuple[int | None, str, int, tuple[str, ...]]:
    """Token, boot id, first instant, attempts. A last line without its end: that call was not begun."""
    lines = content.decode("ascii", "replace").split("\n")[:-1]
    head = lines[0].split(" ") if lines else []
    if len(head) != 4 or head[0] != _TITLE or not (head[1].isdecimal() and head[3].isdecimal()):
        return None, "", 0, ()
    return int(head[1]), head[2], int(head[3]), tuple(filter(_CALL.fullmatch, lines[1:]))
