"""Polling: delivery states and replies are asked for; no public URL is needed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial

from trd_tui.carriers.protocol import CarrierListError, CarrierMessage
from trd_tui.domain.allowance import day_of
from trd_tui.engine.checkpoints import reached
from trd_tui.engine.dispatch import Dispatcher
from trd_tui.engine.gate import uptime_ns
from trd_tui.engine.means import Means
from trd_tui.engine.receiving import by_sending, receive_batch
from trd_tui.store import queue, receive, spending
from trd_tui.store.errors import StoreError

OVERLAP_MS = 600_000
"""How far each poll looks back behind the last one; carriers' lists are late and out of order."""

SLACK_MS = 100
"""A poll that is due within so little is due: it is looked for at the busy pace only."""

BUSY_FOR_MS = 600_000
"""For so long after the last send the carrier is asked at the busy pace."""

NOTE_EVERY_MS = 30_000
"""How far polls have come is written with their news, else so often; it is far below what they look back."""

SEEN_LIMIT = 200_000

LIST_PAUSES_S = (0.2, 0.5, 1.0, 5.0)
"""Pauses after looks into the carrier's list that failed; the last one goes on."""

LIST_TRIES = 4
"""After so many failures in a row an end that somebody waits for comes with an error."""

TRUST_MS = 300_000
"""How old the last look may be with which a wave begins while the carrier's list cannot be read."""

LATE_AFTER_MS = 86_400_000
"""A message that has no final state for so long has left the days that a poll lists."""

LATE_FOR_MS = 5 * LATE_AFTER_MS
"""After so long no receipt comes any more: carriers report a text that they gave up within three days."""

LATE_AGAIN_MS = LATE_AFTER_MS // 4
PRICE_FOR_MS = 36 * 3_600_000
"""Carriers tell a price up to a day after the delivery; then it is not asked for any more."""

PRICE_EVERY_MS = 3_600_000
"""How often the days before today are listed for prices that came late."""

LATE_EVERY_MS = 60_000
"""Where no such message was there, so long nobody looks for one."""

LATE_LOOKS = 5
"""Messages that are asked for one by one after each poll; carriers want few such questions."""


