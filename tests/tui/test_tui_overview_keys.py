"""Every key of the overview does what the table of actions says."""

from collections.abc import Callable

import pytest
from textual import events

from tests.support.fake_desk import NOW, FakeDesk, many_rows, row
from tests.support.screen import Driver, driving
from trd_tui.services.views import Connected, Overview
from trd_tui.tui.desk import EngineView
from trd_tui.tui.overview.lines import tab_parts


async def test_the_seven_campaigns_are_shown_latest_activity_first() -> None:
    async with driving() as d:
        assert d.names()[0] == "Property Management Leads"
        assert len(d.names()) == 7
        text = d.text()
        for figure in ("5 of 7", "912", "5.9 %", "98.1 %", "in 3 min  Real Estate Q1"):
            assert figure in text


@pytest.mark.parametrize(
    ("keys", "index"),
    [
        (["j"], 1), (["down", "j", "k"], 1), (["G"], 299), (["G", "g"], 0), (["end"], 299),
        (["end", "home"], 0),
        (["pagedown"], 33), (["pagedown", "pageup"], 0), (["k"], 0), (["G", "j"], 299),
    ],
)  # fmt: skip
async def test_moving(keys: list[str], index: int) -> None:
    async with driving(FakeDesk(many_rows(300))) as d:
        await d.press(*keys)
        assert d.table.cursor == index
        assert d.table.row is not None
        assert d.table.first_visible <= index < d.table.first_visible + d.table.body_height


async def test_at_an_edge_the_view_scrolls_by_a_line_and_after_a_leap_the_row_stands_half_way_down() -> None:
    async with driving(FakeDesk(many_rows(300))) as d:
        height = d.table.body_height
        await d.press(*["j"] * height)
        assert (d.table.cursor, d.table.first_visible) == (height, 1)
        await d.press(*["k"] * height)
        assert (d.table.cursor, d.table.first_visible) == (0, 0)
        await d.press("pagedown", "pagedown")
        assert d.table.first_visible == d.table.cursor - height // 2


@pytest.mark.parametrize(("key", "shown"), [("1", 7), ("2", 5), ("3", 1), ("4", 1), ("5", 0), ("6", 0)])
async def test_tabs_filter(key: str, shown: int) -> None:
    async with driving() as d:
        await d.press(key)
        assert d.table.total == shown


async def test_a_tab_can_be_clicked_and_says_how_many_there_are() -> None:
    async with driving() as d:
        line = d.line("#tabs")
        assert "2 Active 5" in line
        assert "3 Paused 1" in line
        await d.pilot.click("#tabs", offset=(line.index("Paused"), 0))
        await d.settle()
        assert d.names() == ["Lead Follow-up December"]


