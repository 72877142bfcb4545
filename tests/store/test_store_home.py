"""A database knows where it is at home, and a copy of it does not pass for it."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.support.databases import OpenStore
from tests.support.postgres import Cluster
from trd_tui.store import home
from trd_tui.store.database import SyncDatabase
from trd_tui.store.home import Home, of_file


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def copied(file: Path, to: Path) -> SyncDatabase:
    shutil.copyfile(file, to)
    return SyncDatabase(f"sqlite:///{to}")


def test_a_database_gets_its_home_when_it_is_first_used_to_send(store: SyncDatabase) -> None:
    assert store.read(home.read) is None
    assert store.read(home.warning) is None
    assert store.write(home.settle) is None
    assert store.read(home.read) == store.read(home.here)
    assert store.write(home.settle) is None
    assert store.write(home.adopt) is None


def test_a_copied_file_is_known_for_a_copy_until_a_person_adopts_it(
    sqlite_url: str, tmp_path: Path, open_store: OpenStore
) -> None:
    store = open_store(sqlite_url)
    store.write(home.settle)
    store.close()
    copy = copied(file_of(sqlite_url), tmp_path / "copy.db")
    said = copy.write(home.settle)
    assert said is not None
    assert said.startswith(f"this database is a copy of {file_of(sqlite_url)} on ")
    assert "make sure that the original no longer sends, then run trd start" in said
    assert copy.read(home.warning) == copy.write(home.settle) == said
    original = copy.write(home.adopt)
    assert original is not None
    assert original.place.startswith(str(file_of(sqlite_url)))
    assert copy.write(home.settle) is None
    copy.close()
    assert open_store(sqlite_url).write(home.settle) is None


def test_a_file_that_was_moved_or_linked_is_no_copy(sqlite_url: str, tmp_path: Path) -> None:
    file = file_of(sqlite_url)
    store = SyncDatabase(sqlite_url)
    store.write(home.settle)
    store.close()
    moved = tmp_path / "elsewhere" / "renamed.db"
    moved.parent.mkdir()
    file.rename(moved)
    os.symlink(moved, tmp_path / "link.db")
    for path in (moved, tmp_path / "link.db"):
        store = SyncDatabase(f"sqlite:///{path}")
        assert store.write(home.settle) is None
        stored = store.read(home.read)
        assert stored is not None
        assert stored.place.startswith(str(moved))
        store.close()


def test_a_copy_that_took_the_files_place_is_said_to_have_replaced_it(
    sqlite_url: str, tmp_path: Path
) -> None:
    file = file_of(sqlite_url)
    store = SyncDatabase(sqlite_url)
    store.write(home.settle)
    store.close()
    shutil.copyfile(file, tmp_path / "backup.db")
    file.unlink()  # its inode is free again, and some file systems give it out at once
    shutil.copyfile(tmp_path / "backup.db", file)
    store = SyncDatabase(sqlite_url)
    said = store.write(home.settle)
    store.close()
    assert said is not None
    assert "was replaced by a copy of it" in said


def test_a_database_that_was_copied_within_its_server_is_a_copy(cluster: Cluster) -> None:
    name = cluster.create()
    store = SyncDatabase(cluster.url(name))
    assert store.write(home.settle) is None
    store.close()
    admin = SyncDatabase(cluster.url("postgres"))
    with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"CREATE DATABASE {name}_copy TEMPLATE {name}"))
    admin.close()
    copy = SyncDatabase(cluster.url(f"{name}_copy"))
    said = copy.write(home.settle)
    assert said is not None
    assert f"copy of {name} on " in said
    copy.close()
    cluster.drop(f"{name}_copy")
    cluster.drop(name)


BORN = Home("machine", 12, 1_000, 1, "/a on alpha")


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (replace(BORN, place="/b on beta"), True),  # moved, or the host has a new name
        (replace(BORN, device=2), True),  # device numbers change with a restart
        (replace(BORN, machine="other"), False),  # the first files of two alike machines
        (replace(BORN, thing=13), False),
        (replace(BORN, born=2_000), False),  # an inode that was given out again
        (replace(BORN, born=0), True),  # a file system that tells no birth: device or place
        (replace(BORN, born=0, device=2), True),
        (replace(BORN, born=0, device=2, place="/b on alpha"), False),
    ],
)
def test_what_counts_as_the_same(other: Home, same: bool) -> None:
    assert BORN.is_same(other) is same
    assert other.is_same(BORN) is same


def test_without_a_machine_id_or_a_time_of_birth_the_rest_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(home, "MACHINE_FILES", (tmp_path / "none",))
    monkeypatch.setattr(home, "_born", lambda _file, _status: 0)
    file = tmp_path / "a"
    file.write_text("")
    shutil.copyfile(file, tmp_path / "b")
    known = of_file(file)
    assert known.machine == ""
    assert known.is_same(of_file(file))
    assert not known.is_same(of_file(tmp_path / "b"))


def test_a_machine_id_is_not_shown_around(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "id").write_text("0123456789abcdef0123456789abcdef\n")
    monkeypatch.setattr(home, "MACHINE_FILES", (tmp_path / "none", tmp_path / "id"))
    (tmp_path / "a").write_text("")
    machine = of_file(tmp_path / "a").machine
    assert machine
    assert machine not in (tmp_path / "id").read_text()
