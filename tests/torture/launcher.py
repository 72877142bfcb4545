"""Starts victims, tells when and how they ended, and gives them a terminal where they need one."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import queue
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from pathlib import Path
from types import TracebackType

from tests.support.peer_process import ROOT
from tests.torture.counts import Counts
from tests.torture.victim import Order

PATIENCE_S = 60.0


def now_ms() -> int:
    """Real time, in milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


class Screen:
    """A pseudo-terminal whose reader never lets it fill up."""

    def __init__(self) -> None:
        self._ours, self._theirs = pty.openpty()
        fcntl.ioctl(self._theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self.device = os.ttyname(self._theirs)
        self.seen = bytearray()
        self._over = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def press(self, keys: bytes) -> None:
        os.write(self._ours, keys)

    def hang_up(self) -> None:
        """Drop the line: the kernel sends SIGHUP to whoever is at it."""
        self._over = True
        self._reader.join(10)

    def _read(self) -> None:
        while not self._over:
            if select.select([self._ours], [], [], 0.05)[0]:
                with contextlib.suppress(OSError):
                    self.seen += os.read(self._ours, 1 << 16)
        os.close(self._ours)
        os.close(self._theirs)


class Victim:
    """A running process of the product.

    Attributes:
        pid: its id.
        counts: the points that it has passed.
        begun: when it was started, real milliseconds.
        ended_at: when its end was noticed; 0 while it runs.
        key: the API key that its requests carry.
        screen: its terminal, if it has one.
    """

    def __init__(self, launcher: Launcher, pid: int, order: Order, key: str, screen: Screen | None) -> None:
        self._launcher = launcher
        self.pid = pid
        self.order = order
        self.key = key
        self.screen = screen
        self.counts = Counts(Path(order.counts)) if order.counts else None
        self.begun = now_ms()
        self.ended_at = 0
        self._status: int | None = None

    @property
    def calls(self) -> int:
        """Calls to the carrier that it has begun."""
        return self.counts.of("before call") if self.counts else 0

    @property
    def open_calls(self) -> int:
        """Calls that it has begun and that were not answered."""
        return self.calls - (self.counts.of("call answered") if self.counts else 0)

    def status(self) -> int | None:
        """Its exit status, negative for a signal; ``None`` while it runs."""
        if self._status is None:
            ended = self._launcher.ended.get(self.pid)
            if ended is not None:
                self._status, self.ended_at = ended
                if self.screen is not None:
                    self.screen.hang_up()
        return self._status

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, unless it has ended."""
        if self.status() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def finish(self, patience_s: float = PATIENCE_S) -> int:
        """Wait for its end; returns its status."""
        deadline = time.monotonic() + patience_s
        while (status := self.status()) is None:
            assert time.monotonic() < deadline, f"{self.order.words} has not ended in {patience_s:g} s"
            time.sleep(0.002)
        return status

    def kill(self) -> int:
        """End it as a power cut would."""
        self.signal(signal.SIGKILL)
        return self.finish()

    def said(self) -> str:
        """What it has printed."""
        return Path(self.order.log).read_text() if Path(self.order.log).exists() else ""


class Launcher:
    """The warm process that victims are forked from; ended with the block."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ended: dict[int, tuple[int, int]] = {}
        self.victims: list[Victim] = []
        self._begun: queue.SimpleQueue[int] = queue.SimpleQueue()

    def __enter__(self) -> Launcher:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.torture.victim"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for victim in self.victims:
            victim.signal(signal.SIGCONT)
            if victim.status() is None:
                victim.kill()
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(120)
        self._reader.join(10)

    def start(
        self,
        environment: dict[str, str],
        *words: object,
        point: str = "",
        passing: int = 0,
        key: str = "",
        screen: Screen | None = None,
        simulated: dict[str, object] | None = None,
        counted: bool = True,
    ) -> Victim:
        """Start a victim; see `Order`."""
        number = len(self.victims)
        counts = self.folder / f"counts-{number}"
        if counted:
            Counts(counts, new=True)
        order = Order(
            words=[str(word) for word in words],
            environment=environment,
            folder=str(self.folder),
            log=str(self.folder / f"victim-{number}.log"),
            tty=screen.device if screen else "",
            counts=str(counts) if counted else "",
            point=point,
            passing=passing,
            simulated=simulated or {},
        )
        assert self._process.stdin is not None
        self._process.stdin.write(order.line() + "\n")
        self._process.stdin.flush()
        victim = Victim(self, self._begun.get(timeout=PATIENCE_S), order, key, screen)
        self.victims.append(victim)
        return victim

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                word, *numbers = line.split()
                if word == "began":
                    self._begun.put(int(numbers[0]))
                else:
                    self.ended[int(numbers[0])] = int(numbers[1]), now_ms()
