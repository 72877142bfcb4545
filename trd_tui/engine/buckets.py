"""Senders' token buckets while a batch is put together."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from trd_tui.domain import bucket
from trd_tui.store import queue
from trd_tui.store.senders import UNTIL_A_PERSON_ACTS


@dataclass(slots=True)
class Bucket:
    """A sender's bucket while a batch is put together."""

    row: queue.SenderRow
    tokens: int
    credited_at: int
    taken: bool = False

    def room(self) -> int:
        """How many messages of one segment may start now."""
        return bucket.room(self.tokens)

    @property
    def is_spent(self) -> bool:
        """Whether nothing more may start now."""
        return bool(self.row.rate_milli) and self.tokens <= 0

    def ready_at(self) -> int:
        """Campaign instant at which a spent one may start something again."""
        return bucket.ready_at(self.tokens, self.credited_at, self.row.rate_milli)

    def take(self, count: int) -> bool:
        """Take the segments of one message, if the sender may start it now."""
        if self.row.rate_milli == 0:
            return True
        left = bucket.take(self.tokens, count)
        if left is None:
            return False
        self.tokens, self.taken = left, True
        return True


def ready_buckets(connection: Connection, now: int, horizon_ms: int) -> tuple[dict[str, Bucket], list[int]]:
    """Senders that may start something now, and when the others may."""
    ready: dict[str, Bucket] = {}
    wakes: list[int] = []
    for address, row in queue.senders(connection).items():
        if row.paused_until is not None and row.paused_until > now:
            if row.paused_until < UNTIL_A_PERSON_ACTS:
                wakes.append(row.paused_until)
            continue
        tokens, credited_at = bucket.settle(row.tokens_milli, row.bucket_at, now, row.rate_milli, horizon_ms)
        if row.rate_milli and tokens <= 0:
            wakes.append(bucket.ready_at(row.tokens_milli, row.bucket_at, row.rate_milli))
            continue
        ready[address] = Bucket(row, tokens, credited_at)
    return ready, wakes
