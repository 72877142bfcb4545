"""The real desk's view of the machine's health."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal
from zlib import crc32

from trd_tui.engine.poll import OVERLAP_MS
from trd_tui.services import monitor, stuck, verify, waiting
from trd_tui.services.health_views import Health as State
from trd_tui.services.health_views import Release, Stuck, StuckPage, Waiting
from trd_tui.services.views import ActResult
from trd_tui.store.sequences import SequenceCache
from trd_tui.tui.desk import Progress
from trd_tui.tui.desk.health import LogLine
from trd_tui.tui.service_desk.asking import Asking
from trd_tui.wiring import engine_options, sequences_of

LOG_BYTES = 64_000
"""How much of the log's end is read."""

LOG_LINES = 200

_LEVELS = {"debug": "information", "info": "information", "warning": "warning"}


class Health:
    """The health of one database and of this process."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        self._sequences: SequenceCache | None = None

    async def look(self) -> State:
        """Who sends, through what, and what went wrong lately."""
        product = self._asking.product
        options = engine_options(product.settings)
        busy, idle = options.poll_busy_s, options.poll_idle_s
        return await self._asking.ask(
            lambda: monitor.look(product.db, product.clock, overlap_ms=OVERLAP_MS, busy_s=busy, idle_s=idle)
        )

    async def waiting(self) -> Waiting:
        """What waits, and why."""
        product = self._asking.product
        budget = product.settings.daily_budget_micros
        if self._sequences is None:  # compiled texts are kept from one look to the next
            self._sequences = sequences_of(product.settings)
        known = self._sequences
        return await self._asking.ask(
            lambda: waiting.waiting(product.db, product.clock, known, daily_budget=budget)
        )

    async def stuck(self, offset: int, limit: int) -> StuckPage:
        """A page of the messages that stand still."""
        return await self._asking.ask(lambda: stuck.page(self._asking.product.db, offset, limit))

    async def releases(self, chosen: Sequence[Stuck]) -> Sequence[Release]:
        """When held messages would go, were they released."""
        product = self._asking.product
        return await self._asking.ask(lambda: stuck.releases(product.db, product.clock, chosen))

    async def decide(self, decision: Literal["send", "skip"], chosen: Sequence[Stuck]) -> Sequence[ActResult]:
        """Send or skip held messages, then wake the scheduler."""
        asking, product = self._asking, self._asking.product
        results = await asking.ask(
            lambda: stuck.decide(product.db, product.clock, asking.person, decision, chosen, product.judge)
        )
        asking.touch()
        return results

    async def verify(self, progress: Progress) -> Sequence[str]:
        """Check everything in a thread and on a connection of its own: pages go on meanwhile."""
        url = self._asking.product.settings.database_url
        return await asyncio.to_thread(verify.differences_told, url, progress)

    async def log(self) -> Sequence[LogLine]:
        """The end of the file that this process logs to."""
        return await asyncio.to_thread(_tail)


def _tail() -> list[LogLine]:
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.FileHandler):
            return _lines(Path(handler.baseFilename))
    return []


def _lines(file: Path) -> list[LogLine]:
    try:
        with file.open("rb") as stream:
            start = max(0, stream.seek(0, 2) - LOG_BYTES)
            stream.seek(start)
            found = stream.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return []
    lines: list[LogLine] = []
    for line in found[1:] if start else found:
        try:
            said = json.loads(line)
            at = int(datetime.fromisoformat(said["at"]).timestamp() * 1000)
            lines.append(
                LogLine(
                    f"log {at} {crc32(line.encode())}", at, _LEVELS.get(said["level"], "error"),
                    str(said["where"]).removeprefix("trd_tui."), str(said["what"]),
                )
            )  # fmt: skip
        except (ValueError, KeyError, TypeError):
            continue  # a line that somebody else wrote
    return lines[-LOG_LINES:][::-1]
