"""Acts: what is asked before, what confirms and what does not, what is told after."""

import asyncio
from collections.abc import Sequence

import pytest
from textual import events
from textual.widgets import Input

from tests.support.fake_desk import FakeDesk, demo_rows, many_rows, row
from tests.support.screen import Driver, driving
from trd_tui.services.inbox import InboxError
from trd_tui.services.views import ActResult, CampaignRow, Overview
from trd_tui.store.errors import StoreError
from trd_tui.tui.areas import AREAS


def acts(d: Driver) -> list[tuple[object, ...]]:
    return [call for call in d.desk.calls if call[0] == "act"]


@pytest.mark.parametrize(
    ("key", "act", "rows"),
    [
        ("p", "pause", [row(1, "One", "active", 10, 5, 1)]),
        ("r", "resume", [row(1, "One", "paused", 10, 5, 1)]),
        ("r", "start", [row(1, "One", "draft", 10, 0, 0)]),
        ("x", "delete", [row(1, "One", "draft", 10, 0, 0)]),
        ("P", "pause", [row(1, "One", "active", 10, 5, 1)]),
        ("R", "resume", [row(1, "One", "paused", 10, 5, 1)]),
    ],
)
async def test_an_act_asks_with_the_cursor_on_cancel(key: str, act: str, rows: list[CampaignRow]) -> None:
    async with driving(FakeDesk(rows)) as d:
        await d.press(key)
        assert d.top == "Confirm"
        assert d.app.screen.focused is not None
        assert d.app.screen.focused.id == "cancel"
        await d.press(key)  # the key that asked does not confirm
        assert d.top == "Confirm"
        await d.press("enter")  # nor does Enter, where the cursor is
        assert d.top == "OverviewScreen"
        assert acts(d) == []
        await d.press(key, "y")
        assert acts(d) == [("act", act, ("camp_1",), None)]


@pytest.mark.parametrize("keys", [["n"], ["escape"], ["enter"]])
async def test_leaving_the_question_does_nothing(keys: list[str]) -> None:
    async with driving() as d:
        await d.press("p", *keys)
        assert d.top == "OverviewScreen"
        assert acts(d) == []


async def test_a_held_enter_never_confirms_twice() -> None:
    async with driving() as d:
        await d.press("p", "right")
        await d.press(*["enter"] * 8)
        assert len(acts(d)) == 1


async def test_the_question_says_what_will_happen() -> None:
    async with driving() as d:
        await d.press("P")
        assert "Pause 5 campaigns: 633 messages due in the next hour will wait." in " ".join(
            d.text().replace("│", " ").split()
        )
        await d.press("y")
        assert "Paused 5 campaigns. z undoes it." in d.toasts()
        assert "2 Active 0" in d.line("#tabs")


async def test_bulk_acts_are_about_the_marks_and_take_them_away() -> None:
    async with driving() as d:
        await d.press("space", "space", "p", "y")
        assert acts(d) == [("act", "pause", ("camp_3", "camp_7"), None)]
        assert not d.table.marks


async def test_what_was_refused_stays_marked() -> None:
    async with driving() as d:
        await d.press("asterisk", "p", "y")
        assert d.table.marks == {"camp_2", "camp_6"}
        assert "Cannot pause: the campaign is completed." in d.toasts()


async def test_an_act_that_nothing_allows_says_why_and_asks_nothing() -> None:
    async with driving() as d:
        await d.press("G", "p")
        assert d.top == "OverviewScreen"
        assert "Cannot pause: the campaign is completed." in d.toasts()


async def test_deleting_a_campaign_that_has_sent_asks_for_its_name() -> None:
    async with driving() as d:
        await d.press("x")
        assert d.top == "ConfirmTyped"
        assert "Letters go into the field" in d.text()
        await d.press("y", "enter")
        assert "Not yet" in d.text()
        await d.press("tab", "enter")
        assert acts(d) == []
        await d.press("escape", "x")
        await d.press(*"Property Management Lead", "enter", "enter")
        assert acts(d) == []
        await d.press("s")
        assert "enter or tab goes to Delete" in d.text()
        await d.press("tab")
        assert "enter: delete now" in d.text()
        await d.press("tab", "tab", "enter", "enter")  # to Cancel, back to the field, and on
        assert acts(d) == [("act", "delete", ("camp_7",), None)]
        assert "Property Management Leads" not in d.names()


