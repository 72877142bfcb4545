"""A campaign's rows for an export, the contacts of a page at a time, however many there are."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, text

_CONTACTS = text(
    "SELECT e.id AS cursor, c.number, c.first_name, c.last_name, c.company, c.email, c.city, c.state, c.zip,"
    " c.timezone, c.custom, e.status, e.touches_planned, e.touches_resolved, e.sent_count, e.last_sent_at,"
    " e.ended_touch, e.end_reason, e.replied_at, e.opted_out_at"
    " FROM enrolments e JOIN contacts c ON c.id = e.contact_id"
    " WHERE e.campaign_id = :id AND e.id > :cursor ORDER BY e.id LIMIT :limit"
)
_MESSAGES = text(
    "SELECT e.id AS cursor, m.id AS message_id, c.number, m.touch, t.day, m.state, m.scheduled_for,"
    " m.sent_at, m.final_at, m.sender, m.body, m.segments, m.cost_micros, m.sid, m.error_code, m.reason,"
    " m.variant"
    " FROM (SELECT id FROM enrolments WHERE campaign_id = :id AND id > :cursor ORDER BY id LIMIT :limit) e"
    " LEFT JOIN scheduled_messages m ON m.enrolment_id = e.id"
    " LEFT JOIN contacts c ON c.id = m.contact_id"
    " LEFT JOIN touches t ON t.campaign_id = m.campaign_id AND t.position = m.touch"
    " ORDER BY e.id, m.id"
)

STATEMENTS = {"contacts": _CONTACTS, "messages": _MESSAGES}


def rows_after(
    conn: Connection, what: str, campaign_id: str, cursor: int, limit: int
) -> tuple[list[dict[str, Any]], int | None]:
    """The rows of the next contacts, and the cursor behind them; ``None`` when there are no more.

    Args:
        conn: any connection.
        what: ``contacts`` or ``messages``.
        campaign_id: the campaign.
        cursor: 0 at first, then what the last call returned.
        limit: most contacts to go through.
    """
    values = {"id": campaign_id, "cursor": cursor, "limit": limit}
    rows = [dict(row) for row in conn.execute(STATEMENTS[what], values).mappings()]
    last = rows[-1]["cursor"] if rows else None
    found = []
    for row in rows:
        del row["cursor"]
        # a contact that has had nothing yet moves the cursor on and is no row
        if row.pop("message_id", 0) is not None:
            found.append(row)
    return found, last
