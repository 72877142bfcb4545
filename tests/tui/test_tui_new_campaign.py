"""The steps of a new campaign, by keys alone, on the product's own desk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from textual.widgets import Static

from tests.support.real_desk import Built, StandingClock
from tests.support.screen import driving_real, shows
from tests.support.steps import begun, imported, named, pastes, screen, types

pytestmark = pytest.mark.usefixtures("steps_at_once")


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


WRONG: list[tuple[bytes | None, str]] = [
    (None, "no such file or directory; tab completes a path"),
    (b"", "is empty; a contacts file begins with a header row"),
    (b"\x00\x01", "is not a text file; export the contacts as CSV in UTF-8"),
    (b"\xff\xfe\x00binary\x00\xff", "is damaged, or not a text file"),
    (b"phone\n", "Nobody is in this file"),
    (b"Handy,Town\n2125550109,Rye\n", "a phone column is missing: press enter; Handy custom.handy"),
]


async def test_a_wrong_file_says_what_to_do(
    built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "here" / "x.csv"
    monkeypatch.setattr(StandingClock, "real", lambda clock: clock.now() + 10 * 3_600_000)
    async with begun(built, tmp_path) as d:
        written = d.desk.now() // 1000 + 7 * 3600
        os.utime(tmp_path / "here" / "leads.csv", (written, written))
        await named(d, "W")
        await shows(d, "3 h old")  # by the clock of the disk, not of the campaigns
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
