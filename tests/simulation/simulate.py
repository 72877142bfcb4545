"""One whole simulation: a scenario is lived through to its end, then judged."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal, cast

from sqlalchemy import text

from tests.simulation.judge import Judge, ledger
from tests.simulation.scenario import EDITED, CampaignPlan, Scenario, draw, moods
from tests.simulation.world import OPTIONS, World
from trd_tui.store.migrate import ensure_schema


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a simulation.

    Attributes:
        seed: which it was.
        ledger: the carrier's book, as text.
        complaints: what went wrong, a sentence each.
        figures: how much happened.
    """

    seed: int
    ledger: str
    complaints: list[str]
    figures: Counter[str]


MEMORY = Path("/dev/shm")
"""Where files never reach a disk, on systems that have such a place; a simulation outlives nothing."""


class Templates:
    """Makes databases by copying one that has this version's tables."""

    def __init__(self) -> None:
        place = MEMORY if os.access(MEMORY, os.W_OK) else None
        self._folder = Path(tempfile.mkdtemp(prefix="trd-simulation-", dir=place))
        self._template = self._folder / "template.db"
        ensure_schema(f"sqlite:///{self._template}")

    def copy(self, name: str) -> str:
        """The URL of a new database; one of that name is replaced."""
        file = self._folder / name
        for left in self._folder.glob(f"{name}*"):
            left.unlink()
        shutil.copyfile(self._template, file)
        os.chmod(file, 0o600)
        return f"sqlite:///{file}"

    def close(self) -> None:
        """Throw everything away."""
        shutil.rmtree(self._folder)


def simulate(seed: int, url: str) -> Outcome:
    """Live through the scenario of a seed on an empty database and judge what came of it."""
    scenario = draw(seed)
    options = replace(OPTIONS, unknown_policy=cast("Literal['hold', 'retry']", scenario.unknown_policy))
    with tempfile.TemporaryDirectory(prefix="trd-simulation-") as folder:
        world = World(Path(folder), url, scenario.start, seed, crash=scenario.crash(), options=options)
        world.carrier.fate = moods(seed, world.clock.now)
        try:
            world.run(_live(world, scenario))
            complaints = Judge(scenario, world).judge()
            figures = Counter(event.kind for event in world.events)
            figures["messages"] = sum(call.sid is not None for call in world.carrier.calls)
            figures["held"] = world.count("state = 'held'")
            return Outcome(seed, ledger(world.carrier.calls), complaints, figures)
        finally:
            world.close()


async def _live(world: World, scenario: Scenario) -> None:
    """People act at their instants, the engine runs, dies and runs again, until nothing more can happen."""
    over = asyncio.Event()
    keeper = asyncio.ensure_future(world.keep_running(over, scenario.rests()))
    for at, act in sorted(_agenda(world, scenario), key=lambda entry: entry[0]):
        await world.until(at)
        await act()
    world.quiet.clear()
    quiet = asyncio.ensure_future(world.quiet.wait())
    await asyncio.wait({quiet, keeper}, return_when=asyncio.FIRST_COMPLETED)
    quiet.cancel()
    over.set()
    await keeper


Act = Callable[[], Coroutine[Any, Any, object]]


def _agenda(world: World, scenario: Scenario) -> list[tuple[int, Act]]:
    agenda: list[tuple[int, Act]] = []
    for plan in scenario.campaigns:
        agenda.append((plan.start_at, partial(_begin, world, plan)))
        agenda += [(at, partial(_join, world, plan, people)) for at, people in plan.joins]
        if plan.edit_at is not None:
            agenda.append((plan.edit_at, partial(_edit, world, plan)))
        for since, until in plan.pauses:
            agenda.append((since, partial(_act, world, "pause", plan)))
            agenda.append((until, partial(_act, world, "resume", plan)))
    for since, until in scenario.stops:
        agenda += [(since, world.emergency_stop), (until, world.release)]
    agenda += [(since, partial(world.switch_off, until)) for since, until in scenario.outages]
    return agenda


async def _begin(world: World, plan: CampaignPlan) -> None:
    id_ = await world.create(plan.name, plan.people, days=plan.days, zone=plan.zone, window=_window(plan))
    await _act(world, "start", plan)
    assert world.names[plan.name] == [id_]


def _window(plan: CampaignPlan) -> dict[str, str]:
    return {"days": plan.window, "from": "09:00", "to": "20:00"}


async def _edit(world: World, plan: CampaignPlan) -> None:
    if _runs(world, plan):
        texts = tuple(EDITED.items())
        await world.edit(world.names[plan.name][0], plan.name, texts, zone=plan.zone, window=_window(plan))


def _runs(world: World, plan: CampaignPlan) -> bool:
    """Whether anybody is left in a campaign: without anybody it completes, and takes nothing more."""
    left = text("SELECT 1 FROM campaigns WHERE id = :id AND status <> 'completed'")
    return bool(world.rows(left, id=world.names[plan.name][0]))


async def _join(world: World, plan: CampaignPlan, people: list[Any]) -> None:
    if _runs(world, plan):
        await world.enrol(world.names[plan.name][0], people)


async def _act(world: World, name: str, plan: CampaignPlan) -> None:
    (result,) = await world.act(name, *world.names[plan.name])
    over = name in ("pause", "resume") and "all its touches are done" in result.message
    if not (result.ok or over):
        raise AssertionError(f"{name} of {plan.name} was refused: {result.message}")
