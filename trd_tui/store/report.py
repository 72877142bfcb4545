"""Who has answered which touch of a campaign, and who has not; worked out in the database, page by page."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, text


class PersonRow(NamedTuple):
    """A contact of a campaign who was texted at least once.

    Attributes:
        cursor: for the next page.
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

    cursor: int
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
_PEOPLE = (
    "SELECT p.id, c.number, c.first_name, c.last_name, p.status, p.replied_at, p.opted_out_at,"
    " p.replied_touch, t.day, p.last_touch, l.day, p.last_sent_at, p.sent_count FROM"
    " (SELECT e.id, e.campaign_id, e.contact_id, e.status, e.replied_at, e.opted_out_at, e.last_sent_at,"
    f" e.sent_count, CASE WHEN e.replied_at IS NOT NULL THEN {_ANSWERED} END AS replied_touch,"
    f" {_LAST} AS last_touch FROM enrolments e WHERE e.campaign_id = :id AND {{which}}) p"
    " JOIN contacts c ON c.id = p.contact_id"
    " LEFT JOIN touches t ON t.campaign_id = p.campaign_id AND t.position = p.replied_touch"
    " LEFT JOIN touches l ON l.campaign_id = p.campaign_id AND l.position = p.last_touch"
)
_SILENT = "e.sent_count > 0 AND e.replied_at IS NULL AND e.opted_out_at IS NULL"
_RESPONDERS = text(
    _PEOPLE.format(which="e.replied_at IS NOT NULL")
    + " ORDER BY coalesce(t.day, 0), p.replied_at, p.id LIMIT :limit"
)
_NON_RESPONDERS = text(_PEOPLE.format(which=f"{_SILENT} ORDER BY e.id LIMIT :limit") + " ORDER BY p.id")
_SILENT_COUNT = text(f"SELECT count(*) FROM enrolments e WHERE e.campaign_id = :id AND {_SILENT}")
_TEXTED = text(
    _PEOPLE.format(which="e.sent_count > 0 AND e.id > :cursor ORDER BY e.id LIMIT :limit") + " ORDER BY p.id"
)


def responders(conn: Connection, campaign_id: str, limit: int) -> list[PersonRow]:
    """Who has answered: those who needed the fewest touches first, then the earliest."""
    return [PersonRow(*row) for row in conn.execute(_RESPONDERS, {"id": campaign_id, "limit": limit})]


def non_responders(conn: Connection, campaign_id: str, limit: int) -> tuple[list[PersonRow], int]:
    """Who was texted and has neither answered nor opted out, in the order of enrolment, and how many."""
    rows = conn.execute(_NON_RESPONDERS, {"id": campaign_id, "limit": limit})
    total = conn.execute(_SILENT_COUNT, {"id": campaign_id}).scalar_one()
    return [PersonRow(*row) for row in rows], int(total)


def texted_after(conn: Connection, campaign_id: str, cursor: int, limit: int) -> list[PersonRow]:
    """The next contacts who were texted, in the order of enrolment."""
    values = {"id": campaign_id, "cursor": cursor, "limit": limit}
    return [PersonRow(*row) for row in conn.execute(_TEXTED, values)]
