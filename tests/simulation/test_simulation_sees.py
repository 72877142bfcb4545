"""A simulation that cannot fail proves nothing: a blinded gate shows at each act between intent and call."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulation.simulate import Templates
from tests.simulation.world import World
from tests.support.drip import Person
from tests.support.world import START, number
from trd_tui.engine.gate import Gate

ACTS = ("pause", "delete", "stop", "suppress")


async def _live(world: World, name: str) -> None:
    world.launch()
    people = [Person(number(at)) for at in range(3)]
    id_ = await world.create("C", people, days=(1, 3), zone="America/New_York")

    async def act() -> None:
        if name == "stop":
            await world.emergency_stop()
        elif name == "suppress":
            await world.suppress(number(1))
        else:
            await world.act(name, id_)

    world.between("intent committed", act)
    await world.act("start", id_)
    await world.until(START + 60_000)
    await world.end_gracefully()


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("blind", [False, True])
def test_an_act_between_intent_and_call_is_held_to(
    templates: Templates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, blind: bool
) -> None:
    def nothing(_gate: Gate, _message: int) -> None:
        return None

    if blind:
        monkeypatch.setattr(Gate, "refusal", nothing)
    world = World(tmp_path, templates.copy("sees.db"), START, seed=1)
    try:
        world.run(_live(world, name))
        called = 3 if blind else 2 if name == "suppress" else 0
        assert len(world.carrier.calls) == called
        assert bool(world.faults) == blind
    finally:
        world.close()
