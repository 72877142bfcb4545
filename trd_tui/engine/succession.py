"""Becoming the sender: the lease, and what the sender before us has left behind."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from trd_tui.domain.finding import one_or_many
from trd_tui.engine.automatic import stop_a_copy, stop_everything
from trd_tui.engine.journal import Evidence
from trd_tui.engine.ready import Done, NotCalled, ready_of
from trd_tui.engine.recording import record_batch
from trd_tui.store import by_hand, counters, lease, outlays, queue, recover
from trd_tui.store.counters import CampaignDelta
from trd_tui.store.outlays import Attempt
from trd_tui.store.sequences import SequenceCache

UNCALLED = "its sender ended before it was called"

NEWEST = 10_000
"""So many of the last calls are compared with the rows: what a disk or a copy loses is the newest."""


def acquire(
    connection: Connection,
    owner: str,
    description: str,
    real: int,
    ttl_ms: int,
    *,
    latest: int = 0,
    dead: int | None = None,
) -> int | None:
    """Take the lease if it is free; returns our fencing token, else ``None``.

    A call journal of a later term than the database knows shows that the database went back in time: a
    backup or a copy was put in its place. Nobody knows what was sent since, so everything is stopped.

    Args:
        connection: a writing transaction.
        owner: our unique id.
        description: host, process and face, for people.
        real: real instant.
        ttl_ms: how long the lease holds without being renewed.
        latest: the newest fencing token that the call journal on this machine knows.
        dead: a fencing token whose owner is dead: its lease need not run out first.
    """
    before = lease.read(connection).token
    token = lease.acquire(connection, owner, description, real, ttl_ms, floor=latest, dead=dead)
    if token is not None:
        stop_a_copy(connection, real)
    if token is not None and latest > before:
        stop_everything(
            connection,
            "the database is older than its call journal: a backup or a copy has taken its place; compare"
            " with the carrier what was sent since, then run trd start",
            real,
        )
    return token


def settle(
    connection: Connection,
    sequences: SequenceCache,
    token: int,
    evidence: Iterable[Evidence],
    now: int,
    real: int,
) -> int:
    """Sort what earlier senders have left in flight, in one transaction; returns how many rows.

    What cannot have been called goes back to ``scheduled`` at once. Everything else is ``unknown`` and is
    looked for at the carrier. A message whose row knows nothing of its call is held for a person.

    Raises:
        LeaseLostError: another process is the sender by now.
    """
    lease.check(connection, token)
    orphans = recover.orphan(connection, token)
    lost: list[recover.Forgotten] = []
    for term in evidence:
        if term.complete:
            _return_uncalled(connection, sequences, term, now, real)
        if term.dead:
            recover.adopt(connection, token, term.token)
        lost += recover.forgotten(connection, term.calls[-NEWEST:])
    if lost:
        _hold(connection, lost, now)
        stop_everything(
            connection,
            f"the database knows nothing of {one_or_many(len(lost), 'call')} that its call journal holds:"
            " a copy has taken its place, or the disk has lost writes; look at the held messages, then run"
            " trd start",
            real,
        )
    return orphans


def _return_uncalled(
    connection: Connection, sequences: SequenceCache, term: Evidence, now: int, real: int
) -> None:
    """Put back what a dead sender has claimed and cannot have called."""
    called, of_that_term = set(term.calls), f"{term.token:x}-"
    left = [
        row
        for row in recover.left_by(connection, term.token)
        # A copy of the database may hold as in flight what was called long before the journal begins.
        if row.attempted_at >= term.since
        and row.attempt_id not in called
        and row.attempt_id.startswith(of_that_term)
    ]
    done = [Done(ready_of(row), NotCalled(UNCALLED)) for row in left]
    record_batch(connection, sequences, done, now, real)


def _hold(connection: Connection, lost: list[recover.Forgotten], now: int) -> None:
    """Let nothing of what may have been sent go a second time without a person."""
    reason = "it was called, but the database has lost that; compare with the carrier's list"
    waiting = [row for row in lost if row.state == "scheduled"]
    deltas: dict[str, CampaignDelta] = {}
    for row in waiting:
        delta = deltas.setdefault(row.campaign_id, CampaignDelta(recompute_next_due=True))
        delta.waiting_count -= 1
        delta.held_count += 1
    queue.hold(
        connection,
        [
            {"message_id": row.message_id, "enrolment_id": row.enrolment_id, "reason": reason, "now": now}
            for row in waiting
        ],
    )
    counters.apply(connection, deltas, now)
    for row in waiting:
        if outlays.unseen(connection, row.contact_id, row.called) is not None:
            continue  # a person has let it go meanwhile
        by_hand.unclear(
            connection,
            workspace_id=row.workspace_id,
            campaign_id=row.campaign_id,
            day=row.spend_day,
            segments=row.segments,
            cost=row.cost_micros,
            attempt=Attempt(row.contact_id, row.message_id, row.called, now),
            now=now,
        )
