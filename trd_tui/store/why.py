"""The statements behind one question: where does this contact stand in this campaign?"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, text

from trd_tui.domain.frequency import WEEK_MS
from trd_tui.store.outlays import UNSEEN


class ContactFound(NamedTuple):
    """A contact by their number."""

    id: int
    number: str
    first_name: str
    last_name: str
    bad_number: str | None
    doubt: str | None
    state: str
    zip: str
    timezone: str | None


class EnrolmentFound(NamedTuple):
    """Where they stand in one campaign, and the campaign's name."""

    id: int
    campaign_id: str
    campaign_name: str
    status: str
    end_reason: str | None
    shift_days: int
    touches_planned: int
    touches_resolved: int


class MessageFound(NamedTuple):
    """One touch of theirs.

    Attributes:
        unseen: how often it may have been sent before, and nobody knows.
    """

    id: int
    touch: int
    state: str
    scheduled_for: int
    sent_at: int | None
    final_at: int | None
    sid: str | None
    variant: str | None
    error_code: int | None
    reason: str | None
    plan_version: int
    unseen: int


class ReplyFound(NamedTuple):
    """One text that came in from them."""

    id: int
    received_at: int
    kind: str
    body: str
    campaign_id: str | None
    touch: int | None


_CONTACT = text(
    f"SELECT {', '.join(ContactFound._fields)} FROM contacts"
    " WHERE number = :number AND workspace_id = :workspace_id"
)
_ENROLMENTS = text(
    "SELECT e.id, e.campaign_id, p.name, e.status, e.end_reason, e.shift_days, e.touches_planned,"
    " e.touches_resolved FROM enrolments e JOIN campaigns p ON p.id = e.campaign_id"
    " WHERE e.contact_id = :contact_id AND p.deleted_at IS NULL ORDER BY e.id"
)
_MESSAGES = text(
    f"SELECT {', '.join(MessageFound._fields[:-1])}, {UNSEEN} FROM scheduled_messages m"
    " WHERE enrolment_id = :enrolment_id ORDER BY id"
)
_RECENT = text(
    "SELECT recent_sends FROM enrolments"
    " WHERE contact_id = :contact_id AND last_sent_at > :since AND recent_sends IS NOT NULL"
)
_UNDER_WAY = text(
    "SELECT updated_at FROM scheduled_messages"
    " WHERE contact_id = :contact_id AND state IN ('sending','unknown')"
)
_UNSEEN = text(
    "SELECT tried_at FROM outlays WHERE kind = 'unclear' AND state = 'spent'"
    " AND contact_id = :contact_id AND tried_at > :since AND message_id <> :but"
)
_REPLIES = text(
    "SELECT r.id, r.received_at, r.kind, r.body, r.campaign_id, m.touch FROM replies r"
    " LEFT JOIN scheduled_messages m ON m.id = r.message_id"
    " WHERE r.contact_id = :contact_id ORDER BY r.received_at DESC, r.id DESC LIMIT :limit"
)
_BEFORE = text(
    "SELECT count(*) FROM (SELECT 1 FROM scheduled_messages WHERE campaign_id = :campaign_id"
    " AND state = 'scheduled' AND scheduled_for BETWEEN :since AND :now"
    " AND (scheduled_for < :at OR (scheduled_for = :at AND id < :message_id)) LIMIT :limit) AS before_it"
)


def contact(connection: Connection, workspace_id: int, number: str) -> ContactFound | None:
    """The contact with this number (E.164); ``None`` when there is none."""
    row = connection.execute(_CONTACT, {"workspace_id": workspace_id, "number": number}).one_or_none()
    return None if row is None else ContactFound(*row)


def enrolments(connection: Connection, contact_id: int) -> list[EnrolmentFound]:
    """The campaigns that a contact is in, in the order in which they came into them."""
    return [EnrolmentFound(*row) for row in connection.execute(_ENROLMENTS, {"contact_id": contact_id})]


def messages(connection: Connection, enrolment_id: int) -> list[MessageFound]:
    """The touches of one enrolment that have a row: those behind it and the one that comes next."""
    return [MessageFound(*row) for row in connection.execute(_MESSAGES, {"enrolment_id": enrolment_id})]


def texted(connection: Connection, contact_id: int, now: int, but: int = 0) -> list[int]:
    """Campaign instants of a contact's texts of the last week: what caps count.

    Those in flight are among them, and what may have been sent unseen, ``but`` for attempts of one message.
    """
    values = {"contact_id": contact_id, "since": now - WEEK_MS}
    recent = [int(at) for (each,) in connection.execute(_RECENT, values) for at in each.split(",")]
    flying = [int(at) for (at,) in connection.execute(_UNDER_WAY, {"contact_id": contact_id})]
    unseen = [int(at) for (at,) in connection.execute(_UNSEEN, {**values, "but": but})]
    return recent + flying + unseen


def replies(connection: Connection, contact_id: int, limit: int) -> list[ReplyFound]:
    """What came in from a contact, the newest first."""
    rows = connection.execute(_REPLIES, {"contact_id": contact_id, "limit": limit})
    return [ReplyFound(*row) for row in rows]


def waiting_before(
    connection: Connection, campaign_id: str, message: MessageFound, now: int, limit: int, since: int = 0
) -> int:
    """How many messages of the campaign, due from ``since`` to ``now``, go before it, up to ``limit``."""
    values = {
        "since": since,
        "campaign_id": campaign_id,
        "now": now,
        "at": message.scheduled_for,
        "message_id": message.id,
        "limit": limit,
    }
    return int(connection.execute(_BEFORE, values).scalar_one())
