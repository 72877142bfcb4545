"""Drives the app in tests: waits for what is shown instead of sleeping."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic
from typing import Any, Generic

from textual.app import App
from textual.pilot import Pilot
from textual.screen import ModalScreen
from typing_extensions import TypeVar

from tests.support.fake_desk import FakeDesk
from tests.support.real_desk import Built, open_real_desk
from tests.support.rest import at_rest
from trd_tui.tui.app import TrdApp
from trd_tui.tui.desk import Desk
from trd_tui.tui.lean import make_lines_lean
from trd_tui.tui.lines import ActionLine
from trd_tui.tui.overview.screen import OverviewScreen
from trd_tui.tui.service_desk import ServiceDesk
from trd_tui.tui.table.window_table import WindowTable

HOUR_S = 3600.0

PATIENCE_S = 20.0
"""Seconds that a busy machine may take for what takes one of its own milliseconds."""

make_lines_lean()  # as the app does right after its first paint

D = TypeVar("D", bound=Desk, default=FakeDesk)


async def settled(app: App[Any]) -> None:
    """Wait until nothing is worked on and all is painted."""
    deadline = monotonic() + PATIENCE_S
    while monotonic() < deadline:
        await at_rest(app)
        if not _at_work(app):
            return
        await asyncio.sleep(0.005)
    raise AssertionError(f"never at rest: {_at_work(app)}")


def _at_work(app: App[Any]) -> list[str]:
    """What the app works on: not its looks for changes, and no act that waits for a person's answer."""
    asks = bool(app.screen_stack) and isinstance(app.screen, ModalScreen)
    waits = ("watch", "acts", "release", "quit") if asks else ("watch",)
    return [worker.group for worker in app.workers if worker.is_running and worker.group not in waits]


class Driver(Generic[D]):
    """One running app with its desk."""

    def __init__(self, app: TrdApp, desk: D, pilot: Pilot[None]) -> None:
        self.app, self.desk, self.pilot = app, desk, pilot
        self.token = 0

    @property
    def overview(self) -> OverviewScreen:
        screen = self.app.screen_stack[0]
        assert isinstance(screen, OverviewScreen)
        return screen

    @property
    def table(self) -> WindowTable:
        return self.overview.table

    async def press(self, *keys: str) -> None:
        """Press one key after the other, each when all that the one before has begun is done."""
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def settle(self) -> None:
        await settled(self.app)

    async def until(self, condition: Callable[[], bool]) -> None:
        deadline = monotonic() + PATIENCE_S
        while monotonic() < deadline:
            if condition():
                return
            await asyncio.sleep(0.01)
        raise AssertionError("it did not come to pass")

    async def look(self) -> None:
        """One look for changes, as the watch does it."""
        self.token = await self.app.look(self.token)
        await self.settle()

    def names(self) -> list[str]:
        """Names of the rows in view."""
        return [row.name for row in self.table.loaded_rows()]

    def cursor_name(self) -> str:
        assert self.table.row is not None
        return str(self.table.row.name)

    def line(self, selector: str) -> str:
        return self.app.screen.query_one(selector, ActionLine).text

    def text(self) -> str:
        """Everything on the screen."""
        width, height = self.app.size
        lines = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in lines[:height])[
            : (width + 1) * height
        ]

    def toasts(self) -> str:
        return "\n".join(f"{n.title}: {n.message}" for n in self.app._notifications)

    @property
    def top(self) -> str:
        return type(self.app.screen).__name__


async def _ready(driver: Driver[D]) -> None:
    await driver.until(lambda: driver.table.total is not None and driver.overview.overview is not None)
    await driver.settle()


def _app(desk: Desk) -> TrdApp:
    """An app whose watch looks only when it is told to."""

    async def open_desk() -> Desk:
        return desk

    return TrdApp(open_desk, poll=HOUR_S, theme="trd-dark")


async def shows(d: Driver[Any], *words: str) -> None:
    """Wait until all of these words are on the screen, whatever lines and frames stand between them."""

    def there() -> bool:
        text = " ".join(d.text().replace("│", " ").split())
        return all(word in text for word in words)

    try:
        await d.until(there)
    except AssertionError:
        raise AssertionError(f"{words} in:\n{d.text()}") from None
    await d.settle()


@asynccontextmanager
async def driving(desk: FakeDesk | None = None, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Driver]:
    """The app on a desk without a database, its first page shown."""
    found = desk or FakeDesk()
    app = _app(found)
    async with app.run_test(size=size, notifications=True) as pilot:
        driver = Driver(app, found, pilot)
        await _ready(driver)
        yield driver


@asynccontextmanager
async def driving_real(
    built: Built, copy: Path, size: tuple[int, int] = (120, 40), *, hurried: bool = False
) -> AsyncIterator[Driver[ServiceDesk]]:
    """The app on the product's own desk, on a copy of the demonstration; its scheduler rests."""
    desk = open_real_desk(built, copy, hurried=hurried)
    app = _app(desk)
    async with app.run_test(size=size, notifications=True) as pilot:
        driver = Driver(app, desk, pilot)
        await _ready(driver)
        yield driver
    await desk.close()
