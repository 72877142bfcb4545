"""A campaign's contacts one by one, its timeline, its replies and what was done to it; on the real desk."""

from __future__ import annotations

import asyncio
import csv
import shutil
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.support.real_desk import Built
from tests.support.screen import Driver, driving_real
from trd_tui.clock import Anchor, VirtualClock
from trd_tui.domain.definition import parse_definition
from trd_tui.domain.outlook import Outlook
from trd_tui.foresight import Progress, foresee
from trd_tui.services import campaigns, verify
from trd_tui.services.actor import Actor
from trd_tui.store.database import Database
from trd_tui.tui.acts import Done
from trd_tui.tui.campaign import timeline_export
from trd_tui.tui.campaign.contacts import ContactsPage
from trd_tui.tui.campaign.panel import Panel
from trd_tui.tui.campaign.replies import RepliesPage
from trd_tui.tui.campaign.screen import CampaignScreen
from trd_tui.tui.campaign.timeline import TimelinePage
from trd_tui.tui.desk.timeline import DryRun
from trd_tui.tui.service_desk import ServiceDesk

D = Driver[ServiceDesk]


def screen(d: D) -> CampaignScreen:
    found = d.app.screen_stack[-1]
    assert isinstance(found, CampaignScreen)
    return found


async def shows(d: D, *said: str) -> None:
    """Wait until all of it is on the screen: dry runs and followed cursors take their time."""
    for _ in range(600):
        text = d.text()
        if all(each in text for each in said):
            return
        await d.pilot.pause(0.02)
    raise AssertionError(f"not shown: {[each for each in said if each not in text]}\n{text}")


