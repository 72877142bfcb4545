"""The campaign's own screen."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from textual.app import ComposeResult
from textual.widgets import Static

from tests.support.fake_desk import FakeDesk
from tests.support.screen import driving
from trd_tui.services.course_views import Course
from trd_tui.services.views import CampaignDetail
from trd_tui.tui.app import TrdApp
from trd_tui.tui.campaign.contacts import ContactsPage
from trd_tui.tui.campaign.lines import status_content
from trd_tui.tui.campaign.screen import CampaignScreen


async def test_enter_opens_the_funnel_and_escape_goes_back_to_the_same_row() -> None:
    async with driving() as d:
        await d.press("j", "enter")
        assert d.top == "CampaignScreen"
        text = d.text()
        assert "Commercial Property Outreach" in text
        assert "opt-out" in text
        assert "Mon-Sat 09:00 to 20:00" in text
        await d.press("escape")
        assert d.top == "OverviewScreen"
        assert d.table.cursor == 1


TURNS = 20
"""Of the loop, in which a campaign is read; the frame takes more to be made."""


@pytest.mark.parametrize("slow", [False, True])
async def test_figures_are_in_the_first_thing_painted_unless_they_take_long(
    slow: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted: list[str] = []
    usual, read = TrdApp._display, asyncio.Event()

    def display(app: TrdApp, screen: Any, renderable: Any) -> None:
        if isinstance(screen, CampaignScreen) and renderable is not None and screen.query("#headline"):
            painted.append(str(screen.query_one("#headline", Static).content))
        usual(app, screen, renderable)

    monkeypatch.setattr(TrdApp, "_display", display)
    async with driving() as d:
        usual_detail = d.desk.detail

        async def detail(campaign_id: str) -> CampaignDetail | None:
            for _ in range(TURNS):
                await asyncio.sleep(0)
            if slow:
                await read.wait()
            return await usual_detail(campaign_id)

        counted_behind: list[bool] = []
        usual_course = d.desk.summary.course

        async def course(campaign_id: str) -> Course | None:
            counted_behind.append(any(painted))
            return await usual_course(campaign_id)

        monkeypatch.setattr(d.desk, "detail", detail)
        monkeypatch.setattr(d.desk.summary, "course", course)
        await d.press("j")
        await d.pilot.press("enter")
        await d.until(lambda: bool(painted))
        if slow:
            assert set(painted) == {""}
            read.set()
            await d.until(lambda: bool(painted[-1]))
        assert all("sent" in said for said in painted if said)
        assert slow or "" not in painted
        await d.until(lambda: bool(counted_behind))
        assert counted_behind == [True], "what takes longer does not delay the figures"


@pytest.mark.parametrize(("columns", "told"), [(99, "-narrow"), (100, "-wide")])
async def test_it_is_known_to_be_narrow_or_wide_before_it_is_styled(
    columns: int, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known: list[bool] = []
    usual = CampaignScreen.compose

    def compose(screen: CampaignScreen) -> ComposeResult:
        known.append(screen.has_class(told))
        return usual(screen)

    monkeypatch.setattr(CampaignScreen, "compose", compose)
    async with driving(size=(columns, 30)) as d:
        await d.press("j", "enter")
        assert known == [True]
        assert {"-narrow", "-wide"} & d.app.screen.classes == {told}


async def test_contacts_are_a_window_that_can_be_searched() -> None:
    async with driving() as d:
        await d.press("j", "enter", "3")
        page = d.app.screen.query_one(ContactsPage)
        assert page.table.total == 203
        assert "+12125551000" in d.text()
        await d.press("G")
        assert page.table.cursor == 202
        await d.press("slash", *"hopper")
        await d.until(lambda: page.table.total == 41)
        await d.press("escape")
        await d.until(lambda: page.table.total == 203)
        await d.press("1")
        assert "Settings" in d.text()
        await d.press("escape")
        assert d.top == "OverviewScreen"


async def test_a_contacts_line_says_what_was_sent_and_where_it_ended() -> None:
    async with driving() as d:
        await d.press("j", "enter", "3")
        lines = [line for line in d.text().splitlines() if "+1212555100" in line]
        assert "● active" in lines[0]
        assert "1/9" in lines[0]
        assert "↩ replied after #3" in lines[2]
        assert "3/9" in lines[2]
        assert "9/9" not in d.text()
        assert "⊘ opted out after #1" in lines[4]
        assert "✗ failed at #3" in lines[6]
    async with driving(size=(80, 24)) as d:
        await d.press("j", "enter", "3")
        lines = [line for line in d.text().splitlines() if "+1212555100" in line]
        assert "↩ replied #3" in lines[2]
        assert "✔ #3 " in lines[2]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_contacts_of_one_state_are_counted_and_shown(size: tuple[int, int]) -> None:
    async with driving(size=size) as d:
        await d.press("j", "enter", "3")
        page = d.app.screen.query_one(ContactsPage)
        line = d.line("#states")
        assert "all 203" in line
        assert "↩ replied 26" in line
        assert "finished" not in line  # nobody is in it; the menu has it
        await d.press("f")
        assert "Finished  0" in d.text()
        await d.press("r")
        assert page.table.total == 26
        await d.press("slash", *"hopper")  # beside the search
        await d.until(lambda: page.table.total == 5)
        await d.press("escape", "f", "f")
        await d.until(lambda: "No finished contacts." in d.text())
        await d.press("f", "a")
        assert page.table.total == 203
        line = d.line("#states")
        await d.pilot.click("#states", offset=(line.index("replied"), 0))
        await d.settle()
        assert page.table.total == 26


async def test_the_funnel_keeps_to_its_lines_at_80_columns() -> None:
    async with driving(size=(80, 24)) as d:
        await d.press("j", "enter")
        lines = d.text().splitlines()
        start = next(i for i, line in enumerate(lines) if "repl." in line)
        assert [line.split()[1] for line in lines[start + 1 : start + 10]] == [str(n) for n in range(1, 10)]


async def test_search_from_the_summary_leads_to_the_contacts() -> None:
    async with driving() as d:
        await d.press("enter", "slash")
        screen = d.app.screen
        assert isinstance(screen, CampaignScreen)
        assert screen.page.name == "contacts"


async def test_acts_work_here_too() -> None:
    async with driving() as d:
        await d.press("enter", "p", "y")
        assert ("act", "pause", ("camp_7",), None) in d.desk.calls
        assert "‖ paused" in d.text()
        await d.press("full_stop", "r", "y")
        assert ("act", "resume", ("camp_7",), None) in d.desk.calls
        await d.press("z")
        assert d.desk.calls[-1][0] != "act"
        await d.press("exclamation_mark")
        assert ("stop_now",) in d.desk.calls


async def test_deleting_it_goes_back() -> None:
    async with driving() as d:
        await d.press("enter", "x", *"Property Management Leads", "enter", "enter")
        await d.until(lambda: d.top == "OverviewScreen")
        assert "Property Management Leads" not in d.names()


async def test_figures_are_live_and_a_campaign_that_is_gone_is_left() -> None:
    async with driving() as d:
        await d.press("enter")
        d.desk.change("camp_7", sent_count=4321)
        await d.look()
        assert "4,321 sent" in d.text()
        del d.desk.rows["camp_7"]
        d.desk.changes += 1
        await d.look()
        assert d.top == "OverviewScreen"
        assert "another person has deleted it" in d.toasts()


async def test_help_and_palette_know_this_screen() -> None:
    async with driving(FakeDesk(), (120, 50)) as d:
        await d.press("enter", "question_mark")
        assert "Help · campaign" in d.text()
        assert "Mark every campaign" not in d.text()


async def test_a_campaign_that_has_paused_by_itself_says_why() -> None:
    detail = await FakeDesk().detail("camp_7")
    assert detail is not None
    paused = replace(detail, row=replace(detail.row, status="paused"), pause_reason="its budget is used up")
    first = str(status_content(paused, 0, "UTC", 78)).split("\n", 1)[0]
    assert "paused: its budget is used up" in first
    assert len(first) <= 78
    # who asked to stop is another figure than who has ended as opted out, whose word the filter has
    row = replace(detail.row, contact_count=156, sent_count=1_342, replied_count=119, opted_out_count=12)
    for width in (98, 118):
        figures = str(status_content(replace(detail, row=row), 0, "UTC", width)).split("\n")[1]
        assert "12 asked to stop" in figures
        assert "opted out" not in figures
        assert len(figures.rstrip()) <= width
