"""The steps of a new campaign, by keys alone, on the product's own desk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.widgets import Input, Static, TextArea

from tests.support.real_desk import Built, open_real_desk
from tests.support.screen import Driver, driving_real, shows
from trd_tui.tui.app import TrdApp
from trd_tui.tui.desk import Desk
from trd_tui.tui.new_campaign.lines import hint_parts
from trd_tui.tui.new_campaign.screen import NewCampaignScreen
from trd_tui.tui.service_desk import ServiceDesk

LEADS = "Phone,First Name,Pet\n+12125550101,Ann,rex\n2125550101,Ann,\n13125550107,Cy,\n12,Zed,\nhello,Zed,\n"

Steps = Driver[ServiceDesk]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What is typed is kept at once, and the working directory is empty but for a file of leads."""
    monkeypatch.setattr(NewCampaignScreen, "KEPT_AFTER", 0.01)
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "leads.csv").write_text(LEADS)
    monkeypatch.chdir(folder)


@asynccontextmanager
async def begun(
    built: Built, tmp_path: Path, size: tuple[int, int] = (80, 24), *, hurried: bool = False
) -> AsyncIterator[Steps]:
    async with driving_real(built, tmp_path / "acme.db", size, hurried=hurried) as d:
        await d.press("n")
        await shows(d, "what your team calls it")
        yield d


def screen(d: Steps) -> NewCampaignScreen:
    found = d.app.screen
    assert isinstance(found, NewCampaignScreen)
    return found


async def pastes(d: Steps, text: str) -> None:
    """Paste it: one event, where what the letters do is not the question."""
    d.app.post_message(events.Paste(text))
    await d.settle()


async def types(d: Steps, text: str) -> None:
    """Type it, letter by letter."""
    names = {
        " ": "space", ".": "full_stop", "!": "exclamation_mark", "?": "question_mark", "/": "slash",
        "{": "left_curly_bracket", "}": "right_curly_bracket", ":": "colon", "+": "plus", "-": "minus",
        "=": "equals_sign", ";": "semicolon", ",": "comma", "*": "asterisk",
    }  # fmt: skip
    await d.pilot.press(*(names.get(letter, letter) for letter in text))
    await d.settle()


async def named(d: Steps, name: str = "Spring leads") -> None:
    """The first step by keys."""
    await pastes(d, name)
    await d.press("enter", "down", "enter", "ctrl+s")  # the first of the senders that exist
    await shows(d, "2 · Audience", "leads.csv", "from yours: scp")


async def imported(d: Steps) -> None:
    """The second step by keys: a path completed by tab, its report, the import."""
    await types(d, "le")
    await d.press("tab")
    await d.until(lambda: d.app.screen.query_one("#file", Input).value == "leads.csv")
    await d.press("enter")
    await shows(d, "5 rows. Nothing is stored yet", "2 would join", "custom.pet")
    await d.press("ctrl+s")
    await shows(d, "5 rows read.", "2 in the draft")


async def test_a_campaign_is_made_imported_reviewed_and_started_by_keys_alone(
    built: Built, tmp_path: Path
) -> None:
    async with begun(built, tmp_path, hurried=True) as d:
        await named(d)
        await imported(d)
        report = str(screen(d).query_one("#report", Static).content)
        assert "1 repeats a number" in report
        assert "1 is new" in report
        assert "1 · has letters in it" in report
        assert (tmp_path / "here" / "leads-rejects.csv").read_text().count("line ") == 2
        await d.press("pagedown")
        await shows(d, "#9 day 17", "As Ann Ingram, +12125550101", "GSM-7")
        assert "a add touch" in d.line("#hints")
        assert "esc, !" not in d.line("#hints")
        await d.press("enter")
        await d.until(lambda: "esc, ! stop" in d.line("#hints") and "add touch" not in d.line("#hints"))
        await types(d, " {{nme}}!")  # a letter that acts elsewhere is a letter here
        await shows(d, "unknown field 'nme'", "✗ #1")
        await d.press(*["backspace"] * 6)
        await pastes(d, "pet}}!")
        await shows(d, "rex!", "1 segment")
        await d.press("f1")
        await shows(d, "Help · new campaign")
        await d.press("escape")
        await d.press("escape", "space", "j", "x", "right_square_bracket")
        await d.until(
            lambda: [t.day for t in screen(d).sheet.touches] == ["1", "5", "7", "9", "11", "13", "15", "17"]
        )
        assert not screen(d).sheet.touches[0].active
        await d.press("a")
        await pastes(d, "Bye")
        await d.until(lambda: screen(d).sheet.touches[-1].body == "Bye")
        await d.press("escape", "k", "pagedown")
        await shows(d, "✓ mon", "what fell due and what follows move", "3 ✓ Touches")
        await d.press("right", "space", "tab", "ctrl+u")
        await pastes(d, "20:00")
        await shows(d, "closes at 20:00, which is not after it opens at 20:00")
        await d.press("ctrl+s")  # it is not left while it is wrong, and the cursor is at what is
        assert (screen(d).sheet.step, screen(d).focused) == (4, screen(d).query_one("#closes"))
        await d.press("ctrl+u")
        await pastes(d, "20:30")
        await d.press("ctrl+s")
        await shows(d, "16 texts", "(America/New_York).", "At most $", "5 ✓ Review")
        assert "Quiet hours" in str(screen(d).query_one("#review-text", Static).content)
        await d.press("r", "y")
        await d.until(lambda: d.top == "OverviewScreen")
        rows = {row.name: row for row in (await d.desk.page(d.overview.listed)).rows}
        assert (rows["Spring leads"].status, rows["Spring leads"].contact_count) == ("active", 2)
        assert not await d.desk.new_campaign.unfinished(rows["Spring leads"].id)


