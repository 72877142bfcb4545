"""Keys behind a leap to a row that is not read yet are about that row, and each of them is answered."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from random import Random

import pytest
from textual import events

from tests.support.fake_desk import FakeDesk
from tests.support.screen import Driver, driving
from tests.tui.test_tui_cursor import SlowDesk, running, type_at_once, under_the_bar
from trd_tui.services.views import CampaignPage, ListQuery

LEAPS = ("G", "g", "pagedown", "pageup", "j", "k", "end", "home")
COUNTS = (99, 100, 101, 260)
MANY = [pytest.param(seed, marks=pytest.mark.slow) for seed in range(4, 60)]


class SlowPages(FakeDesk):
    """Its pages come when they are let, or after any time; the list stays as it is."""

    def __init__(self, count: int, dice: Random | None = None) -> None:
        super().__init__(running(count))
        self.dice = dice
        self.go_on = asyncio.Event()
        self.go_on.set()
        self.broken = False

    async def page(self, query: ListQuery) -> CampaignPage:
        if self.dice is not None:
            for _ in range(self.dice.choice((0, 30, 200, 600))):
                await asyncio.sleep(0)
        await self.go_on.wait()
        if self.broken:
            raise OSError("the database is gone")
        return await super().page(query)


def acts(d: Driver) -> list[tuple[object, ...]]:
    return [call[1:3] for call in d.desk.calls if call[0] == "act"]


def all_active(desk: FakeDesk) -> None:
    """As they were, without a word to the app."""
    desk.rows = {id_: replace(found, status="active") for id_, found in desk.rows.items()}
    desk.calls.clear()


def led(d: Driver, at: int, key: str, count: int) -> int:
    """Where a key leads from a row."""
    height = d.table.body_height
    by = {"j": 1, "k": -1, "pagedown": height, "pageup": -height, "shift+down": 1, "shift+up": -1}
    to = {"g": 0, "home": 0, "G": count - 1, "end": count - 1}
    return max(0, min(count - 1, to[key] if key in to else at + by[key]))


def forget_rows(d: Driver) -> None:
    """Let all pages go, as where the list is shown for the first time."""
    source = d.table.source
    d.table.forget()
    d.table.source = source


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("seed", [*range(2), *MANY])
async def test_an_act_is_about_the_row_to_which_the_keys_before_it_have_led(seed: int, count: int) -> None:
    dice = Random(seed)
    desk = SlowPages(count, dice)
    async with driving(desk) as d:
        in_order = [row.id for row in desk._listed(d.overview.listed)]
        at = d.table.cursor
        for _ in range(6):
            all_active(desk)
            keys = [dice.choice(LEAPS) for _ in range(dice.randint(1, 4))]
            for key in keys:
                at = led(d, at, key, count)
            if dice.random() < 0.3:
                forget_rows(d)
                d.table.reload()
                await d.settle()
                at = 0
                for key in keys:
                    at = led(d, at, key, count)
            type_at_once(d, *keys, "p", "y")
            await d.settle()
            assert acts(d) == [("pause", (in_order[at],))], keys
            assert d.table.cursor_id == in_order[at]


@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("seed", [*range(2), *MANY])
async def test_a_sweep_marks_each_row_that_was_swept(seed: int, count: int) -> None:
    """Over the end of a page, in one burst or slowly, also where the row that was reached is not read yet."""
    dice = Random(seed)
    for _ in range(3):
        desk = SlowPages(count, dice)
        async with driving(desk) as d:
            in_order = [row.id for row in desk._listed(d.overview.listed)]
            start = dice.randint(60, 75)  # the view ends before the page does
            d.table.move_to(start)
            await d.settle()
            down = dice.choice((100 - start, dice.randint(20, 45)))
            steps = ["shift+down"] * down + ["shift+up"] * dice.randint(0, 5)
            at = start
            for key in steps:
                at = led(d, at, key, count)
            swept = in_order[min(start, at) : max(start, at) + 1]
            if dice.random() < 0.5:
                type_at_once(d, *steps, "p", "y")
            else:
                await d.press(*steps)
                type_at_once(d, "p", "y")
            await d.settle()
            assert acts(d) == [("pause", tuple(sorted(swept)))]


@pytest.mark.parametrize("seed", [*range(3), *MANY])
async def test_while_others_send_an_act_is_about_the_row_on_which_the_cursor_ends(seed: int) -> None:
    dice = Random(seed)
    desk = SlowDesk(dice, 260)
    async with driving(desk) as d:
        for _ in range(8):
            all_active(desk)
            desk.sends()
            d.overview.live()
            type_at_once(d, dice.choice(("G", "g", "pagedown", "pageup")), "p", "y")
            await d.settle()
            assert acts(d) == [("pause", (d.table.cursor_id,))]
            assert under_the_bar(d) == desk.rows[str(d.table.cursor_id)].name


async def test_the_stop_does_not_wait_for_a_row() -> None:
    desk = SlowPages(260)
    async with driving(desk) as d:
        desk.go_on.clear()
        type_at_once(d, "G", "p", "y")
        await d.pilot.pause()
        d.app.post_message(events.Key("exclamation_mark", "!"))
        await d.until(lambda: ("stop_now",) in desk.calls)
        assert acts(d) == []
        desk.go_on.set()
        await d.until(lambda: bool(acts(d)))


async def test_where_the_row_cannot_be_read_the_keys_behind_it_say_so_and_the_next_reads_again() -> None:
    desk = SlowPages(260)
    async with driving(desk) as d:
        desk.broken = True
        type_at_once(d, "G", "p")
        await d.until(lambda: "still being read" in d.toasts())
        assert "the database is gone" in d.toasts()
        await d.settle()
        desk.broken = False
        type_at_once(d, "space")  # it has nothing to mark, but has it read once more
        await d.settle()
        assert d.table.row is not None
        type_at_once(d, "p", "y")
        await d.until(lambda: bool(acts(d)))


async def test_a_row_that_does_not_come_holds_no_key_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trd_tui.tui.work.HELD_S", 0.05)
    desk = SlowPages(260)
    async with driving(desk) as d:
        desk.go_on.clear()
        type_at_once(d, "G", "p", "y")
        await d.until(lambda: "takes long to answer" in d.toasts())
        type_at_once(d, "p")
        await d.until(lambda: "still being read" in d.toasts())
        desk.go_on.set()
        await d.settle()
        assert acts(d) == []
        assert d.table.row is not None


async def test_a_list_that_has_become_shorter_is_read_where_it_ends() -> None:
    desk = SlowPages(260)
    async with driving(desk) as d:
        for n in range(1, 6):
            del desk.rows[f"camp_{n}"]
        type_at_once(d, "G", "p", "y")
        await d.until(lambda: bool(acts(d)))
        assert acts(d) == [("pause", (d.table.cursor_id,))]
        assert d.table.cursor == 254


@pytest.mark.parametrize("key", ["p", "enter", "full_stop", "space", "shift+down", "y", "d", "S"])
async def test_while_the_first_rows_are_read_a_key_says_so(key: str) -> None:
    desk = SlowPages(9)
    async with driving(desk) as d:
        forget_rows(d)
        desk.go_on.clear()
        d.table.reload()
        type_at_once(d, key)
        await d.until(lambda: "still being read" in d.toasts())
        desk.go_on.set()
        await d.settle()


async def test_a_key_that_moves_nothing_has_nothing_read_again() -> None:
    desk = SlowPages(9)
    async with driving(desk) as d:
        await d.press("g")
        moves = d.table._moves
        await d.press("g", "k", "pageup")
        assert d.table._moves == moves


async def test_a_list_that_goes_on_changing_is_read_with_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    rested, go_on = [], asyncio.Event()

    async def rest(seconds: float) -> None:
        rested.append(seconds)
        await go_on.wait()

    monkeypatch.setattr("trd_tui.tui.table.window_loader.rest", rest)
    desk = SlowPages(9)
    async with driving(desk) as d:
        desk.calls.clear()
        desk.go_on.clear()
        d.table.poll()
        await d.pilot.pause()
        d.table.poll()  # somebody commits while the list is read
        desk.go_on.set()
        await d.until(lambda: bool(rested))
        assert len([call for call in desk.calls if call[0] == "page"]) == 1
        go_on.set()
        await d.settle()
        assert len([call for call in desk.calls if call[0] == "page"]) == 2
        assert len(rested) == 1
