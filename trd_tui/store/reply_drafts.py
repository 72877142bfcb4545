"""Answers that somebody has half written: kept until they are sent, for the next login."""

from __future__ import annotations

from sqlalchemy import Connection, text

_GET = text(
    "SELECT body FROM reply_drafts WHERE workspace_id = :workspace AND number = :number AND actor = :actor"
)
_PUT = text(
    "INSERT INTO reply_drafts (workspace_id, number, actor, body, saved_at)"
    " VALUES (:workspace, :number, :actor, :body, :at) ON CONFLICT (workspace_id, number, actor)"
    " DO UPDATE SET body = excluded.body, saved_at = excluded.saved_at"
    " WHERE reply_drafts.body <> excluded.body"
)
_DELETE = text(
    "DELETE FROM reply_drafts WHERE workspace_id = :workspace AND number = :number AND actor = :actor"
)
_NUMBERS = text("SELECT number FROM reply_drafts WHERE workspace_id = :workspace AND actor = :actor")


def get(conn: Connection, workspace: int, actor: str, number: str) -> str:
    """What this actor has half written to a number; empty when nothing."""
    values = {"workspace": workspace, "actor": actor, "number": number}
    return str(conn.execute(_GET, values).scalar() or "")


def put(conn: Connection, workspace: int, actor: str, number: str, body: str, at: int) -> None:
    """Keep it (at a real instant); an empty one goes."""
    values = {"workspace": workspace, "actor": actor, "number": number}
    if body.strip():
        conn.execute(_PUT, {**values, "body": body, "at": at})
    else:
        conn.execute(_DELETE, values)


def numbers(conn: Connection, workspace: int, actor: str) -> list[str]:
    """To whom this actor has half written something."""
    return list(conn.execute(_NUMBERS, {"workspace": workspace, "actor": actor}).scalars())
