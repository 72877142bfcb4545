"""An upgrade that is killed or fails leaves the old version usable; of two at once, one does the work.

A migration that tells what it does stands in a copy of the real ones; the program is told to expect it.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from tests.store.test_store_migrate import catalogue
from tests.support.command import eventually
from tests.support.databases import OpenStore
from trd_tui.store import migrate
from trd_tui.store.control import read_control
from trd_tui.store.migrate import HEAD, ensure_schema, stored_revision

MIGRATION = f"""
import time
from pathlib import Path
from alembic import op
from sqlalchemy import Column, Integer, text

revision = "9999_next"
down_revision = "{HEAD}"

def upgrade():
    folder = Path({{folder!r}})
    op.add_column("contacts", Column("shoe_size", Integer))
    op.create_table("shoes", Column("id", Integer, primary_key=True))
    op.execute("UPDATE control SET fence = 77")
    with open(folder / "begun", "a") as begun:
        begun.write("x")
    while (folder / "wait").exists():
        time.sleep(0.01)
    if (folder / "fail").exists():
        raise RuntimeError("the migration has failed")
    op.execute("INSERT INTO shoes (id) VALUES (1)")
"""
PROGRAM = """
import sys
from pathlib import Path
from trd_tui.store import migrate
migrate._MIGRATIONS, migrate.HEAD = Path(sys.argv[1]), "9999_next"
read = migrate.stored_revision
def and_tell(connection):
    found = read(connection)
    with open(Path(sys.argv[1]).parent / "read", "a") as told:
        told.write("x")
    return found
migrate.stored_revision = and_tell
migrate.ensure_schema(sys.argv[2])
"""


@pytest.fixture
def scene(tmp_path: Path) -> Path:
    """A folder with the migrations and one more; files in it steer that one."""
    folder = tmp_path / "scene"
    shutil.copytree(Path(migrate.__file__).parent / "migrations", folder / "migrations")
    program = MIGRATION.format(folder=str(folder))
    (folder / "migrations" / "versions" / "9999_next.py").write_text(program)
    return folder


def upgrading(scene: Path, url: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(scene / "migrations"), url], stderr=subprocess.DEVNULL
    )


def begun(scene: Path, name: str = "begun") -> int:
    file = scene / name
    return len(file.read_text()) if file.exists() else 0


def waiting(connection: Connection) -> int:
    """How many wait for a lock of the server."""
    return int(connection.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one())


def assert_it_is_as_before(url: str, before: dict[str, str], open_store: OpenStore) -> None:
    ensure_schema(url)
    store = open_store(url)
    assert store.read(stored_revision) == HEAD
    assert store.read(catalogue) == before
    assert store.read(read_control).fence == 0


def test_an_upgrade_that_is_killed_or_fails_leaves_the_old_version_and_can_be_done_again(
    database_url: str, scene: Path, open_store: OpenStore
) -> None:
    before = open_store(database_url).read(catalogue)
    (scene / "wait").touch()
    running = upgrading(scene, database_url)
    eventually("the migration has begun", lambda: begun(scene) == 1)
    running.send_signal(signal.SIGKILL)
    assert running.wait(30) == -signal.SIGKILL
    assert_it_is_as_before(database_url, before, open_store)
    (scene / "wait").unlink()
    (scene / "fail").touch()
    assert upgrading(scene, database_url).wait(60) == 1
    assert begun(scene) == 2
    assert_it_is_as_before(database_url, before, open_store)
    (scene / "fail").unlink()
    assert upgrading(scene, database_url).wait(60) == 0
    store = open_store(database_url)
    assert store.read(stored_revision) == "9999_next"
    assert store.read(read_control).fence == 77


def test_two_that_upgrade_at_once_do_it_once(database_url: str, scene: Path, open_store: OpenStore) -> None:
    (scene / "wait").touch()
    first = upgrading(scene, database_url)
    eventually("the migration has begun", lambda: begun(scene) == 1)
    second = upgrading(scene, database_url)
    # The first one has read the revision twice, before and under the lock; now the second one has, too.
    eventually("the second one has read the revision", lambda: begun(scene, "read") >= 3)
    if database_url.startswith("postgresql"):
        store = open_store(database_url)
        eventually("the second one waits", lambda: store.read(waiting))
    (scene / "wait").unlink()
    assert (first.wait(60), second.wait(60)) == (0, 0)
    assert begun(scene) == 1
    assert open_store(database_url).read(stored_revision) == "9999_next"
