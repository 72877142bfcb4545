"""The one row that every process reads: emergency stop, fence, and the clock's anchor."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, text

from trd_tui.clock import Anchor
from trd_tui.domain.carrier_trouble import CarrierTrouble


@dataclass(frozen=True, slots=True)
class ControlState:
    """What holds for every process of this database.

    Attributes:
        stopped: whether the emergency stop is on: no automated message goes out.
        reason: why it was stopped.
        by: who stopped it.
        at: real instant at which it was stopped.
        fence: grows with every act that a sender must see before its next call to the carrier.
        anchor: ties campaign time to real time; ``None`` = campaign time is real time.
        polled_until: real instant up to which the carrier's changes have been read.
        heartbeat_at: real instant at which somebody could last send; ``None`` when nobody ever has.
        trouble: why the carrier could not be asked last; ``None`` while it answers.
    """

    stopped: bool
    reason: str | None
    by: str | None
    at: int | None
    fence: int
    anchor: Anchor | None
    polled_until: int
    heartbeat_at: int | None = None
    trouble: CarrierTrouble | None = None


_ENSURE = text("INSERT INTO control (id) VALUES (1) ON CONFLICT (id) DO NOTHING")
_READ = text(
    "SELECT stopped, stop_reason, stopped_by, stopped_at, fence, anchor_real, anchor_virtual, speed_milli,"
    " polled_until, heartbeat_at, carrier_trouble, carrier_said, carrier_since FROM control WHERE id = 1"
)
_STOP = text(
    "UPDATE control SET stopped = 1, stop_reason = :reason, stopped_by = :by, stopped_at = :at,"
    " fence = fence + 1 WHERE id = 1 AND stopped = 0"
)
_START = text(
    "UPDATE control SET stopped = 0, stop_reason = NULL, stopped_by = NULL, stopped_at = NULL,"
    " fence = fence + 1 WHERE id = 1 AND stopped = 1 AND coalesce(stopped_at, 0) = :at"
    " AND coalesce(stop_reason, '') = :reason"
)
_ADD_REASON = text("UPDATE control SET stop_reason = :reason WHERE id = 1 AND stopped = 1")
_BUMP = text("UPDATE control SET fence = fence + 1 WHERE id = 1")
_BEAT = text("UPDATE control SET heartbeat_at = :real WHERE id = 1")
_KEEP_BEATING = text(
    "UPDATE control SET heartbeat_at = :real WHERE id = 1 AND stopped = 0 AND carrier_trouble IS NULL"
    " AND heartbeat_at >= :not_before"
)
_TROUBLE = text(
    "UPDATE control SET carrier_trouble = :kind, carrier_said = :said, carrier_since = :since WHERE id = 1"
)
_ANCHOR = text(
    "UPDATE control SET anchor_real = :real, anchor_virtual = :virtual, speed_milli = :speed WHERE id = 1"
)


def read_control(connection: Connection) -> ControlState:
    """What holds now; a database without the row is neither stopped nor anchored."""
    row = connection.execute(_READ).one_or_none()
    if row is None:
        return ControlState(False, None, None, None, 0, None, 0)
    stopped, reason, by, at, fence, real, virtual, speed, polled, heartbeat, kind, said, since = row
    trouble = None if kind is None else CarrierTrouble(kind, said, since)
    anchor = None if real is None else Anchor(real, virtual, speed / 1000)
    return ControlState(bool(stopped), reason, by, at, fence, anchor, polled, heartbeat, trouble)


def stop(connection: Connection, by: str, reason: str | None, real: int) -> bool:
    """Stop all automated sending; ``False`` when it is stopped already (the first reason stays).

    Args:
        connection: a writing transaction.
        by: who stops it.
        reason: why, for people.
        real: real instant.
    """
    connection.execute(_ENSURE)
    return connection.execute(_STOP, {"by": by, "reason": reason, "at": real}).rowcount == 1


def start(connection: Connection, seen: ControlState | None = None) -> bool:
    """Release the emergency stop; ``False`` when it was not on, or is another than the one that was seen."""
    seen = seen or read_control(connection)
    return connection.execute(_START, {"at": seen.at or 0, "reason": seen.reason or ""}).rowcount == 1


def add_reason(connection: Connection, reason: str) -> None:
    """Let a stop that is on say one more reason, once: who releases it must know them all."""
    known = read_control(connection).reason
    if known is None or reason not in known:
        connection.execute(_ADD_REASON, {"reason": f"{known}; also: {reason}" if known else reason})


def bump_fence(connection: Connection) -> None:
    """Make senders look again before their next call: a campaign was paused, archived or deleted."""
    if connection.execute(_BUMP).rowcount != 1:
        connection.execute(_ENSURE)
        connection.execute(_BUMP)


def beat(connection: Connection, real: int) -> None:
    """Leave a sign of life: somebody can send now."""
    connection.execute(_ENSURE)
    connection.execute(_BEAT, {"real": real})


def keep_beating(connection: Connection, real: int, downtime_ms: int) -> None:
    """The next sign of life of one who goes on sending.

    Not while sending is stopped or the carrier cannot be asked, when nothing goes that is due. And never over
    a silence that is longer than the limit: the next claim has to notice that one (`trd_tui.store.downtime`).
    """
    connection.execute(_KEEP_BEATING, {"real": real, "not_before": real - downtime_ms})


def set_trouble(connection: Connection, trouble: CarrierTrouble | None) -> None:
    """Say for every process that the carrier cannot be asked, or that it answers."""
    connection.execute(_ENSURE)
    kind, said, since = (None, None, None) if trouble is None else (trouble.kind, trouble.said, trouble.since)
    connection.execute(_TROUBLE, {"kind": kind, "said": said, "since": since})


def set_anchor(connection: Connection, anchor: Anchor | None) -> None:
    """Store how campaign time runs, so that a restart goes on and a monitor shows the same."""
    connection.execute(_ENSURE)
    values: dict[str, int | None] = {"real": None, "virtual": None, "speed": None}
    if anchor is not None:
        values = {"real": anchor.real, "virtual": anchor.virtual, "speed": round(anchor.speed * 1000)}
    connection.execute(_ANCHOR, values)
