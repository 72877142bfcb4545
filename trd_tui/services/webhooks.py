"""Outgoing webhooks: where this database's events are posted. Private addresses are the user's own affair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from secrets import token_urlsafe
from uuid import uuid4

from sqlalchemy import Connection

from trd_tui import posting
from trd_tui.clock import Clock
from trd_tui.domain.webhook import (
    TEST,
    Event,
    WebhookError,
    checked_events,
    checked_url,
    free_name,
    headers,
)
from trd_tui.posting import Answer
from trd_tui.services.actor import WORKSPACE, Actor
from trd_tui.store import audit, webhooks
from trd_tui.store.database import Database
from trd_tui.store.webhooks import Webhook

LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Added:
    """A new webhook, with the only sight of its secret.

    Attributes:
        name: what it is called from now on.
        url: where events are posted.
        events: which.
        secret: what the receiver checks signatures with.
    """

    name: str
    url: str
    events: tuple[str, ...]
    secret: str


async def add(
    db: Database, clock: Clock, actor: Actor, url: str, events: str, name: str | None = None
) -> Added:
    """Post events to an address from now on.

    Args:
        db: the database.
        clock: its real time.
        actor: who asks.
        url: where to.
        events: which, comma-separated.
        name: what it is called; its host by default.

    Raises:
        WebhookError: the address, an event or the name cannot be; nothing was changed.
    """
    return await db.write(_add, clock.real(), actor, checked_url(url), checked_events(events), name)


def _add(
    conn: Connection, real: int, actor: Actor, url: str, events: tuple[str, ...], name: str | None
) -> Added:
    called = free_name(url, [each.name for each in webhooks.page(conn, WORKSPACE)])
    if name is not None:
        called = " ".join(name.split())
        if not called or len(called) > LONGEST_NAME:
            raise WebhookError(f"the name of a webhook has 1 to {LONGEST_NAME} characters")
    secret = f"whsec_{token_urlsafe(32)}"
    if not webhooks.add(conn, called, url, secret, events, real, WORKSPACE):
        raise WebhookError(f"there is a webhook {called} already; give this one another name: --name N")
    audit.record(conn, actor, "add", "webhook", called, None, {"url": url, "events": list(events)}, at=real)
    return Added(called, url, events, secret)


async def page(db: Database) -> Sequence[Webhook]:
    """Every webhook with its state."""
    return await db.read(webhooks.page, WORKSPACE)


async def remove(db: Database, clock: Clock, actor: Actor, name: str) -> Webhook:
    """Post nothing more to a webhook; what waits for it is dropped.

    Raises:
        WebhookError: there is none of this name.
    """
    return await db.write(_remove, clock.real(), actor, name)


def _remove(conn: Connection, real: int, actor: Actor, name: str) -> Webhook:
    there = {each.name: each for each in webhooks.page(conn, WORKSPACE)}
    if name not in there:
        raise WebhookError(_nobody(name))
    webhooks.remove(conn, name, WORKSPACE)
    before = {"url": there[name].url, "events": there[name].events.split(",")}
    after = {"dropped": there[name].waiting}
    audit.record(conn, actor, "remove", "webhook", name, before, after, at=real)
    return there[name]


async def test(db: Database, clock: Clock, name: str) -> Answer:
    """Post one event of the kind ``test`` now, past the outbox.

    Raises:
        WebhookError: there is none of this name.
    """
    found = await db.read(webhooks.secret_of, name, WORKSPACE)
    if found is None:
        raise WebhookError(_nobody(name))
    url, secret = found
    event_id, real = f"evt_{uuid4().hex}", clock.real()
    body = webhooks.envelope(event_id, Event(TEST, {}), real).encode()
    session = posting.open_session()
    try:
        return await posting.post(session, url, headers(secret, event_id, TEST, body, real), body)
    finally:
        await session.close()


def _nobody(name: str) -> str:
    return f"there is no webhook {name}; `trd webhook list` shows them"
