"""Contacts, put in and changed by the thousand, and enrolled into campaigns.

The statements here run a million times an import, so they are written for the driver, with plain tuples:
half the cost of named parameters.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, text

from trd_tui.store.counters import CampaignDelta, apply

Fields = tuple[str, str, str, str, str, str, str, str, str | None, str]
"""One contact's fields in the order of `FIELDS`; an empty one is not known."""

FIELDS = (
    "number",
    "first_name",
    "last_name",
    "company",
    "email",
    "city",
    "state",
    "zip",
    "timezone",
    "custom",
)


class Stored(NamedTuple):
    """What a batch did: contacts that are new, and contacts that were there."""

    added: int
    existing: int


_INSERT = (
    "INSERT INTO contacts (workspace_id, number, first_name, last_name, company, email, city, state, zip,"
    " timezone, custom, name_folded, created_at, updated_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_GIVEN = ", ".join(
    f"{name} = coalesce(nullif(?, ''), {name})"
    for name in ("first_name", "last_name", "company", "email", "city", "state", "zip", "timezone")
)
_MERGED = {
    "sqlite": "json_patch(custom, ?)",
    "postgresql": "CAST(CAST(custom AS jsonb) || CAST(? AS jsonb) AS text)",
}
_WANTED = {
    "sqlite": (
        "json_each(:numbers) j CROSS JOIN contacts c ON c.workspace_id = :workspace AND c.number = j.value"
    ),
    "postgresql": (
        "unnest(CAST(:numbers AS text[])) WITH ORDINALITY AS j(value, key)"
        " JOIN contacts c ON c.workspace_id = :workspace AND c.number = j.value"
    ),
}
"""Contacts of a list of numbers, in the order of the list: the order in which they are later texted."""

_FIND = {
    dialect: text(f"SELECT c.number, c.first_name, c.last_name FROM {wanted}")
    for dialect, wanted in _WANTED.items()
}
_ENROL = {
    dialect: text(
        "INSERT INTO enrolments (workspace_id, campaign_id, contact_id, created_at, updated_at)"
        f" SELECT c.workspace_id, :campaign, c.id, :now, :now FROM {wanted} WHERE 1 = 1 ORDER BY j.key"
        " ON CONFLICT (campaign_id, contact_id) DO NOTHING"
    )
    for dialect, wanted in _WANTED.items()
}
_LAST_ENROLMENT = text("SELECT coalesce(max(id), 0) FROM enrolments")
_COPY_SPAN = text(
    "SELECT max(id), count(*) FROM (SELECT id FROM enrolments WHERE campaign_id = :old AND id > :cursor"
    " ORDER BY id LIMIT :limit) e"
)
_COPY, _COPY_SILENT = (
    text(
        "INSERT INTO enrolments (workspace_id, campaign_id, contact_id, created_at, updated_at)"
        " SELECT workspace_id, :new, contact_id, :now, :now FROM enrolments WHERE campaign_id = :old"
        f" AND id > :cursor AND id <= :last AND {who} ORDER BY id"
        " ON CONFLICT (campaign_id, contact_id) DO NOTHING"
    )
    for who in ("status <> 'removed'", "status IN ('active','held','finished')")
)
_ENROLLED = {
    dialect: text(
        f"SELECT count(*) FROM {wanted}"
        " JOIN enrolments e ON e.campaign_id = :campaign AND e.contact_id = c.id"
    )
    for dialect, wanted in _WANTED.items()
}


def _numbers(conn: Connection, numbers: Sequence[str]) -> str | list[str]:
    return json.dumps(numbers) if conn.dialect.name == "sqlite" else list(numbers)


def known(conn: Connection, workspace: int, numbers: Sequence[str]) -> dict[str, tuple[str, str]]:
    """First and last names of those numbers that belong to a contact already."""
    values = {"workspace": workspace, "numbers": _numbers(conn, numbers)}
    rows = conn.execute(_FIND[conn.dialect.name], values)
    return {number: (first, last) for number, first, last in rows}


