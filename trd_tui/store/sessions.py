"""Who has the app open: a row an open app, which is only as good as its last sign of life."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, text

from trd_tui.store.writes import quietly


class Session(NamedTuple):
    """One open app. Instants are real.

    Attributes:
        id: of this app, and of no other; behind an ``@`` it says of which process.
        actor: who acts in it.
        login: the system's name of them.
        place: from where they have come: an address, ``browser`` or ``here``.
        since: when it was opened.
        seen_at: its last sign of life.
    """

    id: str
    actor: str
    login: str
    place: str
    since: int
    seen_at: int


_COLUMNS = ", ".join(Session._fields)
_COME = text(
    f"INSERT INTO sessions (workspace_id, {_COLUMNS})"
    " VALUES (:workspace_id, :id, :actor, :login, :place, :since, :seen_at)"
)
_SEEN = text("UPDATE sessions SET seen_at = :seen_at WHERE id = :id")
_FORGET = text("DELETE FROM sessions WHERE seen_at < :before")
_LEFT = text("DELETE FROM sessions WHERE id = :id")
_PRESENT = text(
    f"SELECT {_COLUMNS} FROM sessions WHERE workspace_id = :workspace_id AND seen_at >= :not_before"
    " ORDER BY since, id"
)


def seen(connection: Connection, workspace_id: int, session: Session, *, forget_before: int) -> None:
    """Leave a sign of life, and forget those who have left none since a real instant."""
    connection.execute(_FORGET, {"before": forget_before})
    with quietly(connection):
        known = connection.execute(_SEEN, {"id": session.id, "seen_at": session.seen_at}).rowcount
    if not known:
        connection.execute(_COME, {"workspace_id": workspace_id, **session._asdict()})


def left(connection: Connection, id_: str) -> None:
    """An app was left."""
    connection.execute(_LEFT, {"id": id_})


def present(connection: Connection, workspace_id: int, not_before: int) -> Sequence[Session]:
    """Who has left a sign of life since a real instant, the longest here first."""
    found = connection.execute(_PRESENT, {"workspace_id": workspace_id, "not_before": not_before})
    return [Session(*row) for row in found]