@pytest.mark.parametrize(("name", "stops"), [("Spring", True), ("Spring! 2", False)])
async def test_a_name_that_is_typed_again_leaves_the_stop_its_key(name: str, *, stops: bool) -> None:
    async with driving(FakeDesk([row(1, name, "active", 10, 5, 1)])) as d:
        await d.press("x", *"Spring", "exclamation_mark")
        assert d.desk.is_stopped is stops
        assert d.top == "ConfirmTyped"
        assert d.app.screen.query_one("#dialog-input", Input).value == ("Spring" if stops else "Spring!")
        if not stops:
            await d.press("exclamation_mark")  # no name has it there
            assert d.desk.is_stopped


async def test_deleting_several_asks_for_their_number() -> None:
    async with driving() as d:
        await d.press("space", "space", "x")
        assert "Type delete 2 to confirm" in d.text()
        await d.press(*"delete 2", "enter", "enter")
        assert len(acts(d)) == 1


async def test_duplicating_asks_for_a_name() -> None:
    async with driving() as d:
        await d.press("d")
        assert d.top == "AskName"
        await d.press("enter")
        assert acts(d) == [("act", "duplicate", ("camp_7",), "Property Management Leads (copy)")]
        await d.press("d", "escape")
        assert len(acts(d)) == 1


async def test_undo_takes_the_last_act_back_once() -> None:
    async with driving() as d:
        await d.press("z")
        assert "nothing to undo" in d.toasts()
        await d.press("P", "y")
        assert "z undoes it" in d.toasts()
        await d.press("z")
        assert "z undoes it" not in d.toasts()
        assert d.desk.calls[-1][:2] == ("undo", "pause") or any(
            c[:2] == ("undo", "pause") for c in d.desk.calls
        )
        assert d.desk.rows["camp_7"].status == "active"
        await d.press("z")
        assert sum(call[0] == "undo" for call in d.desk.calls) == 1


async def test_undo_says_what_it_cannot_take_back_and_asks_before_it_goes_on_to_the_act_before() -> None:
    rows = [row(number, f"No. {number}", "active", 10, 5, 1) for number in (1, 2)]
    async with driving(FakeDesk(rows)) as d:
        await d.press("g", "p", "y", "d", "enter")
        assert "z undo" in d.line("#hints")
        await d.press("full_stop", "a", "y")
        assert "z undo" not in d.line("#hints")
        await d.press("z")
        assert "What was archived stays so" in d.toasts()
        assert "z again asks whether to take back the duplicate of No. 1" in d.toasts()
        assert "z undo" in d.line("#hints")
        await d.press("z", "enter", "z")  # the cursor is on Cancel
        assert "which stays: the duplicate of" in " ".join(d.text().replace("│", " ").split())
        assert not any(call[0] == "undo" for call in d.desk.calls)
        d.app.clear_notifications()
        await d.press("y", "z")
        assert [call[1] for call in d.desk.calls if call[0] == "undo"] == ["duplicate", "pause"]
        assert "Took back the duplicate of" in str(d.app.told)
        assert "Took back the pause of" in d.toasts()
        assert "z again takes back" not in d.toasts()  # it was taken back meanwhile
        assert "z again takes back the pause of No. 1" in str(d.app.told)
        assert "z undo" not in d.line("#hints")
        await d.press("z")
        assert "There is nothing to undo." in d.toasts()


