"""The cursor stays on its campaign while others send, and a key is about what it was seen on.

What was wrong with it was an order of a few events between two answers of the database: here
they come in any.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from random import Random

import pytest
from textual import events

from tests.support.fake_desk import NOW, FakeDesk, row
from tests.support.screen import Driver, driving
from trd_tui.services.views import ActPreview, ActResult, CampaignPage, CampaignRow, ListQuery

KEYS = {"escape": None, "z": "z", "p": "p", "y": "y", "n": "n", "x": "x", "slash": "/", "full_stop": "."}
BURSTS = (
    ("escape",),
    ("slash", "escape"),
    ("z",),
    ("y",),
    ("p", "y"),
    ("p", "n"),
    ("x", "n"),
    ("full_stop", "escape"),
)
"""Keys that move no cursor, each group typed at once."""


def running(count: int) -> list[CampaignRow]:
    """Active campaigns of which any may be the last that sent."""
    return [
        row(n, f"Campaign {n:03}", "active", 9, n, 0, active_at=NOW - n * 1000) for n in range(1, count + 1)
    ]


class SlowDesk(FakeDesk):
    """Each answer takes any time, and while it does, others may send: the list is another one after it."""

    def __init__(self, dice: Random, count: int) -> None:
        super().__init__(running(count))
        self.dice = dice
        self.busy = True
        self.deleted: set[str] = set()

    def sends(self) -> None:
        """A campaign sends, and so goes to the top of the list."""
        self.instant += 1000
        self.change(self.dice.choice(list(self.rows)), last_activity_at=self.instant)

    async def _wait(self) -> None:
        for _ in range(self.dice.choice((0, 0, 1, 2, 5, 12, 30))):
            await asyncio.sleep(0)
        if self.busy and self.dice.random() < 0.5:
            self.sends()

    async def page(self, query: ListQuery) -> CampaignPage:
        await self._wait()
        found = await super().page(query)
        await self._wait()
        return found

    async def rank(self, campaign_id: str, query: ListQuery) -> int | None:
        await self._wait()
        found = await super().rank(campaign_id, query)
        await self._wait()
        return found

    async def preview(self, act: str, ids: Sequence[str]) -> ActPreview:
        await self._wait()
        return await super().preview(act, ids)

    async def undo(self, act: str, results: Sequence[ActResult]) -> Sequence[ActResult]:
        await self._wait()
        return await super().undo(act, results)


def type_at_once(d: Driver, *keys: str) -> None:
    for key in keys:
        d.app.post_message(events.Key(key, KEYS.get(key)))


def under_the_bar(d: Driver) -> str:
    """The name beside the bar in what was painted last; empty where there is none."""
    lines = [strip.text for _, strip in sorted(d.table._drawn.items())]
    found = [line for line in lines if line.startswith("▌")]
    assert len(found) <= 1, found
    return " ".join(found[0][3:].split()[:2]) if found else ""


async def a_while(dice: Random) -> None:
    for _ in range(dice.choice((0, 0, 1, 3, 10, 30))):
        await asyncio.sleep(0)


async def others_send(d: Driver, desk: SlowDesk) -> None:
    """They send, and the list is read again; sometimes it is read twice, and the first answer comes last."""
    for _ in range(desk.dice.randint(1, 3)):
        desk.sends()
        d.overview.live()
        await a_while(desk.dice)


MANY = [pytest.param(seed, marks=pytest.mark.slow) for seed in range(6, 100)]


@pytest.mark.parametrize("count", [9, 250])
@pytest.mark.parametrize("seed", [*range(6), *MANY])
async def test_the_cursor_never_leaves_its_campaign_by_itself(seed: int, count: int) -> None:
    dice = Random(seed)
    desk = SlowDesk(dice, count)
    async with driving(desk) as d:
        await d.press(*["j"] * dice.randint(1, 6))
        kept = d.cursor_name()
        for _ in range(25):
            await others_send(d, desk)
            type_at_once(d, *dice.choice(BURSTS))
            await a_while(dice)
            assert d.table.cursor_id is not None
            assert desk.rows[d.table.cursor_id].name == kept
            if d.top == "OverviewScreen":
                assert under_the_bar(d) == kept
        desk.busy = False
        await d.settle()
        assert (d.cursor_name(), under_the_bar(d)) == (kept, kept)
        paused = [call[2] for call in desk.calls if call[0] == "act"]
        assert all(ids == (d.table.cursor_id,) for ids in paused), paused


@pytest.mark.parametrize("seed", [*range(6), *MANY])
async def test_a_pause_is_of_the_campaign_that_the_bar_was_on_when_its_key_came(seed: int) -> None:
    """Also where another person's act has just taken that one out of the list."""
    dice = Random(seed)
    desk, done = SlowDesk(dice, 40), 0
    async with driving(desk) as d:
        await d.press("2", *["j"] * dice.randint(1, 6))
        for _ in range(15):
            gone = str(d.table.cursor_id)
            if dice.random() < 0.7 and gone in desk.rows:
                desk.change(gone, status="paused")
                d.overview.live()
            await others_send(d, desk)
            desk.calls.clear()
            seen = under_the_bar(d)
            type_at_once(d, "p", "y")
            await d.settle()
            acts = [call[2] for call in desk.calls if call[0] == "act"]
            assert all(ids == (next(r.id for r in desk.rows.values() if r.name == seen),) for ids in acts)
            done += len(acts)
            if d.top != "OverviewScreen":
                await d.press("escape")
        assert done


