"""Exports as files: whole or not at all, never over another, for their owner only."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.support.services import Desk
from trd_tui.services import export
from trd_tui.services.export_files import ExportRefusedError, export_to, new_folder, whole_or_not_at_all
from trd_tui.services.views import ActCancelledError


async def test_two_files_a_campaign_named_after_it(sqlite_desk: Desk, tmp_path: Path) -> None:
    desk = sqlite_desk
    one, two = await desk.running("Spring — Häuser / 2024"), await desk.filled("夏", first=50)
    folder = new_folder(tmp_path / "exports", "now")
    told: list[tuple[int, int]] = []
    results = await export_to(desk.db, [one, two, "camp_0"], folder, lambda done, of: told.append((done, of)))
    assert [result.ok for result in results] == [True, True, False]
    assert sorted(file.name for file in folder.iterdir()) == sorted(
        [
            f"{stem}-{what}.csv"
            for stem in (f"spring-h-user-2024-{one}", two)
            for what in ("contacts", "messages")
        ]
    )
    with (folder / f"{two}-contacts.csv").open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 3
    assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
    assert folder.stat().st_mode & 0o777 == 0o700
    assert told[0] == (0, 9)  # three contacts and three messages, then three contacts of a draft


async def test_every_export_gets_a_folder_of_its_own(tmp_path: Path) -> None:
    first, second = new_folder(tmp_path, "now"), new_folder(tmp_path, "now")
    assert (first.name, second.name) == ("now", "now-2")


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportRefusedError, match="cannot be written"):
        new_folder(tmp_path / "file" / "exports", "now")


def test_a_file_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("mine")
    with pytest.raises(ExportRefusedError, match="exists already"), whole_or_not_at_all(tmp_path, "a.csv"):
        pass
    assert (tmp_path / "a.csv").read_text() == "mine"


async def test_called_off_half_way_the_campaign_leaves_no_file(
    sqlite_desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = sqlite_desk
    one, two = await desk.running("One"), await desk.running("Two", contacts=25, first=50)
    monkeypatch.setattr(export, "_PAGE", 10)
    folder = new_folder(tmp_path, "now")

    def told(done: int, _total: int) -> None:
        if done > 6 + 25:  # the contacts of the second are written, its messages are under way
            raise ActCancelledError

    results = await export_to(desk.db, [one, two], folder, told)
    assert [result.ok for result in results] == [True, False]
    assert {file.name.partition("-")[0] for file in folder.iterdir()} == {"one"}


async def test_called_off_at_once_nothing_is_left(sqlite_desk: Desk, tmp_path: Path) -> None:
    one = await sqlite_desk.running("One")
    folder = new_folder(tmp_path, "now")

    def told(_done: int, _total: int) -> None:
        raise ActCancelledError

    results = await export_to(sqlite_desk.db, [one], folder, told)
    assert not results[0].ok
    assert not folder.exists()
