"""A person's own keys: what is refused names both sides, what holds is shown everywhere."""

from pathlib import Path

from tests.support.real_desk import Built
from tests.support.screen import driving, driving_real
from trd_tui.tui import keymap
from trd_tui.tui.actions import every, for_screen, rebind, screens
from trd_tui.tui.campaign.calendar import CalendarView
from trd_tui.tui.menu import Choice
from trd_tui.tui.rows import Rows
from trd_tui.tui.table.window_table import WindowTable


def test_the_products_own_keys_are_no_clash_and_each_can_be_said_again() -> None:
    own = [(action.id, action.keys) for action in every() if action.keys and action.id != "stop"]
    assert len({name for name, _ in own}) == len(own)  # a keymap names each action by its id alone
    for name, keys in own:
        found, problems = keymap.read([(name, keys)])
        assert (found, problems) == ({name: keys}, [])


def test_what_cannot_be_is_told_with_its_remedy_and_the_rest_holds() -> None:
    def problem(**keys: str) -> str:
        found, problems = keymap.read(keys.items())
        assert not found
        return problems[0]

    assert "'pause' (pause) and of 'resume' (resume)" in problem(pause="r")
    assert "'pause' (pause) and of 'help' (help)" in problem(pause="?")
    assert "'duplicate' (duplicate) and of 'move_down' (down)" in problem(duplicate="j")
    assert "'move_down' (down) and of 'pause' (pause)" in problem(move_down="p")
    assert "'move_up' (up) and of 'tab' (tabs)" in problem(move_up="2")
    assert "1-6 of 'tab' (tabs) cannot be changed" in problem(tab="f9")
    assert "enter of 'touch_edit' (write) cannot be changed" in problem(touch_edit="f9")
    assert "'archive' (archive) has no key; the palette (:) has it" in problem(archive="f9")
    assert "there is no action 'pauze'; did you mean 'pause'?" in problem(pauze="f11")
    assert "'ctrl+' is no key" in problem(pause="ctrl+")
    assert "between keys of one action only" in problem(pause="f10,")
    assert "'pagedwn' is no key; did you mean 'pagedown'?" in problem(pause="pagedwn")
    found, problems = keymap.read([("pause", "j"), ("delete", "f11,D"), ("stop", "f12")])
    assert found == {"delete": "f11,D", "stop": "exclamation_mark,f12"}  # the stop keeps its key
    assert len(problems) == 1
    swapped, problems = keymap.read([("pause", "r"), ("resume", "p")])
    assert (swapped, problems) == ({"pause": "r", "resume": "p"}, [])
    # two screens may give one key to two things
    assert keymap.read([("sender_check", "d")])[1] == []
    assert keymap.shown("question_mark") == "?"
    assert keymap.shown("ctrl+pagedown") == "ctrl+pgdn"


async def test_a_changed_key_acts_and_is_shown_in_hints_help_and_palette() -> None:
    try:
        async with driving() as d:
            d.app.wishes.bind_keys([("pause", "f11"), ("search", "ctrl+y"), ("help", "H"), ("delete", "q")])
            await d.settle()
            assert "'delete' (delete) and of 'quit' (quit)" in d.toasts()
            assert "f11 pause" in d.line("#hints")
            assert "H help" in d.line("#hints")
            assert "ctrl+y search" in d.line("#tabs")
            await d.press("p")
            assert d.top == "OverviewScreen"
            await d.press("f11")
            assert d.top == "Confirm"
            await d.press("escape", "H")
            assert d.top == "HelpScreen"
            assert "f11" in d.text()
            await d.press("escape", "colon", *"pause")
            await d.until(lambda: "Pause  (f11)" in d.text())
            await d.press("escape")
            d.app.wishes.changed("keymap", ())
            await d.press("p")
            assert d.top == "Confirm"
    finally:
        rebind({})


async def test_the_keys_that_move_are_a_persons_own_in_every_list(built: Built, tmp_path: Path) -> None:
    try:
        async with driving_real(built, tmp_path / "x.db") as d:
            d.app.wishes.bind_keys([("move_down", "f12,down"), ("move_last", "f10"), ("day_after", "f11")])
            await d.press("j")
            assert d.table.cursor == 0
            await d.press("f12")
            assert d.table.cursor == 1
            await d.press("full_stop", "f12")  # a menu is a list, too
            menu = d.overview.menu()
            assert menu.highlighted == 1
            await d.press("j", "f10")
            assert menu.highlighted == len(menu.choices) - 1
            menu.open("letters", (Choice("a", "a", "A"), Choice("j", "j", "J")), x=0, y=0)
            await d.press("j")
            assert not menu.display  # the letter of a line chooses it, whatever moves elsewhere
            await d.press("question_mark")
            assert "f12 ↓" in d.text()
            await d.press("escape", "enter", "2", "f12", "down")
            assert d.app.screen.query_one(Rows).highlighted == 2
            await d.press("4", "f11")
            calendar = d.app.screen.query_one(CalendarView)
            first = calendar.cursor
            await d.press("f11", "f12")
            assert calendar.cursor - first == 8
            await d.press("f3")
            await d.until(lambda: "1 Unread" in d.line("#tabs"))
            table = d.app.screen.query_one(WindowTable)
            await d.press("f10")
            assert table.total
            assert table.cursor == table.total - 1
    finally:
        rebind({})


def test_every_screen_of_the_table_has_its_actions() -> None:
    assert all(for_screen(screen) for screen in screens())
