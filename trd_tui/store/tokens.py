"""Tokens of the HTTP API: whose they are, and the hash by which one is known again."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, text


class Token(NamedTuple):
    """One token, without the token. Instants are real.

    Attributes:
        id: its row.
        name: what it is called; the actor of what is done with it.
        key: the part of the token that finds its row.
        hash: SHA-256 of the whole token, hexadecimal.
        created_by: who made it.
        created_at: when.
        expires_at: from when on it is refused; ``None`` = never.
        last_used_at: its last use, to the minute; ``None`` = never used.
        revoked_at: when it was revoked; ``None`` = it was not.
    """

    id: int
    name: str
    key: str
    hash: str
    created_by: str
    created_at: int
    expires_at: int | None
    last_used_at: int | None
    revoked_at: int | None

    def holds(self, real: int) -> bool:
        """Whether it lets anybody in at a real instant."""
        return self.revoked_at is None and (self.expires_at is None or real < self.expires_at)


_COLUMNS = ", ".join(Token._fields)
_ADD = text(
    "INSERT INTO tokens (workspace_id, name, key, hash, created_by, created_at, expires_at)"
    " VALUES (:workspace_id, :name, :key, :hash, :created_by, :created_at, :expires_at)"
    " ON CONFLICT (workspace_id, name) DO NOTHING"
)
_LIST = text(f"SELECT {_COLUMNS} FROM tokens WHERE workspace_id = :workspace_id ORDER BY id")
_BY_NAME = text(f"SELECT {_COLUMNS} FROM tokens WHERE workspace_id = :workspace_id AND name = :name")
_BY_KEY = text(f"SELECT {_COLUMNS} FROM tokens WHERE key = :key")
_REVOKE = text("UPDATE tokens SET revoked_at = :real WHERE id = :id AND revoked_at IS NULL")
_USED = text("UPDATE tokens SET last_used_at = :real WHERE id = :id")


def add(
    connection: Connection,
    *,
    name: str,
    key: str,
    hash_: str,
    created_by: str,
    real: int,
    expires_at: int | None,
    workspace_id: int = 1,
) -> bool:
    """Keep a new token; ``False`` when there is one of that name, revoked or not."""
    values = {
        "workspace_id": workspace_id,
        "name": name,
        "key": key,
        "hash": hash_,
        "created_by": created_by,
        "created_at": real,
        "expires_at": expires_at,
    }
    return connection.execute(_ADD, values).rowcount == 1


def list_tokens(connection: Connection, workspace_id: int = 1) -> list[Token]:
    """All tokens, oldest first, also those that are revoked."""
    return [Token(*row) for row in connection.execute(_LIST, {"workspace_id": workspace_id})]


def by_name(connection: Connection, name: str, workspace_id: int = 1) -> Token | None:
    """One token by its name."""
    row = connection.execute(_BY_NAME, {"workspace_id": workspace_id, "name": name}).one_or_none()
    return None if row is None else Token(*row)


def by_key(connection: Connection, key: str) -> Token | None:
    """One token by the part of it that is no secret."""
    row = connection.execute(_BY_KEY, {"key": key}).one_or_none()
    return None if row is None else Token(*row)


def revoke(connection: Connection, id_: int, real: int) -> bool:
    """Let nobody in with it any more; ``False`` when it was revoked before."""
    return connection.execute(_REVOKE, {"id": id_, "real": real}).rowcount == 1


def used(connection: Connection, id_: int, real: int) -> None:
    """Note a use."""
    connection.execute(_USED, {"id": id_, "real": real})
