"""The emergency stop: at once from everywhere, released after a question about that very stop."""

import asyncio

import pytest
from textual import events

from tests.support.fake_desk import FakeDesk, row
from tests.support.screen import driving
from trd_tui.services.views import Overview
from trd_tui.tui.areas import AREAS


@pytest.mark.parametrize("area", [each.key for each in AREAS])
async def test_a_stop_is_over_on_every_screen_as_soon_as_somebody_has_released_it(area: str) -> None:
    async with driving() as d:
        await d.press(area, "exclamation_mark")
        await d.look()
        assert "■ STOPPED" in d.line("#topbar")
        assert "! release" in d.line("#hints")
        d.desk.released_elsewhere()
        await d.look()
        assert "STOPPED" not in d.line("#topbar")
        assert "! stop" in d.line("#hints")
        assert "Nothing is sent any more" not in d.text()
        await d.press("exclamation_mark")
        assert d.desk.is_stopped


@pytest.mark.parametrize("keys", [[], ["question_mark"]])
async def test_a_key_stops_where_the_app_has_not_heard_yet_that_the_stop_was_released(
    keys: list[str],
) -> None:
    async with driving() as d:
        await d.press("f5", "exclamation_mark", *keys)
        d.desk.released_elsewhere()
        await d.press("exclamation_mark")
        assert d.desk.is_stopped
        assert d.desk.in_memory_stopped
        assert ("release",) not in d.desk.calls
        assert d.top == ("HelpScreen" if keys else "HealthScreen")
        assert "The stop had been released already: this ! has set it again" in d.toasts()


@pytest.mark.parametrize("heard", [True, False])
async def test_a_release_is_of_the_stop_that_was_asked_about_and_of_no_other(heard: bool) -> None:
    async with driving() as d:
        await d.press("f5", "exclamation_mark", "exclamation_mark")
        assert d.top == "Confirm"
        d.desk.released_elsewhere()
        if heard:
            await d.look()
            assert d.top == "HealthScreen"
            assert "The stop has been released" in d.toasts()
        await d.desk.stop_everywhere()
        await d.look()
        await d.press("y")
        if heard:
            assert d.desk.is_stopped
        else:
            assert ("release",) not in d.desk.calls
            assert "The stop has changed since you were asked." in " ".join(d.text().split())
            await d.press("y")
            assert ("release",) in d.desk.calls


