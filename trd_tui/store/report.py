"""Who has answered which touch of a campaign, and who has not; worked out in the database, page by page."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, text


class PersonRow(NamedTuple):
    """A contact of a campaign who was texted at least once.

    Attributes:
        enrolment_id: a page in the order of enrolment goes on behind it.
        reply_id: the reply that counts, where the page is one of replies; it goes on behind it.
        number: E.164.
        first_name: may be empty.
        last_name: may be empty.
        status: of the enrolment.
        replied_at: campaign instant of the reply that counts.
        opted_out_at: campaign instant of the opt-out that counts.
        replied_touch: the touch that the reply answers.
        replied_day: its day.
        last_touch: the last touch that went out.
        last_day: its day.
        last_sent_at: campaign instant at which it went.
        sent_count: touches that went out.
    """

    enrolment_id: int
    reply_id: int | None
    number: str
    first_name: str
    last_name: str
    status: str
    replied_at: int | None
    opted_out_at: int | None
    replied_touch: int | None
    replied_day: int | None
    last_touch: int | None
    last_day: int | None
    last_sent_at: int | None
    sent_count: int


# The reply that counts is the one at whose instant the enrolment was marked.
_ANSWERED = (
    "(SELECT m.touch FROM replies r JOIN scheduled_messages m ON m.id = r.message_id"
    " WHERE r.contact_id = e.contact_id AND r.campaign_id = e.campaign_id AND r.kind = 'reply'"
    " AND r.received_at = e.replied_at ORDER BY r.id LIMIT 1)"
)
_LAST = (
    "(SELECT m.touch FROM scheduled_messages m WHERE m.enrolment_id = e.id AND m.sent_at IS NOT NULL"
    " ORDER BY m.sent_at DESC, m.id DESC LIMIT 1)"
)


def _people(which: str, *, reply: str = "NULL", answered: str = "", source: str = "enrolments e") -> str:
    """The people of an inner select, which is a page already; the days of their touches come after it."""
    touch = answered or f"CASE WHEN e.replied_at IS NOT NULL THEN {_ANSWERED} END"
    return (
        "SELECT p.id, p.reply_id, c.number, c.first_name, c.last_name, p.status, p.replied_at,"
        " p.opted_out_at, p.replied_touch, t.day, p.last_touch, l.day, p.last_sent_at, p.sent_count FROM"
        f" (SELECT e.id, {reply} AS reply_id, e.campaign_id, e.contact_id, e.status, e.replied_at,"
        f" e.opted_out_at, e.last_sent_at, e.sent_count, {touch} AS replied_touch, {_LAST} AS last_touch"
        f" FROM {source} WHERE {which}) p JOIN contacts c ON c.id = p.contact_id"
        " LEFT JOIN touches t ON t.campaign_id = p.campaign_id AND t.position = p.replied_touch"
        " LEFT JOIN touches l ON l.campaign_id = p.campaign_id AND l.position = p.last_touch"
    )


_SILENT = "e.sent_count > 0 AND e.replied_at IS NULL AND e.opted_out_at IS NULL"
_BY_TOUCH = text(
    _people("e.campaign_id = :id AND e.replied_at IS NOT NULL")
    + " ORDER BY coalesce(t.day, 0), p.replied_at, p.id LIMIT :limit"
)
# A contact who wrote several times stands there once, with the first reply. The empty text beside the
# campaign keeps SQLite to the index of the contact's few replies; it would else go through the campaign's.
_LATEST = text(
    _people(
        "r.campaign_id = :id AND r.kind = 'reply' AND e.replied_at IS NOT NULL AND r.id < :before"
        " AND NOT EXISTS (SELECT 1 FROM replies f WHERE f.contact_id = r.contact_id"
        "   AND f.campaign_id || '' = r.campaign_id AND f.kind = 'reply' AND f.id < r.id)"
        " ORDER BY r.id DESC LIMIT :limit",
        reply="r.id",
        answered="(SELECT m.touch FROM scheduled_messages m WHERE m.id = r.message_id)",
        source="replies r JOIN enrolments e ON e.campaign_id = r.campaign_id AND e.contact_id = r.contact_id",
    )
    + " ORDER BY p.reply_id DESC"
)
_NON_RESPONDERS = text(
    _people(f"e.campaign_id = :id AND e.id > :after AND {_SILENT} ORDER BY e.id LIMIT :limit")
    + " ORDER BY p.id"
)
_SILENT_COUNT = text(f"SELECT count(*) FROM enrolments e WHERE e.campaign_id = :id AND {_SILENT}")
_TEXTED = text(
    _people("e.campaign_id = :id AND e.sent_count > 0 AND e.id > :after ORDER BY e.id LIMIT :limit")
    + " ORDER BY p.id"
)
_FROM_THE_LATEST = 2**62


def responders_by_touch(conn: Connection, campaign_id: str, limit: int) -> list[PersonRow]:
    """Who has answered: those who needed the fewest touches first, then the earliest."""
    return [PersonRow(*row) for row in conn.execute(_BY_TOUCH, {"id": campaign_id, "limit": limit})]


def responders(conn: Connection, campaign_id: str, before: int | None, limit: int) -> list[PersonRow]:
    """Who has answered, the latest first; from before a reply's id on."""
    mark = _FROM_THE_LATEST if before is None else before
    values = {"id": campaign_id, "before": mark, "limit": limit}
    return [PersonRow(*row) for row in conn.execute(_LATEST, values)]


def non_responders(conn: Connection, campaign_id: str, after: int, limit: int) -> list[PersonRow]:
    """Who was texted and has neither answered nor opted out, in the order of enrolment; behind one's id."""
    values = {"id": campaign_id, "after": after, "limit": limit}
    return [PersonRow(*row) for row in conn.execute(_NON_RESPONDERS, values)]


def non_responder_count(conn: Connection, campaign_id: str) -> int:
    """How many those are."""
    return int(conn.execute(_SILENT_COUNT, {"id": campaign_id}).scalar_one())


def texted_after(conn: Connection, campaign_id: str, after: int, limit: int) -> list[PersonRow]:
    """The next contacts who were texted, in the order of enrolment."""
    values = {"id": campaign_id, "after": after, "limit": limit}
    return [PersonRow(*row) for row in conn.execute(_TEXTED, values)]
