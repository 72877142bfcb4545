"""What became of a message that was held: for who decides about it when somebody else was quicker."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, text


class Gone(NamedTuple):
    """A message that was held.

    Attributes:
        state: what it is now.
        reason: why, where somebody noted it.
        since: campaign instant at which it came to be.
        changed: campaign instant of its last change.
        until: campaign instant at which the contact's next message came to be; ``None`` where none has.
    """

    state: str
    reason: str | None
    since: int
    changed: int
    until: int | None


class Review(NamedTuple):
    """A person's decision about held messages.

    Attributes:
        send: they were let go; else skipped.
        by: who decided.
        at: campaign instant.
        numbers: whose messages they were; of a bulk act only the first ones.
    """

    send: bool
    by: str
    at: int
    numbers: frozenset[str]


_GONE = text(
    "SELECT m.state, m.reason, m.created_at, m.updated_at, (SELECT min(n.created_at)"
    " FROM scheduled_messages n WHERE n.enrolment_id = m.enrolment_id AND n.id > m.id)"
    " FROM scheduled_messages m WHERE m.id = :id"
)
_LATEST = text(
    "SELECT act, actor, after FROM audit WHERE subject = 'campaign' AND subject_id = :id"
    " AND act IN ('review: send','review: skip') ORDER BY id DESC LIMIT :limit"
)

LOOKED_AT = 200
"""Decisions that are looked through; who was quicker has decided just now."""


def gone(connection: Connection, message_id: int) -> Gone | None:
    """A message as it is now; ``None`` where there is none any more."""
    row = connection.execute(_GONE, {"id": message_id}).one_or_none()
    return None if row is None else Gone(*row)


def reviews_of(connection: Connection, campaign_id: str) -> list[Review]:
    """A campaign's latest decisions, the last first; those of before the instant was kept are left out."""
    found = []
    for act, actor, after in connection.execute(_LATEST, {"id": campaign_id, "limit": LOOKED_AT}):
        kept = json.loads(after or "{}")
        if (at := kept.get("decided_at")) is not None:
            found.append(Review(act == "review: send", actor, int(at), frozenset(kept.get("numbers", ()))))
    return found


def review_of(reviews: Iterable[Review], number: str, message: Gone) -> Review | None:
    """The latest decision about a message while it was the one that waited for its contact."""
    for review in reviews:
        meant = number in review.numbers and message.since <= review.at
        if meant and (message.until is None or review.at <= message.until):
            return review
    return None
