"""What the screens look like at the home size and the smallest; ``--snapshot-update`` accepts a change."""

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from tests.support.fake_desk import FakeDesk, many_rows
from trd_tui.tui.app import TrdApp
from trd_tui.tui.desk import Desk

HOME, SMALL, BROAD = (120, 40), (80, 24), (160, 40)

CASES: dict[str, list[str]] = {
    "overview": ["j"],
    "marked": ["space", "space"],
    "sorted": ["s", "r"],
    "menu": ["j", "full_stop"],
    "confirm": ["asterisk", "p"],
    "typed": ["x"],
    "stopped": ["exclamation_mark"],
    "help": ["question_mark"],
    "campaign": ["j", "enter"],
    "contacts": ["j", "enter", "2"],
}


def app(rows: int = 0, theme: str = "trd-dark") -> TrdApp:
    async def open_desk() -> Desk:
        return FakeDesk(many_rows(rows) if rows else None)

    return TrdApp(open_desk, poll=3600, theme=theme)


async def settled(pilot: Pilot[None]) -> None:
    """Toasts are not part of a picture; what waits for an answer is not waited for."""
    app = pilot.app
    for _ in range(200):
        await pilot.pause(0.005)
        waiting = ("watch", "acts", "release") if len(app.screen_stack) > 1 else ("watch",)
        if not any(worker.is_running and worker.group not in waiting for worker in app.workers):
            break
    await pilot.pause(0.02)
    app.clear_notifications()
    await pilot.pause()


def after(keys: list[str]) -> Callable[[Pilot[None]], object]:
    async def run(pilot: Pilot[None]) -> None:
        await settled(pilot)
        for key in keys:
            await pilot.press(key)
            await settled(pilot)

    return run


@pytest.mark.parametrize("size", [HOME, SMALL], ids=["120x40", "80x24"])
@pytest.mark.parametrize("name", CASES)
def test_screens(snap_compare: Callable[..., bool], name: str, size: tuple[int, int]) -> None:
    assert snap_compare(app(), terminal_size=size, run_before=after(CASES[name]))


def test_side_pane(snap_compare: Callable[..., bool]) -> None:
    assert snap_compare(app(), terminal_size=BROAD, run_before=after(["j"]))


def test_ten_thousand(snap_compare: Callable[..., bool]) -> None:
    assert snap_compare(app(10_000), terminal_size=HOME, run_before=after(["pagedown", "pagedown"]))


@pytest.mark.parametrize("theme", ["trd-light", "trd-16"])
def test_other_colours(snap_compare: Callable[..., bool], theme: str) -> None:
    assert snap_compare(app(theme=theme), terminal_size=HOME, run_before=after(["j", "space"]))
