"""Every statement of the store, prepared by both databases: none is of one kind without a counterpart."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from sqlalchemy import Connection, TextClause, bindparam, text

from trd_tui import store as store_package
from trd_tui.store.database import SyncDatabase
from trd_tui.store.driver import ByIds

KINDS = ("sqlite", "postgresql")

_EXPANDING = re.compile(r"\bIN :(\w+)")
_NAMES = re.compile(r"(?<![:\w]):(\w+)")


class Statement(NamedTuple):
    """A prepared text: where it stands, what it says, and the one kind it is for, if it is."""

    where: str
    said: str
    kind: str | None


def _texts(value: object, kind: str | None = None) -> Iterator[tuple[str, str | None]]:
    if isinstance(value, TextClause):
        yield value.text, "postgresql" if "pg_" in value.text else kind
    elif isinstance(value, ByIds):
        yield from _texts(value.texts)
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _texts(part, key if key in KINDS else kind)


def statements() -> list[Statement]:
    """Every prepared text of every module of the store."""
    found: set[Statement] = set()
    for module in pkgutil.iter_modules(store_package.__path__, "trd_tui.store."):
        if module.ispkg:
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            for at, (said, kind) in enumerate(_texts(value)):
                where = f"{module.name.rpartition('.')[2]}.{name}{at or ''}"
                found.add(Statement(where, said, kind))
    return sorted(found)


ALL = statements()


@pytest.fixture(scope="module", params=KINDS)
def shared_store(request: pytest.FixtureRequest) -> Iterator[SyncDatabase]:
    """One database of each kind for all statements: nothing is ever written."""
    if request.param == "sqlite":
        opened = SyncDatabase(f"sqlite:///{request.getfixturevalue('sqlite_template')}")
        yield opened
        opened.close()
        return
    cluster = request.getfixturevalue("cluster")
    name = cluster.create()
    opened = SyncDatabase(cluster.url(name))
    yield opened
    opened.close()
    cluster.drop(name)


@pytest.mark.parametrize("statement", ALL, ids=[statement.where for statement in ALL])
def test_both_databases_can_prepare_it(shared_store: SyncDatabase, statement: Statement) -> None:
    if statement.kind is not None and shared_store.is_sqlite != (statement.kind == "sqlite"):
        return  # its counterpart for this database stands beside it

    def explain(connection: Connection) -> int:
        lists = set(_EXPANDING.findall(statement.said))
        clause = text(f"EXPLAIN {statement.said}").bindparams(
            *(bindparam(name, expanding=True) for name in lists)
        )
        values: dict[str, object] = {
            name: [None] if name in lists else None for name in _NAMES.findall(statement.said)
        }
        return len(connection.execute(clause, values).all())

    assert shared_store.write(explain) > 0


def test_what_is_for_one_database_has_a_counterpart_for_the_other() -> None:
    def of(kind: str) -> set[str]:
        return {each.where.rstrip("0123456789") for each in ALL if each.kind == kind}

    # SQLite has one writer anyway, and a pragma for what has changed.
    # ... and its file's identity is the system's to tell.
    only_postgresql = {"planning._ONE_PLANNER", "plan_write._STILL_WAITING", "database._VISIBLE"}
    only_postgresql |= {"exits._LOCK_OPEN", "answers._LOCK"}
    only_postgresql |= {"home._MAY_ASK", "home._SERVER", "home._DATABASE", "stuck._SERVER_SIZE"}
    assert of("postgresql") - only_postgresql == of("sqlite")


def test_the_list_is_not_empty() -> None:
    assert len(ALL) > 100
