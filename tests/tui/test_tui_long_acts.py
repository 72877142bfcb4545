"""Acts that take long: their progress, and the way to call them off."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.fake_desk import FakeDesk
from tests.support.screen import driving
from trd_tui.services.views import ActCancelledError
from trd_tui.tui.long_act import LongAct
from trd_tui.tui.new_campaign.screen import NewCampaignScreen


def said(act: LongAct, width: int) -> str:
    return "".join(part.text for part in act.parts(width))


def test_it_says_share_rate_and_time_left() -> None:
    seconds = [100.0]
    act = LongAct("Starting", "contacts", lambda: None, now=lambda: seconds[0])
    early = act.shown
    seconds[0] += 2
    act.report(4_000, 16_000)
    assert (early, act.shown) == (False, True)
    assert said(act, 120) == (
        " Starting ━━╸······· 25 %  4,000 of 16,000 contacts · 2,000/s · 6 s left  esc cancel  "
    )
    assert said(act, 80) == " Starting ━╸···· 4,000/16,000 · 2,000/s · 6 s left  esc cancel  "
    act.report(16_000, 16_000)
    assert "100 %" in said(act, 120)


def test_before_the_first_report_nothing_is_made_up() -> None:
    act = LongAct("Exporting", "rows", lambda: None, now=lambda: 1.0)
    assert "/s" not in said(act, 120)


def test_called_off_it_ends_at_the_next_report() -> None:
    changes: list[int] = []
    act = LongAct("Starting", "contacts", lambda: changes.append(1))
    act.report(1, 2)
    act.cancel()
    with pytest.raises(ActCancelledError):
        act.report(2, 2)
    assert "ending" in said(act, 120)
    assert len(changes) == 2


async def test_escape_calls_a_long_act_off_and_one_sentence_says_what_happened() -> None:
    desk = FakeDesk()
    desk.steps = asyncio.Queue()
    async with driving(desk) as d:
        await d.press("2", "asterisk")
        for key in "py":
            await d.pilot.press(key)
            await d.until(lambda: d.top == "Confirm" or d.app.long_act is not None)
        await d.until(lambda: d.app.long_act is not None)
        act = d.app.long_act
        assert act is not None
        act._begun -= 10  # it has been going on for long
        desk.steps.put_nowait(None)
        desk.steps.put_nowait(None)
        await d.until(lambda: "Pausing" in d.line("#hints"))
        await d.until(lambda: "1 of 5 campaigns" in d.line("#hints"))
        assert "esc cancel" in d.line("#hints")
        await d.pilot.press("p")  # one at a time
        await d.until(lambda: "still under way" in d.toasts())
        await d.pilot.press("escape")
        await d.until(lambda: "ending" in d.line("#hints"))
        desk.steps.put_nowait(None)
        await d.until(lambda: d.app.long_act is None)
        await d.settle()
        assert "Called off: Paused 2 of 5 campaigns; 3 are as before." in d.toasts()
        assert "Pausing" not in d.line("#hints")
        assert len(d.table.marks) == 3  # what was not done stays marked
        await d.press("z")  # and what was done can be taken back
        assert sum(r.status == "active" for r in desk.rows.values()) == 5


async def test_a_short_act_never_shows_a_bar() -> None:
    async with driving() as d:
        seen: list[str] = []
        d.app.say_progress = lambda: seen.append(d.line("#hints"))  # type: ignore[method-assign]
        await d.press("p", "y")
        assert not any("Pausing" in line for line in seen)


async def test_an_act_goes_on_when_its_screen_is_left() -> None:
    desk = FakeDesk()
    desk.steps = asyncio.Queue()
    async with driving(desk) as d:
        await d.press("enter")
        for key in "py":
            await d.pilot.press(key)
            await d.until(lambda: d.top == "Confirm" or d.app.long_act is not None)
        await d.until(lambda: d.app.long_act is not None)
        await d.app.pop_screen()
        await d.pilot.pause(0.05)
        desk.steps.put_nowait(None)
        await d.until(lambda: desk.rows["camp_7"].status == "paused")
        await d.until(lambda: "Paused Property Management Leads" in d.toasts())


async def test_leaving_the_app_ends_a_long_act_first() -> None:
    desk = FakeDesk()
    desk.steps = asyncio.Queue()
    async with driving(desk) as d:
        await d.press("2", "asterisk")
        for key in "py":
            await d.pilot.press(key)
            await d.until(lambda: d.top == "Confirm" or d.app.long_act is not None)
        await d.until(lambda: d.app.long_act is not None)
        desk.steps.put_nowait(None)
        await d.until(lambda: desk.steps is not None and desk.steps.empty())
        await d.pilot.press("q")
        await d.until(lambda: d.top == "LeaveQuestion")
        await d.pilot.press("y")
        await d.until(lambda: d.app.long_act is not None and d.app.long_act.cancelled)
        assert not desk.closed
        desk.steps.put_nowait(None)
        await d.until(lambda: desk.closed)
        assert sum(r.status == "paused" for r in desk.rows.values()) == 2


async def test_a_line_that_drops_is_told_twice_and_left_once() -> None:
    """The system and the shell both say so; the second word must not end the app while it drains."""
    desk = FakeDesk()
    drained = asyncio.Event()
    begun = 0

    async def close() -> None:
        nonlocal begun
        begun += 1
        await drained.wait()
        desk.closed = True

    desk.close = close  # type: ignore[method-assign]
    async with driving(desk) as d:
        d.app.leave_now()
        await d.until(lambda: begun == 1)
        d.app.leave_now()
        for _ in range(3):
            await d.pilot.pause()
        assert d.app.return_code is None
        drained.set()
        await d.until(lambda: desk.closed)
        await d.until(lambda: d.app.return_code == 0)
    assert begun == 1


async def test_export_says_where_the_files_are() -> None:
    async with driving() as d:
        await d.press("e")
        assert ("export", ("camp_7",)) in d.desk.calls
        assert "Exported Property Management Leads" in d.toasts()
        assert "~/trd-exports/2024-01-20-1402" in d.toasts()
        await d.press("space", "space", "e")
        assert ("export", ("camp_3", "camp_7")) in d.desk.calls
        assert "Exported 2 campaigns" in d.toasts()
        await d.press("full_stop", "e")  # the menu is about its row
        assert d.desk.calls[-1] == ("export", ("camp_1",))


async def test_marked_drafts_are_started_together() -> None:
    async with driving() as d:
        for number in (1, 3):
            d.desk.change(f"camp_{number}", status="draft")
        await d.look()
        await d.press("5", "asterisk", "r")
        assert "Start 2 campaigns" in d.text()


async def test_progress_waits_for_a_screen_that_is_being_made() -> None:
    """An act may end in the moment in which another screen is opened."""
    async with driving() as d:
        screen = NewCampaignScreen()
        d.app.push_screen(screen)
        assert d.app.front is screen
        d.app.say_progress()
        await d.settle()
        assert d.line("#hints")
