"""A copied database, seen from the command line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Trd
from trd_tui.store import home as database_home
from trd_tui.store.database import SyncDatabase


def test_a_copied_database_is_said_to_be_one_and_sends_nothing(
    demo: Trd, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = SyncDatabase(f"sqlite:///{home / 'demo.db'}")
    original.write(database_home.settle)
    original.close()
    shutil.copyfile(home / "demo.db", home / "copy.db")
    (home / "copy.db").chmod(0o600)
    monkeypatch.setenv("TRD_DATABASE_URL", f"sqlite:///{home / 'copy.db'}")
    said = {(line["subject"], line["level"]): line for line in demo("doctor", "--json").json}
    assert f"copy of {home / 'demo.db'}" in said["database", "warning"]["text"]
    assert "trd start" in said["database", "warning"]["remedy"]
    ran = demo("run", "--until-idle")
    assert ran.status == 1
    assert f"all sending was stopped: this database is a copy of {home / 'demo.db'}" in ran.err
    assert f"copy of {home / 'demo.db'}" in demo("doctor").out
    assert demo("start", "--json").json["released"] is True
    assert "copy of" not in demo("doctor").out
