"""The API on an empty database of each kind, and on the demonstration (built once, then copied)."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.api import Api, api_on
from trd_tui.clock import VirtualClock, real_now
from trd_tui.services.demo import build_demo
from trd_tui.store.database import Database


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
