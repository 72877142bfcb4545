"""A monkey at the keyboard of the whole app, beside another operator: nothing breaks."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.support.monkey import Monkey, MonkeysApp, Watchdog
from tests.support.real_desk import Built, open_real_desk
from tests.support.screen import settled
from trd_tui.services.verify import differences
from trd_tui.settings import sqlite_url
from trd_tui.store.database import Database
from trd_tui.tui.desk import Desk


async def play(mine: Desk, other: Desk, *, seed: int, keys: int) -> tuple[Monkey, Watchdog]:
    """Let a monkey play; its last keys are told with whatever goes wrong."""

    async def open_desk() -> Desk:
        return mine

    app = MonkeysApp(open_desk)
    monkey, watchdog = Monkey(seed, other), Watchdog()
    try:
        async with app.run_test(size=(120, 40), notifications=True) as pilot:
            await settled(pilot)
            watching = asyncio.create_task(watchdog.run())
            await monkey.play(pilot, keys, watchdog)
            watching.cancel()
            await settled(pilot)
            assert app.faults == []
    except BaseException as error:
        error.add_note(f"seed {seed}, the last keys: {' '.join(monkey.pressed)}")
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


async def test_five_hundred_keys(built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    file = tmp_path / "trd.db"
    mine = open_real_desk(built, file)
    other = open_real_desk(Built(file, built.start), file)
    monkey, watchdog = await play(mine, other, seed=1, keys=500)
    assert await verified(file) == []
    print(sorted(monkey.screens), [f"{ms * 1000:.0f} ms at {at}" for ms, at in watchdog.stalls])
