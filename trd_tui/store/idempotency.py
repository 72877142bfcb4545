"""Answers to creates that carry a key, so that a create which is asked for twice is done once."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, text


class KeptAnswer(NamedTuple):
    """What is known of a create.

    Attributes:
        request_hash: of call and body.
        status: the HTTP status of its answer; ``None`` while it is under way, or where its process died.
        body: the answer.
    """

    request_hash: str
    status: int | None
    body: str | None


_FORGET = text("DELETE FROM idempotent_answers WHERE created_at < :before")
_BEGIN = text(
    "INSERT INTO idempotent_answers (token_id, key, request_hash, created_at)"
    " VALUES (:token_id, :key, :request_hash, :real) ON CONFLICT (token_id, key) DO NOTHING"
)
_READ = text(
    "SELECT request_hash, status, body FROM idempotent_answers WHERE token_id = :token_id AND key = :key"
)
_KEEP = text(
    "UPDATE idempotent_answers SET status = :status, body = :body WHERE token_id = :token_id AND key = :key"
)
_DROP = text("DELETE FROM idempotent_answers WHERE token_id = :token_id AND key = :key AND status IS NULL")


def begin(
    connection: Connection, token_id: int, key: str, request_hash: str, real: int, kept_ms: int
) -> KeptAnswer | None:
    """Begin a create; what is returned was begun before and must not be done again.

    Args:
        connection: a writing transaction.
        token_id: whose key it is.
        key: the key that the client chose.
        request_hash: of call and body.
        real: real instant.
        kept_ms: real milliseconds after which answers are forgotten.
    """
    connection.execute(_FORGET, {"before": real - kept_ms})
    values = {"token_id": token_id, "key": key, "request_hash": request_hash, "real": real}
    if connection.execute(_BEGIN, values).rowcount == 1:
        return None
    return KeptAnswer(*connection.execute(_READ, values).one())


def keep(connection: Connection, token_id: int, key: str, status: int, body: str) -> None:
    """Keep the answer."""
    values = {"token_id": token_id, "key": key, "status": status, "body": body}
    connection.execute(_KEEP, values)


def drop(connection: Connection, token_id: int, key: str) -> None:
    """Forget a create that came to nothing: the same key may try again."""
    connection.execute(_DROP, {"token_id": token_id, "key": key})
