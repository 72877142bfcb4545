"""The power goes off: what is on the disk is the database and a part of its write-ahead log.

Wherever the log ends, a commit is there as a whole or not at all, and the ones before it are there.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.world import World
from trd_tui.store import control
from trd_tui.store.database import SyncDatabase
from trd_tui.store.verify import differences

HEADER, FRAME_HEADER = 32, 24


@pytest.fixture
def wreck(tmp_path: Path) -> tuple[Path, bytes, int]:
    """A database, its write-ahead log with many commits, and how many frames that has."""
    world = World(tmp_path)
    world.db.write(lambda connection: connection.exec_driver_sql("PRAGMA wal_autocheckpoint = 0").all())
    with closing(sqlite3.connect(world.file)) as keeper:
        keeper.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        world.campaign(contacts=12, days=(1, 3))
        for at in range(1, 13):
            world.db.write(control.bump_fence)
            world.run("UPDATE control SET stop_reason = :reason", reason=f"{at:02d}" * 3_000)
        file = tmp_path / "disk" / "trd.db"
        file.parent.mkdir()
        shutil.copyfile(world.file, file)
        log = Path(f"{world.file}-wal").read_bytes()
    world.close()
    return file, log, (len(log) - HEADER) // (4096 + FRAME_HEADER)


def after_the_cut(file: Path, log: bytes) -> tuple[int, int, str]:
    """Open what is left: contacts, fence and reason; whatever they are, everything adds up."""
    folder = file.parent / "now"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copyfile(file, folder / "trd.db")
    (folder / "trd.db-wal").write_bytes(log)
    store = SyncDatabase(f"sqlite:///{folder / 'trd.db'}")
    try:
        assert store.read(differences) == []  # quick_check is among it
        assert store.write(lambda connection: connection.exec_driver_sql("SELECT 1").scalar()) == 1
        state = store.read(control.read_control)
        contacts = store.read(
            lambda connection: connection.exec_driver_sql("SELECT count(*) FROM contacts").scalar_one()
        )
    finally:
        store.close()
    return int(contacts), state.fence, (state.reason or "")[:2]


def cut(log: bytes, at: int) -> bytes:
    return log[:at]


def cut_and_torn(log: bytes, at: int) -> bytes:
    """The last sector holds what was there before the write."""
    return log[: max(0, at - 512)] + b"\x00" * min(at, 512)


@pytest.mark.parametrize("ends", [cut, cut_and_torn])
def test_what_is_left_is_a_prefix_of_the_commits(
    wreck: tuple[Path, bytes, int], ends: Callable[[bytes, int], bytes]
) -> None:
    file, log, frames = wreck
    dice = random.Random(7)
    whole = [HEADER + frame * (4096 + FRAME_HEADER) for frame in range(frames + 1)]
    at = sorted({0, *dice.sample(whole, 20), *dice.sample(range(len(log)), 10), len(log)})
    seen = [after_the_cut(file, ends(log, each)) for each in at]
    assert seen == sorted(seen)  # never less than what an earlier cut has left
    for contacts, fence, reason in seen:
        assert contacts in (0, 12)
        assert reason in ((f"{fence:02d}", f"{fence - 1:02d}") if fence > 1 else ("", "01"))
    assert len(set(seen)) > 5


@pytest.mark.slow
def test_at_every_frame(wreck: tuple[Path, bytes, int]) -> None:
    file, log, frames = wreck
    seen = [after_the_cut(file, log[: HEADER + frame * (4096 + FRAME_HEADER)]) for frame in range(frames + 1)]
    assert seen == sorted(seen)
    assert seen[-1] == (12, 12, "12")


def test_a_log_that_was_removed_costs_the_commits_in_it_and_nothing_else(
    wreck: tuple[Path, bytes, int],
) -> None:
    file, _log, _frames = wreck
    store = SyncDatabase(f"sqlite:///{file}")
    assert store.read(differences) == []
    assert store.read(control.read_control).fence == 0
    store.write(control.bump_fence)
    assert store.read(control.read_control).fence == 1
    store.close()


def test_what_was_carried_over_is_in_the_file_and_needs_no_log(tmp_path: Path) -> None:
    """Also while somebody reads and somebody else writes: nobody waits for it."""
    world = World(tmp_path)
    world.run("UPDATE control SET stop_reason = 'before'")
    with closing(SyncDatabase(world.url)) as beside:
        beside.carry_over()
        bare = tmp_path / "bare.db"
        shutil.copyfile(world.file, bare)
        with closing(sqlite3.connect(bare)) as alone:
            assert alone.execute("SELECT stop_reason FROM control").fetchone() == ("before",)
        with closing(sqlite3.connect(world.file, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            assert reader.execute("SELECT stop_reason FROM control").fetchone() == ("before",)
            world.run("UPDATE control SET stop_reason = 'after'")
            beside.carry_over()
            assert reader.execute("SELECT stop_reason FROM control").fetchone() == ("before",)
    assert world.one("SELECT stop_reason FROM control") == "after"
    world.close()
