"""Leaving virtual time: a database that a dry run has used goes by the real clock again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from trd_tui.services.actor import Actor
from trd_tui.store import audit, control, lease, queue
from trd_tui.store.database import Database
from trd_tui.store.health import queue_health


class RealTimeRefusedError(Exception):
    """Campaign time cannot become real time now; the message says why and what to do first."""


@dataclass(frozen=True, slots=True)
class Returned:
    """What the return to real time means.

    Attributes:
        was: campaign instant at which the virtual clock stood; ``None`` when there was none.
        next_due_at: instant of the next message of an active campaign, if one waits.
    """

    was: int | None
    next_due_at: int | None


async def return_to_real_time(db: Database, real: int, actor: Actor) -> Returned:
    """Forget the virtual clock; nothing that is scheduled changes its date.

    What lies ahead of real time waits for its date. What the virtual clock had not come to yet, but real
    time has, would be overdue all at once: that is refused. A paused campaign may have such messages, since
    its resume moves them by whole days.

    Raises:
        RealTimeRefusedError: touches of active campaigns would be overdue, or a process sends now.
    """
    return await db.write(_return, real, actor)


def _return(conn: Connection, real: int, actor: Actor) -> Returned:
    anchor = control.read_control(conn).anchor
    waits = queue_health(conn).next_due_at
    if anchor is None:
        return Returned(None, waits)
    held = lease.read(conn)
    if held.holds(real):
        raise RealTimeRefusedError(f"{held.description} sends on the virtual clock; end it first")
    was = anchor.at(real)
    due = len(queue.due_campaigns(conn, real))
    if was < real and due:
        raise RealTimeRefusedError(
            f"campaign time would leap from {_shown(was)} to {_shown(real)},"
            f" and touches of {due} active campaign{'s' if due > 1 else ''} from {_shown(waits)} on"
            " would be overdue at once; pause them first (trd campaign pause --all-active), and resume them"
            " afterwards: then they move by whole days"
        )
    control.set_anchor(conn, None)
    audit.record(conn, actor, "real_time", "control", "1", {"virtual": was}, {"virtual": None}, at=real)
    return Returned(was, waits)


def _shown(instant: int | None) -> str:
    return "now" if instant is None else f"{datetime.fromtimestamp(instant / 1000, UTC):%Y-%m-%d %H:%M} UTC"
