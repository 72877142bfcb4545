"""What a person reads when a database refuses: provoked for real, never simulated."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from tests.support.databases import OpenStore
from tests.support.postgres import Cluster
from trd_tui.store import control, database, errors
from trd_tui.store.database import Database, SyncDatabase, parse_url
from trd_tui.store.migrate import ensure_schema


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def bump(connection: Connection) -> None:
    control.bump_fence(connection)


def assert_one_sentence(error: errors.StoreError, where: str) -> None:
    said = str(error)
    assert where in said
    assert "\n" not in said
    assert "; " in said or "with: " in said  # what is wrong; what to do
    assert error.__cause__ is not None


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 20)


@pytest.mark.usefixtures("impatient")
async def test_a_database_that_another_process_holds_is_busy(sqlite_url: str) -> None:
    opened, store = Database(sqlite_url), SyncDatabase(sqlite_url)
    await opened.write(bump)
    holder = sqlite3.connect(file_of(sqlite_url), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(errors.DatabaseBusyError) as busy:
        await opened.write(bump)
    assert_one_sentence(busy.value, sqlite_url.removeprefix("sqlite:///"))
    with pytest.raises(errors.DatabaseBusyError):
        store.write(bump)
    # A reader does not wait for a writer.
    assert (await opened.read(control.read_control)).fence == 1
    assert store.read(control.read_control).fence == 1
    holder.close()
    await opened.write(bump)
    await opened.close()
    store.close()


def test_a_full_disk_is_said_so_and_the_transaction_is_undone(sqlite_url: str, open_store: OpenStore) -> None:
    store = open_store(sqlite_url)

    def fill(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 1}")
        bump(connection)
        for _ in range(50):
            connection.execute(
                text("UPDATE control SET stop_reason = coalesce(stop_reason, '') || hex(zeroblob(9000))")
            )

    with pytest.raises(errors.DiskFullError) as full:
        store.write(fill)
    assert_one_sentence(full.value, "trd.db")
    assert store.read(control.read_control).fence == 0


async def test_a_reader_that_writes_is_refused(sqlite_url: str) -> None:
    opened = Database(sqlite_url)
    with pytest.raises(errors.ReadOnlyError) as refused:
        await opened.read(bump)
    assert_one_sentence(refused.value, "trd.db")
    await opened.close()


async def test_a_file_that_is_no_database_is_said_so(tmp_path: Path) -> None:
    file = tmp_path / "letter.db"
    file.write_text("Dear Ann, " * 200)
    url = f"sqlite:///{file}"
    opened = Database(url)
    with pytest.raises(errors.NotADatabaseError) as refused:
        await opened.read(control.read_control)
    assert_one_sentence(refused.value, "letter.db")
    await opened.close()
    with pytest.raises(errors.NotADatabaseError, match="not a TRD database"):
        ensure_schema(url)
    assert file.read_text().startswith("Dear Ann")


async def test_missing_tables_name_the_command_that_makes_them(
    tmp_path: Path, empty_postgres_url: str
) -> None:
    for url in (f"sqlite:///{tmp_path / 'empty.db'}", empty_postgres_url):
        opened = Database(url)
        with pytest.raises(errors.MissingTablesError, match="run trd init") as refused:
            await opened.read(control.read_control)
        assert_one_sentence(refused.value, "empty.db" if "sqlite" in url else "trd_")
        await opened.close()


def test_a_folder_that_cannot_be_made_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(errors.CannotOpenError, match="check that its folder exists") as refused:
        SyncDatabase(f"sqlite:///{tmp_path / 'file' / 'trd.db'}")
    assert_one_sentence(refused.value, "trd.db")


def test_a_damaged_file_is_said_so(sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "damaged.db"
    shutil.copyfile(file_of(sqlite_url), file)
    with open(file, "r+b") as raw:
        raw.seek(4096)
        raw.write(os.urandom(file.stat().st_size - 4096))
    store = SyncDatabase(f"sqlite:///{file}")
    with pytest.raises(errors.NotADatabaseError, match="is damaged"):
        store.write(bump)
    store.close()


async def test_a_server_that_does_not_answer_is_said_so_without_the_password() -> None:
    opened = Database("postgresql://ann:secret@127.0.0.1:1/trd")
    with pytest.raises(errors.UnreachableError, match="cannot be reached") as refused:
        await opened.read(control.read_control)
    assert_one_sentence(refused.value, "trd on 127.0.0.1")
    assert "secret" not in str(refused.value)
    await opened.close()


async def test_a_database_that_the_server_does_not_have_is_said_so(cluster: Cluster) -> None:
    opened = Database(cluster.url("nowhere"))
    with pytest.raises(errors.UnreachableError, match="there is no database nowhere"):
        await opened.read(control.read_control)
    await opened.close()


def test_a_fault_of_ours_stays_what_it_is(store: SyncDatabase) -> None:
    def ours(connection: Connection) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.write(ours)

    def twice(connection: Connection) -> None:
        connection.execute(text("INSERT INTO leases (name) VALUES ('x'), ('x')"))

    with pytest.raises(Exception, match=r"(?i)unique") as clash:
        store.write(twice)
    assert not isinstance(clash.value, errors.StoreError)


def test_a_store_error_keeps_its_own_sentence() -> None:
    with pytest.raises(errors.DiskFullError, match=r"^as it is$"), errors.translating("x"):
        raise errors.DiskFullError("as it is")


def test_a_server_that_is_gone_is_not_waited_for_as_long_as_the_system_would() -> None:
    url = parse_url("postgresql://ann@db.example/trd?connect_timeout=3")
    assert url.query["connect_timeout"] == "3"  # a user's own wish stays
    assert url.query["tcp_user_timeout"] == "15000"