async def test_why_follows_the_cursor_and_contacts_are_acted_on(
    built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    async with driving_real(built, tmp_path / "x.db") as d:
        await d.press("j", "enter", "3", "j", "w")
        await shows(d, "Why · Tessa Wainwright", "decides", "replied: the contact has replied", "History")
        await shows(d, "delivered 6 s later  SM", "“What is the price range?”", "none on record")
        await d.press("k")
        await shows(d, "Why · Odette Rowan", "touch 3 is not due yet", "goes then", "2 of 4 a week")
        assert "Fri 13 Mar 10:00" in d.text()
        assert "actions" not in d.line("#hints")  # the key is this page's: it says contact
        await d.press("tab", "G", "escape")  # into the panel, to its end, out of both
        assert "Why ·" not in d.text()
        page = screen(d).front_page
        assert isinstance(page, ContactsPage)
        assert page.table.has_focus
        await d.press("w")
        await shows(d, "Why · Odette Rowan")
        # more lies below the panel's end: it is said how to get there, and the list keeps the keys
        assert "J scroll" not in d.line("#hints")
        await d.pilot.resize_terminal(80, 24)
        await page.query(Panel).remove()
        await d.press("w")
        await d.until(lambda: "J scroll" in d.line("#hints"))
        panel = page.panel
        assert panel is not None
        await d.press("J", "J", "K")
        assert panel.scroll_offset.y == 1
        assert page.table.has_focus
        await d.pilot.resize_terminal(120, 40)
        # out of this campaign: it asks, with the cursor on Cancel
        await d.press("full_stop")
        await shows(d, "Let the held message go", "nothing is held", "they may be texted")
        await d.press("t", "enter")
        assert d.top == "CampaignScreen"
        await d.press("full_stop", "t", "y")
        await shows(d, "□ removed in Commercial", "decides     removed: ", "taken out by ann")
        assert "gets nothing more of Commercial Property Outreach" in d.toasts()
        # z is about that, not about the act on a campaign before it
        campaign = screen(d).campaign_id
        d.app.done.appendleft(Done("an older act", partial(d.desk.act, "pause", [campaign])))
        await d.press("z")
        assert "An older act" not in d.toasts()
        assert "Who was taken out stays out" in d.toasts()
        assert "z again asks whether to take back an older act" in d.toasts()
        await d.press("z", "enter")
        assert not d.app.acting
        assert len(d.app.done) == 1
        # out of everything, and back
        await d.press("j", "j", "j", "full_stop", "o", "y")
        await shows(
            d, "Why · Fiona Whitlock", "⊘ taken back", "⊘ must not be texted: opted out, noted by ann"
        )
        assert "z undo" not in d.line("#hints")
        await d.press("z")
        assert "An opt-out stays, and so do the sequences that it ended" in d.toasts()
        assert "● active" in d.text()
        await d.press("full_stop", "a", "y")
        await shows(d, "not on the do-not-contact list")
        await d.press("f", "x")
        await shows(d, "✗ failed in Commercial")
        text = " ".join(d.text().replace("│", " ").split())
        assert "failed: the number cannot be texted: Unknown destination handset (code 30005)" in text
        assert text.count("30005") == text.count("(code 30005)")
        await d.press("escape", "f", "m")
        await d.until(lambda: page.table.total == 1)
        await d.press("e")
        await d.until(lambda: "Exported contacts" in d.toasts())
    db = Database(f"sqlite:///{tmp_path / 'x.db'}")
    assert await verify.differences(db) == []
    await db.close()


async def test_a_contacts_menu_is_about_them_when_the_cursor_has_come_to_another(
    built: Built, tmp_path: Path
) -> None:
    """As when they answer meanwhile, and leave the list of those who have not."""
    async with driving_real(built, tmp_path / "x.db") as d:
        await d.press("j", "enter", "3", "full_stop")
        page = screen(d).front_page
        assert isinstance(page, ContactsPage)
        meant = page.chosen_one()
        page.table.move_to(4)
        other = page.chosen_one()
        assert meant is not None
        assert other is not None
        await d.press("t")
        assert d.top == "Confirm"
        said = " ".join(str(each.render()) for each in d.app.screen.query("Static"))
        assert meant.name in said
        assert other.name not in said


async def test_replies_are_filtered_by_touch_and_opened(built: Built, tmp_path: Path) -> None:
    async with driving_real(built, tmp_path / "x.db", (80, 24)) as d:
        await d.press("j", "enter", "5")
        await shows(d, "↩ replies 31", "⊘ opt-outs 8", "all touches", "counted")
        page = screen(d).front_page
        assert isinstance(page, RepliesPage)
        assert page.table.total == 39
        await d.press("w")
        await shows(d, "Conversation · Cedric Yarrow", "Who is this?", "touch #2 delivered")
        await d.press("j", "j")
        await shows(d, "Conversation · Greta Zeller", "⊘ must not be texted")
        await d.press("escape", "t")
        await shows(d, "Touch #1", "day 1 · ")
        await d.press("1")
        await shows(d, "on touch #1")
        assert 0 < (page.table.total or 0) < 39
        await d.press("f", "o")
        await d.until(lambda: {row.kind for row in page.table.loaded_rows()} == {"opt_out"})
        await d.press("f", "m")
        await shows(d, "Nothing of that kind came in. f, then a, shows every kind")
        await d.press("f", "a", "t", "a", "slash", *"price")
        await d.until(lambda: 0 < (page.table.total or 0) < 10)
        assert all("price" in row.body for row in page.table.loaded_rows())


async def test_what_was_done_stands_newest_first(built: Built, tmp_path: Path) -> None:
    async with driving_real(built, tmp_path / "x.db") as d:
        await d.press("j", "enter", "6")
        await shows(d, "2 acts, newest first", "status draft → active")
        await d.press("p", "y")
        await shows(d, "3 acts", "status active → paused")
        await d.press("k", "enter")
        await shows(d, "login", "status active → paused")
        await d.press("j")
        await shows(d, "what      start")
        await d.press("escape", "escape")
        assert d.top == "OverviewScreen"


async def test_the_timeline_is_a_calendar_of_both_sides(
    built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    async with driving_real(built, tmp_path / "x.db", hurried=True) as d:
        await d.press("j", "enter", "4")
        await shows(d, "to come, $", "✔ #1", "○ #3", "12 today", "computed Thu 12 Mar")
        page = screen(d).front_page
        assert isinstance(page, TimelinePage)
        run = page.run_now
        assert run is not None
        assert run.found is not None
        days = page.calendar.days.values()
        assert sum(e.tally.messages for day in days for e in day.entries if e.kind == "made") == 487
        assert (
            sum(e.tally.messages for day in days for e in day.entries if e.kind == "coming")
            == run.found.outlook.total.messages
        )
        await d.press("l", "enter")
        await shows(d, "Fri 13 March 2026", "10:00  ○ #3", "to come", "day 5", "America/New_York")
        await d.press("h")
        await shows(d, "Nothing was sent on this day")
        await d.press("g")
        await shows(d, "Sat 7 March 2026", "✔ #1", "128 messages")
        await d.press("escape", "e")
        await d.until(lambda: "Exported hours" in d.toasts())
        (file,) = (tmp_path / "trd-exports").glob("*-timeline-*.csv")
        with file.open(encoding="utf-8", newline="") as out:
            rows = list(csv.DictReader(out))
        assert sum(int(row["messages"]) for row in rows if row["state"] == "sent") == 487
        # a change is said, and leads to another run; leaving the screen ends neither
        await d.press("p", "y")
        await shows(d, "changed since Thu 12 Mar 14:57: status")
        await d.press("c")
        await shows(d, "the campaign is paused: it resumes now, by its policy shift")
        assert page.run_now is not run
        again = page.run_now
        await d.press("escape", "enter", "4")
        await shows(d, "the campaign is paused")
        found = screen(d).front_page
        assert isinstance(found, TimelinePage)
        assert found.run_now is again


async def test_a_dry_run_shows_how_far_it_is_and_is_called_off(
    built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    went_on, goes_on = [], threading.Event()

    def slow(*args: Any, progress: Progress, cancelled: Callable[[], bool], **given: Any) -> Outlook:
        progress(250, 1000)
        while not cancelled() and not goes_on.is_set():
            went_on.append(1)
            threading.Event().wait(0.001)  # what it stands for leaves the screen its turn, too
        return foresee(*args, progress=progress, cancelled=cancelled, **given)

    def files(name: str) -> list[Path]:
        return list((tmp_path / "trd-exports").glob(f"*-{name}-2*.csv"))

    monkeypatch.setattr("trd_tui.tui.service_desk.timeline.foresee", slow)
    monkeypatch.setattr(timeline_export, "LOOKS_S", 0.01)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    async with driving_real(built, tmp_path / "x.db", (80, 24), hurried=True) as d:
        for key in ("j", "enter", "4"):
            await d.pilot.press(key)
            await d.pilot.pause(0.05)
        await shows(d, "25 %", "250/1,000", "esc cancel")
        await d.pilot.press(
            "right", "enter"
        )  # of a day without sends nothing is claimed that is not known yet
        await shows(d, "What is to come is not known")
        await d.pilot.press("escape", "e")
        await d.until(lambda: "The file is written when it is over." in d.toasts())
        await d.pilot.press("escape")
        await shows(d, "The dry run was called off.", "c computes it")
        await d.until(lambda: "No file was written; e now writes what was sent alone." in d.toasts())
        assert d.top == "CampaignScreen"
        assert went_on
        await d.pilot.press("e")
        await d.until(lambda: "What is to come is not in it: c computes that first." in d.toasts())
        assert len(files("timeline-sent-only")) == 1
        await d.pilot.press("c")
        await shows(d, "25 %")
        await d.pilot.press("e", "e", "p")  # a file that waits keeps nobody from acting
        await d.until(lambda: d.top == "Confirm")
        await d.pilot.press("y")
        goes_on.set()
        await d.until(lambda: bool(files("timeline")))
        await d.until(lambda: "Changed since the dry run: status. c computes it again." in d.toasts())
        (file,) = files("timeline")
        assert {row["state"] for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines())} == {
            "sent",
            "planned",
        }


async def test_a_campaign_without_anybody_says_what_to_do(built: Built, tmp_path: Path) -> None:
    """Every list of an empty draft has its sentence; what cannot be foreseen says why."""
    file = tmp_path / "empty.db"
    await asyncio.to_thread(shutil.copyfile, built.file, file)
    db = Database(f"sqlite:///{file}")
    clock = VirtualClock(Anchor(built.start, built.start, 0.0))
    given = {"name": "Nobody yet", "sender": "+15005550006", "timezone": "America/New_York"}
    await campaigns.create(db, clock, Actor(1, "ann", "ann"), parse_definition(given))
    await db.close()
    async with driving_real(Built(file, built.start), tmp_path / "x.db", (80, 24)) as d:
        await d.press("5", "full_stop", "o")  # enter goes on with the steps
        await d.settle()
        await d.press("3")
        await shows(d, "No contacts yet. i imports a file.", "trd contact import FILE.csv --campaign camp_")
        await d.press("w")
        await shows(d, "Nobody is under the cursor")
        await d.press("escape", "4")
        await shows(d, "There is nothing to foresee.", "c computes it", "no contacts")
        await d.press("5")
        await shows(d, "Nothing came in: nothing was sent yet.")
        await d.press("6")
        await shows(d, "create", "1 act")


def test_how_fast_a_dry_run_is_counts_from_its_first_message() -> None:
    """The copy before it would make it look slow for minutes."""
    now = 100.0
    run = DryRun(lambda: now)
    now = 160.0
    run.progress(500, 10_000)
    assert (run.rate, run.running, run.spent_s) == (0.0, True, 60.0)
    now = 162.0
    run.progress(2_500, 10_000)
    assert run.rate == 1_000
    run.progress(12_000, 10_000)
    assert run.expected == 12_000
    run.cancel()
    assert not run.running
