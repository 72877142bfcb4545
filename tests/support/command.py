"""The product as its users have it: the command ``trd`` as a process, with a home that nobody else has."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import chdir, closing, contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import IO, Any, NamedTuple
from unittest.mock import patch

from trd_tui.cli.main import main

TRD = (sys.executable, "-m", "trd_tui")
PATIENCE_S = 60.0


class Ran(NamedTuple):
    """What a command answered."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Background:
    """A command that goes on while others are run; its log is in a file."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path, out: IO[bytes]) -> None:
        self.process = process
        self.log = log
        self._out = out

    def says(self, sentence: str) -> bool:
        return sentence in self.log.read_text()

    def ended(self) -> bool:
        return self.process.poll() is not None

    def wait_for(self, what: str, happened: Callable[[], object], *, patience_s: float = PATIENCE_S) -> None:
        """Wait until something has happened, while this command goes on."""
        eventually(what, lambda: happened() or self._must_go_on(), patience_s=patience_s)

    def _must_go_on(self) -> bool:
        assert not self.ended(), f"the command ended with {self.process.returncode}: {self.log.read_text()}"
        return False

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Signal it and return its exit status."""
        if not self.ended():
            self.process.send_signal(number)
        return self.finish()

    def finish(self, *, patience_s: float = PATIENCE_S) -> int:
        """Wait for its end by itself and return its exit status."""
        status = self.process.wait(patience_s)
        self._out.close()
        return status


class Command:
    """Runs ``trd`` in a folder of its own, which is also its user's home.

    Attributes:
        home: the folder.
        database: its SQLite file.
        environment: what every run gets.
        without_privileges: let file modes hold even where the tests run as root.
    """

    def __init__(self, home: Path, **settings: str) -> None:
        self.home = home
        self.database = home / "trd.db"
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("TRD_", "XDG_"))}
        self.environment = {
            **kept,
            "HOME": str(home),
            "TRD_DATABASE_URL": f"sqlite:///{self.database}",
            **settings,
        }
        self.without_privileges = False
        self._running: list[Background] = []

    def __call__(self, *words: object, patience_s: float = PATIENCE_S, **settings: str) -> Ran:
        """Run a command to its end."""
        ended = subprocess.run(
            [*TRD, *map(str, words)],
            cwd=self.home,
            env={**self.environment, **settings},
            capture_output=True,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=patience_s,
            check=False,
            preexec_fn=drop_override if self.without_privileges else None,
        )
        return Ran(ended.returncode, ended.stdout, ended.stderr)

    def ok(self, *words: object, patience_s: float = PATIENCE_S, **settings: str) -> Ran:
        """Run a command that must succeed."""
        return succeeded(self(*words, patience_s=patience_s, **settings), words)

    def ok_here(self, *words: object) -> Ran:
        """Run a command that must succeed in this process; for what a test needs and is not about."""
        return succeeded(self.here(*words), words)

    def here(self, *words: object) -> Ran:
        """Run a command in this process; starting a program takes ten times as long as most commands do."""
        out, err = StringIO(), StringIO()
        with (
            patch.dict(os.environ, self.environment, clear=True),
            chdir(self.home),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            status = main([str(word) for word in words])
        return Ran(status, out.getvalue(), err.getvalue())

    def begin(self, *words: object, **settings: str) -> Background:
        """Run a command beside what follows."""
        log = self.home / f"log-{len(self._running)}.txt"
        out = log.open("wb")
        process = subprocess.Popen(
            [*TRD, *map(str, words)],
            cwd=self.home,
            env={**self.environment, **settings},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        self._running.append(Background(process, log, out))
        return self._running[-1]

    def end_all(self) -> None:
        """Kill what a failed test has left running."""
        for running in self._running:
            if not running.ended():
                running.process.kill()
            running.finish()

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Read the database with plain sqlite3, beside the product."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10)) as connection:
            return connection.execute(statement, values).fetchall()

    def one(self, statement: str, *values: object) -> Any:
        """Read one value."""
        return self.rows(statement, *values)[0][0]

    def states(self) -> dict[str, int]:
        """How many messages are in each state."""
        return dict(self.rows("SELECT state, count(*) FROM scheduled_messages GROUP BY state"))


def succeeded(ran: Ran, words: Sequence[object]) -> Ran:
    """What a command answered that must not have failed."""
    assert ran.status == 0, f"trd {' '.join(map(str, words))}: {ran.status}: {ran.err or ran.out}"
    return ran


@contextmanager
def command(home: Path, **settings: str) -> Iterator[Command]:
    """A command whose processes end with the test."""
    made = Command(home, **settings)
    try:
        yield made
    finally:
        made.end_all()


def drop_override() -> None:
    """Give up root's right to pass over file modes, for the program that comes next (Linux)."""
    drop_from_bounding_set, override = 24, 1
    ctypes.CDLL(None).prctl(drop_from_bounding_set, override, 0, 0, 0)


def eventually(what: str, happened: Callable[[], object], *, patience_s: float = PATIENCE_S) -> None:
    """Wait for another process."""
    deadline = time.monotonic() + patience_s
    while not happened():
        assert time.monotonic() < deadline, f"not within {patience_s:g} s: {what}"
        time.sleep(0.01)


def last_line(text: str) -> str:
    """The sentence a command ended with; it must be the only one."""
    lines = text.strip().splitlines()
    assert len(lines) == 1, f"one sentence expected, not: {text}"
    return lines[0]