async def test_a_touch_stands_by_its_day_and_what_was_taken_out_comes_back(
    built: Built, tmp_path: Path
) -> None:
    async with begun(built, tmp_path, hurried=True) as d:
        await named(d)
        await d.press("pagedown")
        await shows(d, "#9 day 17")

        def typed() -> list[str]:
            return [each.day for each in screen(d).sheet.touches]

        usual = typed()
        await d.press("a")
        await pastes(d, "Between")
        await d.press("shift+tab", "ctrl+u", "4")
        assert typed()[-1] == "4"  # nothing moves while it is typed
        await d.press("enter")
        assert typed() == [*usual[:2], "4", *usual[2:]]
        assert screen(d).sheet.touches[2].body == "Between"
        assert "as touch 3." in d.toasts()
        await pastes(d, "!")
        assert screen(d).sheet.touches[2].body == "Between!"  # the cursor went with it
        await d.press("escape", "x")
        assert typed() == usual
        assert "z brings it back · Between!" in d.toasts()
        await d.press("t", "n")
        await d.until(lambda: typed() == [])
        await d.press("z")
        assert typed() == usual
        await d.press("z")
        assert screen(d).sheet.touches[2].body == "Between!"
        await d.press("z")
        assert "No touch was taken out" in d.toasts()
        assert len(typed()) == 10


async def test_tab_leads_past_the_list_of_senders_and_enter_never_takes_another_one(
    built: Built, tmp_path: Path
) -> None:
    async with begun(built, tmp_path) as d:
        await pastes(d, "Spring")
        await d.press("tab")
        await pastes(d, "+12025550195")
        await d.press("tab")
        await types(d, "Jolly G")  # in the list these letters would move, and be lost
        assert (screen(d).sheet.brand, screen(d).sheet.sender) == ("Jolly G", "+12025550195")
        await d.press("shift+tab", "enter")
        assert screen(d).focused is screen(d).query_one("#brand")
        await d.press("shift+tab", "down")  # down leads into it
        assert screen(d).focused is screen(d).query_one("#senders")
        await d.press("g", "enter")
        assert (screen(d).sheet.brand, screen(d).sheet.sender) == ("Jolly G", "+12125550190")


async def test_what_was_missing_is_not_said_any_more_when_it_is_there(built: Built, tmp_path: Path) -> None:
    def told() -> list[str]:
        return [str(toast.message) for toast in d.app._notifications]

    async with begun(built, tmp_path) as d:
        await d.press("pagedown", "ctrl+s", "ctrl+s")
        assert told() == ["Give the campaign a name and a sender first: step 1."]
        await d.press("pageup")
        await pastes(d, "Spring")
        assert told() == []
        await d.press("enter", "down", "enter", "ctrl+s")
        await shows(d, "Nobody is in the draft yet", "leads.csv")
        await d.press("ctrl+s")
        assert told() == ["Name a CSV file, or choose one of the list."]
        await types(d, "leads.csv")
        assert told() == []
        await d.press("enter")
        await shows(d, "5 rows. Nothing is stored yet")
        await d.press("ctrl+s")
        await shows(d, "5 rows read.", "2 in the draft")
        assert told() == []  # the report in front says it all


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


