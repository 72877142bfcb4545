"""A look at the whole queue in one statement, for ``trd doctor`` and the Health screen."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, text


class QueueHealth(NamedTuple):
    """What waits, and where it is stuck.

    Attributes:
        active: campaigns that may send.
        waiting: messages scheduled in them.
        in_flight: messages sending or unknown, in all campaigns.
        held: messages that wait for a person, in all campaigns.
        next_due_at: campaign instant of the earliest message of an active campaign.
    """

    active: int
    waiting: int
    in_flight: int
    held: int
    next_due_at: int | None


# Kept counters of campaigns only, never an aggregate over messages.
_QUEUE = text(
    "SELECT count(CASE WHEN status = 'active' THEN 1 END),"
    " coalesce(sum(CASE WHEN status = 'active' THEN waiting_count END), 0),"
    " coalesce(sum(in_flight_count), 0), coalesce(sum(held_count), 0),"
    " min(CASE WHEN status = 'active' THEN next_due_at END)"
    " FROM campaigns WHERE deleted_at IS NULL"
)


def queue_health(connection: Connection) -> QueueHealth:
    """Look at the queue of all campaigns."""
    active, waiting, in_flight, held, next_due = connection.execute(_QUEUE).one()
    return QueueHealth(int(active), int(waiting), int(in_flight), int(held), next_due)


class Around(NamedTuple):
    """Active campaigns for which an instant is not now.

    Attributes:
        later: how many were started or resumed after it.
        later_due_at: campaign instant of their earliest message.
        overdue: how many have had messages due for long by then.
        overdue_since: campaign instant of the earliest of these.
    """

    later: int
    later_due_at: int | None
    overdue: int
    overdue_since: int | None


_AROUND = text(
    "SELECT count(CASE WHEN later THEN 1 END), min(CASE WHEN later THEN next_due_at END),"
    " count(CASE WHEN next_due_at < :late THEN 1 END),"
    " min(CASE WHEN next_due_at < :late THEN next_due_at END)"
    " FROM (SELECT next_due_at, started_at > :at OR resumed_at > :at AS later FROM campaigns"
    " WHERE status = 'active' AND deleted_at IS NULL) AS found"
)


def around(connection: Connection, at: int, late: int) -> Around:
    """Look at the active campaigns from another instant: ``late`` is when what was due is long overdue."""
    return Around._make(connection.execute(_AROUND, {"at": at, "late": late}).one())


_HOLDING = text(
    "SELECT id FROM campaigns WHERE deleted_at IS NULL AND held_count > 0"
    " ORDER BY held_count DESC, id LIMIT :limit"
)


def holding(connection: Connection, limit: int) -> list[str]:
    """Campaigns with messages that wait for a person, those with most of them first."""
    return list(connection.execute(_HOLDING, {"limit": limit}).scalars())


# Through the partial index of what is on its way: some hundred rows, whatever the table holds.
_IN_FLIGHT = text(
    "SELECT state, count(*) FROM scheduled_messages WHERE state IN ('sending','unknown') GROUP BY state"
)


def in_flight(connection: Connection) -> dict[str, int]:
    """Messages ``sending`` and ``unknown`` now."""
    return {"sending": 0, "unknown": 0} | {state: int(n) for state, n in connection.execute(_IN_FLIGHT)}
