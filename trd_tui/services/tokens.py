"""Tokens of the HTTP API: made, listed, revoked, and known again when somebody calls.

A token is 256 random bits, so its SHA-256 is enough: there is nothing to guess that a slow hash would slow
down. A part of it that is no secret finds the row; the rest is compared in constant time.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection

from trd_tui.clock import Clock
from trd_tui.services.actor import WORKSPACE, Actor
from trd_tui.store import audit, tokens
from trd_tui.store.database import Database
from trd_tui.store.tokens import Token

LONGEST_NAME = 60
"""Characters of a name."""

USE_NOTED_MS = 60_000
"""Real milliseconds between two notes of a token's last use: a busy token must not write with every call."""

_FORM = re.compile(r"trd_([0-9a-f]{16})_[A-Za-z0-9_-]{43}")


class TokenError(ValueError):
    """The token was not made or revoked; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token that was just made; ``secret`` is shown once and kept nowhere."""

    name: str
    secret: str
    expires_at: int | None


async def create(
    db: Database, clock: Clock, actor: Actor, name: str, expires_at: int | None = None
) -> NewToken:
    """Make a token.

    Args:
        db: the database.
        clock: for the real time.
        actor: who makes it.
        name: what it is called; the actor of everything that is done with it.
        expires_at: real instant from which on it is refused; ``None`` = never.

    Raises:
        TokenError: the name is empty, too long or taken, or the token would be expired already.
    """
    return await db.write(_create, clock.real(), actor, name, expires_at)


def _create(conn: Connection, real: int, actor: Actor, given: str, expires_at: int | None) -> NewToken:
    name = " ".join(given.split())
    if not name or not name.isprintable() or len(name) > LONGEST_NAME:
        raise TokenError(f"a token's name has 1 to {LONGEST_NAME} letters; it is the actor in the audit")
    if expires_at is not None and expires_at <= real:
        raise TokenError("the token would be expired already; name a later instant")
    key = secrets.token_hex(8)
    secret = f"trd_{key}_{secrets.token_urlsafe(32)}"
    added = tokens.add(
        conn,
        name=name,
        key=key,
        hash_=_hash(secret),
        created_by=actor.name,
        real=real,
        expires_at=expires_at,
        workspace_id=WORKSPACE,
    )
    if not added:
        raise TokenError(
            f"there is or was a token {name!r}, and the audit must tell them apart; choose another name"
        )
    audit.record(conn, actor, "create", "token", name, None, {"expires_at": expires_at}, at=real)
    return NewToken(name, secret, expires_at)


async def list_tokens(db: Database) -> list[Token]:
    """All tokens, oldest first, also those that are revoked."""
    return await db.read(tokens.list_tokens, WORKSPACE)


async def revoke(db: Database, clock: Clock, actor: Actor, name: str) -> bool:
    """Let nobody in with a token from the next call on; ``False`` when it was revoked before.

    Raises:
        TokenError: there is no token of that name.
    """
    return await db.write(_revoke, clock.real(), actor, name)


def _revoke(conn: Connection, real: int, actor: Actor, name: str) -> bool:
    token = tokens.by_name(conn, " ".join(name.split()), WORKSPACE)
    if token is None:
        raise TokenError(f"there is no token {name!r}; `trd token list` shows all")
    if not tokens.revoke(conn, token.id, real):
        return False
    audit.record(conn, actor, "revoke", "token", token.name, None, {"revoked_at": real}, at=real)
    return True


async def known(db: Database, clock: Clock, secret: str) -> Token | None:
    """The token that somebody shows, if it is one of ours and holds; its use is noted."""
    form = _FORM.fullmatch(secret)
    if form is None:
        return None
    token = await db.read(tokens.by_key, form[1])
    if token is None or not hmac.compare_digest(token.hash, _hash(secret)):
        return None
    real = clock.real()
    if not token.holds(real):
        return None
    if token.last_used_at is None or real - token.last_used_at >= USE_NOTED_MS:
        await db.write(tokens.used, token.id, real)
    return token


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
