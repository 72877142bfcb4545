"""A poll that brings no news writes nothing: every write wakes whoever watches the database."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from trd_tui.engine.options import EngineOptions
from trd_tui.engine.poll import NOTE_EVERY_MS, OVERLAP_MS, Poller


class Noted:
    """A store that knows how far polls have come, and counts how often that was written."""

    def __init__(self) -> None:
        self.until = 0
        self.writes = 0

    async def read(self, _statement: object) -> int:
        return self.until

    async def write(self, _statement: object, until: int) -> None:
        self.until = until
        self.writes += 1


class Quiet:
    """A carrier that has nothing to tell."""

    async def changes(self, _since: int) -> list[Any]:
        return []


async def test_quiet_polls_write_how_far_they_have_come_twice_a_minute() -> None:
    now, store = 1_700_000_000_000, Noted()

    async def all_recorded() -> None:
        pass

    clock = SimpleNamespace(real=lambda: now)
    dispatcher = SimpleNamespace(all_recorded=all_recorded)
    means = SimpleNamespace(
        store=store, carrier=Quiet(), clock=clock, options=EngineOptions(), complain=lambda _: None
    )
    poller = Poller(*cast("tuple[Any, ...]", (means, dispatcher)))
    for _ in range(120):
        await poller.poll()
        now += 500
    assert store.writes == 2
    assert now - store.until <= OVERLAP_MS + NOTE_EVERY_MS + 500
