"""A world, and the webhooks' door of its database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Connection

from tests.support.door import Door, open_door, settings_for
from tests.support.world import START, World
from trd_tui.clock import VirtualClock
from trd_tui.engine import intake
from trd_tui.engine.adopting import Report, comes_early
from trd_tui.store.verify import differences


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock.starting(START, jumps=True)


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


@pytest.fixture
def put_off(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Set once a report has been put off, twice, because what it belongs to is not recorded yet."""
    seen = asyncio.Event()
    times = count(1)

    def watched(connection: Connection, reports: Sequence[Report], real: int) -> list[bool]:
        early = comes_early(connection, reports, real)
        if any(early) and next(times) == 2:
            seen.set()
        return early

    monkeypatch.setattr(intake, "comes_early", watched)
    return seen
