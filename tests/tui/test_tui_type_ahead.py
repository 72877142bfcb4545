"""Keys that come in one read, as over a slow line: each goes where the one before it has led."""

import asyncio
from pathlib import Path

import pytest
from textual import events

from tests.support.fake_desk import FakeDesk
from tests.support.real_desk import Built
from tests.support.screen import Driver, driving, driving_real
from trd_tui.services.views import ActPreview, Overview
from trd_tui.tui.campaign.contacts import ContactsPage
from trd_tui.tui.dialogs import Confirm
from trd_tui.tui.menu import Menu
from trd_tui.tui.service_desk.administration import Administration


def at_once(d: Driver, *keys: str) -> None:
    """All keys before the app has looked at the first."""
    named = {"!": "exclamation_mark", ".": "full_stop"}
    for key in keys:
        d.app.post_message(events.Key(named.get(key, key), key if len(key) == 1 else None))


def acts(d: Driver) -> list[tuple[object, ...]]:
    return [call for call in d.desk.calls if call[0] == "act"]


def menu_closed(d: Driver) -> bool:
    return d.table.has_focus and not any(menu.display for menu in d.overview.query(Menu))


@pytest.mark.parametrize(("letter", "column"), [("r", "replies"), ("x", "next"), ("p", "progress")])
async def test_a_key_right_after_the_sort_menus_chooses_in_it(letter: str, column: str) -> None:
    async with driving() as d:
        for _ in range(2):  # the menu is mounted at its first, and only shown at its second
            at_once(d, "s", letter)
            await d.until(lambda: d.table.sort_key == column and menu_closed(d))
            await d.settle()
            assert d.top == "OverviewScreen"
            d.table.sort_key = "name"


async def test_keys_right_after_a_menus_answer_belong_to_the_list() -> None:
    async with driving() as d:
        cursor = d.table.cursor
        at_once(d, "s", "escape", "j", "j")
        await d.until(lambda: d.table.cursor == cursor + 2)
        assert menu_closed(d)


async def test_a_key_right_after_the_row_menus_is_about_its_row() -> None:
    async with driving() as d:
        await d.press("j")
        wanted = d.table.cursor_id
        await d.press("k")
        at_once(d, "j", ".", "p", "y")
        await d.until(lambda: bool(acts(d)))
        assert acts(d) == [("act", "pause", (wanted,), None)]


async def test_a_key_right_after_the_filters_menu_chooses_a_state() -> None:
    async with driving() as d:
        await d.press("enter")
        at_once(d, "3", "f", "r")  # the page itself is made on the way
        await d.until(lambda: any(p.query_now.status == "replied" for p in d.app.screen.query(ContactsPage)))
        await d.settle()
        assert d.top == "CampaignScreen"


class SlowDesk(FakeDesk):
    """Takes its time to say what a question asks."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = asyncio.Event()
        self.slow = False

    async def overview(self) -> Overview:
        if self.slow:
            await self.go_on.wait()
        return await super().overview()

    async def preview(self, act: str, ids: object) -> ActPreview:
        if self.slow:
            await self.go_on.wait()
        return await super().preview(act, ids)  # type: ignore[arg-type]


async def after_a_while(d: Driver, desk: SlowDesk, *keys: str) -> None:
    """All keys at once, while the desk is slow."""
    desk.slow = True
    at_once(d, *keys)
    await d.pilot.pause(0.05)
    desk.go_on.set()


@pytest.mark.parametrize(("first", "acted"), [("p", "pause"), ("P", "pause"), ("R", "resume")])
async def test_keys_right_after_an_act_answer_its_question(first: str, acted: str) -> None:
    desk = SlowDesk()
    async with driving(desk) as d:
        await after_a_while(d, desk, first, "y")
        await d.until(lambda: bool(acts(d)))
        assert [call[1] for call in acts(d)] == [acted]


async def test_a_yes_after_two_stops_answers_the_release_and_nothing_else() -> None:
    desk = SlowDesk()
    async with driving(desk) as d:
        await after_a_while(d, desk, "!", "!", "p", "y")
        await d.until(lambda: ("release",) in d.desk.calls)
        await d.settle()
        assert acts(d) == []
        assert d.top == "OverviewScreen"


async def test_the_emergency_stop_does_not_wait_for_a_question() -> None:
    desk = SlowDesk()
    async with driving(desk) as d:
        desk.slow = True
        at_once(d, "p", "!", "y")
        await d.until(lambda: ("stop_now",) in d.desk.calls)
        assert d.top == "OverviewScreen"
        desk.go_on.set()
        await d.until(lambda: bool(acts(d)))


async def test_keys_that_wait_too_long_for_a_question_answer_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trd_tui.tui.work.HELD_S", 0.05)
    desk = SlowDesk()
    async with driving(desk) as d:
        desk.slow = True
        at_once(d, "p", "y")
        await d.pilot.pause(0.2)
        desk.go_on.set()
        await d.until(lambda: d.top == "Confirm")
        await d.settle()
        assert acts(d) == []


async def test_a_name_typed_at_once_goes_into_the_field() -> None:
    desk = SlowDesk()
    async with driving(desk) as d:
        await after_a_while(d, desk, "d", "x", "y", "enter")
        await d.until(lambda: bool(acts(d)))
        assert str(acts(d)[0][3]).endswith("xy")


async def test_what_needs_no_question_lets_the_keys_go_on() -> None:
    async with driving() as d:
        at_once(d, "G", "p", "k")
        await d.until(lambda: d.table.cursor == 5)
        assert "Cannot pause" in d.toasts()


async def test_a_palette_under_a_question_is_not_opened_twice() -> None:
    async with driving() as d:
        await d.press("ctrl+p")
        await d.until(lambda: d.top == "CommandPalette")
        d.app.push_screen(Confirm("Pause?", "One campaign.", "Pause"))
        await d.until(lambda: d.top == "Confirm")
        await d.press("ctrl+p")
        assert d.top == "Confirm"
        await d.press("escape")
        await d.until(lambda: d.top == "CommandPalette")


@pytest.mark.parametrize(
    ("asked", "keys"), [("senders", "1t"), ("suppressed", "2x"), ("settings", "3x"), ("audit", "4o")]
)
async def test_a_key_on_a_list_that_is_not_read_yet_says_that_and_nothing_false(
    asked: str, keys: str, built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It said that there was no sender, and that an act was not on a campaign."""
    go_on, read = asyncio.Event(), getattr(Administration, asked)

    async def slowly(*args: object) -> object:
        await go_on.wait()
        return await read(*args)

    monkeypatch.setattr(Administration, asked, slowly)
    async with driving_real(built, tmp_path / "x.db") as d:
        for key in ("f6", *keys):
            d.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await d.until(lambda: bool(d.toasts()))
        go_on.set()
        assert [n.message for n in d.app._notifications] == [
            "The list is still being read; press the key again in a moment."
        ]
