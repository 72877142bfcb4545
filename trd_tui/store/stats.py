"""Who answered a campaign and who did not, a page at a time; found through indexes."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, text


class Responder(NamedTuple):
    """A contact whose reply counts in a campaign.

    Attributes:
        reply_id: the reply that counted; a page goes on behind it.
        number: E.164.
        first_name: as imported.
        last_name: as imported.
        replied_at: campaign instant.
        day: day of the touch that was answered; ``None`` where that is not known.
    """

    reply_id: int
    number: str
    first_name: str
    last_name: str
    replied_at: int
    day: int | None


class NonResponder(NamedTuple):
    """A contact who was texted and has neither replied nor opted out.

    Attributes:
        enrolment_id: a page goes on behind it.
        number: E.164.
        first_name: as imported.
        last_name: as imported.
        sent_count: messages that the carrier accepted.
        last_day: day of the last touch that was sent.
    """

    enrolment_id: int
    number: str
    first_name: str
    last_name: str
    sent_count: int
    last_day: int | None


# A contact who wrote several times stands there once, with the first reply. The empty text beside the
# campaign keeps SQLite to the index of the contact's few replies; it would else go through the campaign's.
_RESPONDERS = text(
    "SELECT r.id, c.number, c.first_name, c.last_name, e.replied_at,"
    " (SELECT t.day FROM scheduled_messages m JOIN touches t"
    "   ON t.campaign_id = m.campaign_id AND t.position = m.touch WHERE m.id = r.message_id)"
    " FROM replies r JOIN contacts c ON c.id = r.contact_id"
    " JOIN enrolments e ON e.campaign_id = r.campaign_id AND e.contact_id = r.contact_id"
    " WHERE r.campaign_id = :id AND r.kind = 'reply' AND e.replied_at IS NOT NULL AND r.id < :before"
    " AND NOT EXISTS (SELECT 1 FROM replies f WHERE f.contact_id = r.contact_id"
    "   AND f.campaign_id || '' = r.campaign_id AND f.kind = 'reply' AND f.id < r.id)"
    " ORDER BY r.id DESC LIMIT :limit"
)
_NON_RESPONDERS = text(
    "SELECT e.id, c.number, c.first_name, c.last_name, e.sent_count,"
    " (SELECT t.day FROM scheduled_messages m JOIN touches t"
    "   ON t.campaign_id = m.campaign_id AND t.position = m.touch"
    "   WHERE m.enrolment_id = e.id AND m.sent_at IS NOT NULL ORDER BY m.sent_at DESC, m.id DESC LIMIT 1)"
    " FROM enrolments e JOIN contacts c ON c.id = e.contact_id"
    " WHERE e.campaign_id = :id AND e.id > :after AND e.sent_count > 0 AND e.replied_at IS NULL"
    " AND e.opted_out_at IS NULL ORDER BY e.id LIMIT :limit"
)
_FROM_THE_LATEST = 2**62


def responders(connection: Connection, campaign_id: str, before: int | None, limit: int) -> list[Responder]:
    """Contacts who replied, the latest first; from before a reply's id on."""
    mark = _FROM_THE_LATEST if before is None else before
    rows = connection.execute(_RESPONDERS, {"id": campaign_id, "before": mark, "limit": limit})
    return [Responder(*row) for row in rows]


def non_responders(connection: Connection, campaign_id: str, after: int, limit: int) -> list[NonResponder]:
    """Contacts who were texted and have not answered, in the order of enrolment; from after one's id on."""
    rows = connection.execute(_NON_RESPONDERS, {"id": campaign_id, "after": after, "limit": limit})
    return [NonResponder(*row) for row in rows]
