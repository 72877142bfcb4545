"""A program in a real pseudo-terminal, watched from outside: when its bytes come, and how many."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

COLUMNS, LINES = 120, 40
QUESTION = b"\x1b[6n"
"""Asks a terminal where its cursor is."""

QUIET_S = 0.04
"""Without a byte for so long, a program is said to have painted."""


class Painted(NamedTuple):
    """What a key brought: milliseconds to the last byte, and how many bytes."""

    ms: float
    size: int


class Terminal:
    """A running program; as a context it is ended at the end of the block."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        # Programs are measured as they are installed: compiled, whatever this environment forbids.
        ours = ("TEXTUAL", "TRD_", "PYTHONDONTWRITEBYTECODE")
        given = {
            **{name: value for name, value in os.environ.items() if not name.startswith(ours)},
            "TERM": "xterm-256color", "COLORTERM": "truecolor", **environment,
        }  # fmt: skip
        self.seen = bytearray()
        self.answering = True
        self.begun = time.perf_counter()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:  # the child: nothing but exec, whatever happens
            try:
                fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
                os.execvpe(command[0], list(command), given)
            finally:
                os._exit(127)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.kill(self.pid, signal.SIGTERM)
        deadline = time.perf_counter() + 30
        while os.waitpid(self.pid, os.WNOHANG)[0] == 0:
            self.read(0.05)  # a full terminal would keep it from ending
            if time.perf_counter() > deadline:
                os.kill(self.pid, signal.SIGKILL)
        os.close(self._fd)

    def read(self, timeout: float) -> bytes:
        """What comes within ``timeout`` seconds; empty when nothing does."""
        if not select.select([self._fd], [], [], timeout)[0]:
            return b""
        try:
            part = os.read(self._fd, 1 << 16)
        except OSError:  # it has ended
            time.sleep(timeout)
            return b""
        self.seen += part
        if self.answering:
            for _ in range(part.count(QUESTION)):  # as every terminal does
                os.write(self._fd, b"\x1b[1;1R")
        return part

    def until(self, text: bytes | re.Pattern[bytes], timeout: float = 20.0, *, since: int = 0) -> float:
        """Milliseconds from the start of the program to the bytes that complete a text.

        Raises:
            TimeoutError: it did not come.
        """
        pattern = re.compile(re.escape(text)) if isinstance(text, bytes) else text
        deadline = time.perf_counter() + timeout
        while not pattern.search(self.seen, since):
            if time.perf_counter() > deadline:
                raise TimeoutError(
                    f"{pattern.pattern!r} did not come; the last was {bytes(self.seen[-300:])!r}"
                )
            self.read(0.05)
        return (time.perf_counter() - self.begun) * 1000

    def settle(self, quiet: float = 0.3, most: float = 10.0) -> None:
        """Wait until it is quiet."""
        deadline = time.perf_counter() + most
        while self.read(quiet) and time.perf_counter() < deadline:
            pass

    def write(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self._fd, keys)

    def key(self, keys: bytes, quiet: float = QUIET_S) -> Painted:
        """Press keys; wait until their answer has been painted."""
        before = len(self.seen)
        begun = last = time.perf_counter()
        self.write(keys)
        while self.read(1.0 if len(self.seen) == before else quiet):
            last = time.perf_counter()
        return Painted((last - begun) * 1000, len(self.seen) - before)

    def key_until(self, keys: bytes, pattern: re.Pattern[bytes], timeout: float = 2.0) -> float:
        """Press keys; milliseconds until a pattern has been painted, whatever else is painted meanwhile."""
        return self.after(lambda: self.write(keys), pattern, timeout)

    def after(self, act: Callable[[], object], pattern: re.Pattern[bytes], timeout: float = 2.0) -> float:
        """Milliseconds from the end of an act until a pattern has been painted."""
        before = len(self.seen)
        act()
        done = time.perf_counter()
        return self.until(pattern, timeout, since=before) - (done - self.begun) * 1000

    def cpu_ms(self) -> float:
        """Milliseconds that the program has kept a processor busy; other programs do not lengthen them."""
        spent = 0
        for thread in Path(f"/proc/{self.pid}/task").iterdir():
            spent += int((thread / "schedstat").read_text().split()[0])
        return spent / 1e6

    def peak_mib(self) -> float:
        """The program's peak memory."""
        with open(f"/proc/{self.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) / 1024
