"""A campaign's audience for a look at its texts: those who may still get one, a page at a time."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, text

_COLUMNS = (
    "c.number, c.first_name, c.last_name, c.company, c.email, c.city, c.state, c.zip, c.custom, c.timezone,"
    " c.id"
)
_OPEN = text(
    f"SELECT e.id, {_COLUMNS} FROM enrolments e JOIN contacts c ON c.id = e.contact_id"
    " WHERE e.campaign_id = :id AND e.id > :cursor AND e.status IN ('active','held')"
    " ORDER BY e.id LIMIT :limit"
)
_BY_NUMBER = text(f"SELECT c.id, {_COLUMNS} FROM contacts c WHERE c.number = :number AND c.workspace_id = 1")
_FIRST = text(
    f"SELECT e.id, {_COLUMNS} FROM enrolments e JOIN contacts c ON c.id = e.contact_id"
    " WHERE e.campaign_id = :id AND e.status <> 'removed' ORDER BY e.id LIMIT 1"
)
_AHEAD = text(
    f"SELECT e.id, {_COLUMNS}, m.touch, m.state FROM enrolments e JOIN contacts c ON c.id = e.contact_id"
    " LEFT JOIN scheduled_messages m ON m.enrolment_id = e.id"
    " AND m.state IN ('scheduled','held','sending','unknown')"
    " WHERE e.campaign_id = :id AND e.id > :cursor AND e.status IN ('active','held')"
    " ORDER BY e.id LIMIT :limit"
)
_UNDER_WAY = text(
    "SELECT count(*) FROM scheduled_messages m JOIN contacts c ON c.id = m.contact_id"
    " WHERE c.number = :number AND m.state IN ('sending','unknown')"
)


class Person(NamedTuple):
    """What a template may say of a contact.

    Attributes:
        cursor: for the next page.
        number: E.164.
        custom: JSON of the other columns.
        timezone: an IANA name where it was stated.
        contact_id: their id; 0 for somebody who is not stored.
    """

    cursor: int
    number: str
    first_name: str
    last_name: str
    company: str
    email: str
    city: str
    state: str
    zip: str
    custom: str
    timezone: str | None
    contact_id: int = 0


def open_after(conn: Connection, campaign_id: str, cursor: int, limit: int) -> list[Person]:
    """The next contacts whose sequence has not ended, in the order of enrolment."""
    values: dict[str, Any] = {"id": campaign_id, "cursor": cursor, "limit": limit}
    return [Person(*row) for row in conn.execute(_OPEN, values)]


def ahead_after(
    conn: Connection, campaign_id: str, cursor: int, limit: int
) -> list[tuple[Person, int | None, bool]]:
    """The same contacts, with the touch that waits for them and whether it is on its way already.

    Who has no message yet (in a draft, or while a start is being planned) has no touch.
    """
    values: dict[str, Any] = {"id": campaign_id, "cursor": cursor, "limit": limit}
    return [
        (Person(*row[:-2]), row[-2], row[-1] in ("sending", "unknown"))
        for row in conn.execute(_AHEAD, values)
    ]


def by_number(conn: Connection, number: str) -> Person | None:
    """One contact, whatever campaigns they are in."""
    row = conn.execute(_BY_NUMBER, {"number": number}).one_or_none()
    return None if row is None else Person(*row)


def first_of(conn: Connection, campaign_id: str) -> Person | None:
    """The contact of a campaign who was enrolled first."""
    row = conn.execute(_FIRST, {"id": campaign_id}).one_or_none()
    return None if row is None else Person(*row)


def under_way(conn: Connection, number: str) -> bool:
    """Whether a message to this number is with the carrier and its answer is not known."""
    return bool(conn.execute(_UNDER_WAY, {"number": number}).scalar_one())
