"""The product in a process that counts the points it passes and kills itself at one of them.

``python -m tests.torture.victim ORDER`` (a JSON object, see `Order`) runs the product's own ``main`` once.
``python -m tests.torture.victim`` imports the product once and forks a victim for each order that comes as a
line on standard input, so that five hundred restarts need not import five hundred times. It answers with
lines ``began PID`` and ``ended PID STATUS``.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import select
import signal
import sys
import threading
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

IMPORTED = (
    "trd_tui.cli.main",
    "trd_tui.cli.run",
    "trd_tui.cli.campaign_create",
    "trd_tui.services.imports",
    "trd_tui.services.verify",
    "trd_tui.carriers.simulated",
    "trd_tui.carriers.twilio",
    "trd_tui.engine.scheduler",
    "trd_tui.tui.launch",
    "trd_tui.tui.service_desk",
    "trd_tui.wiring",
    "phonenumbers",
    "psycopg",
    "sqlalchemy.dialects.postgresql.psycopg",
)


@dataclass(frozen=True, slots=True)
class Order:
    """What a victim shall do.

    Attributes:
        words: the words after ``trd``.
        environment: all of it.
        folder: where it runs.
        log: file for what it prints; a terminal shows it instead where ``tty`` is given.
        tty: the terminal's device.
        counts: file of `Counts`; empty: nothing is counted.
        point: where it kills itself.
        passing: at the how-manieth passing of that point.
        simulated: changes of the simulated carrier's behaviour.
    """

    words: list[str]
    environment: dict[str, str]
    folder: str
    log: str
    tty: str = ""
    counts: str = ""
    point: str = ""
    passing: int = 0
    simulated: dict[str, Any] = field(default_factory=dict)

    def line(self) -> str:
        return json.dumps(asdict(self))


def run(order: Order) -> int:
    """Become what the order says; returns the product's exit status."""
    os.chdir(order.folder)
    os.environ.clear()
    os.environ.update(order.environment)
    if order.tty:
        os.setsid()
        screen = os.open(order.tty, os.O_RDWR)  # the first one opened becomes the controlling terminal
        for descriptor in (0, 1, 2):
            os.dup2(screen, descriptor)
    else:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        log = os.open(order.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(log, 1)
        os.dup2(log, 2)
    _hook(order)
    _simulate(order.simulated)
    from trd_tui.__main__ import main

    sys.argv = ["trd", *order.words]
    return main()


def _hook(order: Order) -> None:
    if not order.counts:
        return
    from tests.torture.counts import Counts
    from trd_tui.engine import checkpoints

    counts = Counts(Path(order.counts))

    def passed(point: str) -> None:
        if counts.add(point) == order.passing and point == order.point:
            os.kill(os.getpid(), signal.SIGKILL)

    checkpoints.hook = passed


def _simulate(changes: dict[str, Any]) -> None:
    """Let the simulated carrier behave otherwise than every day."""
    if not changes:
        return
    from trd_tui import wiring
    from trd_tui.carriers.behaviour import Fault

    given = {**changes, "faults": {Fault(kind): share for kind, share in changes.get("faults", {}).items()}}
    make = wiring.make_carrier
    wiring.make_carrier = lambda settings, clock, behaviour: make(
        settings, clock, replace(behaviour, **given)
    )


def wait_for_order() -> Order | None:
    """Fork for each order: a child returns with it, the launcher with ``None`` when there are no more."""
    for name in IMPORTED:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    assert threading.active_count() == 1, "a process with threads must not fork"
    woken, wakes = os.pipe()
    os.set_blocking(wakes, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
    waiting = b""
    while True:
        ready, _, _ = select.select([0, woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
            _tell_ends()
        if 0 not in ready:
            continue
        came = os.read(0, 1 << 16)
        if not came:
            return None
        *lines, waiting = (waiting + came).split(b"\n")
        for line in lines:
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                os.close(woken)
                os.close(wakes)
                return Order(**json.loads(line))
            _tell(f"began {pid}")


def _tell_ends() -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        _tell(f"ended {pid} {os.waitstatus_to_exitcode(status)}")


def _tell(line: str) -> None:
    os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    ordered = Order(**json.loads(sys.argv[1])) if len(sys.argv) > 1 else wait_for_order()
    sys.exit(0 if ordered is None else run(ordered))
