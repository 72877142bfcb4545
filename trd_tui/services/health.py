"""What a monitor asks: is the database there and of this version, does somebody send, how long is the queue.

Every figure is a kept counter; only what is on its way to the carrier right now is counted, by its index.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from trd_tui.clock import Clock
from trd_tui.services.actor import WORKSPACE
from trd_tui.store import campaign_list, control, health, lease
from trd_tui.store.control import ControlState
from trd_tui.store.database import Database
from trd_tui.store.health import QueueHealth
from trd_tui.store.lease import Lease
from trd_tui.store.migrate import HEAD, stored_revision


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether this process can answer.

    Attributes:
        schema: the database has this version's tables.
        sender: who sends now, for people; ``None`` when nobody does.
    """

    schema: bool
    sender: str | None


@dataclass(frozen=True, slots=True)
class Gauges:
    """The product's figures at one moment.

    Attributes:
        campaigns: how many of each status, deleted ones too.
        totals: sums over all campaigns by name of the kept counter.
        queue: what waits and where it is stuck.
        in_flight: messages ``sending`` and ``unknown``.
        control: the emergency stop.
        lease: who sends.
        sender_alive: whether the lease is fresh.
    """

    campaigns: Mapping[str, int]
    totals: Mapping[str, int]
    queue: QueueHealth
    in_flight: Mapping[str, int]
    control: ControlState
    lease: Lease
    sender_alive: bool


SUMMED = ("sent_count", "delivered_count", "failed_count", "replied_count", "opted_out_count")


async def readiness(db: Database, clock: Clock) -> Readiness:
    """Look whether the database answers, has this version's tables, and has a sender.

    Raises:
        StoreError: it does not answer.
    """

    def look(conn: Connection) -> Readiness:
        if stored_revision(conn) != HEAD:
            return Readiness(False, None)
        held = lease.read(conn)
        return Readiness(True, held.description if held.holds(clock.real()) else None)

    return await db.read(look)


async def gauges(db: Database, clock: Clock) -> Gauges:
    """Everything that is measured, of one moment.

    Raises:
        StoreError: the database does not answer.
    """
    return await db.read(gauges_of, clock.real())


def gauges_of(conn: Connection, real: int) -> Gauges:
    """The same within a snapshot that somebody reads more of."""
    kept = campaign_list.kept_totals(conn, WORKSPACE)
    held = lease.read(conn)
    return Gauges(
        campaigns={status: int(row["campaign_count"]) for status, row in kept.items()},
        totals={name: sum(int(row[name]) for row in kept.values()) for name in SUMMED},
        queue=health.queue_health(conn),
        in_flight=health.in_flight(conn),
        control=control.read_control(conn),
        lease=held,
        sender_alive=held.holds(real),
    )
