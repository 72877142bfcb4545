"""What simulations have found, each as small as it gets."""

from __future__ import annotations

from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.simulation.calendars import DAY_MS, Calendar
from tests.simulation.scenario import HOUR_MS
from tests.simulation.simulate import Templates
from tests.simulation.world import World
from tests.support.drip import Person
from tests.support.world import START, number


def test_a_campaign_whose_last_contact_left_in_a_pause_is_completed_by_its_resume(
    templates: Templates, tmp_path: Path
) -> None:
    world = World(tmp_path, templates.copy("found.db"), START, seed=1)

    async def live() -> None:
        world.launch()
        id_ = await world.create("C", [Person(number(0))], days=(1, 3), zone="America/New_York")
        await world.act("start", id_)
        await world.until(START + 60_000)
        await world.act("pause", id_)
        world.carrier.replies(number(0), "Yes please", "+15005550006", world.clock.now())
        await world.until(START + 120_000)
        await world.act("resume", id_)
        await world.quiet.wait()
        await world.end_gracefully()

    try:
        world.run(live())
        assert world.rows("SELECT status, open_count FROM campaigns") == [("completed", 0)]
    finally:
        world.close()


def test_who_joins_in_a_pause_that_is_taken_back_begins_then(templates: Templates, tmp_path: Path) -> None:
    world = World(tmp_path, templates.copy("found.db"), START, seed=1)

    async def live() -> None:
        world.launch()
        id_ = await world.create("C", [Person(number(0))], days=(1, 3), zone="America/New_York")
        await world.act("start", id_)
        await world.until(START + 60_000)
        await world.act("pause", id_)
        await world.enrol(id_, [Person(number(1))])
        await world.until(START + 120_000)
        await world.act("unpause", id_)
        await world.quiet.wait()
        await world.end_gracefully()

    try:
        world.run(live())
        assert world.rows("SELECT status, sent_count FROM campaigns") == [("completed", 4)]
        assert world.differences() == []
    finally:
        world.close()


def test_a_campaign_whose_last_contact_left_in_a_pause_that_is_taken_back_is_completed(
    templates: Templates, tmp_path: Path
) -> None:
    world = World(tmp_path, templates.copy("found.db"), START, seed=1)

    async def live() -> None:
        world.launch()
        id_ = await world.create("C", [Person(number(0))], days=(1, 3), zone="America/New_York")
        await world.act("start", id_)
        await world.until(START + 60_000)
        await world.act("pause", id_)
        world.carrier.replies(number(0), "Yes please", "+15005550006", world.clock.now())
        await world.until(START + 120_000)
        await world.act("unpause", id_)
        await world.quiet.wait()
        await world.end_gracefully()

    try:
        world.run(live())
        assert world.rows("SELECT status, open_count FROM campaigns") == [("completed", 0)]
    finally:
        world.close()


@pytest.mark.parametrize(("late_ms", "days"), [(-2_000, 0), (1, 1)])
def test_what_is_due_in_the_last_minute_leaves_at_the_next_opening(
    templates: Templates, tmp_path: Path, late_ms: int, days: int
) -> None:
    """Seed 15: the judge did not know that rule."""
    cal = Calendar(ZoneInfo("America/New_York"), frozenset(range(7)))
    begins = cal.at(cal.wall(START).date(), time(19, 59)) + late_ms
    world = World(tmp_path, templates.copy("found.db"), begins - 60_000, seed=1)

    async def live() -> None:
        id_ = await world.create("C", [Person(number(0))], days=(1,), zone="America/New_York")
        await world.until(begins)
        await world.act("start", id_)
        world.launch()
        await world.quiet.wait()
        await world.end_gracefully()

    try:
        world.run(live())
        (call,) = world.carrier.calls
        assert cal.opens(begins) <= call.at < cal.opens(begins) + 1_000
        assert (cal.wall(call.at).date() - cal.wall(begins).date()).days == days
    finally:
        world.close()


def test_a_touch_that_moves_before_one_that_was_taken_out_still_comes(
    templates: Templates, tmp_path: Path
) -> None:
    """The removed touch kept its day, so whoever had had it was taken to be behind the one that moved."""
    world = World(tmp_path, templates.copy("found.db"), START, seed=1)

    async def live() -> None:
        world.launch()
        id_ = await world.create("C", [Person(number(0))], days=(3, 6, 9), zone="America/New_York")
        await world.act("start", id_)
        await world.until(START + 2 * DAY_MS + HOUR_MS)
        await world.edit(id_, "C", [(2, 6), (3, 9)], zone="America/New_York")
        await world.act("pause", id_)
        await world.edit(id_, "C", [(2, 1), (3, 9)], zone="America/New_York")
        await world.act("resume", id_)
        await world.quiet.wait()
        await world.end_gracefully()

    try:
        world.run(live())
        assert [call.request.body.split(":")[0] for call in world.carrier.calls] == ["C 1", "C 2", "C 3"]
        assert world.differences() == []
    finally:
        world.close()
