"""Toasts are never in the way, what was said can be read again, and figures go on under a question."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.widgets import Static
from textual.widgets._toast import Toast

from tests.support.fake_desk import FakeDesk, many_rows
from tests.support.screen import Driver, driving
from trd_tui.domain.refused import RefusedError
from trd_tui.tui.lines import ActionLine
from trd_tui.tui.telling import TOAST_LINES

SMALL = (80, 24)


def toast_lines(d: Driver) -> set[int]:
    """Lines of the screen that toasts cover."""
    lines: set[int] = set()
    for widget, (region, clip) in d.app.screen._compositor.visible_widgets.items():
        if isinstance(widget, Toast):
            seen = region.intersection(clip)
            lines |= set(range(seen.y, seen.bottom))
    return lines


async def many_toasts(d: Driver) -> None:
    for number in range(6):
        d.app.notify(f"Sentence {number} {'that is long enough ' * 7}", title="Said")
    await d.settle()
    await d.until(lambda: bool(toast_lines(d)))


@pytest.mark.parametrize("keys", [["g"], ["G"], ["G", "k", "k", "k", "k"], ["pagedown"]])
async def test_the_row_under_the_cursor_is_never_covered(keys: list[str]) -> None:
    async with driving(FakeDesk(many_rows(200)), SMALL) as d:
        await d.press(*keys)
        await many_toasts(d)
        assert d.overview.cursor_line() not in toast_lines(d)
        assert len(toast_lines(d)) <= TOAST_LINES
        await d.press("g")  # nor after the cursor has moved to where they were
        await d.until(lambda: d.overview.cursor_line() not in toast_lines(d))
        await d.press("G")
        await d.until(lambda: d.overview.cursor_line() not in toast_lines(d))


async def test_the_newest_of_many_toasts_is_seen() -> None:
    async with driving(size=SMALL) as d:
        await many_toasts(d)
        await d.until(lambda: "Sentence 5" in d.text())


async def test_a_toast_is_seen_however_many_were_taken_back_before_it() -> None:
    async with driving(size=SMALL) as d:
        for number in range(30):
            d.app.notify("It holds no more.", title="Over")
            if number % 3 == 0:
                await d.press("f5", "f2")
            await d.settle()
            d.app.take_back("Over")
        d.app.notify("And this one holds.", title="Last")
        await d.until(lambda: "And this one holds." in d.text())
        assert len(d.app.screen.query("ToastHolder")) == 1


async def test_what_z_does_no_more_is_not_told_even_where_it_was_about_to_be() -> None:
    async with driving(size=SMALL) as d:
        d.app.notify("z undoes it.", names_undo=True)
        d.app.notify("Something else.")
        d.app.undo_changed()
        await d.until(lambda: "Something else." in d.toasts())
        assert "z undoes it." not in d.toasts()
        assert "z undoes it." in str(d.app.told)


async def test_nor_is_the_choice_of_a_menu() -> None:
    async with driving(size=SMALL) as d:
        await many_toasts(d)
        await d.press("s", *["down"] * 8)
        await d.until(lambda: d.overview.cursor_line() == 15)  # the last column's line
        await d.until(lambda: 15 not in toast_lines(d))
        await d.press("escape")
        await d.until(lambda: 15 in toast_lines(d))  # back at the row, which is far above


@pytest.mark.parametrize("keys", [["asterisk", "p"], ["x"], ["P"]])
async def test_the_buttons_of_a_question_are_never_covered(keys: list[str]) -> None:
    async with driving(size=SMALL) as d:
        await d.press(*keys)
        await many_toasts(d)
        for button in d.app.screen.query("Button"):
            assert button.region.y not in toast_lines(d)
            assert button.region.height == 1


async def test_nor_those_of_a_question_that_fills_the_screen() -> None:
    async with driving(FakeDesk(many_rows(200)), SMALL) as d:
        await d.press("asterisk", "p")
        await many_toasts(d)
        button = d.app.screen.query_one("#cancel").region.y
        assert button >= SMALL[1] - 1 - TOAST_LINES  # down there, where toasts stand else
        assert button not in toast_lines(d)


@pytest.mark.parametrize("size", [SMALL, (120, 40)])
@pytest.mark.parametrize("keys", [["p", "exclamation_mark"], ["exclamation_mark", "d"]])
async def test_nor_the_line_that_says_whether_everything_is_stopped(
    keys: list[str], size: tuple[int, int]
) -> None:
    async with driving(FakeDesk(many_rows(200)), size) as d:
        await d.press(*keys)
        assert d.app.screen.is_modal
        await many_toasts(d)
        assert 0 not in toast_lines(d)
        assert "STOPPED" in d.text().splitlines()[0]


async def test_a_refusal_is_no_fault_and_is_told_each_time() -> None:
    async with driving(size=SMALL) as d:
        for error in (RefusedError("it is over; begin anew"), ValueError("broken")):
            for _ in range(2):
                d.app.complain(error)
        told = [(each.title, each.message) for each in d.app.told]
        assert told == [("Not done", "It is over; begin anew.")] * 2 + [("Something went wrong", "broken")]


async def test_a_name_can_be_typed_below_the_toasts() -> None:
    async with driving(size=SMALL) as d:
        await d.press("d")
        await many_toasts(d)
        assert d.app.screen.query_one("Input").region.y not in toast_lines(d)


async def test_figures_go_on_under_a_question_and_under_the_help() -> None:
    for key, top in (("p", "Confirm"), ("question_mark", "HelpScreen")):
        async with driving(size=(160, 50)) as d:
            await d.press(key)
            assert d.top == top
            d.desk.change("camp_7", sent_count=4_321)
            d.desk.instant += 7_200_000
            await d.look()
            assert d.top == top
            assert any(row.sent_count == 4_321 for row in d.table.loaded_rows())
            assert "16:02 EST" in d.overview.query_one("#topbar", ActionLine).text


async def test_figures_go_on_under_a_question_of_the_campaigns_own_screen() -> None:
    async with driving() as d:
        await d.press("enter", "p")
        assert d.top == "Confirm"
        d.desk.change("camp_7", sent_count=4_321)
        await d.look()
        assert "4,321 sent" in str(d.app.screen_stack[1].query_one("#headline", Static).content)


async def test_what_was_said_can_be_read_again() -> None:
    async with driving() as d:
        await d.press("m")
        assert "Nothing was said yet." in d.text()
        await d.press("escape")
        d.app.complain(OSError("the database is busy; try again"))
        await d.press("p", "y")
        d.app.clear_notifications()
        await d.press("m")
        text = d.text()
        assert "✗ Something went wrong  the database is busy; try again" in text
        assert "✔ Paused Property Management Leads" in text
        assert text.index("Paused Property") < text.index("database is busy")  # newest first
        await d.press("escape")
        assert d.top == "OverviewScreen"


async def test_recent_messages_are_in_the_palette_and_in_the_help() -> None:
    async with driving(size=(120, 60)) as d:
        await d.press("colon", *"recent")
        await d.until(lambda: "Messages  (m)" in d.text())
        await d.press("escape", "escape", "question_mark")
        assert "Recent messages" in d.text()


async def test_the_palette_has_the_acts_of_its_screen_and_none_of_another() -> None:
    async with driving(size=(120, 60)) as d:
        await d.press("colon")
        await d.until(lambda: "Export  (e)" in d.text())
        text = d.text()
        assert "Filter  (f)" not in text
        assert "Maximize" not in text


@pytest.mark.parametrize("size", [SMALL, (120, 40)])
async def test_an_empty_database_greets_with_what_one_can_do(size: tuple[int, int]) -> None:
    async with driving(FakeDesk([]), size) as d:
        text = d.text()
        for words in (
            "There are no campaigns yet",
            "n   makes a campaign",
            "trd campaign create",
            "trd demo",
            "trd doctor",
        ):
            assert words in text
        await d.press("2")
        assert "No active campaigns." in d.text()
        await d.press("1", "slash", "q")
        await d.until(lambda: "No campaigns that match “q”" in d.text())


async def test_the_greeting_goes_when_there_is_a_campaign() -> None:
    async with driving(FakeDesk([])) as d:
        made = many_rows(1)[0]
        d.desk.rows[made.id] = made
        d.desk.changes += 1
        await d.look()
        assert "no campaigns yet" not in d.text()
        assert d.names() == [made.name]


async def test_what_the_scheduler_did_of_itself_is_told_once() -> None:
    async with driving() as d:
        silence = "nobody sent for 26 h 0 min: 1 campaign goes on as after a pause"
        d.desk.role = replace(d.desk.role, notice=silence)
        for _ in range(2):
            await d.app.look(None)
        d.desk.role = replace(d.desk.role, last_error="the disk is full")
        await d.app.look(None)
        assert [told.message for told in d.app.told] == [silence, "the disk is full"]


async def test_a_toast_of_one_screen_covers_no_row_of_the_next() -> None:
    async with driving(size=SMALL) as d:
        await d.press("p", "y")
        await d.until(lambda: bool(toast_lines(d)))
        await d.press("enter")
        assert d.top == "CampaignScreen"
        assert not toast_lines(d)
        d.app.notify("Something of this screen.")
        await d.until(lambda: bool(toast_lines(d)))
        await d.press("question_mark")  # a page over the screen is not another one
        assert "Something of this screen." in d.toasts()
        await d.press("escape", "escape")
        assert (d.top, toast_lines(d)) == ("OverviewScreen", set())
        await d.press("m")
        assert "Something of this screen." in d.text()  # it can be read again
        assert "Paused Property Management Leads" in d.text()


async def test_what_ends_its_screen_is_told_where_one_comes() -> None:
    async with driving(FakeDesk([replace(many_rows(1)[0], sent_count=0)]), SMALL) as d:
        await d.press("enter")
        assert d.top == "CampaignScreen"
        await d.press("x", "y")
        assert d.top == "OverviewScreen"
        await d.until(lambda: "Deleted" in d.text())
