"""The screen of reports: every key, what each tab promises, and its sentences where there is nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.real_desk import Built
from tests.support.screen import Driver, driving_real
from trd_tui.tui.reports.screen import ReportsScreen
from trd_tui.tui.service_desk import ServiceDesk


def screen_of(d: Driver[ServiceDesk]) -> ReportsScreen:
    screen = d.app.screen
    assert isinstance(screen, ReportsScreen)
    return screen


async def shown(d: Driver[ServiceDesk], *keys: str) -> str:
    """What the screen shows after some keys, once everything is read."""
    await d.press(*keys)
    table = screen_of(d).table
    await d.until(lambda: table.source is not None and table.total is not None)
    await d.settle()
    return d.text()


def columns(d: Driver[ServiceDesk], name: str) -> list[object]:
    return [getattr(row, name) for row in screen_of(d).table.loaded_rows()]


async def test_every_key_of_the_reports(
    built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    async with driving_real(built, tmp_path / "x.db") as d:
        text = await shown(d, "f4")
        assert "All campaigns  ·  all time  ·  figures of 14:57 EDT" in text
        assert "2,561 sent    98.1 % delivered    48 failed    150 · 5.9 % replies    37 opt-outs" in text
        assert columns(d, "sent_count") == [855, 487, 342, 298, 267, 178, 134]
        await shown(d, "s", "n")  # the database sorts this list
        assert columns(d, "name")[:2] == ["Commercial Property Outreach", "First Time Home Buyers"]
        await d.press("slash", *"luxury")
        await d.until(lambda: columns(d, "name") == ["Luxury Home Buyers"])
        text = await shown(d, "escape", "j", "j", "enter")  # back from the search, then one campaign
        assert "Investor Networking Campaign  ·  all time" in text
        assert "2 Touches" in d.line("#tabs")
        assert next(row for row in text.splitlines() if "#1" in row).split()[1:4] == ["#1", "day", "1"]
        text = await shown(d, "4")
        assert screen_of(d).table.total == 22
        assert "↩ replied" in text
        assert "  ·  who has answered  ·  " in text
        text = await shown(d, "f")
        assert "  ·  who has not answered  ·  " in text
        assert columns(d, "replied_at") == [None] * len(columns(d, "replied_at"))
        assert "who has answered" in d.line("#hints")
        text = await shown(d, "6")  # one campaign: what each day has cost
        assert columns(d, "name")[0] == "Tue 10 Mar 2026"
        text = await shown(d, "a", "s", "c")  # all campaigns again, the dearest last
        assert "All campaigns" in text
        text = await shown(d, "s", "c")
        assert columns(d, "spent") == sorted(columns(d, "spent"))  # type: ignore[type-var]
        text = await shown(d, "t", "w", "3")
        assert "the last 7 days" in text
        assert len(columns(d, "id")) == 7
        await d.press("e")
        await d.until(lambda: "Exported 7 rows" in d.toasts())
        (file,) = (tmp_path / "home" / "trd-exports").iterdir()
        assert file.name.startswith("report-days-7-days-")
        assert f"As CSV, in ~/trd-exports:\n{file.name}" in d.toasts()
        assert len(file.read_text().splitlines()) == 8
        text = await shown(d, "5")
        assert "Unknown destination handset: the number cannot" in text  # whole, under the list
        assert "Something went wrong" not in d.toasts()
        await d.press("question_mark")
        assert "Of what time: today, 7 days, 30 days or all time" in d.text()


async def test_what_is_live_moves_no_cursor_and_what_is_empty_says_so(built: Built, tmp_path: Path) -> None:
    async with driving_real(built, tmp_path / "x.db", size=(80, 24)) as d:
        await shown(d, "f4", "2", "j", "j")
        screen = screen_of(d)
        before = d.text()
        await d.desk.act("pause", ["nobody"])
        await d.look()
        screen.live()
        screen._read_at = 0.0
        screen.tick()
        await d.settle()
        assert (screen.table.cursor, d.text()) == (2, before)
        assert "Choose a campaign first: 1, then enter on its row." in await shown(d, "4")
        await shown(d, "e", "z")
        assert "Nothing to export: Choose a campaign first" in d.toasts()
        assert "There is nothing to undo." in d.toasts()
        assert "No failures today: the carrier had nothing against any message." in await shown(
            d, "t", "d", "5"
        )
        assert "Nothing was spent today." in await shown(d, "6")
        await shown(d, "1", "enter")
        campaign = screen.asked.campaign_id
        assert campaign is not None
        await d.desk.act("delete", [campaign])
        await d.press("3")
        await d.until(lambda: "this campaign is gone; another person has deleted it" in d.toasts())
        assert "All campaigns" in await shown(d, "escape")  # and the way back is open
        assert all(len(line) <= 80 for line in d.text().splitlines())
