"""Steps that were left: what was typed is kept, told of, and gone on with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.real_desk import Built, open_real_desk
from tests.support.screen import Driver, driving_real, shows
from tests.support.steps import begun, imported, named, pastes, screen, types
from trd_tui.tui.app import TrdApp
from trd_tui.tui.desk import Desk

pytestmark = pytest.mark.usefixtures("steps_at_once")


async def test_what_is_typed_outlives_the_screen_the_line_and_the_login(built: Built, tmp_path: Path) -> None:
    desk = open_real_desk(built, tmp_path / "acme.db")

    async def opened() -> Desk:
        return desk

    app = TrdApp(opened, poll=3600, theme="trd-dark")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        d = Driver(app, desk, pilot)
        await d.until(lambda: d.table.total is not None)
        await d.press("n")
        await shows(d, "what your team calls it")
        await d.press("escape")
        assert d.toasts() == ""  # nothing was typed
        await d.press("n")
        await shows(d, "what your team calls it")
        await pastes(d, "Half ty")
        await d.press("escape")
        assert d.top == "OverviewScreen"
        assert "What you typed is kept; n goes on with it, also after the next login." in d.toasts()
        await d.press("n")
        await shows(d, "Half ty", "what you typed the last time")
        screen(d).KEPT_AFTER = 3600.0
        await types(d, "ped")
        app.leave_now()  # as when the line drops: all that is typed is kept before the end
        await d.until(lambda: app.return_code is not None)
    once_more = Built(tmp_path / "acme.db", built.start)
    async with driving_real(once_more, tmp_path / "next.db", (80, 24)) as d:
        await d.press("n")
        await shows(d, "Half typed")
        await d.press("ctrl+o", "y")
        await d.until(lambda: screen(d).sheet.name == "")
        await d.press("escape", "n")
        await shows(d, "what your team calls it")
        assert screen(d).sheet.name == ""


async def test_a_draft_that_was_left_goes_on_with_its_steps(built: Built, tmp_path: Path) -> None:
    async with begun(built, tmp_path) as d:
        await named(d, "Left early")
        await d.press("3")
        assert screen(d).sheet.step == 2  # a digit in a field is a digit
        await d.press("pagedown", "escape")
        await d.until(lambda: d.top == "OverviewScreen")
        assert "Left early is a draft in the list; enter on it goes on with these steps." in d.toasts()
        await d.look()
        await d.press("g", "enter")
        await shows(d, "3 · Touches", "2 ✗ Audience")
        await d.press("5")
        await shows(d, "Not right yet", "2 Audience: nobody is in it yet")
        await d.press("r")
        await d.until(lambda: "Not started" in d.toasts())
        await d.press("pageup", "pageup", "pageup", "pageup")
        await shows(d, "Left early")
        assert screen(d).sheet.step == 1
        screen(d).query_one("#name").focus()
        await d.press("ctrl+u")
        await pastes(d, "real estate q1 2024")
        await shows(d, "another campaign has this name", "1 ✗ Name")


async def test_a_start_elsewhere_says_first_what_is_typed_and_not_stored(
    built: Built, tmp_path: Path
) -> None:
    async with begun(built, tmp_path) as d:
        await named(d, "Aaa first")
        screen(d).query_one("#consent").focus()
        await d.press("h", "l", "space")  # a file's name, typed into the wrong field
        assert screen(d).sheet.consent == ""
        screen(d).query_one("#file").focus()
        await imported(d)
        await d.press("pagedown", "pagedown")
        screen(d).query_one("#budget_usd").focus()
        await pastes(d, "50")
        await d.press("escape")
        await d.until(lambda: d.top == "OverviewScreen")
        await d.look()
        await d.press("g", "r")
        without = "! Typed in the steps of Aaa first and not stored: the budget. The"
        await shows(d, without, "start goes without it. S opens its steps.", "Start Aaa first: 2 contacts")
        assert d.app.focused is d.app.screen.query_one("#cancel")
        await d.press("S")
        await shows(d, "4 · Schedule", "Budget in $ 50")
        assert "Typed here and not stored: the budget. ctrl+s stores it" in d.toasts()
        screen(d).typed(mapping={"Pet": "ignore"})
        await d.press("ctrl+o")
        await shows(d, "Typed and not stored: the budget, the file and what its columns hold.")
        assert d.app.focused is d.app.screen.query_one("#cancel")
        await d.press("y")
        await d.until(lambda: "What is stored is shown." in d.toasts())
        await shows(d, "Budget in $ no limit")
        assert (screen(d).sheet.file, screen(d).sheet.mapping, screen(d).sheet.step) == ("", {}, 4)
        await d.press("ctrl+o")
        await d.until(lambda: "there is nothing to throw away" in d.toasts())
        pane = screen(d).pane
        assert pane is not None
        going_on = pane.watch_own("Dry run", "messages", screen(d).say_hints)
        pane.own = None  # else it is called off first
        await d.press("escape", "r")
        going_on.cancel()  # of steps that were left it is told nobody
        await shows(d, "Start Aaa first: 2 contacts", "! 2 of 2 contacts have no consent on record.")
        assert "Typed in" not in d.text()


async def test_the_list_stands_on_the_draft_whose_steps_were_left(built: Built, tmp_path: Path) -> None:
    async with begun(built, tmp_path) as d:
        before = d.cursor_name()
        await named(d, "Left early")
        draft = screen(d).sheet.campaign_id
        for key in ("escape", "f2"):  # back, and to the overview by name
            await d.press(key)
            await d.until(lambda: d.top == "OverviewScreen" and d.cursor_name() == "Left early")
            await d.press("j")
            assert d.cursor_name() == before
            d.overview.take_steps(draft)
            await shows(d, "2 · Audience", "leads.csv")
        await d.press("escape", "G", "2")  # the active ones, and the draft is none
        at = d.cursor_name()
        d.overview.take_steps(draft)
        await shows(d, "2 · Audience", "leads.csv")
        await d.press("escape")
        assert (d.top, d.cursor_name()) == ("OverviewScreen", at)
        await d.press("1")
        d.app.ways.campaign(draft)
        await d.settle()
        await d.press("escape")
        assert (d.top, d.cursor_name()) == ("OverviewScreen", "Left early")
