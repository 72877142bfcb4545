"""One stage of the torture: a database, some campaigns, many violent ends, and a verdict."""

from __future__ import annotations

import signal
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tests.torture.judge import Verdict, judge
from tests.torture.launcher import Victim
from tests.torture.ledgers import Book
from tests.torture.scene import Scene
from tests.torture.schedule import ENDING, LOOKING, Death

RUN = ("run", "--until-idle")
PATIENCE_S = 3.0
"""A victim of a long torture that has not come to its point by then is killed where it is."""

CALM = {"calls": {}, "spread_ms": 50}
"""The peer's weather while the last sender works through what is left: lists go on as they were."""

ENOUGH = 400
"""With fewer texts left to be sent one more campaign is begun, so that every kill hits something."""


@dataclass(slots=True)
class Stage:
    """What a stage brought.

    Attributes:
        seed: of its kills and of the peer's weather.
        kills: how many victims were killed.
        at: how many of them died at each point; the rest at random moments.
        points: points that were passed at all.
        open_calls: calls begun and not answered, over all kills.
        recoveries_ms: from each restart to its first accepted message.
        seconds: wall time.
    """

    seed: int
    kills: int = 0
    at: Counter[str] = field(default_factory=Counter)
    points: set[str] = field(default_factory=set)
    open_calls: int = 0
    recoveries_ms: list[int] = field(default_factory=list)
    seconds: float = 0.0
    verdict: Verdict = field(default_factory=Verdict)


def torture(
    scene: Scene,
    kills: int,
    deaths: Iterator[Death],
    seed: int,
    *,
    people: int = 120,
    enough: int = ENOUGH,
    patience_s: float = PATIENCE_S,
) -> Stage:
    """Kill so many senders one after the other, let a last one finish, and judge.

    Args:
        scene: a new one.
        kills: how many.
        deaths: how each victim dies.
        seed: of the peer's weather; told when something is wrong.
        people: in each campaign.
        enough: with fewer touches to come another campaign is begun.
        patience_s: seconds after which a victim that has not come to its point is killed where it is.
    """
    stage = Stage(seed)
    began = time.monotonic()
    if scene.peer is not None:
        scene.peer.tell("settings", {"seed": seed})
    while stage.kills < kills:
        while scene.left() < enough:
            scene.add_campaign(people, repliers=10)
        death = next(deaths)
        victim = scene.sender(*RUN, point=death.point, passing=death.passing)
        _bring_to_its_end(scene, victim, death, patience_s)
        if victim.status() == -signal.SIGKILL:
            stage.kills += 1
            stage.open_calls += victim.open_calls
            if death.point and victim.counts is not None:
                stage.at[death.point] += victim.counts.of(death.point) >= death.passing
    _finish(scene)
    stage.verdict = judge(scene, kills=stage.kills)
    for victim in scene.launcher.victims:
        if victim.counts is not None:
            stage.points |= victim.counts.passed()
    stage.recoveries_ms = recoveries(scene.launcher.victims, scene.read_book())
    stage.seconds = time.monotonic() - began
    return stage


def _bring_to_its_end(scene: Scene, victim: Victim, death: Death, patience_s: float) -> None:
    deadline = time.monotonic() + patience_s
    if not death.point or death.point in ENDING:
        _until(lambda: victim.calls > 0 or victim.status() is not None, deadline)
        if death.point:
            victim.signal(signal.SIGTERM)
        else:
            time.sleep(death.after_s)
            victim.kill()
            return
    nothing_to_look_for = death.point in LOOKING and not scene.states().get("unknown")
    if nothing_to_look_for:
        deadline = min(deadline, time.monotonic() + patience_s / 3)
    _until(lambda: victim.status() is not None, deadline)
    victim.kill()


def _until(happened: Callable[[], bool], deadline: float) -> None:
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.002)


def _finish(scene: Scene) -> None:
    """Let a process end that nobody disturbs; one that could not read the carrier's list is started again."""
    if scene.peer is not None:
        scene.peer.tell("settings", CALM)
    for _ in range(5):
        last = scene.sender(*RUN)
        if last.finish(180) == 0:
            return
    raise AssertionError(f"no process came to an end by itself: {last.said()[-2000:]}")


def recoveries(victims: list[Victim], book: Book) -> list[int]:
    """For each victim that sent anything: milliseconds from its start to its first accepted message."""
    first: dict[str, int] = {}
    for each in book.accepted:
        first.setdefault(each.key, each.at)
    instants = [each.at for each in book.accepted]
    took = []
    for victim in victims:
        if not victim.calls:
            continue
        at = first.get(victim.key)
        if at is None:  # the simulated carrier does not know who asked; victims follow each other
            place = bisect_left(instants, victim.begun)
            at = instants[place] if place < len(instants) else None
        if at is not None and at >= victim.begun and (not victim.ended_at or at <= victim.ended_at + 2_000):
            took.append(at - victim.begun)
    return took