WRONG: list[tuple[bytes | None, str]] = [
    (None, "no such file or directory; tab completes a path"),
    (b"", "is empty; a contacts file begins with a header row"),
    (b"\x00\x01", "is not a text file; export the contacts as CSV in UTF-8"),
    (b"\xff\xfe\x00binary\x00\xff", "is damaged, or not a text file"),
    (b"phone\n", "Nobody is in this file"),
    (b"Handy,Town\n2125550109,Rye\n", "a phone column is missing: press enter; Handy custom.handy"),
]


async def test_a_wrong_file_says_what_to_do(built: Built, tmp_path: Path) -> None:
    path = tmp_path / "here" / "x.csv"
    async with begun(built, tmp_path) as d:
        await named(d, "W")
        await d.press("tab", "ctrl+s")  # what is missing is said, and the cursor is where it is typed
        await d.until(lambda: screen(d).focused is screen(d).query_one("#file"))
        await types(d, "..")
        await d.press("enter")
        await shows(d, ".. is a folder; name a CSV file")
        for content, said in WRONG:
            if content is not None:
                path.write_bytes(content)
            await d.press("ctrl+u")
            await pastes(d, "x.csv")
            await d.press("enter")
            await shows(d, *said.split("; "))
            if said.startswith("Nobody"):
                await d.press("ctrl+s")
                await d.until(lambda: "Nobody is in this file" in d.toasts())
        await shows(d, "then choose phone", "custom.handy 2125550109", "Town city Rye", "columns are right")
        await d.press("enter", "a")  # the cursor stands on the first column; it holds the phone number
        await shows(d, "Handy phone 2125550109", "1 would join the draft")
        for name, said in (("leads.csv", "2 would join"), ("x.csv", "1 would join")):
            screen(d).query_one("#file").focus()  # each file takes what was said of its own columns
            await d.press("ctrl+u")
            await pastes(d, name)
            await d.press("enter")
            await shows(d, said)
        await d.press("ctrl+s")
        await shows(d, "1 in the draft")
        await d.press("ctrl+r", "y")
        await shows(d, "Nobody is in the draft yet")


@asynccontextmanager
async def two_in_one_draft(built: Built, tmp_path: Path) -> AsyncIterator[tuple[Steps, Steps]]:
    """Two apps on one database, both in the steps of one draft, at its touches."""
    file = tmp_path / "acme.db"
    async with begun(built, tmp_path, hurried=True) as a:
        await named(a, "Aaa first")
        await imported(a)
        await a.press("pagedown")
        await shows(a, "#9 day 17")
        async with driving_real(Built(file, built.start), file, (80, 24)) as b:
            b.app.push_screen(NewCampaignScreen(screen(a).sheet.campaign_id))
            await shows(b, "#9 day 17")
            yield a, b


async def rewrites(d: Steps, text: str) -> None:
    """Write another text for the touch under the cursor."""
    area = screen(d).query_one("#touch-text", TextArea)
    area.focus()
    area.select_all()
    await pastes(d, text)


def body(d: Steps, place: int = 0) -> str:
    return screen(d).sheet.touches[place].body


async def looks(d: Steps) -> None:
    """The watch of this app, of two, has seen a change."""
    d.app.call_later(screen(d).live)
    await d.settle()


async def saves(d: Steps) -> None:
    """Save the touches; then the next step is in front."""
    await d.press("ctrl+s")
    await d.until(lambda: screen(d).sheet.step == 4)
    await d.settle()


async def test_two_in_one_draft_lose_nothing_to_each_other(built: Built, tmp_path: Path) -> None:
    async with two_in_one_draft(built, tmp_path) as (a, b):
        await b.press("j")
        await rewrites(b, "Half ")
        await rewrites(a, "AAA")
        await saves(a)
        await looks(b)
        assert (body(b), body(b, 1)) == ("AAA", "Half ")  # theirs shows, and one's own half stays
        assert "changed touch 1. It shows here now." in b.toasts()
        await pastes(b, "typed")
        assert body(b, 1) == "Half typed"
        await b.press("escape", "k")
        await rewrites(b, "BBB")
        await a.press("pageup")
        await rewrites(a, "Again A")
        await saves(a)
        await looks(b)
        assert "ctrl+s asks whose stands" in b.toasts()
        await shows(b, "3 ✗ Touches")
        await b.press("ctrl+s")
        await shows(b, "Neither yet", "Mine: day 1: BBB", "Theirs: day 1: Again A")
        await b.press("escape")
        assert body(b) == "BBB"
        desk = a.desk.new_campaign
        stored = await desk.touches(screen(a).sheet.campaign_id)
        assert stored[0].body == "Again A"
        await b.press("ctrl+s", "m")
        await b.until(lambda: "Yours stands: touch 1." in b.toasts())
        stored = await desk.touches(screen(a).sheet.campaign_id)
        assert [each.body for each in stored[:2]] == ["BBB", "Half typed"]