class Poller:
    """Asks the carrier what has changed and merges it."""

    def __init__(self, means: Means, dispatcher: Dispatcher) -> None:
        self.store = means.store
        self.carrier = means.carrier
        self.clock = means.clock
        self.options = means.options
        self.complain = means.complain
        self.dispatcher = dispatcher
        self.asking = dispatcher.asking
        self._one_at_a_time = asyncio.Lock()
        # Real instant at which the last poll that succeeded began; nothing is known before the first.
        self.looked_at: int | None = None
        self._priced_at = 0
        self._none_late_at = 0
        # How far polls have come: only the sender moves that mark, so it is read once.
        self._polled_until: int | None = None
        # What a poll has merged already need not go to the database again.
        self._seen: dict[str, tuple[str, int | None, int | None]] = {}

    def pause(self) -> float:
        """Seconds between two polls, by what has been sent lately; where time flies they are nearer."""
        since = self.clock.real() - self.dispatcher.last_sent_real
        busy = self.dispatcher.in_flight or since < BUSY_FOR_MS or self.asking.in_vain
        often, seldom = self.options.poll_busy_s, self.options.poll_idle_s
        return often if busy else min(seldom, max(often, seldom / max(self.clock.speed, 1.0)))

    def due_in(self) -> float:
        """Seconds until the pace of the moment wants a poll: what begins to be sent quickens it at once."""
        since = None if self.looked_at is None else self.clock.real() - self.looked_at
        if since is None or not 0 <= since < self.pause() * 1000 - SLACK_MS:
            return 0.0
        return self.pause() - since / 1000

    async def poll(self) -> int:
        """Ask once; return how many reports were news.

        Raises:
            CarrierListError: the carrier's list could not be read.
            StoreError: the database refuses.
        """
        async with self._one_at_a_time:
            started, asked_ns = self.clock.real(), uptime_ns()
            # A new database listens from now on: what an account heard in years before is not its affair.
            stored = self._polled_until
            if stored is None:
                stored = await self.store.read(receive.polled_until)
            until = started - OVERLAP_MS
            # Where the clock was set back, what comes now is older by it than what came before.
            since = min(stored, until) if stored else started
            reached("poll begins")
            try:
                reports = await self.carrier.changes(since)
            except CarrierListError as error:
                await self.asking.failed(error, started, self.clock.real())
                raise
            reached("changes listed")
            # An answer that came before this list was made must be recorded before its reply is.
            await self.dispatcher.all_recorded()
            await self.asking.answered(asked_ns, self.clock.real())
            changes = await self._merge_news(reports)
            if changes or abs(until - stored) >= NOTE_EVERY_MS:
                await self.store.write(receive.set_polled_until, until)
                stored = until
            self._polled_until = stored
            self.looked_at = started
            return changes

    async def before_wave(self, stop: asyncio.Event, *, give_up: bool) -> None:
        """Look for answers before the first text after a quiet spell: idle polls are far between.

        At the start of a term nothing goes before the carrier's list has been read, however long that
        takes. Later a list that cannot be read holds a wave up for one look, unless the last look is too
        old to be trusted: who asked us to stop in hours of silence must not be texted, a late text can be.
        Refused credentials hold it up until they are right.

        Args:
            stop: ends the waiting.
            give_up: raise after some failures in a row instead of waiting on.

        Raises:
            CarrierListError: the carrier's list could not be read, again.
            StoreError: the database refuses.
        """
        failed = 0
        while not stop.is_set():
            seen, real = self.looked_at, self.clock.real()
            refused = self.dispatcher.gate.credentials_refused
            if seen is not None and not refused:
                quiet_since = max(seen, self.dispatcher.last_sent_real)
                busy = self.dispatcher.in_flight or self.dispatcher.gate.stopped
                if busy or real - quiet_since < self.options.poll_busy_s * 1000:
                    return
                if not await self.store.read(partial(queue.due_campaigns, now=self.clock.now())):
                    return
            if await self.poll_or_pause(failed, give_up=give_up) is not None:
                if not self.dispatcher.gate.credentials_refused:
                    return
                continue  # it was refused to a send while that was asked
            if seen is not None and not self.dispatcher.gate.credentials_refused and real - seen <= TRUST_MS:
                return
            failed += 1

    async def poll_and_ask_for_late_ones(self) -> None:
        """An ordinary round: a poll, then a few messages one by one that it does not list any more."""
        await self.poll()
        await self._ask_for_prices()
        real = self.clock.real()
        if 0 <= real - self._none_late_at < LATE_EVERY_MS:
            return
        late = partial(
            receive.late_receipts,
            since=real - LATE_FOR_MS,
            until=real - LATE_AFTER_MS,
            looked_before=real - LATE_AGAIN_MS,
            limit=LATE_LOOKS,
        )
        found = await self.store.read(late)
        self._none_late_at = 0 if found else real
        for open_one in found:
            # Noted first: one that cannot be read must not keep the others from being asked for.
            await self.store.write(receive.asked_for, open_one, real)
            if (report := await self.carrier.fetch(open_one.sid)) is not None:
                await self.merge([report])

    async def _ask_for_prices(self) -> None:
        """List the days again that polls have left behind: most messages get their price after that."""
        real = self.clock.real()
        if self.carrier.name == "simulated" or real - self._priced_at < PRICE_EVERY_MS:
            return
        self._priced_at = real
        day = day_of(self.clock.now() - PRICE_FOR_MS, "UTC") - 1  # whose calendar is behind has that day
        if not await self.store.read(partial(spending.unpriced_since, day=day)):
            return
        async with self._one_at_a_time:
            reports = await self.carrier.changes(real - PRICE_FOR_MS)
            await self.dispatcher.all_recorded()
            await self._merge_news(reports)

    async def _merge_news(self, reports: Sequence[CarrierMessage]) -> int:
        """Merge what was not merged before; returns how many were news."""
        news = [report for report in reports if self._seen.get(report.sid) != _mark(report)]
        news.sort(key=by_sending)  # carriers list the newest first, and failures in a row are counted
        changes = 0
        for at in range(0, len(news), self.options.batch):
            changes += await self.merge(news[at : at + self.options.batch])
        reached("changes merged")
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
        options, now, real = self.options, self.clock.now(), self.clock.real()
        received = await self.store.write(receive_batch, reports, now, real, options.endings, options.prices)
        if len(self._seen) > SEEN_LIMIT:
            self._seen.clear()
        self._seen.update((report.sid, _mark(report)) for report in reports if report.sid in received.known)
        if received.changes:
            self.dispatcher.wake.set()
        return received.changes


def _mark(report: CarrierMessage) -> tuple[str, int | None, int | None]:
    return report.status, report.price_micros, report.segments
