"""Fixtures: a database of each kind that the product runs on, with this version's tables.

``database_url`` runs a test twice, on SQLite and on PostgreSQL; ``sqlite_url`` and ``postgres_url`` once.
The tables are made once per test process and copied.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.postgres import Cluster
from trd_tui.store.database import SyncDatabase
from trd_tui.store.migrate import ensure_schema


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed SQLite file with the tables."""
    file = tmp_path_factory.mktemp("template") / "trd.db"
    ensure_schema(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server, started when the first test needs it."""
    running = Cluster()
    yield running
    running.close()


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A new SQLite database."""
    file = tmp_path / "trd.db"
    shutil.copyfile(sqlite_template, file)
    os.chmod(file, 0o600)
    return f"sqlite:///{file}"


@pytest.fixture
def postgres_url(cluster: Cluster) -> Iterator[str]:
    """A new PostgreSQL database."""
    name = cluster.create()
    yield cluster.url(name)
    cluster.drop(name)


@pytest.fixture
def empty_postgres_url(cluster: Cluster) -> Iterator[str]:
    """A PostgreSQL database without tables."""
    name = cluster.create(empty=True)
    yield cluster.url(name)
    cluster.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A new database of each kind, one after the other."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


OpenStore = Callable[[str], SyncDatabase]


@pytest.fixture
def open_store() -> Iterator[OpenStore]:
    """Open databases that are closed when the test ends, before they are dropped."""
    opened: list[SyncDatabase] = []

    def open_(url: str) -> SyncDatabase:
        opened.append(SyncDatabase(url))
        return opened[-1]

    yield open_
    for store in opened:
        store.close()


@pytest.fixture
def store(request: pytest.FixtureRequest, database_url: str) -> Iterator[SyncDatabase]:
    """A store on each kind of database."""
    opened = SyncDatabase(database_url)
    yield opened
    opened.close()