@pytest.mark.parametrize("width", [80, 100, 120])
@pytest.mark.parametrize("count", [0, 7, 100_000])
def test_every_tab_has_its_place_at_every_width(width: int, count: int) -> None:
    counts = dict.fromkeys(("all", "draft", "active", "paused", "completed", "archived"), count)
    for status in (None, "archived"):
        for room in (width - 10, width - min(26, width // 5) - 1):  # beside the words, beside the field
            said = "".join(part.text for part in tab_parts(counts, status, room=room))
            assert len(said) <= room
            assert all(f"{number} " in said for number in range(1, 7))


async def test_archived_campaigns_have_a_tab_and_are_not_among_all() -> None:
    async with driving(size=(80, 24)) as d:
        d.desk.change("camp_2", status="archived")
        await d.look()
        assert "1 All 6" in d.line("#tabs")
        line = d.line("#tabs")
        assert "6 Archived 1" in line
        await d.pilot.click("#tabs", offset=(line.index("Archived"), 0))
        await d.settle()
        assert d.names() == ["Lead Follow-up December"]


async def test_search_filters_as_one_types_and_escape_clears() -> None:
    async with driving() as d:
        await d.press("g", "j", "slash", *"HOME")
        await d.until(lambda: d.table.total == 2)
        assert set(d.names()) == {"Luxury Home Buyers", "First Time Home Buyers"}
        assert d.table.cursor == 0  # the row that it was on is not among them
        await d.press("p")  # a letter in the search is never an act
        assert d.desk.calls[-1][0] != "act"
        await d.press("escape")
        await d.until(lambda: d.table.total == 7)
        assert d.table.has_focus


async def test_search_that_finds_nothing_says_so() -> None:
    async with driving(size=(80, 24)) as d:
        await d.press("slash", *"zebra with a long name and still more words behind it")
        await d.until(lambda: d.table.total == 0)
        said = " ".join(d.text().split())
        assert "No campaigns that match “zebra with a long name and still more words behind it”." in said
        assert "esc clears the search." in said  # no sentence is cut
        await d.press("enter", "j", "p", "space", "full_stop", "enter")
        assert d.top == "OverviewScreen"


@pytest.mark.parametrize(
    ("letter", "first", "last"),
    [
        ("n", "Commercial Property Outreach", "Real Estate Q1 2024"),
        ("t", "Property Management Leads", "Lead Follow-up December"),
        ("p", "First Time Home Buyers", "Property Management Leads"),
        ("c", "Commercial Property Outreach", "Luxury Home Buyers"),
        ("s", "First Time Home Buyers", "Luxury Home Buyers"),
        ("r", "First Time Home Buyers", "Luxury Home Buyers"),
        ("a", "Investor Networking Campaign", "First Time Home Buyers"),
        ("l", "Property Management Leads", "First Time Home Buyers"),
    ],
)
async def test_sorting_by_a_letter_and_turning_round(letter: str, first: str, last: str) -> None:
    async with driving() as d:
        kept = d.cursor_name()
        await d.press("s", letter)
        names = d.names()
        assert (names[0], names[-1]) == (first, last) or letter == "t"
        assert d.cursor_name() == kept  # the cursor stays on its campaign
        await d.press("s", letter)
        assert d.table.sort_key in (
            "name",
            "status",
            "progress",
            "contacts",
            "sent",
            "replies",
            "rate",
            "activity",
        )
        assert d.names()[0] == last or letter == "t"
        assert d.cursor_name() == kept


async def test_campaigns_without_a_next_message_come_last_either_way() -> None:
    async with driving() as d:
        await d.press("s", "x")
        assert d.names()[0] == "Real Estate Q1 2024"
        await d.press("s", "x")
        assert set(d.names()[-2:]) == {"Lead Follow-up December", "First Time Home Buyers"}


async def test_a_click_on_a_heading_sorts() -> None:
    async with driving() as d:
        header = d.text().splitlines()[d.table.region.y]
        await d.pilot.click("#campaigns", offset=(header.index("Contacts"), 0))
        await d.settle()
        assert d.table.sort_key == "contacts"
        assert "Contacts ▼" in d.text()


async def test_marks_ranges_all_and_none() -> None:
    async with driving() as d:
        await d.press("space", "j", "space")
        assert len(d.table.marks) == 2
        assert "2 marked" in d.line("#hints")
        await d.press("backslash")
        assert not d.table.marks
        await d.press("g", "shift+down", "shift+down")
        assert len(d.table.marks) == 3
        await d.press("shift+up")
        assert len(d.table.marks) == 2
        await d.press("asterisk")
        assert len(d.table.marks) == 7
        await d.press("escape")
        assert not d.table.marks


async def test_marks_survive_a_filter_and_the_dialog_counts_those_out_of_view() -> None:
    async with driving() as d:
        await d.press("asterisk", "2", "p")
        assert d.top == "Confirm"
        assert "2 of them are marked but not in view." in d.text()
        assert "cannot pause: the campaign is completed" in d.text()


async def test_the_cursor_keeps_its_campaign_while_figures_change() -> None:
    async with driving() as d:
        await d.press("s", "s", "g", "j", "j")
        kept = d.cursor_name()
        line = d.table.cursor - d.table.first_visible
        last = d.desk.rows["camp_5"]
        d.desk.change(last.id, sent_count=5000)
        await d.look()
        assert d.names()[0] == "Luxury Home Buyers"
        assert "5,000" in d.text()
        assert d.cursor_name() == kept
        assert abs((d.table.cursor - d.table.first_visible) - line) <= 1


async def test_in_a_long_list_the_cursors_line_does_not_move_at_all() -> None:
    async with driving(FakeDesk(many_rows(1000))) as d:
        await d.press("s", "s", *["pagedown"] * 5)
        kept, line = d.table.cursor_id, d.table.cursor - d.table.first_visible
        for campaign in list(d.desk.rows.values())[:20]:
            d.desk.change(campaign.id, sent_count=1_000_000)
        await d.look()
        assert d.table.cursor_id == kept
        assert d.table.cursor - d.table.first_visible == line


async def test_a_campaign_that_goes_away_leaves_the_cursor_on_a_neighbour() -> None:
    async with driving() as d:
        await d.press("G")
        del d.desk.rows["camp_6"]
        d.desk.changes += 1
        await d.look()
        assert d.table.total == 6
        assert d.table.cursor == 5
        assert d.cursor_name()


async def test_only_what_is_in_view_is_held_and_asked_for() -> None:
    async with driving(FakeDesk(many_rows(10_000))) as d:
        for _ in range(12):
            await d.press("pagedown", "pagedown", "pagedown", "pagedown")
        assert len(d.table._pages._pages) <= 8
        assert all(call[2] <= 100 for call in d.desk.calls if call[0] == "page")  # type: ignore[operator]
        await d.press("G")
        assert d.table.cursor == 9_999
        assert d.table.row is not None


async def test_help_is_made_from_the_table_of_actions() -> None:
    async with driving(size=(120, 60)) as d:
        await d.press("question_mark")
        assert d.top == "HelpScreen"
        text = d.text()
        for sentence in ("Pause all active campaigns", "Mark a range downwards", "Emergency stop, at once"):
            assert sentence in text
        await d.press("escape")
        assert d.top == "OverviewScreen"


@pytest.mark.parametrize("key", ["colon", "ctrl+p"])
async def test_the_palette_runs_actions_by_name(key: str) -> None:
    async with driving() as d:
        await d.press(key)
        assert d.top == "CommandPalette"
        await d.press(*"mark all")
        await d.pilot.pause(0.2)
        await d.press("enter")
        await d.until(lambda: len(d.table.marks) == 7)


async def test_speed_keys_change_only_a_demonstrations_clock() -> None:
    async with driving() as d:
        await d.press("plus")
        assert "the real one" in d.toasts()
    async with driving(FakeDesk(speed=600.0)) as d:
        await d.press("plus")
        assert d.desk.speed == 1200
        assert "×1,200" in d.line("#topbar")
        await d.press("minus", "minus")
        assert d.desk.speed == 300


@pytest.mark.parametrize("key", ["q", "ctrl+q"])
async def test_who_alone_sends_is_asked_before_the_app_is_left(key: str) -> None:
    async with driving() as d:
        await d.press("f3", key, key)  # the key that asked does not confirm, and asks no second time
        assert d.top == "LeaveQuestion"
        assert len(d.app.screen_stack) == 2
        said = " ".join(d.text().replace("│", " ").split())
        assert "5 active campaigns go on only while trd runs: this app alone sends." in said
        assert "the next is due in 3 min." in said
        assert "`trd run` on a server keeps sending" in said
        await d.press("enter")  # the cursor is on Cancel
        assert (d.app.current_mode, len(d.app.screen_stack)) == ("inbox", 1)
        assert not d.desk.closed
        await d.press(key)
        await d.pilot.press("y")
        await d.until(lambda: d.desk.closed)


def _watches(d: Driver) -> None:
    d.desk.role = EngineView(role="watching", holder="trd run on a server")


def _is_not_alone(d: Driver) -> None:
    d.desk.others = [Connected("bob", "bob", "203.0.113.7", NOW)]  # whose app goes on at once


def _has_nothing_to_send(d: Driver) -> None:
    for campaign_id in d.desk.rows:
        d.desk.change(campaign_id, waiting_count=0)


def _is_stopped(d: Driver) -> None:
    d.desk.is_stopped = True


def _is_stuck(d: Driver) -> None:
    async def overview() -> Overview:
        raise OSError("the disk is gone")

    d.desk.overview = overview  # type: ignore[method-assign]


def _is_a_demonstration(d: Driver) -> None:
    d.desk._speed = 600.0  # which ends with its app


@pytest.mark.parametrize(
    "is_so",
    [_watches, _is_not_alone, _has_nothing_to_send, _is_stopped, _is_stuck, _is_a_demonstration],
    ids=lambda is_so: is_so.__name__,
)
async def test_where_nothing_stands_still_the_app_is_left_without_a_question(
    is_so: Callable[[Driver], None],
) -> None:
    async with driving() as d:
        is_so(d)
        await d.pilot.press("q")
        await d.until(lambda: d.desk.closed)


async def test_an_empty_search_makes_room_again() -> None:
    async with driving() as d:
        assert "/ search campaigns" in d.line("#tabs")
        await d.press("slash")
        assert "/ search" not in d.line("#tabs")
        await d.press("tab")
        assert d.table.has_focus
        assert "/ search campaigns" in d.line("#tabs")


async def test_keys_typed_right_after_the_slash_belong_to_the_search() -> None:
    async with driving() as d:
        for key in "/px":
            d.app.post_message(events.Key("slash" if key == "/" else key, key))
        await d.until(lambda: d.table.total == 0)
        assert d.top == "OverviewScreen"
        await d.press("slash")  # and in the field the slash is a letter
        await d.until(lambda: d.overview.listed.search == "px/")


async def test_the_side_pane_shows_the_campaign_under_the_cursor_on_wide_terminals() -> None:
    async with driving(size=(160, 40)) as d:
        await d.press("j")
        await d.until(
            lambda: "Commercial Property Outreach" in str(d.overview.query_one("#side").border_title)
        )
        await d.until(lambda: "asked to stop" in d.text())
        assert "Next sends" in d.text()
    async with driving(size=(120, 40)) as d:
        assert not d.overview.query("#side")


@pytest.mark.parametrize("width", [80, 100, 109, 110, 120, 200])
async def test_the_figures_frames_are_whole_at_every_width(width: int) -> None:
    async with driving(size=(width, 24)) as d:
        top, middle, bottom = d.text().splitlines()[1:4]
        assert (top[0], top[-1], middle[-1], bottom[-1]) == ("╭", "╮", "│", "╯")
        assert [i for i, c in enumerate(top) if c in "╭╮"] == [i for i, c in enumerate(bottom) if c in "╰╯"]


@pytest.mark.parametrize(
    ("late", "said"),
    [(59, "59 min ago"), (60, "1 h ago"), (1439, "23 h ago"), (1440, "1 d ago"), (2900, "2 d ago")],
)
async def test_an_overdue_message_never_reads_like_one_to_come(late: int, said: str) -> None:
    rows = [row(1, "Late", "active", 10, 5, 1, next_at=NOW - late * 60_000)]
    async with driving(FakeDesk(rows), size=(160, 40)) as d:
        line = next(line for line in d.text().splitlines() if "● active" in line and "Late" in line)
        assert said in line
        assert f"{said.removesuffix(' ago')} overdue  Late" in d.text()  # the figures name what is next
        await d.until(lambda: d.text().count(said) == 2)  # and beside the list
        await d.press("enter")
        assert said in d.text()
