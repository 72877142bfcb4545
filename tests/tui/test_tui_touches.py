"""The page of a campaign's touches, on the product's own desk."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.support.real_desk import Built
from tests.support.screen import Driver, driving_real
from trd_tui.services import touches as sequence
from trd_tui.services.actor import Actor
from trd_tui.store.errors import StoreError
from trd_tui.tui.campaign import touches
from trd_tui.tui.campaign.screen import CampaignScreen
from trd_tui.tui.campaign.touches import TouchesPage
from trd_tui.tui.service_desk import ServiceDesk
from trd_tui.tui.touches.text import TouchText

Real = Driver[ServiceDesk]
COMMERCIAL = ("j", "enter", "2")
"""An active campaign with 203 contacts."""


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing waits for the keys to rest."""
    monkeypatch.setattr(touches, "READ_AFTER", 0.0)
    monkeypatch.setattr(touches, "LOOK_AFTER", 0.0)


@pytest.fixture
async def d(built: Built, tmp_path: Path) -> AsyncIterator[Real]:
    async with driving_real(built, tmp_path / "touches.db") as driver:
        await driver.press(*COMMERCIAL)
        yield driver


def page(d: Real) -> TouchesPage:
    return d.app.screen_stack[1].query_one(TouchesPage)


async def answer(d: Real, text: str) -> None:
    """Fill the field of the question that is open."""
    d.app.screen.query_one(Input).value = text
    await d.press("enter")


async def stored(d: Real) -> list[tuple[int, int, str, bool, int]]:
    found = await d.desk.touches.read(page(d).campaign_id)
    assert found is not None
    return [(t.position, t.day, t.body, t.active, len(t.variants)) for t in found.touches]


async def by_another(d: Real, body: str) -> None:
    """Another person saves another text for the first touch."""
    db, clock = d.desk._product.db, d.desk._product.clock
    id_ = page(d).campaign_id

    async def change() -> None:
        found = await sequence.editable(db, id_)
        assert found is not None
        other = (replace(found.touches[0], body=body), *found.touches[1:])
        await sequence.save(db, clock, Actor(2, "bob", "bob"), id_, other, found.send_time, found.version)

    await d.desk._asking.ask(change)


async def test_what_is_typed_is_read_measured_and_looked_at(d: Real) -> None:
    assert "Hi Odette, this is Cleo." in d.text()
    assert "1 segment  GSM-7  116 of 160" in d.text()
    field = d.app.screen.query_one(TouchText)
    await d.press("enter")
    field.insert(" Sie “ja”")
    await d.press("{", "x", "1", "slash")
    assert field.text.endswith(" Sie “ja”{x1/")  # no key typed in a field acts
    assert "a brace at character" in d.text()
    await d.press("backspace", "backspace", "backspace", "backspace")
    text = d.text()
    assert "UCS-2 because of “ ”" in text
    assert "2 segments  UCS-2" in text
    assert "▲ warning" in text
    assert "✎ 1 touch changed, not saved" in text
    await d.press("f9")  # the offer, without leaving the text
    assert field.text.endswith('Sie "ja"')
    assert "1 segment  GSM-7  125 of 160" in d.text()
    await d.press("f8")
    assert "Hi Tessa, this is Cleo." in d.text()
    await d.press("escape", "left", "left")
    assert "203 of 203" in d.text()
    await d.press("c")
    await answer(d, "nils")
    assert "Hi Nils, this is Cleo." in d.text()


