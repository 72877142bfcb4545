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
from trd_tui.engine.claiming import Claim, Claimer
from trd_tui.engine.options import EngineOptions
from trd_tui.engine.ready import Done, Ready, ready_of
from trd_tui.engine.recording import record_batch
from trd_tui.store import lease, planning, queue, recover
from trd_tui.store.database import SyncDatabase

PLAN_CHUNK = 2_000

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
        cancelled: asked between two batches.

    Raises:
        RehearsalCancelledError: it said yes.
    """
    run = _Run(db, claimer, course, min(options.batch, options.concurrency))
    run.settle()
    while not cancelled():
        claim = run.step()
        if claim.batch:
            sent(claim.batch, run.now)
        elif not claim.moved and (run.over() or not run.leap(claim.next_at)):
            return run.now
    raise RehearsalCancelledError


class _Run:
    """The copy, and the instant that it has come to."""

    def __init__(self, db: SyncDatabase, claimer: Claimer, course: Course, slots: int) -> None:
        self.db = db
        self.claimer = claimer
        self.course = course
        self.slots = slots
        self.now = course.start
        token = db.write(
            lease.acquire, "dry run", "dry run", course.real, _FOR_EVER - course.real, floor=_FLOOR
        )
        if token is None:
            raise AssertionError("nobody else can have the lease of a copy")
        self.token = token
        self._done: list[Done] = []

    def settle(self) -> None:
        """What is on its way already arrives; interrupted plans are carried on."""
        self.db.write(recover.orphan, self.token)
        flying = self.db.read(recover.unknown_rows, _FOR_EVER, _FOR_EVER, _FOR_EVER)
        self._done = [self._accepted(ready_of(row)) for row in flying]
        self._plan()

    def step(self) -> Claim:
        """One turn of the machine: record what went, claim what may go."""
        claim = self.db.write(self._turn, self._done)
        self._done = [self._accepted(ready) for ready in claim.batch]
        if claim.silence is not None:
            self._plan()
        return claim

    def _turn(self, connection: Connection, done: list[Done]) -> Claim:
        if done:
            record_batch(connection, self.claimer.sequences, done, self.now, self.course.real)
        return self.claimer.claim(
            connection,
            token=self.token,
            now=self.now,
            real=self.course.real,
            slots=self.slots,
            horizon_ms=self.course.step_ms,
        )

    def _plan(self) -> None:
        while (campaign := self.db.read(queue.unplanned)) is not None:
            self.db.write(planning.plan_chunk, campaign, self.now, PLAN_CHUNK, real=self.course.real)

    def over(self) -> bool:
        """Whether nothing more of the campaign goes out."""
        row = self.db.read(
            lambda connection: connection.execute(_STANDING, {"id": self.course.campaign_id}).one()
        )
        status, waiting, planning_ = row
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

    def _accepted(self, ready: Ready) -> Done:
        return Done(ready, Accepted(f"DRY{ready.message_id}"))
