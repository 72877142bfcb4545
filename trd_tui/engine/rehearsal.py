"""A dry run: claims and records like the sending machine, on a throw-away copy and a clock that only leaps.

There is no carrier here at all. What is claimed counts as accepted in the same instant, as by a carrier that
takes everything at once, and nobody answers. The decisions are the machine's own code: `Claimer` and
`record_batch`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from trd_tui.carriers.protocol import Accepted
from trd_tui.engine.claiming import Claimer
from trd_tui.engine.options import EngineOptions
from trd_tui.engine.ready import Done, Ready, ready_of
from trd_tui.engine.recording import record_batch
from trd_tui.store import lease, planning, queue, recover
from trd_tui.store.database import SyncDatabase

PLAN_CHUNK = 2_000
TURNS = 20
"""Claims in one transaction of the copy, after which somebody may call the run off."""

_FOR_EVER = 2**62
_FLOOR = 2**40
"""Above every fencing token that a copied row may bear."""

_STANDING = text(
    "SELECT status, waiting_count + in_flight_count, plan_kind IS NOT NULL FROM campaigns WHERE id = :id"
)


class RehearsalCancelledError(Exception):
    """Nobody wants to know any more."""


@dataclass(frozen=True, slots=True)
class Course:
    """What a dry run goes through.

    Attributes:
        campaign_id: the campaign that is asked about; the run ends when nothing more of it waits.
        start: campaign instant.
        until: campaign instant at which it ends all the same.
        real: real instant; it stands still, so that no silence of a sender is seen but the one before it.
        step_ms: milliseconds of a sender's time that one claim starts at once, and the least leap.
    """

    campaign_id: str
    start: int
    until: int | None
    real: int
    step_ms: int


def rehearse(
    db: SyncDatabase,
    claimer: Claimer,
    options: EngineOptions,
    course: Course,
    sent: Callable[[Sequence[Ready], int], None],
    cancelled: Callable[[], bool] = lambda: False,
) -> int:
    """Let everything go that would go; returns the campaign instant at which it is over.

    Args:
        db: the copy, which is changed.
        claimer: of the machine; whoever wants to know why something waits watches it.
        options: of the machine.
        course: from when, until when.
        sent: told the messages that went in one batch, with the campaign instant.
        cancelled: asked now and then.

    Raises:
        RehearsalCancelledError: it said yes.
    """
    run = _Run(claimer, course, min(options.batch, options.concurrency), sent)
    db.write(run.begin)
    while not cancelled():
        if db.write(run.go_on):
            return run.now
    raise RehearsalCancelledError


class _Run:
    """The instant that the copy has come to."""

    def __init__(
        self, claimer: Claimer, course: Course, slots: int, sent: Callable[[Sequence[Ready], int], None]
    ) -> None:
        self.claimer = claimer
        self.course = course
        self.slots = slots
        self.sent = sent
        self.now = course.start
        self.token = 0

    def begin(self, connection: Connection) -> None:
        """Take the lease; what is on its way already arrives; interrupted plans are carried on."""
        real = self.course.real
        token = lease.acquire(connection, "dry run", "dry run", real, _FOR_EVER - real, floor=_FLOOR)
        if token is None:
            raise AssertionError("nobody else can have the lease of a copy")
        self.token = token
        recover.orphan(connection, token)
        flying = recover.unknown_rows(connection, _FOR_EVER, _FOR_EVER, _FOR_EVER)
        self._plan(connection)
        if flying:
            self._arrive(connection, [ready_of(row) for row in flying])

    def go_on(self, connection: Connection) -> bool:
        """Some turns of the machine in one transaction; ``True`` when it is over."""
        for _ in range(TURNS):
            claim = self.claimer.claim(
                connection,
                token=self.token,
                now=self.now,
                real=self.course.real,
                slots=self.slots,
                horizon_ms=self.course.step_ms,
            )
            if claim.silence is not None:
                self._plan(connection)
            if claim.batch:
                self.sent(claim.batch, self.now)
                self._arrive(connection, claim.batch)
            # where no sender can take more, the next claim would find nothing before its rate allows it
            more = (claim.batch or claim.moved) and not claim.spent
            if not more and (self._over(connection) or not self.leap(claim.next_at)):
                return True
        return False

    def _arrive(self, connection: Connection, batch: Sequence[Ready]) -> None:
        done = [Done(ready, Accepted(f"DRY{ready.message_id}")) for ready in batch]
        record_batch(connection, self.claimer.sequences, done, self.now, self.course.real)

    def _plan(self, connection: Connection) -> None:
        while (campaign := queue.unplanned(connection)) is not None:
            planning.plan_chunk(connection, campaign, self.now, PLAN_CHUNK, real=self.course.real)

    def _over(self, connection: Connection) -> bool:
        """Whether nothing more of the campaign goes out."""
        status, waiting, planning_ = connection.execute(_STANDING, {"id": self.course.campaign_id}).one()
        return status != "active" or not (waiting or planning_)

    def leap(self, next_at: int | None) -> bool:
        """Go to where something may be due; ``False`` when that is nowhere, or behind the end."""
        until = self.course.until
        if next_at is None:
            return False
        target = max(next_at, self.now + self.course.step_ms)
        if until is not None:
            if next_at >= until:
                self.now = until
                return False
            target = min(target, max(until - 1, self.now + 1))
        self.now = target
        return True
