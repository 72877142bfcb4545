"""What the screens look like at the home size and the smallest; ``--snapshot-update`` accepts a change."""

import asyncio
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.pictures import AUDIENCE, LIMITS, PEOPLE
from tests.support.fake_desk import FakeDesk, many_rows
from tests.support.real_desk import Built, open_real_desk
from tests.support.screen import settled
from trd_tui.tui.app import TrdApp
from trd_tui.tui.desk import Desk

HOME, SMALL, BROAD, WIDEST = (120, 40), (80, 24), (160, 40), (200, 50)

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
    "contacts": ["j", "enter", "3"],
    "why": ["j", "enter", "3", "w"],
    "timeline": ["j", "enter", "4"],
    "replies": ["j", "enter", "5", "w"],
    "reports": ["f4", "3"],
    "health": ["f5", "2"],  # the first tab tells the disk's figures
    "touches": ["j", "enter", "2", "j", "v"],
    "new_campaign": ["n"],
    "audience": AUDIENCE,
    "inbox": ["f3", "j", "a", *"Hi"],
    "administration": ["f6", "4", "j"],
}


NewApp = Callable[..., TrdApp]


@pytest.fixture
def app(
    built: Built, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[NewApp]:
    """The app on a copy of it, beside a file of contacts."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(PEOPLE, tmp_path)
    desks: list[Desk] = []
    hurried = any(name in request.node.name for name in ("timeline", "review"))

    def make(theme: str = "trd-dark") -> TrdApp:
        async def open_desk() -> Desk:
            desks.append(open_real_desk(built, tmp_path / "acme.db", hurried=hurried))
            return desks[-1]

        return TrdApp(open_desk, poll=3600, theme=theme)

    yield make
    for desk in desks:
        asyncio.run(desk.close())


async def quiet(pilot: Pilot[None]) -> None:
    """Everything is read; toasts are not part of a picture."""
    await settled(pilot.app)
    pilot.app.clear_notifications()
    await pilot.pause()


def after(keys: list[str]) -> Callable[[Pilot[None]], object]:
    async def run(pilot: Pilot[None]) -> None:
        await quiet(pilot)
        for key in keys:
            await pilot.press(*key.split())
            await quiet(pilot)

    return run


@pytest.mark.parametrize("size", [HOME, SMALL], ids=["120x40", "80x24"])
@pytest.mark.parametrize("name", CASES)
def test_screens(snap_compare: Callable[..., bool], app: NewApp, name: str, size: tuple[int, int]) -> None:
    assert snap_compare(app(), terminal_size=size, run_before=after(CASES[name]))


def test_review(snap_compare: Callable[..., bool], app: NewApp) -> None:
    """The last step of a new campaign; its dry run takes seconds, so at one size."""
    keys = [*AUDIENCE, "ctrl+s", "ctrl+s", "ctrl+s", "ctrl+s"]
    assert snap_compare(app(), terminal_size=HOME, run_before=after(keys))


def test_limits(snap_compare: Callable[..., bool], app: NewApp) -> None:
    """The schedule and limits of a campaign that was started; its tests by keys are at the smallest size."""
    assert snap_compare(app(), terminal_size=HOME, run_before=after(LIMITS))


@pytest.mark.parametrize("name", ["overview", "campaign", "inbox"])
def test_wide_screens(snap_compare: Callable[..., bool], app: NewApp, name: str) -> None:
    assert snap_compare(app(), terminal_size=WIDEST, run_before=after(CASES[name]))


def test_side_pane(snap_compare: Callable[..., bool], app: NewApp) -> None:
    assert snap_compare(app(), terminal_size=BROAD, run_before=after(["j"]))


def test_ten_thousand(snap_compare: Callable[..., bool]) -> None:
    async def open_desk() -> Desk:
        return FakeDesk(many_rows(10_000))

    many = TrdApp(open_desk, poll=3600, theme="trd-dark")
    assert snap_compare(many, terminal_size=HOME, run_before=after(["pagedown", "pagedown"]))


@pytest.mark.parametrize("theme", ["trd-light", "trd-contrast", "trd-16"])
def test_other_colours(snap_compare: Callable[..., bool], app: NewApp, theme: str) -> None:
    assert snap_compare(app(theme=theme), terminal_size=HOME, run_before=after(["j", "space"]))