async def test_every_act_on_the_sequence_and_its_saving(d: Real) -> None:
    before = await stored(d)
    await d.press("j", "w")
    await answer(d, "6")
    assert "this touch may be on days 2 to 4" in " ".join(d.text().split())
    assert d.app.screen.query_one(Input).value == "6"
    await answer(d, "4")
    await d.press("v", *"!", "escape", "equals_sign")
    await answer(d, "3")
    assert "A 25 %  B 75 %" in d.text()
    await d.press("left_square_bracket", "right_square_bracket")
    await d.press("j", "o", "j", "x")
    await d.press("G", "a")
    await answer(d, "19")
    assert d.app.focused is d.app.screen.query_one(TouchText)
    await d.press("ctrl+s")  # the new one has no text yet
    assert "Touch + of day 19 cannot be saved: the text is empty" in d.toasts()
    await d.press(*"{city|b}", "ctrl+s")
    assert "needs two braces" in d.toasts()
    await d.press("home", "{", "end", "}")
    await d.press("escape", "W")
    await answer(d, "11:15")
    await d.press("s")
    text = d.text()
    assert d.app.focused is not None
    assert d.app.focused.id == "cancel"
    assert "Save the sequence?" in text
    assert "the send time: 10:00 -> 11:15" in text
    assert "touch 2 (day 4): day 3 -> 4, variants A, B instead of one text" in text
    assert "touch 3 (day 5): deactivated" in text
    assert await stored(d) == before
    await d.press("y")
    after = await stored(d)
    assert [touch[:2] for touch in after] == [
        (1, 1),
        (2, 4),
        (3, 5),
        (5, 9),
        (6, 11),
        (7, 13),
        (8, 15),
        (9, 17),
        (10, 19),
    ]
    assert after[1][4] == 2
    assert not after[2][3]
    assert after[-1][2] == "{{city|b}}"
    assert "not saved" not in d.text()
    await d.press("k", "g", "j", "V", "s", "y")
    assert (await stored(d))[1][4] == 0


async def test_a_day_and_a_text_changed_at_once_leave_it_the_same_touch(d: Real) -> None:
    """Nobody gets it again under another number."""
    await d.press("j", "w")
    await answer(d, "4")
    await d.press("enter", *" Now.", "escape", "s")
    assert "touch 2 (day 4): day 3 -> 4, text" in d.text()
    assert "removed" not in d.text()
    await d.press("y")
    assert (await stored(d))[1][:2] == (2, 4)


async def test_what_is_not_saved_is_kept_until_it_is_saved_or_discarded(d: Real) -> None:
    await d.press("j", "enter", *" Kept.", "escape", "1", "3", "2")
    assert "Kept." in d.text()
    for keys in (("escape",), ("f2",)):
        await d.press(*keys)
        assert d.top == "OverviewScreen"  # nothing is lost, so nothing is asked
        assert "1 changed touch, kept for your next look" in d.toasts()
        d.app.clear_notifications()
        await d.press("enter", "2")
        assert "did not save; U discards it" in d.toasts()
        assert "✎ 1 touch changed, not saved" in d.text()
        assert "Kept." in d.app.screen.query_one(TouchText).text  # the touch that it is about is shown
    await d.press("U", "y", "escape", "enter", "2")
    assert "Kept." not in d.text()
    await d.press("g", "enter", *" Saved.", "ctrl+s", "y", "escape", "escape", "enter", "2")
    assert "Saved." in d.text()
    assert "✔ saved" in d.text()


