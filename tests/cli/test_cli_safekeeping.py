"""``trd backup`` and ``trd restore``, from the shell's side."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Trd


def test_backup_and_restore_say_what_they_did(demo: Trd, home: Path) -> None:
    made = demo("backup", str(home / "b.db"), "--json").json
    assert (made["campaigns"], made["contacts"], made["sent"]) == (7, 912, 2561)
    assert made["bytes"] == (home / "b.db").stat().st_size
    again = demo("backup", str(home / "b.db"))
    assert (again.status, again.err.count("\n")) == (1, 1)
    assert "exists already" in again.err
    demo("campaign", "pause", "--all-active")
    refused = demo("restore", str(home / "b.db"))
    assert (refused.status, refused.err.count("\n")) == (1, 1)
    assert "--yes puts it aside" in refused.err
    done = demo("restore", str(home / "b.db"), "--yes", "--json").json
    assert done["stopped"] is True
    assert Path(done["putAside"]).exists()
    doctor = {(line["subject"], line["level"]): line for line in demo("doctor", "--json").json}
    assert f"restored from {home / 'b.db'}" in doctor["stop", "warning"]["text"]
    assert demo("campaign", "list", "--json").json["summary"]["activeCampaigns"] == 5
    ran = demo("run", "--until-idle")
    assert (ran.status, "restored from" in ran.err) == (1, True)
    assert demo("verify").status == 0


def test_without_a_terminal_a_restore_wants_yes(demo: Trd, home: Path) -> None:
    demo("backup", str(home / "b.db"))
    refused = demo("restore", str(home / "b.db"))
    assert (refused.status, refused.err.count("\n")) == (1, 1)
    assert "not done: the present database" in refused.err
    assert "gives its place to the backup and is kept beside it; --yes does it" in refused.err
    assert "emergency stop" not in demo("campaign", "list").err
    assert demo("restore", str(home / "b.db"), "--yes").status == 0


def test_a_backup_of_nothing_makes_nothing(trd: Trd, home: Path) -> None:
    ran = trd("backup", str(home / "b.db"))
    assert (ran.status, ran.err.count("\n")) == (1, 1)
    assert "trd init" in ran.err
    assert not (home / "b.db").exists()
