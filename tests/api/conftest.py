"""A world with the webhooks' door, and the API on an empty database and on the demonstration."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Connection

from tests.support.api import Api, api_on
from tests.support.door import Door, open_door, settings_for
from tests.support.world import START, World
from trd_tui.clock import VirtualClock, real_now
from trd_tui.engine import intake
from trd_tui.engine.adopting import Report, comes_early
from trd_tui.services.demo import build_demo
from trd_tui.store.database import Database
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


@pytest.fixture(scope="session")
def demo_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed SQLite file with the seven demonstration campaigns."""
    file = tmp_path_factory.mktemp("demo") / "trd.db"
    shutil.copyfile(sqlite_template, file)

    async def fill() -> None:
        db = Database(f"sqlite:///{file}")
        await build_demo(db, real_now())
        await db.close()

    asyncio.run(fill())
    return file


@pytest.fixture
async def demo(demo_template: Path, tmp_path: Path) -> AsyncIterator[Api]:
    """The API on the demonstration, whose time stands still."""
    file = tmp_path / "demo.db"
    shutil.copyfile(demo_template, file)
    async with api_on(f"sqlite:///{file}", clock=VirtualClock.starting(real_now(), 0.0)) as api:
        yield api


@pytest.fixture
async def api(database_url: str) -> AsyncIterator[Api]:
    """The API on an empty database of each kind."""
    async with api_on(database_url) as made:
        yield made


@pytest.fixture
async def sqlite_api(sqlite_url: str) -> AsyncIterator[Api]:
    """The API on an empty SQLite database."""
    async with api_on(sqlite_url) as made:
        yield made