@pytest.mark.parametrize("fault", [InboxError("it has opted out since"), StoreError("the database is busy")])
async def test_an_undo_that_is_refused_leaves_the_way_to_the_one_before_and_a_fault_is_tried_again(
    fault: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [row(number, f"No. {number}", "active", 10, 5, 1) for number in (1, 2)]
    async with driving(FakeDesk(rows)) as d:
        await d.press("g", "p", "y", "d", "enter")
        usual, asked = d.desk.undo, list[str]()

        async def undo(act: str, results: Sequence[ActResult]) -> Sequence[ActResult]:
            asked.append(act)
            if act == "duplicate":
                raise fault
            return await usual(act, results)

        monkeypatch.setattr(d.desk, "undo", undo)
        await d.press("z")
        assert "z undo" in d.line("#hints")
        assert str(fault) in d.toasts()
        await d.press("z")
        if isinstance(fault, StoreError):
            assert asked == ["duplicate", "duplicate"]
        else:
            assert "This cannot be taken back here" in d.toasts()
            assert "which stays: the pause of No. 1" in " ".join(d.text().replace("│", " ").split())
            await d.press("y")
            assert asked == ["duplicate", "pause"]


async def test_the_row_menu_offers_what_can_be_done_and_says_why_not() -> None:
    async with driving() as d:
        await d.press("full_stop")
        text = d.text()
        assert "Property Management Leads ─" in text
        assert "it is already running" in text
        await d.press("r")  # disabled: stays open and says why
        assert "it is already running" in d.toasts()
        await d.press("p")
        assert d.top == "Confirm"
        await d.press("y")
        assert acts(d) == [("act", "pause", ("camp_7",), None)]
        assert d.table.has_focus


async def test_the_row_menu_is_about_its_row_even_when_others_are_marked() -> None:
    async with driving() as d:
        await d.press("space", "space", "full_stop")
        assert " · not the 2 marked ─" in d.text()
        await d.press("down", "enter", "y")
        assert acts(d) == [("act", "pause", ("camp_1",), None)]


async def test_the_menus_escape_goes_back_to_the_list() -> None:
    async with driving() as d:
        await d.press("full_stop", "escape")
        assert d.table.has_focus
        await d.press("s", "escape", "j")
        assert d.table.cursor == 1


@pytest.mark.parametrize("area", [each.key for each in AREAS])
async def test_a_stop_is_over_on_every_screen_as_soon_as_somebody_has_released_it(area: str) -> None:
    async with driving() as d:
        await d.press(area, "exclamation_mark")
        await d.look()
        assert "■ STOPPED" in d.line("#topbar")
        assert "! release" in d.line("#hints")
        d.desk.released_elsewhere()
        await d.look()
        assert "STOPPED" not in d.line("#topbar")
        assert "! stop" in d.line("#hints")
        assert "Nothing is sent any more" not in d.text()
        await d.press("exclamation_mark")
        assert d.desk.is_stopped


@pytest.mark.parametrize("keys", [[], ["question_mark"]])
async def test_a_key_stops_where_the_app_has_not_heard_yet_that_the_stop_was_released(
    keys: list[str],
) -> None:
    async with driving() as d:
        await d.press("f5", "exclamation_mark", *keys)
        d.desk.released_elsewhere()
        await d.press("exclamation_mark")
        assert d.desk.is_stopped
        assert d.desk.in_memory_stopped
        assert ("release",) not in d.desk.calls
        assert d.top == ("HelpScreen" if keys else "HealthScreen")
        assert "The stop had been released already: this ! has set it again" in d.toasts()


@pytest.mark.parametrize("heard", [True, False])
async def test_a_release_is_of_the_stop_that_was_asked_about_and_of_no_other(heard: bool) -> None:
    async with driving() as d:
        await d.press("f5", "exclamation_mark", "exclamation_mark")
        assert d.top == "Confirm"
        d.desk.released_elsewhere()
        if heard:
            await d.look()
            assert d.top == "HealthScreen"
            assert "The stop has been released" in d.toasts()
        await d.desk.stop_everywhere()
        await d.look()
        await d.press("y")
        if heard:
            assert d.desk.is_stopped
        else:
            assert ("release",) not in d.desk.calls
            assert "The stop has changed since you were asked." in " ".join(d.text().split())
            await d.press("y")
            assert ("release",) in d.desk.calls


async def test_a_key_while_the_stop_is_being_written_tells_of_no_release(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with driving() as d:
        usual, written = d.desk.stop_everywhere, asyncio.Event()

        async def slow() -> None:
            await written.wait()
            await usual()

        monkeypatch.setattr(d.desk, "stop_everywhere", slow)
        await d.pilot.press("exclamation_mark", "exclamation_mark", "j")
        await d.pilot.pause()
        assert "Released" not in d.toasts()
        assert d.table.cursor == 1  # no key waits for a busy database
        written.set()
        await d.settle()
        assert "Nothing is sent any more" in d.toasts()
        assert d.top == "OverviewScreen"


@pytest.mark.parametrize("late", [False, True])
async def test_the_last_key_counts_where_a_release_and_a_stop_come_together(
    late: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one burst, as a slow line delivers them; or while the release is being written."""
    async with driving() as d:
        await d.press("f5", "exclamation_mark", "exclamation_mark")
        usual, begun, written = d.desk.release, asyncio.Event(), asyncio.Event()

        async def slow(seen: Overview) -> bool:
            begun.set()
            await written.wait()
            return await usual(seen)

        monkeypatch.setattr(d.desk, "release", slow)
        keys = [events.Key("y", "y"), events.Key("exclamation_mark", "!")]
        d.app.post_message(keys[0])
        if late:
            await begun.wait()
        d.app.post_message(keys[1])
        await d.pilot.pause()
        written.set()
        await d.settle()
        assert d.desk.is_stopped
        assert "Sending goes on" not in d.toasts()
        assert "STOPPED" in d.line("#topbar")


async def test_who_agrees_to_a_release_second_is_told_that_it_is_released() -> None:
    async with driving() as d:
        await d.press("exclamation_mark", "exclamation_mark")
        d.desk.released_elsewhere()
        await d.press("y")
        assert "● Released: The stop has been released: sending goes on." in d.toasts()
        assert "STOPPED" not in d.line("#topbar")
        await d.look()
        assert d.toasts().count("The stop has been released") == 1


async def test_z_speaks_of_no_stop_that_somebody_has_released() -> None:
    async with driving(FakeDesk([row(1, "One", "active", 10, 5, 1)])) as d:
        await d.press("p", "y", "exclamation_mark")
        d.desk.released_elsewhere()
        await d.look()
        await d.press("z")
        assert "Nothing is stopped now; ! stops everything." in d.toasts()
        assert "The emergency stop stays" not in d.toasts()
        await d.press("z")
        asked = " ".join(d.text().replace("│", " ").split())
        assert "Done before the emergency stop: the pause of One. Take it back?" in asked


async def test_nor_of_a_release_after_which_it_was_set_again() -> None:
    async with driving() as d:
        await d.press("exclamation_mark", "exclamation_mark", "y")
        await d.desk.stop_everywhere()
        await d.look()
        await d.press("z")
        assert "The emergency stop stays; ! asks for its release." in d.toasts()


async def test_a_release_is_told_with_what_else_is_in_the_way() -> None:
    async with driving() as d:
        d.desk.trouble = "refused"
        await d.look()
        await d.press("exclamation_mark", "exclamation_mark", "y")
        assert "● Released: ▲ The carrier refuses the credentials" in d.toasts()


async def test_a_stop_closes_the_question_about_one_that_is_over() -> None:
    async with driving() as d:
        await d.press("f5", "exclamation_mark", "exclamation_mark")
        d.desk.released_elsewhere()
        await d.press("exclamation_mark")
        assert d.desk.is_stopped
        assert d.top == "HealthScreen"
        assert "● Released" not in d.toasts()


@pytest.mark.parametrize("broken", ["token", "stop_everywhere"])
async def test_a_key_stops_this_process_when_the_database_does_not_answer(broken: str) -> None:
    async def fails() -> int:
        raise OSError("the database is busy.")

    async with driving() as d:
        if broken == "token":
            await d.press("exclamation_mark")
            d.desk.released_elsewhere()
        setattr(d.desk, broken, fails)
        await d.press("exclamation_mark")
        assert d.desk.in_memory_stopped
        assert "STOPPED" in d.line("#topbar")
        if broken == "token":
            assert d.desk.is_stopped
            assert "could not be read: this ! stops anew" in d.toasts()
        else:
            assert "the others could not be told: the database is busy. ! tries again." in d.toasts()
            await d.press("exclamation_mark")
            assert d.desk.calls.count(("stop_now",)) == 2  # it is no question of a release
            assert "released the stop already" not in d.toasts()


async def test_the_emergency_stop_is_at_once_and_only_its_release_asks() -> None:
    async with driving() as d:
        await d.pilot.press("exclamation_mark")
        assert d.desk.calls[-1] == ("stop_now",) or ("stop_now",) in d.desk.calls
        await d.settle()
        stops = [call for call in d.desk.calls if str(call[0]).startswith("stop")]
        assert stops == [("stop_now",), ("stop_everywhere",)]  # memory first, database second
        assert "■ STOPPED" in d.line("#topbar")
        assert d.text().count("■ stopped") == 6  # the tile, and the five rows that would send
        await d.press("enter")
        assert "■ stopped next" in d.text()
        await d.press("escape", "exclamation_mark")
        assert d.top == "Confirm"
        assert "stopped by ann: wrong list. Released" in " ".join(d.text().split())
        await d.press("exclamation_mark", "enter")
        assert ("release",) not in d.desk.calls
        await d.press("exclamation_mark", "y")
        assert ("release",) in d.desk.calls
        assert "STOPPED" not in d.line("#topbar")
        assert "■ stopped" not in d.text()
        await d.until(lambda: "Sending goes on." in d.text())
        assert "Nothing is sent any more" not in d.text()  # a toast that holds no more is taken back


async def test_a_stop_by_another_process_is_shown() -> None:
    async with driving() as d:
        await d.desk.stop_everywhere()
        await d.look()
        assert "■ STOPPED" in d.line("#topbar")


async def test_a_fault_is_a_toast_and_the_app_goes_on() -> None:
    async with driving() as d:
        d.desk.fault = OSError("the database is busy; try again")
        d.app.complain(d.desk.fault)
        d.app.complain(d.desk.fault)
        await d.settle()
        assert d.toasts().count("the database is busy; try again") == 1
        await d.press("j")
        assert d.table.cursor == 1


async def test_markup_in_a_name_is_text() -> None:
    rows = [*demo_rows(), row(9, "[bold]Nasty[/] \x1b[31m name\n", "active", 5, 1, 0)]
    async with driving(FakeDesk(rows)) as d:
        await d.press("slash", *"nasty")
        await d.until(lambda: d.table.total == 1)
        assert "[bold]Nasty[/] ·[31m name·" in d.text()
        await d.press("enter", "p")
        assert d.top == "Confirm"
        await d.press("y", "full_stop", "escape", "enter")
        assert d.top == "CampaignScreen"


async def test_marking_ten_thousand_and_pausing_them() -> None:
    async with driving(FakeDesk(many_rows(10_000))) as d:
        await d.press("asterisk", "p")
        assert "Pause 4,000" in d.text()
        assert "and 5,996 more that cannot be changed" in d.text()
        await d.press("y")
        assert "5,997 more were refused" in d.toasts()


async def test_a_page_that_cannot_be_read_is_a_toast_not_the_end() -> None:
    async with driving() as d:

        async def broken(_query: object) -> None:
            raise OSError("the database is busy; another process holds it")

        d.desk.page = broken  # type: ignore[assignment,method-assign]
        await d.press("2")
        assert "the database is busy" in d.toasts()
        await d.press("j")
        assert d.app.is_running


@pytest.mark.parametrize("keys", [["full_stop"], ["s"], ["p"], ["x"], ["question_mark"], ["enter"]])
async def test_the_emergency_stop_works_over_every_menu_and_question(keys: list[str]) -> None:
    async with driving() as d:
        await d.press(*keys, "exclamation_mark")
        assert ("stop_now",) in d.desk.calls
        assert ("stop_everywhere",) in d.desk.calls


async def test_the_release_counts_what_active_campaigns_send_and_nothing_of_paused_ones() -> None:
    desk = FakeDesk([row(1, "One", "active", 10, 5, 1), row(2, "Two", "paused", 70, 5, 1)])
    async with driving(desk) as d:
        await d.press("exclamation_mark", "exclamation_mark")
        assert "go on: 9 messages wait" in " ".join(d.text().replace("│", " ").split())


async def test_the_undo_of_a_resume_of_several_says_that_dates_stay() -> None:
    rows = [row(number, f"No. {number}", "paused", 10, 5, 1) for number in (1, 2)]
    async with driving(FakeDesk(rows)) as d:
        await d.press("R", "y", "z")
        assert (
            "Took back the resume of 2 campaigns. They are paused again; dates that the resume moved stay"
            in d.toasts()
        )
        await d.press("R", "y", "P", "y", "z")
        assert d.toasts().count("stay moved") == 1
