"""How the machine is, for a person who looks: who sends, through what, and what went wrong lately."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Connection

from trd_tui.clock import Clock, VirtualClock
from trd_tui.domain import bucket
from trd_tui.services.actor import WORKSPACE
from trd_tui.services.health import gauges_of
from trd_tui.services.health_views import DatabaseView, Health, SenderView, WebhookView
from trd_tui.services.listing import HOUR_MS
from trd_tui.services.report_rows import error_row
from trd_tui.store import figures, queue, senders, stuck, webhooks
from trd_tui.store.control import ControlState
from trd_tui.store.database import SQLITE_VERSION, Database


async def look(db: Database, clock: Clock, *, overlap_ms: int, busy_s: float, idle_s: float) -> Health:
    """Everything at once: kept counters, and what small indexes hold.

    Args:
        db: the database.
        clock: both times.
        overlap_ms: how far polls look back behind the last one.
        busy_s: seconds between polls while sending.
        idle_s: seconds between polls otherwise.

    Raises:
        StoreError: the database does not answer.
    """
    now, real = clock.now(), clock.real()

    def everything(conn: Connection) -> Health:
        seen = gauges_of(conn, real)
        state, held, waits = seen.control, seen.lease, seen.queue
        hour = now // HOUR_MS
        return Health(
            at=now,
            real=real,
            stopped=state.stopped,
            stopped_by=state.by,
            stopped_at=state.at,
            stop_reason=state.reason,
            holder=held.description,
            alive=seen.sender_alive,
            held_since=held.held_since,
            token=held.token,
            yield_to=held.yield_to,
            heartbeat_at=state.heartbeat_at,
            active=waits.active,
            waiting=waits.waiting,
            sending=seen.in_flight["sending"],
            unknown=seen.in_flight["unknown"],
            held=waits.held,
            next_due_at=waits.next_due_at,
            polled_at=state.polled_until + overlap_ms if state.polled_until else 0,
            poll_busy_s=busy_s,
            poll_idle_s=idle_s,
            speed=clock.speed,
            virtual=isinstance(clock, VirtualClock),
            drift_ms=_drift(clock, state),
            senders=tuple(_senders(conn, now)),
            webhooks=tuple(_webhooks(conn)),
            database=_database(db, conn),
            sent_lately=sum(row[1] for row in figures.hours(conn, WORKSPACE, hour - 1)),
            errors=tuple(map(error_row, figures.errors(conn, WORKSPACE, figures.ALL, now - HOUR_MS))),
            trouble=state.trouble if seen.sender_alive else None,
        )

    return await db.read(everything)


def _drift(clock: Clock, state: ControlState) -> int:
    """How far a demonstration's clock is from the one that the database keeps for all, in real milliseconds.

    Its own milliseconds would say a minute where two lines of this function lie between two looks.
    """
    if state.anchor is None or not isinstance(clock, VirtualClock):
        return 0
    return round((clock.now() - VirtualClock(state.anchor).now()) / max(clock.speed, 1.0))


def _senders(conn: Connection, now: int) -> Iterable[SenderView]:
    queues, reasons = stuck.queues(conn), {each.address: each for each in senders.list_senders(conn)}
    for address, row in queue.senders(conn).items():
        tokens, _ = bucket.settle(row.tokens_milli, row.bucket_at, now, row.rate_milli)
        waits, flies = queues.get(address, (0, 0))
        paused = row.paused_until if row.paused_until is not None and row.paused_until > now else None
        for_good = paused is not None and paused >= senders.UNTIL_A_PERSON_ACTS
        why = reasons[address].paused_reason if paused is not None and address in reasons else None
        yield SenderView(address, row.rate_milli, tokens, waits, flies, paused, for_good, why)


def _webhooks(conn: Connection) -> Iterable[WebhookView]:
    for each in webhooks.page(conn, WORKSPACE):
        yield WebhookView(
            each.id, each.name, each.url, each.waiting, each.delivered_count, each.given_up_count,
            each.failures, each.failing_since, each.retry_at, each.last_error,
        )  # fmt: skip


def _database(db: Database, conn: Connection) -> DatabaseView:
    if not db.is_sqlite:
        place = db.url.render_as_string(hide_password=True)
        return DatabaseView("PostgreSQL", place, stuck.server_size(conn), None, None)
    file = Path(str(db.url.database))
    try:
        free: int | None = shutil.disk_usage(file.parent).free
    except OSError:
        free = None
    return DatabaseView(
        f"SQLite {SQLITE_VERSION}", file.name, _size(file), _size(file.with_name(f"{file.name}-wal")), free
    )


def _size(file: Path) -> int | None:
    try:
        return file.stat().st_size
    except OSError:
        return None
