"""Shows the app on a product. Imports Textual only; the product is imported after the first paint."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from trd_tui.tui.app import TrdApp
from trd_tui.tui.loop_thread import LoopThread

if TYPE_CHECKING:
    from trd_tui.settings import Settings
    from trd_tui.tui.desk import Desk, OpenDesk
    from trd_tui.wiring import Product

Prepare = Callable[["Settings"], "Awaitable[Product]"]
"""Opens the product in another way than from the settings; the demonstration builds its data first."""

SWITCH_S = 0.001
"""Seconds after which a busy thread lets another have the interpreter.

A key goes through three threads before it is painted, and each waits for so long while the engine is busy.
"""

IMPORTED_S = 4.0
"""Seconds after which the scheduler and what other screens ask have been imported behind the first rows."""


def run_app(settings: Settings, *, title: str = "", prepare: Prepare | None = None) -> int:
    """Show the app until it is left.

    Args:
        settings: which database and carrier.
        title: what the top line calls it; the database's own name by default.
        prepare: opens the product.

    Returns:
        The exit status.
    """
    opener = desk_opener(settings, title=title, prepare=prepare)

    async def open_desk() -> Desk:
        _leave_on_signal(app)
        try:
            return await opener()
        finally:
            spare()
            # What is imported behind the first rows is as much again, and takes 40 ms to walk.
            asyncio.get_running_loop().call_later(IMPORTED_S, gc.freeze)

    sys.setswitchinterval(SWITCH_S)
    app = TrdApp(open_desk, theme=settings.theme or "", keymap=settings.keymap)
    try:
        app.run()
    finally:
        from trd_tui.tui import collecting

        collecting.end()
        if app.desk is not None:  # the line was lost, or a fault ended the screen: drain all the same
            asyncio.run(app.desk.close())
    return app.return_code or 0


def spare() -> None:
    """What makes less garbage, and collects it between keys; not needed for the first paint."""
    from trd_tui.tui import collecting
    from trd_tui.tui.lean import make_lines_lean

    make_lines_lean()
    collecting.begin()


def _leave_on_signal(app: TrdApp) -> None:
    """Closing the terminal, losing the line or being told to end drains what is being sent."""
    loop = asyncio.get_running_loop()

    def lost() -> None:
        _let_go_of_terminal(app)
        app.call_later(app.leave_now)

    loop.add_signal_handler(signal.SIGTERM, lambda: app.call_later(app.leave_now))
    loop.add_signal_handler(signal.SIGHUP, lost)


def _let_go_of_terminal(app: TrdApp) -> None:
    """Write nothing more to a terminal that is gone.

    Textual's driver hands its output to a thread over a bounded queue. When the line drops that thread may
    have died of the write, and putting the closing sequences into the full queue would block for ever.
    """
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    os.close(nothing)
    driver = app._driver  # there is no public way to a driver that only discards
    if driver is not None:
        driver.write = _discard  # type: ignore[method-assign]


def _discard(data: str) -> None:
    """Write nothing."""


def desk_opener(settings: Settings, *, title: str = "", prepare: Prepare | None = None) -> OpenDesk:
    """What opens the desk, in a thread of its own: its imports alone take longer than the first paint."""

    async def open_desk() -> Desk:
        thread = LoopThread("trd-desk")
        thread.start()
        try:
            return await thread.call(lambda: _open(settings, thread, title, prepare))
        except BaseException:
            await thread.stop()
            raise

    return open_desk


async def _open(settings: Settings, thread: LoopThread, title: str, prepare: Prepare | None) -> Desk:
    from trd_tui.settings_file import SettingsPlace
    from trd_tui.tui.service_desk import start_desk
    from trd_tui.wiring import open_product

    product = open_product(settings) if prepare is None else await prepare(settings)
    try:
        await asyncio.sleep(0)  # who has left meanwhile gets no scheduler
    except BaseException:
        await product.close()
        raise
    return start_desk(
        product,
        thread,
        title=title or database_name(settings.database_url),
        zone=local_zone(),
        place=SettingsPlace.usual() if prepare is None else None,  # a demonstration touches nothing
    )


def database_name(url: str) -> str:
    """What people call a database: its file's or its own name, never its password."""
    return Path(url.partition("?")[0].rpartition("/")[2]).stem or "TRD"


def local_zone(localtime: Path = Path("/etc/localtime")) -> str:
    """The IANA name of this terminal's zone; UTC where the system does not say."""
    from zoneinfo import ZoneInfo

    for name in (os.environ.get("TZ", "").lstrip(":"), str(localtime.resolve()).partition("zoneinfo/")[2]):
        try:
            if name:
                return ZoneInfo(name).key
        except (ValueError, OSError):
            continue
    return "UTC"