async def test_a_key_while_the_stop_is_being_written_tells_of_no_release(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with driving() as d:
        usual, written = d.desk.stop_everywhere, asyncio.Event()

        async def slow() -> None:
            await written.wait()
            await usual()

        monkeypatch.setattr(d.desk, "stop_everywhere", slow)
        await d.pilot.press("exclamation_mark", "exclamation_mark", "j")
        await d.pilot.pause()
        assert "Released" not in d.toasts()
        assert d.table.cursor == 1  # no key waits for a busy database
        written.set()
        await d.settle()
        assert "Nothing is sent any more" in d.toasts()
        assert d.top == "OverviewScreen"


@pytest.mark.parametrize("late", [False, True])
async def test_the_last_key_counts_where_a_release_and_a_stop_come_together(
    late: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one burst, as a slow line delivers them; or while the release is being written."""
    async with driving() as d:
        await d.press("f5", "exclamation_mark", "exclamation_mark")
        usual, begun, written = d.desk.release, asyncio.Event(), asyncio.Event()

        async def slow(seen: Overview) -> bool:
            begun.set()
            await written.wait()
            return await usual(seen)

        monkeypatch.setattr(d.desk, "release", slow)
        keys = [events.Key("y", "y"), events.Key("exclamation_mark", "!")]
        d.app.post_message(keys[0])
        if late:
            await begun.wait()
        d.app.post_message(keys[1])
        await d.pilot.pause()
        written.set()
        await d.settle()
        assert d.desk.is_stopped
        assert "Sending goes on" not in d.toasts()
        assert "STOPPED" in d.line("#topbar")


async def test_who_agrees_to_a_release_second_is_told_that_it_is_released() -> None:
    async with driving() as d:
        await d.press("exclamation_mark", "exclamation_mark")
        d.desk.released_elsewhere()
        await d.press("y")
        assert "● Released: The stop has been released: sending goes on." in d.toasts()
        assert "STOPPED" not in d.line("#topbar")
        await d.look()
        assert d.toasts().count("The stop has been released") == 1


async def test_z_speaks_of_no_stop_that_somebody_has_released() -> None:
    async with driving(FakeDesk([row(1, "One", "active", 10, 5, 1)])) as d:
        await d.press("p", "y", "exclamation_mark")
        d.desk.released_elsewhere()
        await d.look()
        await d.press("z")
        assert "Nothing is stopped now; ! stops everything." in d.toasts()
        assert "The emergency stop stays" not in d.toasts()
        await d.press("z")
        asked = " ".join(d.text().replace("│", " ").split())
        assert "Done before the emergency stop: the pause of One. Take it back?" in asked


async def test_nor_of_a_release_after_which_it_was_set_again() -> None:
    async with driving() as d:
        await d.press("exclamation_mark", "exclamation_mark", "y")
        await d.desk.stop_everywhere()
        await d.look()
        await d.press("z")
        assert "The emergency stop stays; ! asks for its release." in d.toasts()


async def test_a_release_is_told_with_what_else_is_in_the_way() -> None:
    async with driving() as d:
        d.desk.trouble = "refused"
        await d.look()
        await d.press("exclamation_mark", "exclamation_mark", "y")
        assert "● Released: ▲ The carrier refuses the credentials" in d.toasts()


async def test_a_stop_closes_the_question_about_one_that_is_over() -> None:
    async with driving() as d:
        await d.press("f5", "exclamation_mark", "exclamation_mark")
        d.desk.released_elsewhere()
        await d.press("exclamation_mark")
        assert d.desk.is_stopped
        assert d.top == "HealthScreen"
        assert "● Released" not in d.toasts()


@pytest.mark.parametrize("broken", ["token", "stop_everywhere"])
async def test_a_key_stops_this_process_when_the_database_does_not_answer(broken: str) -> None:
    async def fails() -> int:
        raise OSError("the database is busy.")

    async with driving() as d:
        if broken == "token":
            await d.press("exclamation_mark")
            d.desk.released_elsewhere()
        setattr(d.desk, broken, fails)
        await d.press("exclamation_mark")
        assert d.desk.in_memory_stopped
        assert "STOPPED" in d.line("#topbar")
        if broken == "token":
            assert d.desk.is_stopped
            assert "could not be read: this ! stops anew" in d.toasts()
        else:
            assert "the others could not be told: the database is busy. ! tries again." in d.toasts()
            await d.press("exclamation_mark")
            assert d.desk.calls.count(("stop_now",)) == 2  # it is no question of a release
            assert "released the stop already" not in d.toasts()


async def test_the_emergency_stop_is_at_once_and_only_its_release_asks() -> None:
    async with driving() as d:
        await d.pilot.press("exclamation_mark")
        assert d.desk.calls[-1] == ("stop_now",) or ("stop_now",) in d.desk.calls
        await d.settle()
        stops = [call for call in d.desk.calls if str(call[0]).startswith("stop")]
        assert stops == [("stop_now",), ("stop_everywhere",)]  # memory first, database second
        assert "■ STOPPED" in d.line("#topbar")
        assert d.text().count("■ stopped") == 6  # the tile, and the five rows that would send
        await d.press("enter")
        assert "■ stopped next" in d.text()
        await d.press("escape", "exclamation_mark")
        assert d.top == "Confirm"
        assert "stopped by ann: wrong list. Released" in " ".join(d.text().split())
        await d.press("exclamation_mark", "enter")
        assert ("release",) not in d.desk.calls
        await d.press("exclamation_mark", "y")
        assert ("release",) in d.desk.calls
        assert "STOPPED" not in d.line("#topbar")
        assert "■ stopped" not in d.text()
        await d.until(lambda: "Sending goes on." in d.text())
        assert "Nothing is sent any more" not in d.text()  # a toast that holds no more is taken back


async def test_a_stop_by_another_process_is_shown() -> None:
    async with driving() as d:
        await d.desk.stop_everywhere()
        await d.look()
        assert "■ STOPPED" in d.line("#topbar")


@pytest.mark.parametrize("keys", [["full_stop"], ["s"], ["p"], ["x"], ["question_mark"], ["enter"]])
async def test_the_emergency_stop_works_over_every_menu_and_question(keys: list[str]) -> None:
    async with driving() as d:
        await d.press(*keys, "exclamation_mark")
        assert ("stop_now",) in d.desk.calls
        assert ("stop_everywhere",) in d.desk.calls


async def test_the_release_counts_what_active_campaigns_send_and_nothing_of_paused_ones() -> None:
    desk = FakeDesk([row(1, "One", "active", 10, 5, 1), row(2, "Two", "paused", 70, 5, 1)])
    async with driving(desk) as d:
        await d.press("exclamation_mark", "exclamation_mark")
        assert "go on: 9 messages wait" in " ".join(d.text().replace("│", " ").split())