async def test_a_key_that_moves_the_cursor_while_the_list_is_read_moves_it_from_what_was_seen() -> None:
    """The row to which it went stands elsewhere in what is read: the cursor goes there with it."""
    for seed in range(20):
        dice = Random(seed)
        desk = SlowDesk(dice, 250)
        async with driving(desk) as d:
            await others_send(d, desk)
            await d.press("g")
            desk.sends()
            d.overview.live()
            await a_while(dice)
            d.table.action_move(1)
            kept = d.table.cursor_id
            await d.settle()
            assert d.table.cursor_id == kept


@pytest.mark.parametrize("seed", range(6))
async def test_an_act_goes_where_the_cursor_is_led_only_once_that_was_painted(seed: int) -> None:
    """As after the undo of a delete, or to a copy."""
    desk = SlowDesk(Random(seed), 9)
    async with driving(desk) as d:
        await d.press("j", "j")
        left, target = d.cursor_name(), "camp_8"
        for _ in range(5):
            d.overview.stand_on(target)
            desk.sends()
            d.overview.live()
            for _ in range(200):
                await asyncio.sleep(0)
                (aimed,) = d.overview.targets()
                assert desk.rows[aimed].name == under_the_bar(d)
        desk.busy = False
        await d.settle()
        assert (d.table.cursor_id, under_the_bar(d)) == (target, desk.rows[target].name)
        assert d.cursor_name() != left


async def test_on_a_row_that_is_not_read_yet_nothing_is_done() -> None:
    """It was about the row that the cursor had left."""
    desk = SlowDesk(Random(1), 1000)
    async with driving(desk) as d:
        left = d.cursor_name()
        desk.calls.clear()
        d.table.action_jump(-1)
        assert d.table.row is None
        assert d.overview.targets() == []
        d.table.poll()  # nor does a reading that began meanwhile take the cursor back
        await d.settle()
        assert d.table.cursor == 999
        assert d.cursor_name() != left


async def test_the_rows_menu_is_about_its_row_when_that_has_left_the_list() -> None:
    desk = SlowDesk(Random(1), 9)
    async with driving(desk) as d:
        await d.press("2", "j")
        menu_of = str(d.table.cursor_id)
        await d.press("full_stop")
        desk.change(menu_of, status="paused")
        await d.look()
        assert d.table.cursor_id != menu_of
        desk.change(menu_of, status="active")
        await d.press("p", "y")
        assert [call[2] for call in desk.calls if call[0] == "act"] == [(menu_of,)]


async def test_a_change_while_the_list_is_read_is_read_as_well() -> None:
    desk = SlowDesk(Random(2), 9)
    desk.busy = False
    async with driving(desk) as d:
        for at in range(10):
            d.overview.live()
            await a_while(desk.dice)
            desk.change("camp_9", sent_count=700 + at)
            d.overview.live()
            await d.settle()
            assert f" {700 + at} " in d.text()