def folded_name(first: str, last: str) -> str:
    """The name as a search compares it."""
    return f"{first} {last}".strip().casefold()


def store(conn: Connection, workspace: int, batch: Sequence[Fields], now: int) -> Stored:
    """Put in those that are new; of the others change the fields that are given, and no other.

    Args:
        conn: a writing transaction.
        workspace: where they belong.
        batch: contacts, each number once.
        now: campaign instant.
    """
    there = known(conn, workspace, [row[0] for row in batch])
    if not there:
        _many(conn, _INSERT, [_inserted(workspace, row, now) for row in batch])
        return Stored(len(batch), 0)
    new = [_inserted(workspace, row, now) for row in batch if row[0] not in there]
    if new:
        _many(conn, _INSERT, new)
    changes = []
    for row in batch:
        names = there.get(row[0])
        if names is not None:
            folded = folded_name(row[1] or names[0], row[2] or names[1])
            changes.append((*row[1:8], row[8] or "", row[9], folded, now, workspace, row[0]))
    update = (
        f"UPDATE contacts SET {_GIVEN}, custom = {_MERGED[conn.dialect.name]}, name_folded = ?,"
        " updated_at = ? WHERE workspace_id = ? AND number = ?"
    )
    _many(conn, update, changes)
    return Stored(len(new), len(changes))


def _inserted(workspace: int, row: Fields, now: int) -> tuple[object, ...]:
    return (workspace, *row, f"{row[1]} {row[2]}".strip().casefold(), now, now)


def _many(conn: Connection, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
    if conn.dialect.name != "sqlite":
        statement = statement.replace("?", "%s")
    conn.exec_driver_sql(statement, list(rows))


def enrol(conn: Connection, workspace: int, campaign_id: str, numbers: Sequence[str], now: int) -> int:
    """Enrol contacts by their numbers, in that order; returns how many were not in the campaign yet."""
    values = {
        "workspace": workspace,
        "campaign": campaign_id,
        "numbers": _numbers(conn, numbers),
        "now": now,
    }
    added = conn.execute(_ENROL[conn.dialect.name], values).rowcount
    _count(conn, campaign_id, added, now)
    return added


def anybody(conn: Connection) -> bool:
    """Whether there is a contact at all."""
    return conn.execute(text("SELECT 1 FROM contacts LIMIT 1")).first() is not None


def enrolled(conn: Connection, workspace: int, campaign_id: str, numbers: Iterable[str]) -> int:
    """How many of these numbers are in a campaign already."""
    values = {
        "workspace": workspace,
        "campaign": campaign_id,
        "numbers": _numbers(conn, list(numbers)),
    }
    return int(conn.execute(_ENROLLED[conn.dialect.name], values).scalar_one())


def last_enrolment(conn: Connection) -> int:
    """The highest enrolment id: those who join in this transaction lie behind it."""
    return int(conn.execute(_LAST_ENROLMENT).scalar_one())


def copy_enrolments(
    conn: Connection, old: str, new: str, cursor: int, now: int, limit: int = 5_000, *, silent: bool = False
) -> tuple[int, int, int]:
    """Enrol the next contacts of one campaign into another, but for those who were removed.

    With ``silent`` only those who have not answered and whose number takes texts.

    Returns:
        The cursor for the next call, how many were looked at (0 = done), how many were enrolled.
    """
    last, seen = conn.execute(_COPY_SPAN, {"old": old, "cursor": cursor, "limit": limit}).one()
    if not seen:
        return cursor, 0, 0
    values = {"old": old, "new": new, "cursor": cursor, "last": last, "now": now}
    added = conn.execute(_COPY_SILENT if silent else _COPY, values).rowcount
    _count(conn, new, added, now)
    return int(last), int(seen), added


def _count(conn: Connection, campaign_id: str, added: int, now: int) -> None:
    """What touches are planned is counted when the campaign's plan reaches them."""
    delta = CampaignDelta(contact_count=added, open_count=added, last_activity=now)
    apply(conn, {campaign_id: delta}, now)
