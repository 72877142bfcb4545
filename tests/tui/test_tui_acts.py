"""Acts: what is asked before, what confirms and what does not, what is told after."""

from collections.abc import Sequence

import pytest
from textual.widgets import Input

from tests.support.fake_desk import FakeDesk, demo_rows, many_rows, row
from tests.support.screen import Driver, driving
from trd_tui.services.inbox import InboxError
from trd_tui.services.views import ActResult, CampaignRow
from trd_tui.store.errors import StoreError


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
