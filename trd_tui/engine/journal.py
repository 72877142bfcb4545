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
from dataclasses import dataclass, field
from pathlib import Path

from trd_tui.beside import open_beside
from trd_tui.clock import real_now
from trd_tui.store.database import parse_url

COMPACT_BYTES = 4_000_000
"""A journal of this size is written anew: about its later half, and what is still in flight."""

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_TITLE = "trd-calls"
_BEFORE = "<"
_SETTLED = "settled"
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

    def latest(self) -> Evidence | None:
        """The term before ours without its calls; quick, whatever the journal's size."""
        found = self._look(lambda fd: os.read(fd, 200))
        return found[0] if found else None

    def evidence(self) -> tuple[Evidence, ...]:
        """What the journal tells of the term before ours, and of those that this one had not sorted yet."""
        return self._look(_read)

    def _look(self, read: Callable[[int], bytes]) -> tuple[Evidence, ...]:
        if self.file is None:
            return ()
        try:
            fd = os.open(self.file, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return ()
        try:
            dead = _dead(fd)
            terms = _parse(read(fd))
        except OSError:
            return ()
        finally:
            os.close(fd)
        here = self._boot()
        # Only terms whose owner was dead are taken along by the next one.
        return tuple(
            Evidence(
                term.token,
                tuple(term.calls),
                alive := dead or at > 0,
                alive and term.boot == here != "",
                term.since,
            )
            for at, term in enumerate(terms)
        )

    def begin(self, token: int, before: Iterable[Evidence] = ()) -> None:
        """Open the journal of a new term, in place of the one before.

        Args:
            token: our fencing token.
            before: evidence of earlier terms, kept until `settled`: we may die before it was used.

        Raises:
            OSError: it cannot be written here.
        """
        self.close()
        boot = self._boot() or "-"
        self._title = f"{_TITLE} {token} {boot}"
        self._open, self._middle = {}, None
        if self.file is None:
            return
        lines = [f"{self._title} 0"]
        for term in before:
            if term.dead:
                lines.append(f"{_BEFORE}{_TITLE} {term.token} {boot if term.complete else '-'} {term.since}")
                lines.extend(f"{_BEFORE}{call}" for call in term.calls)
        self._replace(self.file, "".join(f"{line}\n" for line in lines).encode())

    def settled(self) -> None:
        """What earlier terms have left has been sorted: their evidence is not needed any more."""
        if self._fd is not None:
            _written(self._fd, f"{_SETTLED}\n".encode())

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
        # Its name is another one for a moment, so the database's is that of the file it becomes.
        fd = open_beside(made, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND, file.with_suffix(""))
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


@dataclass(slots=True)
class _Term:
    token: int
    boot: str
    since: int
    calls: list[str] = field(default_factory=list)


def _parse(content: bytes) -> list[_Term]:
    """The terms of a journal, its own first. A last line without its end: that call was not begun."""
    lines = content.decode("ascii", "replace").split("\n")[:-1]
    own = _titled(lines[0]) if lines else None
    if own is None:
        return []
    earlier: list[_Term] = []
    for line in lines[1:]:
        if line == _SETTLED:
            earlier.clear()
        elif not line.startswith(_BEFORE):
            if _CALL.fullmatch(line):
                own.calls.append(line)
        elif (term := _titled(line[1:])) is not None:
            earlier.append(term)
        elif earlier and _CALL.fullmatch(line[1:]):
            earlier[-1].calls.append(line[1:])
    return [own, *earlier]


def _titled(line: str) -> _Term | None:
    head = line.split(" ")
    if len(head) != 4 or head[0] != _TITLE or not (head[1].isdecimal() and head[3].isdecimal()):
        return None
    return _Term(int(head[1]), head[2], int(head[3]))
