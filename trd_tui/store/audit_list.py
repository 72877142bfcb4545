"""The audit as a list: all acts of all people and processes, filtered and searched, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from trd_tui.store.audit import AuditRow


class NamedAct(NamedTuple):
    """An act with the name of what it was done to, where that is a campaign."""

    row: AuditRow
    name: str | None


_COLUMNS = ", ".join(f"a.{name}" for name in AuditRow._fields)
_FROM = " FROM audit a LEFT JOIN campaigns c ON a.subject = 'campaign' AND c.id = a.subject_id"
_PARTS = {
    "actor": "a.actor = :actor",
    "act": "a.act = :act",
    "campaign": "a.subject = 'campaign' AND a.subject_id = :campaign",
    "search": (
        "(lower(a.subject_id) LIKE :search ESCAPE '!' OR lower(a.act) LIKE :search ESCAPE '!'"
        " OR lower(a.actor) LIKE :search ESCAPE '!' OR lower(coalesce(a.after, '')) LIKE :search ESCAPE '!'"
        " OR lower(coalesce(a.before, '')) LIKE :search ESCAPE '!'"
        " OR c.name_folded LIKE :search ESCAPE '!')"
    ),
}
_NAMES = {
    column: text(
        f"SELECT {column}, count(*) AS times FROM audit WHERE workspace_id = :workspace_id"
        f" GROUP BY {column} ORDER BY times DESC, {column} LIMIT :limit"
    )
    for column in ("actor", "act")
}


def _where(filters: dict[str, str], *more: str) -> tuple[str, dict[str, Any]]:
    parts = ["a.workspace_id = :workspace_id", *more]
    values: dict[str, Any] = {}
    for name, value in filters.items():
        if value:
            parts.append(_PARTS[name])
            values[name] = value
    if "search" in values:
        plain = "".join(f"!{c}" if c in "!%_" else c for c in values["search"].casefold())
        values["search"] = f"%{plain}%"
    return " WHERE " + " AND ".join(parts), values


def page(
    connection: Connection, filters: dict[str, str], limit: int, offset: int, workspace_id: int = 1
) -> list[NamedAct]:
    """Acts that match, the newest first.

    Args:
        connection: a reading one.
        filters: ``actor``, ``act``, ``campaign`` (its id) and ``search``; empty ones do not count.
        limit: rows of the page.
        offset: rows before it.
        workspace_id: whose acts.
    """
    where, values = _where(filters)
    order = " ORDER BY a.at DESC, a.id DESC"
    if filters.get("search"):
        sql = f"SELECT {_COLUMNS}, c.name{_FROM}{where}{order} LIMIT :limit OFFSET :offset"
    else:  # the names of the page's campaigns alone, not of those that are passed over
        some = f"(SELECT * FROM audit a{where}{order} LIMIT :limit OFFSET :offset)"
        sql = f"SELECT {_COLUMNS}, c.name{_FROM.replace('audit', some, 1)}{order}"
    values |= {"limit": limit, "offset": offset, "workspace_id": workspace_id}
    return _rows(connection, sql, values)


def before(
    connection: Connection, filters: dict[str, str], at: int, id_: int, limit: int, workspace_id: int = 1
) -> list[NamedAct]:
    """The next acts that match and are older than one of them; each page costs the same, however deep."""
    where, values = _where(filters, "(a.at, a.id) < (:at, :id)")
    sql = f"SELECT {_COLUMNS}, c.name{_FROM}{where} ORDER BY a.at DESC, a.id DESC LIMIT :limit"
    values |= {"at": at, "id": id_, "limit": limit, "workspace_id": workspace_id}
    return _rows(connection, sql, values)


def _rows(connection: Connection, sql: str, values: dict[str, Any]) -> list[NamedAct]:
    found = connection.execute(text(sql), values)
    return [NamedAct(AuditRow(*row[:-1]), row[-1]) for row in found]


def count(connection: Connection, filters: dict[str, str], workspace_id: int = 1) -> int:
    """How many acts match."""
    where, values = _where(filters)
    return _count(connection, filters, where, values | {"workspace_id": workspace_id})


def rank(connection: Connection, filters: dict[str, str], id_: int, workspace_id: int = 1) -> int:
    """At which place, from 0, an act stands among those that match; acts are only ever added."""
    newer = "(a.at, a.id) > (SELECT b.at, b.id FROM audit b WHERE b.id = :id)"
    where, values = _where(filters, newer)
    return _count(connection, filters, where, values | {"workspace_id": workspace_id, "id": id_})


def _count(connection: Connection, filters: dict[str, str], where: str, values: dict[str, Any]) -> int:
    named = _FROM if filters.get("search") else " FROM audit a"
    return int(connection.execute(text(f"SELECT count(*){named}{where}"), values).scalar_one())


def names(
    connection: Connection, column: str, limit: int = 20, workspace_id: int = 1
) -> Sequence[tuple[str, int]]:
    """People (``actor``) or kinds of act (``act``) with the number of their acts, the most first."""
    found = connection.execute(_NAMES[column], {"workspace_id": workspace_id, "limit": limit})
    return [(row[0], row[1]) for row in found]
