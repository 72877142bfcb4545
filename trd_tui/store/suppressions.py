"""Numbers that must not be texted; kept by number, so that they outlive contacts and campaigns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, text

from trd_tui.store import consents, control
from trd_tui.store.audit import SYSTEM, Who


class Suppression(NamedTuple):
    """One number that must not be texted.

    Attributes:
        number: E.164.
        reason: why.
        source: who says so: carrier, contact, import, or an operator.
        created_at: campaign instant.
    """

    number: str
    reason: str
    source: str
    created_at: int


_COLUMNS = ", ".join(Suppression._fields)
# The first reason stays: a later import must not overwrite what the person said.
_ADD = text(
    "INSERT INTO suppressions (workspace_id, number, reason, source, created_at, actor)"
    " VALUES (:workspace_id, :number, :reason, :source, :now, :actor)"
    " ON CONFLICT (workspace_id, number) DO NOTHING"
)
_REMOVE = text("DELETE FROM suppressions WHERE workspace_id = :workspace_id AND number = :number")
_COUNT = text("SELECT count(*) FROM suppressions WHERE workspace_id = :workspace_id AND number LIKE :pattern")
_AMONG = text(
    "SELECT count(*) FROM enrolments e JOIN contacts c ON c.id = e.contact_id"
    " JOIN suppressions s ON s.workspace_id = c.workspace_id AND s.number = c.number"
    " WHERE e.campaign_id IN :ids AND e.status IN ('active','held')"
).bindparams(bindparam("ids", expanding=True))
_PAGE = text(
    f"SELECT {_COLUMNS} FROM suppressions WHERE workspace_id = :workspace_id AND number LIKE :pattern"
    " ORDER BY id DESC LIMIT :limit OFFSET :offset"
)
_WHICH = text(
    "SELECT number, reason FROM suppressions WHERE workspace_id = :workspace_id AND number IN :numbers"
).bindparams(bindparam("numbers", expanding=True))
_ROWS = text(
    f"SELECT {_COLUMNS} FROM suppressions WHERE workspace_id = :workspace_id AND number IN :numbers"
).bindparams(bindparam("numbers", expanding=True))
_AFTER = text(
    f"SELECT id, {_COLUMNS} FROM suppressions WHERE workspace_id = :workspace_id AND id > :after"
    " ORDER BY id LIMIT :limit"
)
_OPEN = text(
    "SELECT count(*) FROM contacts c JOIN enrolments e ON e.contact_id = c.id"
    " WHERE c.workspace_id = :workspace_id AND c.number IN :numbers AND e.status IN ('active','held')"
).bindparams(bindparam("numbers", expanding=True))
_IN_CAMPAIGNS = text(
    "SELECT c.id, c.number FROM contacts c WHERE c.workspace_id = :workspace_id AND c.number IN :numbers"
    " AND EXISTS (SELECT 1 FROM enrolments e WHERE e.contact_id = c.id AND e.status IN ('active','held'))"
    " ORDER BY c.id"
).bindparams(bindparam("numbers", expanding=True))


def put(
    connection: Connection,
    numbers: Sequence[str],
    reason: str,
    source: str,
    now: int,
    workspace_id: int = 1,
    who: Who = SYSTEM,
) -> int:
    """Write E.164 numbers down; returns how many were not suppressed before. The caller bumps the fence.

    The contacts among them have taken their consent back.
    """
    if not numbers:
        return 0
    consents.revoke(connection, numbers, source, now, who, workspace_id)
    same = {"workspace_id": workspace_id, "reason": reason, "source": source, "now": now}
    same["actor"] = None if who is SYSTEM else who.name
    rows = [{"number": number, **same} for number in sorted(set(numbers))]
    return connection.execute(_ADD, rows).rowcount


def suppress(
    connection: Connection,
    numbers: Sequence[str],
    reason: str,
    source: str,
    now: int,
    workspace_id: int = 1,
    who: Who = SYSTEM,
) -> int:
    """Suppress E.164 numbers; returns how many were not suppressed before.

    It comes last in its transaction, because the control row does.
    """
    added = put(connection, numbers, reason, source, now, workspace_id, who)
    if numbers:
        control.bump_fence(connection)  # also what is about to be called sees it
    return added


def put_back(connection: Connection, row: Listed, now: int, who: Who, workspace_id: int = 1) -> None:
    """Write a number down as it stood here before it was lifted: whose word it was, and since when.

    The caller bumps the fence. That consent is taken back is the act of who puts it back, now.
    """
    consents.revoke(connection, [row.number], row.source, now, who, workspace_id)
    values = {"number": row.number, "reason": row.reason, "source": row.source, "now": row.created_at}
    connection.execute(_ADD, {**values, "workspace_id": workspace_id, "actor": row.by})


def unsuppress(connection: Connection, number: str, workspace_id: int = 1) -> bool:
    """Lift a suppression; ``False`` when the number was not suppressed."""
    values = {"workspace_id": workspace_id, "number": number}
    return connection.execute(_REMOVE, values).rowcount == 1


def count(connection: Connection, search: str = "", workspace_id: int = 1) -> int:
    """How many suppressed numbers contain these digits."""
    values = {"workspace_id": workspace_id, "pattern": f"%{_digits(search)}%"}
    return int(connection.execute(_COUNT, values).scalar_one())


def page(
    connection: Connection, search: str = "", limit: int = 50, offset: int = 0, workspace_id: int = 1
) -> list[Suppression]:
    """Suppressed numbers that contain these digits, the latest first."""
    values = {
        "workspace_id": workspace_id,
        "pattern": f"%{_digits(search)}%",
        "limit": limit,
        "offset": offset,
    }
    return [Suppression(*row) for row in connection.execute(_PAGE, values)]


def which(connection: Connection, numbers: Iterable[str], workspace_id: int = 1) -> dict[str, str]:
    """Those of some numbers (at most a few thousand) that are suppressed, with the reason."""
    wanted = list(numbers)
    if not wanted:
        return {}
    found = connection.execute(_WHICH, {"workspace_id": workspace_id, "numbers": wanted})
    return {row[0]: row[1] for row in found}


def rows_of(connection: Connection, numbers: Iterable[str], workspace_id: int = 1) -> list[Suppression]:
    """What stands on the list of some numbers."""
    found = connection.execute(_ROWS, {"workspace_id": workspace_id, "numbers": list(numbers)})
    return [Suppression(*row) for row in found]


def rows_after(
    connection: Connection, after: int, limit: int, workspace_id: int = 1
) -> tuple[list[Suppression], int]:
    """The next rows in the order in which they came, and the mark behind the last of them."""
    values = {"workspace_id": workspace_id, "after": after, "limit": limit}
    rows = connection.execute(_AFTER, values).all()
    return [Suppression(*row[1:]) for row in rows], rows[-1][0] if rows else after


def open_sequences(connection: Connection, numbers: Sequence[str], workspace_id: int = 1) -> int:
    """How many sequences of these numbers would end."""
    return int(
        connection.execute(_OPEN, {"workspace_id": workspace_id, "numbers": list(numbers)}).scalar_one()
    )


def in_campaigns(
    connection: Connection, numbers: Iterable[str], workspace_id: int = 1
) -> list[tuple[int, str]]:
    """Contacts of these numbers who have an open sequence: id and number."""
    found = connection.execute(_IN_CAMPAIGNS, {"workspace_id": workspace_id, "numbers": list(numbers)})
    return [(row[0], row[1]) for row in found]


def _digits(search: str) -> str:
    # Typed with blanks, brackets or a LIKE wildcard: only digits can be part of a number.
    return "".join(character for character in search if character.isdecimal() and character.isascii())


class Listed(NamedTuple):
    """A suppressed number as a person looks at it.

    Attributes:
        number: E.164.
        reason: why.
        source: who says so: carrier, contact, import, or an operator.
        created_at: campaign instant.
        by: who put it there, where a person did.
    """

    number: str
    reason: str
    source: str
    created_at: int
    by: str | None


# Of before the list itself knew it, the audit knows who has put a number there by itself.
_BY = (
    "coalesce(s.actor, (SELECT a.actor FROM audit a WHERE a.subject = 'suppression'"
    " AND a.subject_id = s.number AND a.act = 'suppress' ORDER BY a.id DESC LIMIT 1))"
)
_REASONS = text(
    "SELECT reason, count(*) AS times FROM suppressions WHERE workspace_id = :workspace_id"
    " GROUP BY reason ORDER BY times DESC, reason LIMIT :limit"
)


def _listed_where(reason: str | None, search: str) -> tuple[str, dict[str, object]]:
    parts, values = ["s.workspace_id = :workspace_id"], {}
    if reason is not None:
        parts.append("s.reason = :reason")
        values["reason"] = reason
    digits = _digits(search)
    if digits:
        parts.append("s.number LIKE :search")
        values["search"] = f"%{digits}%"
    elif search:
        parts.append("lower(s.reason) LIKE :search ESCAPE '!'")
        plain = "".join(f"!{c}" if c in "!%_" else c for c in search.lower())
        values["search"] = f"%{plain}%"
    return " AND ".join(parts), dict(values)


def listed(
    connection: Connection, reason: str | None, search: str, limit: int, offset: int, workspace_id: int = 1
) -> tuple[list[Listed], int]:
    """A page of the list, the latest first, and how many match.

    Args:
        connection: a reading one.
        reason: only of this reason.
        search: part of a number, or where it has no digit, of a reason.
        limit: rows of the page.
        offset: rows before it.
        workspace_id: whose list.
    """
    where, values = _listed_where(reason, search)
    values["workspace_id"] = workspace_id
    total = connection.execute(text(f"SELECT count(*) FROM suppressions s WHERE {where}"), values)
    sql = (
        f"SELECT s.number, s.reason, s.source, s.created_at, {_BY} FROM suppressions s"
        # the plus keeps SQLite from an index that would have to be sorted as a whole
        f" WHERE {where.replace('s.workspace_id', '+s.workspace_id', 1)}"
        " ORDER BY s.id DESC LIMIT :limit OFFSET :offset"
    )
    rows = connection.execute(text(sql), values | {"limit": limit, "offset": offset})
    return [Listed(*row) for row in rows], int(total.scalar_one())


def listed_one(connection: Connection, number: str, workspace_id: int = 1) -> Listed | None:
    """One number as it stands on the list; ``None`` where it does not."""
    sql = (
        f"SELECT s.number, s.reason, s.source, s.created_at, {_BY} FROM suppressions s"
        " WHERE s.workspace_id = :workspace_id AND s.number = :number"
    )
    row = connection.execute(text(sql), {"workspace_id": workspace_id, "number": number}).one_or_none()
    return None if row is None else Listed(*row)


def rank(
    connection: Connection, number: str, reason: str | None, search: str, workspace_id: int = 1
) -> int | None:
    """At which place, from 0, a number stands in that list; ``None``: nowhere."""
    where, values = _listed_where(reason, search)
    values |= {"workspace_id": workspace_id, "number": number}
    mine = f"SELECT s.id FROM suppressions s WHERE {where} AND s.number = :number"
    found = connection.execute(text(mine), values).scalar_one_or_none()
    if found is None:
        return None
    newer = f"SELECT count(*) FROM suppressions s WHERE {where} AND s.id > :id"
    del values["number"]
    return int(connection.execute(text(newer), values | {"id": found}).scalar_one())


def reasons(connection: Connection, limit: int, workspace_id: int = 1) -> list[tuple[str, int]]:
    """The commonest reasons, each with how many numbers have it."""
    found = connection.execute(_REASONS, {"workspace_id": workspace_id, "limit": limit})
    return [(row[0], row[1]) for row in found]


def among(conn: Connection, campaign_ids: Sequence[str]) -> int:
    """How many contacts who are still in the sequences of these campaigns must not be texted."""
    return int(conn.execute(_AMONG, {"ids": list(campaign_ids)}).scalar_one())
