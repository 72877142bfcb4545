"""Which process of which host, and whether it still runs: one that was killed is known for gone at once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

_PROC = Path("/proc")


class Process(NamedTuple):
    """A process, as it is written down.

    Attributes:
        host: names this start of the host, and the numbering of processes that this one sees; empty where
            the system does not tell them.
        number: its number there.
        started: when it was started, in the system's own ticks; a number is given again.
    """

    host: str
    number: int
    started: str

    @classmethod
    def this(cls) -> Process:
        """The one that runs this."""
        return cls(_host(), os.getpid(), _started(os.getpid()))

    @classmethod
    def read(cls, written: str) -> Process | None:
        """What was written; ``None`` where it is none."""
        parts = written.split("/")
        if len(parts) != 3 or not parts[1].isdecimal():
            return None
        return cls(parts[0], int(parts[1]), parts[2])

    def __str__(self) -> str:
        """As it is written down."""
        return f"{self.host}/{self.number}/{self.started}"

    def is_gone(self) -> bool:
        """Whether it surely runs no more. Of another host, or without a word of the system, nobody knows."""
        if not self.host or self.host != _host():
            return False
        try:
            os.kill(self.number, 0)
        except ProcessLookupError:
            return True
        except OSError:
            return False  # it is another person's
        started = _started(self.number)
        return bool(started and self.started) and started != self.started


def _host() -> str:
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
        return f"{boot}:{(_PROC / 'self/ns/pid').readlink()}"
    except OSError:
        return ""


def _started(number: int) -> str:
    try:
        stat = (_PROC / str(number) / "stat").read_text()
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]  # its name, in parentheses, may hold anything
