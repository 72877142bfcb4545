"""Contacts join a campaign that is under way, by keys: a look at the file, a question, the import."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from textual.widgets import Input

from tests.support.real_desk import Built
from tests.support.screen import Driver, driving_real, shows
from trd_tui.tui.service_desk import ServiceDesk

D = Driver[ServiceDesk]


async def answer(d: D, text: str) -> None:
    d.app.screen.query_one(Input).value = text
    await d.pilot.press("enter")


def enrolled(file: Path, campaign: str) -> int:
    with closing(sqlite3.connect(file)) as raw:
        found = raw.execute(
            "SELECT count(*) FROM enrolments e JOIN campaigns c ON c.id = e.campaign_id WHERE c.name = ?",
            (campaign,),
        )
        return int(found.fetchone()[0])


async def test_a_file_joins_a_running_campaign_after_a_look_at_it(built: Built, tmp_path: Path) -> None:
    file, leads, twice = tmp_path / "x.db", tmp_path / "leads.csv", tmp_path / "twice.csv"
    leads.write_text("Handy,Vorname\n+12125550961,Ann\n+12125550962,Bo\n12,Cy\n")
    async with driving_real(built, file, (80, 24)) as d:
        name = d.cursor_name()
        before = enrolled(file, name)
        await d.press("enter", "3")
        await d.pilot.press("i")
        await shows(d, "Who is in a CSV file joins", "tab: complete")
        await answer(d, str(tmp_path / "none.csv"))
        await shows(d, "✗", "no such file")
        assert d.app.screen.query_one(Input).value.endswith("none.csv")  # to be mended, not typed again
        twice.write_text("phone,phone\n+12125550961,+12125550962\n")
        await answer(d, str(twice))
        await shows(d, "columns 1 and 2 are both called", "give one of them another title")
        assert "line below" not in d.text()
        await answer(d, str(leads))
        await shows(d, "Which column holds the phone numbers?", "Handy, Vorname")
        await answer(d, "Hand")
        await shows(d, "✗ there is no column 'Hand'")
        await answer(d, "Handy")
        await shows(d, f"2 contacts would join {name}", "is their day 1.", "1 row is rejected")
        assert "ctrl+s" not in d.text()
        await d.pilot.press("enter")  # the cursor is on Cancel
        await d.until(lambda: d.top == "CampaignScreen")
        assert enrolled(file, name) == before
        await d.pilot.press("i")
        await shows(d, "Who is in a CSV file joins")
        d.app.screen.query_one(Input).value = str(tmp_path / "lea")
        await d.pilot.press("tab")
        await d.until(lambda: d.app.screen.query_one(Input).value == str(leads))
        await d.pilot.press("enter")
        await shows(d, "Which column")
        await answer(d, "Handy")
        await shows(d, "would join")
        await d.pilot.press("y")
        await d.until(lambda: f"2 contacts of 3 rows joined {name}." in d.toasts())
        assert enrolled(file, name) == before + 2
        assert "1 rejected row is in" in d.toasts()
        assert (tmp_path / "leads-rejects.csv").exists()
        await d.pilot.press("z")
        await d.until(lambda: "stays in it; w on one of its contacts" in d.toasts())


async def test_a_campaign_that_is_over_takes_nobody_and_says_so(built: Built, tmp_path: Path) -> None:
    file, leads = tmp_path / "x.db", tmp_path / "leads.csv"
    leads.write_text("phone\n+12125550961\n")
    async with driving_real(built, file) as d:
        await d.press("4")
        await d.until(lambda: d.table.total == 1)
        await d.pilot.press("i")
        await shows(d, "Import contacts", "tab: complete")
        await answer(d, str(leads))
        await shows(d, "takes no more contacts; duplicate it")