async def reviewed(d: Steps) -> None:
    """Wait until the dry run is over, and is of the draft as it is."""

    def over() -> bool:
        pane = screen(d).pane
        return screen(d).reviewed and pane is not None and pane.own is None and not pane.outdated()

    await d.until(over)
    await shows(d, "18 texts")


async def test_a_start_is_of_what_its_dry_run_went_through(
    built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with two_in_one_draft(built, tmp_path) as (a, b):
        await a.press("pagedown", "pagedown")
        await reviewed(a)
        await rewrites(b, "ZZZ")
        await saves(b)
        await a.press("r")  # before the watch has looked
        await a.until(lambda: "Not started" in a.toasts())
        assert "Start?" not in a.text()
        assert body(a) == "ZZZ"
        await reviewed(a)
        await a.press("r")
        await shows(a, "Start?")
        await b.press("pageup")
        await rewrites(b, "YYY")
        await saves(b)
        await a.press("y")  # while the question stood there
        await a.until(lambda: "was changed meanwhile" in a.toasts())
        await looks(a)
        await reviewed(a)
        await b.press("pageup")
        await rewrites(b, "Half ty")
        await reviewed(a)
        await a.press("r")
        await shows(a, "Start?")
        steps, act = (
            next(each for each in a.app.screen_stack if isinstance(each, NewCampaignScreen)),
            a.desk.act,
        )

        async def seen_at_once(*args: Any, **more: Any) -> Any:
            done = await act(*args, **more)
            await steps._hear()  # the watch is faster than what is told of the act
            return done

        monkeypatch.setattr(a.desk, "act", seen_at_once)
        await a.press("y")
        await a.until(lambda: a.top == "OverviewScreen")
        assert [told.title for told in a.app.told if "by now" in told.message] == []
        await looks(b)
        assert "Aaa first is active by now" in b.toasts()
        assert "What you typed of touch 1 is not in it" in b.toasts()
        await shows(b, "active, no draft any more")
        assert "ctrl+s" not in b.line("#hints")
        assert "kept" in str(hint_parts((), "", None, 120, stopped=False))
        assert "kept" not in str(hint_parts((), "", None, 120, stopped=False, kept=not screen(b).news.ended))
        await b.press("escape", "escape")
        await b.until(lambda: b.top == "OverviewScreen")
        assert "The touches that you typed wait there, unsaved: enter on it, then 2." in b.toasts()
        assert "is a draft in the list" not in b.toasts()


async def test_a_copy_without_contacts_leads_to_its_steps_by_keys(built: Built, tmp_path: Path) -> None:
    async with driving_real(built, tmp_path / "acme.db", (80, 24)) as d:
        await d.press("d", "enter")
        await d.until(lambda: "duplicated" in d.toasts())
        await d.until(lambda: d.cursor_name().endswith("(copy)"))  # one goes on with it
        await d.press("x", "y")
        await d.until(lambda: not d.cursor_name().endswith("(copy)"))
        await d.press("z")
        await d.until(lambda: d.cursor_name().endswith("(copy)"))
        assert "S steps" in d.line("#hints")
        assert "r start" not in d.line("#hints")
        await d.press("r")
        await d.until(lambda: "no contacts yet: S opens its steps; the second imports a file" in d.toasts())
        d.app.ways.campaign(str(d.table.cursor_id))
        await d.until(lambda: d.top == "CampaignScreen")
        await d.press("3")
        await shows(d, "No contacts yet. i imports a file.")
        await d.press("ctrl+p")
        await types(d, "import")
        await shows(d, "Import contacts into")
        await d.press("enter")
        await shows(d, "2 ✗ Audience", "leads.csv", "from yours: scp", "f1 help")
        await pastes(d, "leads.csv")
        await d.press("enter")
        await shows(d, "custom.pet", "tab, then ↓: more of the report")
        await d.press(*["tab"] * 4, "down", "down", "enter")  # the third column holds something of one's own
        await shows(d, "an own field: type its name")
        await d.press("end", "up", "enter")
        await d.until(lambda: d.top == "AskName")
        await d.press("ctrl+u")
        await pastes(d, "Lot No")
        await d.press("enter")
        await shows(d, "custom.lot_no")
        await d.press("escape", "S")
        await shows(d, "4 ✓ Schedule", "custom.lot_no")  # what was typed goes on
        await d.press("escape", "escape", "enter")
        await d.until(lambda: d.top == "NewCampaignScreen")
