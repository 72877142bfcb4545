"""A world, and the webhooks' door of its database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.support.carriers import ListedCarrier
from tests.support.door import Door, open_door, settings_for
from tests.support.world import START, World
from trd_tui.clock import VirtualClock
from trd_tui.store.verify import differences


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock.starting(START, jumps=True)


@pytest.fixture
def carrier(clock: VirtualClock) -> ListedCarrier:
    return ListedCarrier(clock)


@pytest.fixture
def world(tmp_path: Path, database_url: str) -> Iterator[World]:
    """On each kind of database; every counter is exact afterwards."""
    made = World(tmp_path, url=database_url)
    yield made
    assert made.db.read(differences) == []
    made.close()


@pytest.fixture
async def door(world: World, clock: VirtualClock) -> AsyncIterator[Door]:
    async with open_door(settings_for(world.url), clock) as opened:
        yield opened
