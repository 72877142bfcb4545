"""Polling: delivery states and replies are asked for; no public URL is needed."""

from __future__ import annotations

import asyncio

from trd_tui.carriers.protocol import CarrierListError, CarrierMessage
from trd_tui.engine.checkpoints import reached
from trd_tui.engine.dispatch import Dispatcher
from trd_tui.engine.means import Means
from trd_tui.engine.receiving import receive_batch
from trd_tui.store import receive
from trd_tui.store.errors import StoreError

OVERLAP_MS = 600_000
"""How far each poll looks back behind the last one; carriers' lists are late and out of order."""

BUSY_FOR_MS = 600_000
"""For so long after the last send the carrier is asked at the busy pace."""

NOTE_EVERY_MS = 30_000
"""How far polls have come is written with their news, else so often; it is far below what they look back."""

SEEN_LIMIT = 200_000

LIST_PAUSES_S = (0.2, 0.5, 1.0, 5.0)
"""Pauses after looks into the carrier's list that failed; the last one goes on."""

LIST_TRIES = 4
"""After so many failures in a row an end that somebody waits for comes with an error."""


class Poller:
    """Asks the carrier what has changed and merges it."""

    def __init__(self, means: Means, dispatcher: Dispatcher) -> None:
        self.store = means.store
        self.carrier = means.carrier
        self.clock = means.clock
        self.options = means.options
        self.complain = means.complain
        self.dispatcher = dispatcher
        self._one_at_a_time = asyncio.Lock()
        # What a poll has merged already need not go to the database again.
        self._seen: dict[str, tuple[str, int | None, int | None]] = {}

    def pause(self) -> float:
        """Seconds until the next poll."""
        since = self.clock.real() - self.dispatcher.last_sent_real
        busy = self.dispatcher.in_flight or since < BUSY_FOR_MS
        return self.options.poll_busy_s if busy else self.options.poll_idle_s

    async def poll(self) -> int:
        """Ask once; return how many reports were news.

        Raises:
            CarrierListError: the carrier's list could not be read.
            StoreError: the database refuses.
        """
        async with self._one_at_a_time:
            started = self.clock.real()
            # A new database listens from now on: what an account heard in years before is not its affair.
            stored = await self.store.read(receive.polled_until)
            since = stored or started
            reached("poll begins")
            reports = await self.carrier.changes(since)
            reached("changes listed")
            # An answer that came before this list was made must be recorded before its reply is.
            await self.dispatcher.all_recorded()
            news = [report for report in reports if self._seen.get(report.sid) != _mark(report)]
            changes = 0
            for at in range(0, len(news), self.options.batch):
                changes += await self.merge(news[at : at + self.options.batch])
            reached("changes merged")
            until = started - OVERLAP_MS
            if changes or until - stored >= NOTE_EVERY_MS:  # every write wakes who watches
                await self.store.write(receive.set_polled_until, until)
            return changes

    async def poll_or_pause(self, failed: int, *, give_up: bool) -> int | None:
        """Ask once and return how many reports were news; ``None``, after a pause, when it cannot be read.

        Args:
            failed: how many times in a row it could not be read before.
            give_up: raise after some failures instead of pausing once more.

        Raises:
            CarrierListError: the carrier's list could not be read, again.
        """
        try:
            return await self.poll()
        except (CarrierListError, StoreError) as error:
            if give_up and failed + 1 >= LIST_TRIES:
                raise
            self.complain(str(error))
        await asyncio.sleep(LIST_PAUSES_S[min(failed, len(LIST_PAUSES_S) - 1)])
        return None

    async def merge(self, reports: list[CarrierMessage]) -> int:
        """Merge reports of the carrier; returns how many were news."""
        received = await self.store.write(receive_batch, reports, self.clock.now(), self.clock.real())
        if len(self._seen) > SEEN_LIMIT:
            self._seen.clear()
        self._seen.update((report.sid, _mark(report)) for report in reports if report.sid in received.known)
        if received.changes:
            self.dispatcher.wake.set()
        return received.changes


def _mark(report: CarrierMessage) -> tuple[str, int | None, int | None]:
    return report.status, report.price_micros, report.segments
