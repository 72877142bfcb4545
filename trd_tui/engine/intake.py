"""The intake: what the carrier posts, merged in batches by the same code as what it is asked for.

It works beside whatever process sends: everything goes through the database, and the sender's gate sees it
before its next call. A report is answered for only when it is committed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from trd_tui.clock import Clock
from trd_tui.engine.adopting import Adopter, Report, Store, comes_early
from trd_tui.engine.options import EngineOptions
from trd_tui.engine.receiving import receive_batch
from trd_tui.store.errors import DatabaseBusyError, StoreError

BATCH = 500

MOST_WAITING = 5_000
"""Reports that wait for the database; what comes above that is asked to come again."""

PATIENCE_S = 4.0
"""After so long who posts is asked to come again. Three such waits fit into the carrier's 15 seconds."""

EARLY_S = 1.0
"""So long a report waits for the sender to record what it belongs to."""

EARLY_PAUSE_S = 0.05

log = logging.getLogger(__name__)


class BusyError(Exception):
    """The database does not take the report now; who posts shall come again. Says why."""


@dataclass(slots=True, eq=False)
class _Waiting:
    report: Report
    since: float
    done: asyncio.Future[str | None]


class Intake:
    """Takes reports one by one and merges them by batches; belongs to one event loop.

    Args:
        store: the database.
        clock: campaign time and real time.
        options: what a reply ends, and the price table.
        patience_s: seconds after which `take` gives up; the report may be merged all the same.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        options: EngineOptions,
        *,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._store = store
        self._clock = clock
        self._options = options
        self._patience_s = patience_s
        self._adopter = Adopter(store, clock, options)
        self._waiting: list[_Waiting] = []
        self._open = 0
        self._working: asyncio.Task[None] | None = None

    async def take(self, report: Report) -> None:
        """Merge a report; when this returns it is committed.

        Raises:
            BusyError: the database did not take it in time.
        """
        if self._open >= MOST_WAITING:
            raise BusyError("too many reports wait for the database")
        loop = asyncio.get_running_loop()
        item = _Waiting(report, loop.time(), loop.create_future())
        self._open += 1
        self._queue(item)
        await asyncio.wait({item.done}, timeout=self._patience_s)
        if not item.done.done():
            raise BusyError("the database is busy")
        if (trouble := item.done.result()) is not None:
            raise BusyError(trouble)

    async def close(self) -> None:
        """Wait for what is being merged."""
        while self._working is not None and not self._working.done():
            await asyncio.wait({self._working})

    def _queue(self, item: _Waiting) -> None:
        self._waiting.append(item)
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work())

    async def _work(self) -> None:
        while self._waiting:
            batch = self._waiting[:BATCH]
            del self._waiting[:BATCH]
            try:
                ripe = await self._without_early(batch)
            except Exception as error:
                self._settle(batch, _why(error))
            else:
                await self._merge(ripe)

    async def _without_early(self, batch: Sequence[_Waiting]) -> list[_Waiting]:
        """Put off what comes before that which it belongs to is recorded."""
        reports = [item.report for item in batch]
        early = await self._store.read(comes_early, reports, self._clock.real())
        loop = asyncio.get_running_loop()
        ripe = []
        for item, too_early in zip(batch, early, strict=True):
            if too_early and loop.time() - item.since < EARLY_S:
                loop.call_later(EARLY_PAUSE_S, self._queue, item)
            else:
                ripe.append(item)
        return ripe

    async def _merge(self, batch: list[_Waiting]) -> None:
        if not batch:
            return
        loop = asyncio.get_running_loop()
        while True:
            try:
                await self._merge_reports([item.report for item in batch])
            except DatabaseBusyError as error:
                # On a server also two that wait for each other: one of them is sent away, and comes again.
                if loop.time() - batch[0].since < self._patience_s:
                    await asyncio.sleep(EARLY_PAUSE_S)
                    continue
                self._settle(batch, str(error))
            except Exception as error:
                # One that cannot be merged must not keep the others from it.
                if len(batch) > 1 and not isinstance(error, StoreError):
                    for item in batch:
                        await self._merge([item])
                else:
                    self._settle(batch, _why(error))
            else:
                self._settle(batch, None)
            return

    async def _merge_reports(self, reports: list[Report]) -> None:
        await self._adopter.adopt(reports)
        messages = [report.message for report in reports]
        now, real, options = self._clock.now(), self._clock.real(), self._options
        await self._store.write(receive_batch, messages, now, real, options.endings, options.prices)

    def _settle(self, batch: Sequence[_Waiting], trouble: str | None) -> None:
        for item in batch:
            if not item.done.done():
                self._open -= 1
                item.done.set_result(trouble)


def _why(error: Exception) -> str:
    """Why a report was not merged, for who posted it; a fault of ours goes to the log in full."""
    if isinstance(error, StoreError):
        return str(error)
    log.error("a report of the carrier could not be merged", exc_info=error)
    return f"it could not be merged: {type(error).__name__}"
