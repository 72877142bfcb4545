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
    "INSERT INTO suppressions (workspace_id, number, reason, source, created_at)"
    " VALUES (:workspace_id, :number, :reason, :source, :now)"
    " ON CONFLICT (workspace_id, number) DO NOTHING"
)
_REMOVE = text("DELETE FROM suppressions WHERE workspace_id = :workspace_id AND number = :number")
_COUNT = text("SELECT count(*) FROM suppressions WHERE workspace_id = :workspace_id AND number LIKE :pattern")
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
    rows = [
        {"workspace_id": workspace_id, "number": number, "reason": reason, "source": source, "now": now}
        for number in sorted(set(numbers))
    ]
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


def in_campaigns(
    connection: Connection, numbers: Iterable[str], workspace_id: int = 1
) -> list[tuple[int, str]]:
    """Contacts of these numbers who have an open sequence: id and number."""
    found = connection.execute(_IN_CAMPAIGNS, {"workspace_id": workspace_id, "numbers": list(numbers)})
    return [(row[0], row[1]) for row in found]


def _digits(search: str) -> str:
    # Typed with blanks, brackets or a LIKE wildcard: only digits can be part of a number.
    return "".join(character for character in search if character.isdecimal() and character.isascii())
