"""Outgoing webhooks and their outbox: written with the event, emptied as receivers answer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import uuid4

from sqlalchemy import Connection, bindparam, text

from trd_tui.domain.webhook import DAY_MS, MOST_REFUSALS, Event, pause_ms
from trd_tui.store import home

MARKED_FOR_MS = 30 * DAY_MS
"""How long an event that was given up is kept, without what it told."""


class Webhook(NamedTuple):
    """One receiver, without its secret.

    Attributes:
        id: its row.
        name: what people call it.
        url: where events are posted.
        events: which, comma-separated.
        created_at: real instant, as all of these.
        delivered_count: events that it has taken.
        given_up_count: events that it has not taken within about a day.
        failures: how often in a row it could not be reached.
        failing_since: since when.
        retry_at: before it nothing is posted to it.
        delivered_at: when it took the last event.
        last_error: the last trouble with it; ``None`` when it took the last event.
        waiting: events that are to be posted.
    """

    id: int
    name: str
    url: str
    events: str
    created_at: int
    delivered_count: int
    given_up_count: int
    failures: int
    failing_since: int | None
    retry_at: int | None
    delivered_at: int | None
    last_error: str | None
    waiting: int


class Parcel(NamedTuple):
    """An event on its way to one receiver."""

    id: int
    event_id: str
    event: str
    payload: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Round:
    """A receiver and what is due for it."""

    id: int
    name: str
    url: str
    secret: str
    parcels: tuple[Parcel, ...]


@dataclass(slots=True)
class Posted:
    """What became of some parcels of one receiver.

    Attributes:
        delivered: rows that it has taken.
        refused: rows that it refuses, with their refusals before this one and what it said.
        down: why it cannot be reached; ``None`` when it answered.
    """

    delivered: list[int] = field(default_factory=list)
    refused: list[tuple[int, int, str]] = field(default_factory=list)
    down: str | None = None


_LIST = text(
    f"SELECT {', '.join(Webhook._fields[:-1])}, (SELECT count(*) FROM outbox o WHERE o.webhook_id = w.id"
    " AND o.state = 'pending') AS waiting FROM webhooks w WHERE workspace_id = :workspace ORDER BY id"
)
_SECRET = text("SELECT url, secret FROM webhooks WHERE workspace_id = :workspace AND name = :name")
_ADD = text(
    "INSERT INTO webhooks (workspace_id, name, url, secret, events, created_at)"
    " VALUES (:workspace, :name, :url, :secret, :events, :real) ON CONFLICT (workspace_id, name) DO NOTHING"
)
_EMPTY = text(
    "DELETE FROM outbox WHERE webhook_id IN"
    " (SELECT id FROM webhooks WHERE workspace_id = :workspace AND name = :name)"
)
_REMOVE = text("DELETE FROM webhooks WHERE workspace_id = :workspace AND name = :name")
_WANTED = text("SELECT id, events FROM webhooks WHERE workspace_id = :workspace ORDER BY id")
_NAMES = text("SELECT id, name FROM campaigns WHERE id IN :ids").bindparams(bindparam("ids", expanding=True))
_EMIT = text(
    "INSERT INTO outbox (workspace_id, webhook_id, event_id, event, number, payload, next_at, created_at)"
    " VALUES (:workspace, :webhook, :event_id, :event, :number, :payload, :real, :real)"
)
_RECEIVERS = text("SELECT id, name, url, secret, retry_at FROM webhooks ORDER BY id")
_DUE = text(
    "SELECT id, event_id, event, payload, attempts FROM outbox WHERE webhook_id = :webhook"
    " AND state = 'pending' AND next_at <= :real ORDER BY next_at, id LIMIT :limit"
)
_DELIVERED = text("DELETE FROM outbox WHERE id IN :ids").bindparams(bindparam("ids", expanding=True))
_REFUSED = text(
    "UPDATE outbox SET attempts = attempts + 1, next_at = :next_at, error = :error WHERE id = :id"
)
_GIVE_UP = text(
    "UPDATE outbox SET state = 'given_up', attempts = attempts + 1, payload = NULL, number = NULL,"
    " error = :error WHERE id = :id AND state = 'pending'"
)
_GIVE_UP_OLD = text(
    "UPDATE outbox SET state = 'given_up', payload = NULL, number = NULL, error = :error"
    " WHERE webhook_id = :webhook AND state = 'pending' AND created_at <= :before"
)
_PRUNE = text(
    "DELETE FROM outbox WHERE webhook_id = :webhook AND state = 'given_up' AND created_at <= :before"
)
_ANSWERED = text(
    "UPDATE webhooks SET failures = 0, failing_since = NULL, retry_at = NULL,"
    " delivered_count = delivered_count + :delivered, given_up_count = given_up_count + :given_up,"
    " delivered_at = CASE WHEN :delivered > 0 THEN :real ELSE delivered_at END, last_error = :error"
    " WHERE id = :webhook"
)
_DOWN = text(
    "UPDATE webhooks SET failures = failures + 1, failing_since = coalesce(failing_since, :real),"
    " last_error = :error WHERE id = :webhook"
)
_SINCE = text("SELECT failures, failing_since FROM webhooks WHERE id = :webhook")
_LATER = text(
    "UPDATE webhooks SET retry_at = :retry_at, given_up_count = given_up_count + :given_up"
    " WHERE id = :webhook"
)


def page(conn: Connection, workspace: int = 1) -> list[Webhook]:
    """Every receiver with its state, in the order in which they were added."""
    return [Webhook(*row) for row in conn.execute(_LIST, {"workspace": workspace})]


def secret_of(conn: Connection, name: str, workspace: int = 1) -> tuple[str, str] | None:
    """Address and secret of a receiver."""
    row = conn.execute(_SECRET, {"workspace": workspace, "name": name}).one_or_none()
    return None if row is None else (row[0], row[1])


def add(
    conn: Connection, name: str, url: str, secret: str, events: Sequence[str], real: int, workspace: int = 1
) -> bool:
    """Add a receiver; ``False`` when the name is taken."""
    values = {"workspace": workspace, "name": name, "url": url, "secret": secret, "real": real}
    return conn.execute(_ADD, {**values, "events": ",".join(events)}).rowcount == 1


def remove(conn: Connection, name: str, workspace: int = 1) -> bool:
    """Remove a receiver and what waits for it; ``False`` when there is none of this name."""
    values = {"workspace": workspace, "name": name}
    conn.execute(_EMPTY, values)
    return conn.execute(_REMOVE, values).rowcount == 1


def emit(conn: Connection, events: Sequence[Event], real: int, workspace: int = 1) -> None:
    """Put events into the outbox, for every receiver that wants them; call it where they happen.

    Without events nothing is asked, without a receiver nothing is written.

    Args:
        conn: the writing transaction of what happened.
        events: in their order.
        real: real instant.
        workspace: where.
    """
    if not events:
        return
    wanted = [(row[0], row[1].split(",")) for row in conn.execute(_WANTED, {"workspace": workspace})]
    if not wanted:
        return
    campaigns = sorted({event.campaign_id for event in events if event.campaign_id is not None})
    names: dict[str, str] = {}
    if campaigns:
        names = {row[0]: row[1] for row in conn.execute(_NAMES, {"ids": campaigns})}
    rows: list[dict[str, Any]] = []
    for event in events:
        event_id = f"evt_{uuid4().hex}"
        payload = envelope(event_id, event, real, names)
        rows += [
            {
                "workspace": workspace,
                "webhook": webhook,
                "event_id": event_id,
                "event": event.kind,
                "number": event.number,
                "payload": payload,
                "real": real,
            }
            for webhook, kinds in wanted
            if event.kind in kinds
        ]
    if rows:
        conn.execute(_EMIT, rows)


def envelope(event_id: str, event: Event, real: int, names: dict[str, str] | None = None) -> str:
    """What is posted: the body, as it stays at every attempt."""
    at = datetime.fromtimestamp(real // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    data = dict(event.data)
    if event.campaign_id is not None:
        data = {"campaignId": event.campaign_id, "campaign": (names or {}).get(event.campaign_id), **data}
    said = {"id": event_id, "event": event.kind, "createdAt": at, "data": data}
    return json.dumps(said, ensure_ascii=False)


def due(conn: Connection, real: int, limit: int) -> tuple[list[Round], bool]:
    """What is to be posted now, by receiver, and whether there is any receiver at all.

    A copy of a database posts nothing before a person has made it the one that sends.
    """
    receivers = conn.execute(_RECEIVERS).all()
    rounds: list[Round] = []
    for id_, name, url, secret, retry_at in receivers:
        if retry_at is not None and retry_at > real:
            continue
        values = {"webhook": id_, "real": real, "limit": limit}
        parcels = tuple(Parcel(*row) for row in conn.execute(_DUE, values))
        if parcels:
            rounds.append(Round(id_, name, url, secret, parcels))
    if rounds and home.warning(conn) is not None:
        return [], bool(receivers)
    return rounds, bool(receivers)


def mark(conn: Connection, webhook: int, posted: Posted, real: int) -> int:
    """Write down what became of some parcels; returns how many events were given up.

    Args:
        conn: a writing transaction, a short one.
        webhook: the receiver.
        posted: what became of them.
        real: real instant.
    """
    if posted.delivered:
        conn.execute(_DELIVERED, {"ids": posted.delivered})
    given_up = 0
    for id_, refusals, said in posted.refused:
        if refusals + 1 >= MOST_REFUSALS:
            given_up += conn.execute(_GIVE_UP, {"id": id_, "error": said}).rowcount
        else:
            conn.execute(_REFUSED, {"id": id_, "next_at": real + pause_ms(refusals + 1), "error": said})
    if posted.delivered or posted.refused:
        values = {"webhook": webhook, "delivered": len(posted.delivered), "given_up": given_up, "real": real}
        conn.execute(_ANSWERED, {**values, "error": posted.refused[-1][2] if posted.refused else None})
    if posted.down is not None:
        given_up += _is_down(conn, webhook, posted.down, real)
    conn.execute(_PRUNE, {"webhook": webhook, "before": real - MARKED_FOR_MS})
    return given_up


def _is_down(conn: Connection, webhook: int, error: str, real: int) -> int:
    """Leave a receiver alone for a while; after a day of that give up what is older than a day."""
    conn.execute(_DOWN, {"webhook": webhook, "real": real, "error": error})
    row = conn.execute(_SINCE, {"webhook": webhook}).one_or_none()
    if row is None:
        return 0  # it was removed meanwhile
    failures, since = row
    given_up = 0
    if real - since >= DAY_MS:
        values = {"webhook": webhook, "error": error, "before": real - DAY_MS}
        given_up = conn.execute(_GIVE_UP_OLD, values).rowcount
    later = {"webhook": webhook, "retry_at": real + pause_ms(failures), "given_up": given_up}
    conn.execute(_LATER, later)
    return given_up
