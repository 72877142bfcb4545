"""Adopting: a callback names the message of an attempt whose answer was lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection

from trd_tui.carriers.protocol import Accepted, CarrierMessage
from trd_tui.clock import Clock
from trd_tui.engine.options import EngineOptions
from trd_tui.engine.ready import Done, ready_of
from trd_tui.engine.recording import record_batch
from trd_tui.store import answers, attempts, receive
from trd_tui.store.database import Statement
from trd_tui.store.sequences import SequenceCache

P = ParamSpec("P")
T = TypeVar("T")


class Store(Protocol):
    """Both sides of a database."""

    async def read(self, statement: Statement[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a reading function in one short snapshot."""
        ...

    async def write(self, statement: Statement[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a writing function in one transaction."""
        ...


@dataclass(frozen=True, slots=True)
class Report:
    """What the carrier posts of one message.

    Attributes:
        message: what it says.
        attempt: our own id of the attempt, where the callback's address has it; of whatever kind.
    """

    message: CarrierMessage
    attempt: str | None = None


def comes_early(connection: Connection, reports: Sequence[Report], real: int) -> list[bool]:
    """For each report, whether the sender is about to record what it belongs to.

    A callback can be faster than the answer to the call, and a machine answers a text within milliseconds.
    """
    sent = [each.message for each in reports if not each.message.inbound]
    known = receive.by_sid(connection, [(message.sid, message.to) for message in sent])
    return [
        attempts.number_is_called(connection, each.message.sender or "", real)
        if each.message.inbound
        else each.attempt is not None
        and each.message.sid not in known
        and attempts.is_called(connection, each.attempt, real)
        for each in reports
    ]


class Adopter:
    """Gives messages their carrier's id by the attempt that a callback names."""

    def __init__(self, store: Store, clock: Clock, options: EngineOptions) -> None:
        self._store = store
        self._clock = clock
        self._sequences = SequenceCache(options.caps, options.prices)

    async def adopt(self, reports: Sequence[Report]) -> None:
        """Adopt what these callbacks name and no row has; whoever records or finds it first has done it.

        Raises:
            StoreError: the database refuses.
        """
        named = {each.message.sid: each for each in reports if each.attempt and not each.message.inbound}
        if not named:
            return
        known = await self._store.read(
            receive.by_sid, [(sid, report.message.to) for sid, report in named.items()]
        )
        for sid, report in named.items():
            if sid not in known:
                await self._adopt(report.message, report.attempt or "")

    async def _adopt(self, message: CarrierMessage, attempt: str) -> None:
        clock = self._clock
        if attempts.message_of(attempt) is None:
            await self._store.write(
                answers.named, attempt, message.sid, message.to, message.segments, clock.now()
            )
            return
        # Each step is whole by itself; a crash between them leaves a message that is looked for.
        await self._store.write(attempts.take_back, attempt, message.to, clock.now())
        await self._store.write(
            record_named, self._sequences, message, attempt, now=clock.now(), real=clock.real()
        )


def record_named(
    connection: Connection,
    sequences: SequenceCache,
    message: CarrierMessage,
    attempt: str,
    *,
    now: int,
    real: int,
) -> None:
    """Record the acceptance; the batch itself sees that the row is still in flight under this attempt."""
    row = attempts.in_flight(connection, attempt)
    if row is None or row.recipient != message.to:
        return
    # Another row may have been given this id meanwhile; it is never given twice.
    if not receive.by_sid(connection, [(message.sid, message.to)]):
        record_batch(
            connection, sequences, [Done(ready_of(row), Accepted(message.sid, message.segments))], now, real
        )
