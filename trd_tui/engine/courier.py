"""Posting events to webhooks, beside the sending and never in its way.

The outbox is written in the transaction of the event. Here it is read, posted without any transaction being
open, and marked in one short transaction a receiver. Receivers do not wait for each other. A crash between a
post and its mark posts again, with the same event id; nothing is lost.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from trd_tui import posting
from trd_tui.domain.webhook import headers
from trd_tui.engine.means import Means
from trd_tui.store import webhooks
from trd_tui.store.errors import StoreError
from trd_tui.store.webhooks import Posted, Round

if TYPE_CHECKING:
    from aiohttp import ClientSession

AT_ONCE = 50
"""Events of one receiver between two marks: so many a crash may post again."""

MARK_AFTER_S = 1.0
"""A slow receiver's events are marked after so long, however many there are."""

FAREWELL_S = 3.0
"""How long an end waits for what has just happened to be posted."""


class Courier:
    """Posts what is due, for one term of the lease."""

    def __init__(self, means: Means, timeout_s: float = posting.TIMEOUT_S) -> None:
        self._store = means.store
        self._clock = means.clock
        self._complain = means.complain
        self._timeout_s = timeout_s
        self._session: ClientSession | None = None
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._any = True

    def pause(self) -> float:
        """Seconds until the outbox is looked at again; without a receiver there is nothing in it."""
        return 1.0 if self._any else 5.0

    async def begin(self) -> bool:
        """Begin to post what is due; a receiver that is still being posted to is left out.

        Answers whether there is any receiver, as far as is known.
        """
        real = self._clock.real()
        try:
            rounds, self._any = await self._store.read(lambda conn: webhooks.due(conn, real, AT_ONCE))
        except OSError as error:
            self._complain(f"webhooks cannot be looked at: {error}")
            return True
        for each in rounds:
            if each.id not in self._under_way:
                task = asyncio.create_task(self._post(each))
                self._under_way[each.id] = task
                task.add_done_callback(partial(self._ended, each.id))
        return self._any

    def _ended(self, receiver: int, _task: asyncio.Task[None]) -> None:
        del self._under_way[receiver]

    async def settled(self) -> None:
        """Wait for what was begun."""
        while self._under_way:
            await asyncio.wait(set(self._under_way.values()))

    async def close(self, *, farewell: bool) -> None:
        """End; with a farewell what has just happened is still posted, if its receivers are quick."""
        try:
            if farewell:
                async with asyncio.timeout(FAREWELL_S):
                    await self.begin()
                    await self.settled()
        except (TimeoutError, StoreError):
            pass  # the next sender of this database posts it
        finally:
            left = list(self._under_way.values())
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)
            if self._session is not None:
                await self._session.close()

    async def _post(self, to: Round) -> None:
        posted = Posted()
        loop = asyncio.get_running_loop()
        begun = loop.time()
        if self._session is None:
            self._session = posting.open_session(self._timeout_s)
        for parcel in to.parcels:
            body = parcel.payload.encode()
            signed = headers(to.secret, parcel.event_id, parcel.event, body, self._clock.real())
            answer = await posting.post(self._session, to.url, signed, body)
            if answer.ok:
                posted.delivered.append(parcel.id)
            elif answer.down:
                posted.down = answer.said
                break
            else:
                posted.refused.append((parcel.id, parcel.attempts, answer.said))
            if loop.time() - begun > MARK_AFTER_S:
                break
        try:
            given_up = await self._store.write(webhooks.mark, to.id, posted, self._clock.real())
        except StoreError as error:
            self._complain(str(error))  # they are posted again
            return
        if given_up:
            self._complain(
                f"webhook {to.name} has not taken {given_up:,} events within a day; they are given up:"
                " trd webhook list"
            )