async def test_a_lost_line_asks_nothing_and_keeps_what_was_typed(
    d: Real, tmp_path: Path, built: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[object] = []

    async def stays_open() -> None:
        """The fixture closes it."""

    with monkeypatch.context() as patched:
        patched.setattr(touches, "LOOK_AFTER", 60.0)  # the line is lost before the keys have rested
        patched.setattr(d.desk, "close", stays_open)
        patched.setattr(d.app, "exit", lambda *_args, **_named: left.append(True))
        for key in ("enter", *" Mine.", "escape", "v", *" B"):
            await d.pilot.press(key)
        d.app.leave_now()  # what SIGHUP and SIGTERM do
        await d.until(lambda: bool(left))
    await by_another(d, "Theirs. Reply STOP to opt out.")
    async with driving_real(Built(tmp_path / "touches.db", built.start), tmp_path / "touches.db") as again:
        await again.press(*COMMERCIAL)
        assert "did not save; U discards it" in again.toasts()
        assert again.app.screen.query_one(TouchText).text.endswith("Mine.")
        assert "A 50 %  B 50 %" in again.text()
        assert "somebody else has changed this sequence meanwhile" in again.text()
        await again.press("s")
        assert "this replaces it" in again.text()
        await again.press("n")
        await again.desk.touches.keep(page(again).campaign_id, None)
        assert await again.desk.touches.kept(page(again).campaign_id) is None


async def test_another_persons_change_is_told_and_nothing_typed_is_lost(d: Real) -> None:
    await by_another(d, "Theirs. Reply STOP to opt out.")
    await d.look()
    assert "Theirs." in d.text()  # nothing is typed yet: it is simply shown
    await d.press("enter", *" Mine.")
    await by_another(d, "Theirs again. Reply STOP to opt out.")
    await d.look()
    text = d.text()
    assert "Theirs. Reply STOP to opt out. Mine." in text
    assert "somebody else has changed this sequence meanwhile" in text
    await d.press("ctrl+s")
    assert "this replaces it" in d.text()
    await d.press("n")
    assert (await stored(d))[0][2].startswith("Theirs again.")
    real = d.desk.touches.save

    async def late(*args: object) -> object:
        await by_another(d, "Theirs at the last moment. Reply STOP to opt out.")
        return await real(*args)  # type: ignore[arg-type]

    d.desk.touches.save = late  # type: ignore[assignment,method-assign]
    await d.press("ctrl+s", "y")
    assert "somebody else has changed the campaign meanwhile" in d.toasts()
    assert "Mine." in d.text()
    d.desk.touches.save = real  # type: ignore[method-assign]
    await d.press("ctrl+s", "y")
    assert (await stored(d))[0][2] == "Theirs. Reply STOP to opt out. Mine."


async def test_a_test_goes_to_oneself_as_it_is_written(d: Real) -> None:
    await d.press("enter", *" Draft.", "escape", "t")
    await answer(d, "12")
    assert "✗ '12' has too few digits" in d.text()
    assert d.app.screen.query_one(Input).value == "12"
    await answer(d, "(212) 555-0199")
    assert "The carrier took the test for +12125550199" in d.toasts()
    await d.press("t")
    assert d.app.screen.query_one(Input).value == "+12125550199"
    await d.press("escape")


async def test_the_list_shows_its_texts_after_a_resize_and_after_a_look_elsewhere(d: Real) -> None:
    for width, height, elsewhere in ((120, 40, False), (80, 14, False), (120, 40, True), (80, 24, True)):
        await d.press("1" if elsewhere else "2")
        await d.pilot.resize_terminal(width, height)
        await d.press("2")
        lines = [line for line in d.text().splitlines() if line.startswith("│ ")]
        assert [line[2] for line in lines][:6] == list("123456")  # none wraps, also beside a scrollbar
        assert lines[0].startswith("│ 1 day 1      Hi …, this is" if width > 100 else "│ 1 d1     Hi …, this")


async def test_a_campaign_that_is_over_says_why_it_is_not_edited(built: Built, tmp_path: Path) -> None:
    async with driving_real(built, tmp_path / "over.db", (80, 24)) as d:
        await d.press("4", "enter", "2")
        screen = d.app.screen
        assert isinstance(screen, CampaignScreen)
        assert "First Time Home Buyers is completed" in d.text()
        body = page(d).draft
        assert body is not None
        hints = d.line("#hints")
        await d.press("enter")
        assert d.line("#hints") == hints  # it does not look as if one wrote
        assert d.app.screen.focused is screen.query_one("#touch-list")
        assert d.toasts().count("duplicate it and edit the copy") == 1
        text = screen.query_one(TouchText)
        await d.press("tab", "a", "x", "s")
        assert not text.has_focus
        assert not body.changed
        text.can_focus = True  # as while a text is being saved
        text.focus()
        await d.press("question_mark")
        assert d.top == "CampaignScreen"  # no letter is a key of the screen there
        page(d).to_focus().focus()
        below = screen.query_one("#touch-below")
        await d.pilot.resize_terminal(80, 18)
        await d.press("J", "J", "K")
        assert below.scroll_offset.y == 1
        await d.press("question_mark")
        assert "Help · campaign · touches" in d.text()


async def test_a_database_that_takes_nothing_keeps_nobody_from_leaving(
    d: Real, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[object] = []

    async def full(_page: TouchesPage) -> None:
        raise StoreError("the disk is full")

    async def stays_open() -> None:
        """The fixture closes it."""

    with monkeypatch.context() as patched:
        patched.setattr(TouchesPage, "keep_typed", full)
        patched.setattr(d.desk, "close", stays_open)
        patched.setattr(d.app, "exit", lambda *_args, **_named: left.append(True))
        d.app.leave_now()
        await d.until(lambda: bool(left))
