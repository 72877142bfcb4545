"""The campaign's own screen."""

from tests.support.fake_desk import FakeDesk
from tests.support.screen import driving
from trd_tui.tui.campaign import CampaignScreen


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


async def test_contacts_are_a_window_that_can_be_searched() -> None:
    async with driving() as d:
        await d.press("j", "enter", "2")
        screen = d.app.screen
        assert isinstance(screen, CampaignScreen)
        assert screen.table.total == 203
        assert "+12125551000" in d.text()
        await d.press("G")
        assert screen.table.cursor == 202
        await d.press("slash", *"hopper")
        await d.until(lambda: screen.table.total == 41)
        await d.press("escape")
        await d.until(lambda: screen.table.total == 203)
        await d.press("1")
        assert "Settings" in d.text()
        await d.press("escape")
        assert d.top == "OverviewScreen"


async def test_search_from_the_summary_leads_to_the_contacts() -> None:
    async with driving() as d:
        await d.press("enter", "slash")
        screen = d.app.screen
        assert isinstance(screen, CampaignScreen)
        assert screen.page == "contacts"


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
