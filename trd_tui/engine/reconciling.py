"""Reconciling: an unknown message is looked for in the carrier's list before anything else happens to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from trd_tui.carriers.protocol import Accepted, Carrier, CarrierListError, CarrierMessage
from trd_tui.engine.options import EngineOptions
from trd_tui.engine.ready import Done, NotSent, Unclear, ready_of
from trd_tui.store import answers, attempts, receive, recover
from trd_tui.store.recover import InFlightRow

T = TypeVar("T")
Transact = Callable[[Callable[[Connection], T]], Awaitable[T]]

CLOCK_SKEW_MS = 5_000
"""How far the carrier's clock may be behind ours."""

ROWS = 50

LATEST = 1 << 62
"""An instant after all others."""


class Attempt(Protocol):
    """What is looked for: a campaign's message, or a person's own answer."""

    @property
    def recipient(self) -> str:
        """The number that it went to."""
        ...

    @property
    def sender(self) -> str:
        """The number or service that it was asked to go from."""
        ...

    @property
    def body(self) -> str:
        """The text."""
        ...

    @property
    def attempted_at(self) -> int:
        """Real instant of the intent."""
        ...


def look_times(options: EngineOptions, real: int) -> tuple[int, int]:
    """Before which real instants an attempt, and the last look for it, must lie for the next look."""
    # After attempt, time-out and listing lag the list must show it; looking earlier proves nothing.
    settled = (options.carrier_timeout_s + options.listing_lag_s) * 1000
    pause = options.reconcile_over_s * 1000 / options.reconcile_looks
    return real - int(settled), real - int(pause)


def matches(row: Attempt, listing: Iterable[CarrierMessage], taken: Iterable[str]) -> list[CarrierMessage]:
    """Messages of the carrier's list that can be this attempt: same number, text and sender, in time.

    A message that is known under another row does not count (the same text to the same number twice), and
    one that a list shows twice, because its pages moved while they were read, is still one.
    """
    known = set(taken)
    once = {message.sid: message for message in listing}
    return [
        message
        for message in once.values()
        if not message.inbound
        and message.to == row.recipient
        and message.body == row.body
        and row.sender in (message.sender, message.service)
        and message.created_at >= row.attempted_at - CLOCK_SKEW_MS
        and message.sid not in known
    ]


def any_unsettled(connection: Connection) -> bool:
    """Whether any message or answer is under way of which nobody knows what became of it, however young."""
    times = (LATEST, LATEST, 1)
    return bool(recover.unknown_rows(connection, *times) or answers.due(connection, *times))


class Reconciler:
    """Looks for unknown messages, a few at a time; one serves a whole term of the lease.

    Args:
        carrier: whose list is read.
        options: tuning.
        token: our fencing token, under which our own calls stand and those of senders known to be dead. A
            call of anybody else may still come, so that it is never made again, whatever the policy.

    """

    def __init__(self, carrier: Carrier, options: EngineOptions, token: int) -> None:
        self.carrier = carrier
        self.options = options
        self.token = token
        # Since when and how often in a row the list could not be read for a message: the attempt itself
        # may be of long ago, and the next look may come late.
        self._unread: dict[int, tuple[int, int]] = {}
        self._adopted: list[CarrierMessage] = []
        self._again_at = 0

    def due(self, connection: Connection, real: int) -> list[InFlightRow]:
        """Unknown messages that it is time to look for, at a real instant."""
        return recover.unknown_rows(connection, *look_times(self.options, real), ROWS)

    async def look(self, row: InFlightRow, transact: Transact[object], real: int) -> Done | None:
        """Look for one message; return what became of it, or ``None`` while that is not known yet."""
        ready = ready_of(row)
        try:
            listing: Sequence[CarrierMessage] = await self.carrier.sent_to(
                row.recipient, row.attempted_at - CLOCK_SKEW_MS
            )
        except CarrierListError as error:
            since, times = self._unread.get(row.id, (real, 0))
            self._unread[row.id] = since, times + 1
            long_ago = real - since > self.options.reconcile_over_s * 2000
            if long_ago and times >= self.options.reconcile_looks:
                reason = f"{recover.UNREADABLE}, it is looked for as soon as it can be: {error}"
                return Done(ready, Unclear(reason))
            await transact(lambda connection: recover.looked(connection, row.id, real, found_nothing=False))
            return None
        self._unread.pop(row.id, None)

        def known(connection: Connection) -> object:
            return receive.known_sids(connection, [(message.sid, message.to) for message in listing])

        taken = await transact(known) if listing else set()
        # The same text to the same number twice: what another row is about to adopt is not this one's.
        mine = {message.sid for message in self._adopted}
        found = matches(row, listing, mine.union(taken if isinstance(taken, set) else ()))
        if len(found) == 1:
            message = found[0]
            self._adopted.append(message)
            return Done(ready, Accepted(message.sid, message.segments, message.price_micros))
        if found:
            evidence = ", ".join(message.sid for message in found)
            return Done(ready, Unclear(f"the carrier lists several messages that may be it: {evidence}"))
        if row.looks + 1 < self.options.reconcile_looks:
            await transact(lambda connection: recover.looked(connection, row.id, real, found_nothing=True))
            return None
        reason = f"the carrier does not list it after {row.looks + 1} looks"
        if row.fencing_token != self.token:
            return Done(ready, NotSent(f"{reason}, and who called it may still be alive", retry=False))
        return Done(ready, NotSent(reason, retry=self.options.unknown_policy == "retry"))

    async def look_again(
        self, read: Transact[list[InFlightRow]], write: Transact[object], now: int, real: int
    ) -> None:
        """Try at a slow pace whether the list can be read for what is held because it could not.

        What it can be read for is unknown again, and settled like everything else; a person who decides
        first is held to.

        Args:
            read: runs a reading function on the database.
            write: runs one in a transaction.
            now: campaign instant.
            real: real instant.
        """
        if real < self._again_at:
            return
        rows = await read(lambda connection: recover.unread_rows(connection, ROWS))
        for row in rows:
            try:
                await self.carrier.sent_to(row.recipient, row.attempted_at - CLOCK_SKEW_MS)
            except CarrierListError:
                await write(partial(recover.looked, message_id=row.id, real=real, found_nothing=False))
                break
            await write(partial(attempts.take_up, attempt=row.attempt_id, recipient=row.recipient, now=now))
        else:
            if len(rows) == ROWS:
                return  # there are more
        self._again_at = real + round(self.options.reconcile_over_s * 1000)

    def take_adopted(self) -> list[CarrierMessage]:
        """What the carrier's list said of the messages that were found since this was last asked.

        A poll may have told it before, when no row knew the carrier's id yet, and need not tell it again.
        """
        adopted, self._adopted = self._adopted, []
        return adopted
