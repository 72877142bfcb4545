"""A disk that is full or may not be written: one sentence, exit status 1, nothing half done."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command import Command, command, last_line
from tests.support.drip import Drip, people

TABLES = ("campaigns", "touches", "contacts", "enrolments", "scheduled_messages")


@pytest.fixture
def trd(tmp_path: Path) -> Iterator[Command]:
    with command(tmp_path) as made:
        yield made


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes."""
    if os.geteuid() != 0:
        pytest.fail("a small disk needs root: run the system tests as root, in a container")
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", folder], check=True)


def counts(trd: Command) -> list[int]:
    return [trd.one(f"SELECT count(*) FROM {table}") for table in TABLES]


def refused(trd: Command, *words: object) -> str:
    """Run a command that must be refused; return its sentence, which is the last of its log."""
    ran = trd(*words)
    assert ran.status == 1
    # An import that has begun reports what it has kept.
    assert ran.out == "" or (words[:2] == ("contact", "import") and "rows read" in ran.out)
    assert "Traceback" not in ran.err
    return ran.err.strip().splitlines()[-1] if words[0] == "run" else last_line(ran.err)


def fill(file: Path) -> None:
    """Take what room is left."""
    with file.open("ab", buffering=0) as out:
        try:
            while out.write(b"x" * 4096):
                pass
        except OSError:
            return


@pytest.mark.system
def test_a_full_disk(trd: Command, small_disk: Path) -> None:
    database = small_disk / "trd.db"
    trd.environment["TRD_DATABASE_URL"] = f"sqlite:///{database}"
    trd.database = database
    trd.ok("init")
    few, few_contacts = Drip("Few", people(3), days=(1, 2)).write(trd.home)
    trd.ok("campaign", "create", few, "--contacts", few_contacts)
    many, many_contacts = Drip("Many", people(20_000, first=10), days=(1, 2)).write(trd.home)
    # An import keeps what it has stored, and can be done again; a campaign is made as a whole or not at all.
    for words in (
        ("contact", "import", many_contacts),
        ("campaign", "create", many, "--contacts", many_contacts, "--start"),
    ):
        assert "no room is left for the database" in refused(trd, *words)
        assert trd.rows("SELECT name, status FROM campaigns WHERE deleted_at IS NULL") == [("Few", "draft")]
        assert "verified" in trd("verify").out
    filler = small_disk / "filler"
    filler.write_bytes(b"x" * max(0, (os.statvfs(small_disk).f_bavail * 4096 - 100_000)))
    assert "no room" in refused(trd, "backup", small_disk / "backup.db")
    fill(filler)
    said = refused(trd, "run", "--until-idle")  # the database or the simulated carrier's ledger says it
    assert "no room is left" in said or "disk is full" in said
    filler.unlink()
    assert "verified" in trd("verify").out
    assert not [each for each in small_disk.iterdir() if "backup" in each.name]
    trd.ok("backup", trd.home / "backup.db")


def test_a_folder_that_may_not_be_written(trd: Command) -> None:
    folder = trd.home / "locked"
    folder.mkdir()
    trd.database = folder / "trd.db"
    trd.environment["TRD_DATABASE_URL"] = f"sqlite:///{trd.database}"
    definition, contacts = Drip("Locked", people(3), days=(1, 2)).write(trd.home)
    trd.ok("init")
    trd.without_privileges = True
    folder.chmod(0o500)
    for words in (
        ("campaign", "create", definition, "--contacts", contacts),
        ("contact", "import", contacts),
        ("run", "--until-idle"),
    ):
        said = refused(trd, *words)
        assert str(trd.database) in said
        assert "its folder" in said
    folder.chmod(0o700)
    trd.without_privileges = False
    assert counts(trd) == [0] * len(TABLES)
    trd.ok("verify")
