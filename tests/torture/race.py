"""Several processes on one database: exactly one sends at a time, whatever happens to it."""

from __future__ import annotations

import random
import re
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from tests.torture.judge import Verdict, judge
from tests.torture.launcher import Screen, Victim
from tests.torture.scene import Scene

WEATHER = {"latency_ms": 10, "spread_ms": 100, "delivery_ms": 50, "listing_lag_ms": 100}
RATE = 40
"""Texts that each of the three senders may start in a second."""

GRACEFUL = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
SUSPENDED_S = 2.0
"""Longer than the lease: another process has become the sender when a suspended one goes on."""

SETTLED_S = 0.3
"""By then a process that goes on has begun whatever it had still meant to begin."""

UNDER_ITS_PEN = 1
"""A call that a suspended process had noted in its journal but not yet counted: one at most, in one loop."""

PATIENCE_S = 40.0
POLL_S = 0.1
"""Between two looks; each reads a book and a database whole."""


@dataclass(slots=True)
class Race:
    """What a race brought.

    Attributes:
        acts: how often each signal hit a process.
        holders: how many terms of the lease sent anything.
        late: messages of a former holder that came to the carrier after the next one had begun.
        on_the_way: calls that suspended processes had begun and of which the carrier had seen nothing. Only
            so many may come late; a call that is begun after the lease was lost would be one more.
    """

    acts: Counter[str] = field(default_factory=Counter)
    holders: int = 0
    late: list[str] = field(default_factory=list)
    on_the_way: int = 0
    wrong: list[str] = field(default_factory=list)
    verdict: Verdict = field(default_factory=Verdict)

    @property
    def guilty(self) -> list[str]:
        """All that is wrong."""
        on_the_way = self.on_the_way + UNDER_ITS_PEN * self.acts["SIGSTOP"]
        late = self.late if len(self.late) > on_the_way else []
        return late + self.wrong + self.verdict.guilty


class Field:
    """The processes of a race; each that ends is replaced."""

    def __init__(self, scene: Scene, size: int, apps: int) -> None:
        self.scene = scene
        self.apps = apps
        self.running: list[Victim] = []
        self.size = size
        self.fill()

    def fill(self) -> None:
        """Start what is missing: apps first, then headless ones."""
        self.running = [each for each in self.running if each.status() is None]
        while len(self.running) < self.size:
            at_a_screen = sum(each.screen is not None for each in self.running)
            if at_a_screen < self.apps:
                self.running.append(self.scene.sender(screen=Screen()))
            else:
                self.running.append(self.scene.sender("run"))

    def holder(self) -> Victim | None:
        """Who holds the lease."""
        rows = self.scene.rows("SELECT description FROM leases WHERE owner IS NOT NULL")
        found = re.search(r"process (\d+)", rows[0][0]) if rows else None
        return next((each for each in self.running if found and each.pid == int(found[1])), None)


def acts(seed: int) -> Iterator[signal.Signals]:
    """What befalls whoever sends: each signal in turn, in an order of chance."""
    chance = random.Random(seed)
    while True:
        yield from chance.sample((signal.SIGKILL, signal.SIGSTOP, *GRACEFUL), 5)


def race(scene: Scene, size: int, apps: int, what: Sequence[signal.Signals], *, people: int = 400) -> Race:
    """Let processes compete, let each of these signals hit the one that sends, and judge.

    Args:
        scene: a new one, with the peer.
        size: processes at once.
        apps: how many of them are the app in a terminal.
        what: the signals.
        people: in each of three campaigns.
    """
    result = Race()
    scene.days, scene.rate = (1,), RATE
    for _ in range(3):
        scene.add_campaign(people)
    field_ = Field(scene, size, apps)
    for number in what:
        _let_it_send(scene, result)
        _hit(scene, field_, number, result)
        while scene.left() < people / 2:
            scene.add_campaign(people)
    _wait(lambda: not set(scene.states()) & {"scheduled", "sending", "unknown"}, "everything is sent", result)
    for each in field_.running:
        each.signal(signal.SIGTERM)
    for each in field_.running:
        if each.finish() != 0:
            result.wrong.append(f"a process ended with {each.status()}: {each.said()[-300:]}")
    result.verdict = judge(scene, kills=result.acts["SIGKILL"])
    _one_at_a_time(scene, result)
    return result


def _let_it_send(scene: Scene, result: Race) -> None:
    before = len(scene.read_book().accepted)
    _wait(lambda: len(scene.read_book().accepted) > before + 15, "somebody sends", result)


def _hit(scene: Scene, field_: Field, number: signal.Signals, result: Race) -> None:
    victim = field_.holder()
    if victim is None:
        return
    if number == signal.SIGINT and victim.screen is not None:
        number = signal.SIGTERM  # in the app it is a key
    result.acts[number.name] += 1
    if number == signal.SIGSTOP:
        _suspend(scene, victim)
        time.sleep(SUSPENDED_S)
        calls, owner = victim.calls, field_.holder()
        result.on_the_way += calls - scene.read_book().received[victim.key]
        victim.signal(signal.SIGCONT)
        time.sleep(SETTLED_S)
        if owner not in (None, victim) and owner is field_.holder() and victim.calls > calls + UNDER_ITS_PEN:
            result.wrong.append(f"{victim.calls - calls} calls were begun after the lease was lost")
        return
    victim.signal(number)
    status = victim.finish()
    if number in GRACEFUL:
        left = scene.rows(
            "SELECT count(*) FROM scheduled_messages m, leases l WHERE m.state = 'sending'"
            " AND m.fencing_token < l.token + (CASE WHEN l.owner IS NULL THEN 1 ELSE 0 END)"
        )[0][0]
        if status != 0 or left:
            result.wrong.append(f"{number.name}: status {status}, {left} left in sending")
    field_.fill()


def _suspend(scene: Scene, victim: Victim) -> None:
    """Stop a process outside its transactions: inside one, SQLite lets nobody else write at all."""
    for _ in range(50):
        victim.signal(signal.SIGSTOP)
        if not scene.url.startswith("sqlite"):
            return
        time.sleep(0.02)
        with closing(sqlite3.connect(scene.folder / "trd.db", timeout=0, isolation_level=None)) as connection:
            try:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("ROLLBACK")
                return
            except sqlite3.OperationalError:
                victim.signal(signal.SIGCONT)
                time.sleep(0.01)


def _one_at_a_time(scene: Scene, result: Race) -> None:
    """In the order in which requests came to the carrier, tokens of the lease never go back."""
    rows = scene.rows("SELECT sid, attempt_id FROM scheduled_messages WHERE sid IS NOT NULL")
    # An attempt's id begins with the token of who made it; the row's own token may be that of who found it.
    tokens = {sid: int(attempt.partition("-")[0], 16) for sid, attempt in rows}
    newest, since = 0, 0
    for each in sorted(scene.read_book().accepted, key=lambda accepted: accepted.asked_at):
        token = tokens.get(each.sid, newest)
        if token > newest:
            result.holders += 1
            newest, since = token, each.asked_at
        elif token < newest:
            late = each.asked_at - since
            result.late.append(f"{each.number} under token {token}, {late} ms after {newest} had begun")


def _wait(happened: Callable[[], bool], what: str, result: Race) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not happened():
        if time.monotonic() > deadline:
            result.wrong.append(f"not within {PATIENCE_S:g} s: {what}")
            return
        time.sleep(POLL_S)
