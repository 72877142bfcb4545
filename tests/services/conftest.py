"""Fixtures: a database of each kind, a clock that stands still until a test moves it, and who acts."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.services import Desk
from trd_tui.store.database import Database


@pytest.fixture
async def desk(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    db = Database(database_url)
    yield Desk(db, tmp_path)
    await db.close()


@pytest.fixture
async def sqlite_desk(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    db = Database(sqlite_url)
    yield Desk(db, tmp_path)
    await db.close()
