"""A monkey at the keyboard of the whole app, beside another operator: nothing breaks."""

from __future__ import annotations

import asyncio
import gc
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.events import AppBlur, AppFocus, Key

from tests.support.garbage import collected_as_in_the_app
from tests.support.monkey import Monkey, MonkeysApp
from tests.support.real_desk import ZONE, Built, open_real_desk
from tests.support.screen import driving, settled
from tests.support.watchdog import BLOCKED_S, COLLECTED_S, Watchdog
from trd_tui.clock import Anchor, VirtualClock, real_now
from trd_tui.services.verify import differences
from trd_tui.settings import Settings, sqlite_url
from trd_tui.store.database import Database
from trd_tui.tui.base import DeskScreen
from trd_tui.tui.desk import Desk
from trd_tui.tui.loop_thread import LoopThread
from trd_tui.tui.service_desk import start_desk
from trd_tui.wiring import EVERYDAY, Product


async def play(mine: Desk, other: Desk, *, seed: int, keys: int) -> tuple[Monkey, Watchdog]:
    """Let a monkey play; its last keys are told with whatever goes wrong."""

    async def open_desk() -> Desk:
        return mine

    app = MonkeysApp(open_desk)
    monkey, watchdog = Monkey(seed, other), Watchdog()
    try:
        async with app.run_test(size=(120, 40), notifications=True) as pilot:
            await settled(pilot.app)
            watching = asyncio.create_task(watchdog.run())
            await monkey.play(pilot, keys, watchdog)
            watching.cancel()
            await settled(pilot.app)
            assert not app.faults, "\n".join(app.faults)
    except BaseException as error:
        error.add_note(f"seed {seed}, the last keys: {' '.join(monkey.pressed)}")
        error.add_note("\n".join(app.faults))
        raise
    finally:
        await mine.close()
        await other.close()
    return monkey, watchdog


async def verified(file: Path) -> list[str]:
    """What does not add up in a database."""
    db = Database(sqlite_url(file))
    try:
        return await differences(db)
    finally:
        await db.close()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Exports go into a folder of the test; garbage is collected as in the app."""
    monkeypatch.setenv("HOME", str(tmp_path))
    with collected_as_in_the_app():
        yield


async def test_five_hundred_keys(built: Built, tmp_path: Path) -> None:
    file = tmp_path / "trd.db"
    mine = open_real_desk(built, file)
    monkey, watchdog = await play(mine, open_real_desk(Built(file, built.start), file), seed=1, keys=500)
    assert await verified(file) == []
    assert len(monkey.screens) > 4, "it got nowhere"
    print(*watchdog.stalls, sep="\n")


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 3])
async def test_ten_thousand_keys_while_it_sends(built: Built, tmp_path: Path, seed: int) -> None:
    """The scheduler sends in the same process, on a clock 600 times as fast; no key waits for the loop."""
    file = tmp_path / "trd.db"
    shutil.copyfile(built.file, file)
    settings = Settings(database_url=sqlite_url(file), carrier="simulated")
    clock = VirtualClock(Anchor(real_now(), built.start, 600.0))
    product = Product(settings, Database(settings.database_url), clock, EVERYDAY)
    thread = LoopThread("monkey")
    thread.start()
    mine = start_desk(product, thread, title="Acme Homes", zone=ZONE)
    other = open_real_desk(Built(file, built.start), file)
    _, watchdog = await play(mine, other, seed=seed, keys=10_000)
    assert await verified(file) == []
    # What somebody feels on a busy machine is told; judged is what the loop itself computed. Whole
    # collections of garbage are told apart: hundreds of screens take longer to walk than a key may wait.
    own = [stall for stall in watchdog.stalls if stall.own_ms > BLOCKED_S * 1000]
    print(f"{len(watchdog.stalls)} stalls over {BLOCKED_S * 1000:.0f} ms, of the loop's own time {len(own)}")
    print(*own, sep="\n")
    assert not [stall for stall in own if stall.without_collector_ms > BLOCKED_S * 1000]
    assert not [stall for stall in own if stall.own_ms > COLLECTED_S * 1000]


async def test_who_leaves_a_screen_under_another_leaves_that_screen_and_once() -> None:
    """A deletion that ends under an open help takes its campaign away, not the help; esc goes on working."""
    async with driving() as d:
        await d.press("enter", "question_mark")
        campaign = d.app.screen_stack[-2]
        campaign.dismiss()
        await d.settle()
        assert d.top == "HelpScreen"
        await d.press("escape")
        assert d.top == "OverviewScreen"
        assert len(d.app.screen_stack) == 1


async def test_a_page_key_in_a_menu_that_is_not_painted_yet() -> None:
    async with driving() as d:
        menu = d.overview.menu()
        d.overview.action_menu()
        menu.action_page_down()
        assert menu.highlighted == len(menu.choices) - 1
        menu.action_page_up()
        assert menu.highlighted == 0


def painters() -> int:
    """How many widgets' painted lines are kept."""
    gc.collect()
    return sum(type(each).__name__ == "StylesCache" for each in gc.get_objects())


async def test_what_a_screen_has_painted_goes_with_it() -> None:
    async with driving() as d:
        before = painters()
        await d.press("question_mark")
        assert painters() > before
        held = [widget for widget in d.app.screen.query("*") if widget._arrangement_cache]
        assert held
        await d.press("escape")
        assert not any(widget._arrangement_cache or widget._styles_cache._cache for widget in held)
        held.clear()
        assert painters() <= before


async def test_keys_come_back_to_something() -> None:
    """A terminal, or a browser, that has lost the keys before anything had them, and gets them again."""
    async with driving() as d:
        d.app.post_message(AppBlur())
        d.app.screen.set_focus(None)
        await d.settle()
        d.app._last_focused_on_app_blur = None
        d.app.post_message(AppFocus())
        await d.settle()
        assert d.app.focused is d.table


async def test_keys_that_come_while_the_app_closes_are_void() -> None:
    """Its screens are taken apart one after the other, and still stand in their stacks meanwhile."""
    async with driving() as d:
        await d.press("enter")
        screen = d.app.screen
        assert isinstance(screen, DeskScreen)
        for widget in (screen, *screen.query("#tabs")):
            widget._pruning = True
        assert not screen.is_open
        d.app.post_message(Key("slash", "/"))
        d.app.post_message(Key("question_mark", "?"))
        await d.settle()
        assert d.app.screen is screen
        screen._pruning = False
