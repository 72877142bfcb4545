"""The demonstration in a real database, at an instant that stands still: what pictures are made of."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection

from trd_tui.engine.state import EngineState, Role
from trd_tui.services.actor import Actor
from trd_tui.services.demo import build_demo
from trd_tui.settings import Settings, sqlite_url
from trd_tui.store import control, lease
from trd_tui.store.database import Database, SyncDatabase
from trd_tui.store.migrate import ensure_schema
from trd_tui.tui.loop_thread import LoopThread
from trd_tui.tui.service_desk import ServiceDesk
from trd_tui.wiring import EVERYDAY, Product

ZONE = "America/New_York"
NOW = int(datetime(2026, 3, 12, 18, 2, tzinfo=UTC).timestamp() * 1000)
"""Around this instant, a Thursday afternoon in New York, the demonstration is built."""


class StandingClock:
    """Both times stand still."""

    speed = 1.0
    jumps = False

    def __init__(self, instant: int) -> None:
        self._instant = instant

    def now(self) -> int:
        return self._instant

    def real(self) -> int:
        return self._instant

    def jump_to(self, instant: int) -> None:
        raise AssertionError("a picture's clock stands still")


class RestingEngine:
    """A scheduler that holds the lease and has nothing to send."""

    def __init__(self) -> None:
        self._stopped = False
        self.told: Callable[[], None] | None = None

    def start(self) -> None: ...

    def state(self) -> EngineState:
        return EngineState(role=Role.SENDING, stopped=self._stopped)

    def stop_now(self) -> None:
        self._stopped = True

    def touch(self) -> None:
        self._stopped = False

    def stop(self, timeout: float | None = None) -> bool:
        return True


@dataclass(frozen=True)
class Built:
    """A demonstration's database, and the instant at which ``trd demo`` would begin to show it."""

    file: Path
    start: int


def build(file: Path) -> Built:
    """Build the demonstration's database; takes about a second, so build once and copy."""
    url = sqlite_url(file)
    ensure_schema(url)

    async def fill() -> int:
        db = Database(url)
        try:
            return await build_demo(db, NOW)
        finally:
            await db.close()

    return Built(file, asyncio.run(fill()))


def _hold_lease(url: str, at: int) -> None:
    """Health asks the database who sends, not the engine that rests."""

    def hold(connection: Connection) -> None:
        lease.acquire(connection, "resting", "trd app on acme, process 4711", at - 40 * 60_000, 3_600_000)
        control.beat(connection, at)

    database = SyncDatabase(url)
    database.write(hold)
    database.close()


def open_real_desk(built: Built, copy: Path, *, hurried: bool = False) -> ServiceDesk:
    """The product's own desk on a copy of a built database, or on the file itself.

    Args:
        built: the demonstration's database.
        copy: where the copy shall be.
        hurried: its senders are fast; a dry run follows each second of those with one text a second.
    """
    if copy != built.file:
        shutil.copyfile(built.file, copy)
    if hurried:
        with closing(sqlite3.connect(copy)) as raw, raw:
            raw.execute("UPDATE senders SET rate_milli = 50000")
    settings = Settings(database_url=sqlite_url(copy), carrier="simulated")
    _hold_lease(settings.database_url, built.start)
    product = Product(settings, Database(settings.database_url), StandingClock(built.start), EVERYDAY)
    thread = LoopThread("pictures")
    thread.start()
    return ServiceDesk(
        product, Actor(1, "ann", "ann"), thread, RestingEngine(), title="Acme Homes", zone=ZONE
    )
