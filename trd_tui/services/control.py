"""The emergency stop of all automated sending, and its release."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from trd_tui.clock import Clock
from trd_tui.domain.instants import iso
from trd_tui.domain.paused_sender import PausedSender
from trd_tui.services.actor import Actor
from trd_tui.store import audit, campaigns, control, home, lease, senders
from trd_tui.store.control import ControlState
from trd_tui.store.database import Database


async def stop(db: Database, clock: Clock, actor: Actor, reason: str | None = None) -> ControlState:
    """Stop all automated sending, everywhere; harmless when it is stopped already (the first reason stays).

    Returns:
        What holds now: who stopped it, when and why.
    """
    return await db.write(_stop, clock.real(), actor, reason)


def _stop(conn: Connection, real: int, actor: Actor, reason: str | None) -> ControlState:
    if control.stop(conn, actor.name, reason, real):
        audit.record(
            conn, actor, "stop", "control", "1", {"stopped": 0}, {"stopped": 1, "reason": reason}, at=real
        )
    return control.read_control(conn)


async def hindrances(db: Database, clock: Clock, ids: Sequence[str] = ()) -> list[str]:
    """What keeps texts from going, a sentence each with its remedy; that nobody sends is none.

    Args:
        db: the database.
        clock: campaign time.
        ids: campaigns whose senders may be paused; without any, only what keeps every text from going.
    """

    def read(conn: Connection) -> list[str]:
        state, held = control.read_control(conn), lease.read(conn)
        said = ["all sending is stopped: `trd start` releases it"] if state.stopped else []
        if held.holds(clock.real()) and state.trouble is not None:  # else nobody has asked the carrier since
            said.append(f"{state.trouble.sentence}: {state.trouble.remedy}")
        for sender in _paused(conn, ids, clock.now()):
            until = iso(sender.until) or ""
            said.append(f"{sender.sentence(len(ids), until)}: `trd sender resume {sender.address}`")
        return said

    return await db.read(read)


async def paused_senders(db: Database, clock: Clock, ids: Sequence[str]) -> list[PausedSender]:
    """Senders of these campaigns from which nothing goes now."""
    return await db.read(_paused, ids, clock.now())


def _paused(conn: Connection, ids: Sequence[str], now: int) -> list[PausedSender]:
    return senders.paused_of(conn, campaigns.find(conn, ids).values(), now)


async def start(
    db: Database, clock: Clock, actor: Actor, *, seen: tuple[int | None, str | None] | None = None
) -> bool:
    """Release the emergency stop; in a copy, say that this database sends from now on.

    Args:
        db: the database.
        clock: for the instant of the audit's line.
        actor: who releases it.
        seen: when and why it was stopped, as far as whoever releases it knows: another stop, or one that was
            given one more reason since, stays. ``None`` releases any.

    Returns:
        Whether there was a stop to release, or a copy to make a home of.
    """
    return await db.write(_start, clock.real(), actor, seen)


def _start(conn: Connection, real: int, actor: Actor, seen: tuple[int | None, str | None] | None) -> bool:
    before = control.read_control(conn)
    if seen is not None and before.stopped and (before.at, before.reason) != seen:
        return False
    original = home.adopt(conn)
    if original is not None:
        was, now = {"home": original.place}, {"home": home.here(conn).place}
        audit.record(conn, actor, "adopt", "control", "1", was, now, at=real)
    if not control.start(conn, before):
        return original is not None
    stopped = {"stopped": 1, "reason": before.reason, "by": before.by}
    audit.record(conn, actor, "start", "control", "1", stopped, {"stopped": 0}, at=real)
    return True


async def copy_warning(db: Database) -> str | None:
    """Why this database must not send before a person has looked: it is a copy; ``None`` when it is not."""
    return await db.read(home.warning)


async def state(db: Database) -> ControlState:
    """Whether sending is stopped, by whom, since when and why."""
    return await db.read(control.read_control)
