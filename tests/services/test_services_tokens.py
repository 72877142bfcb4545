"""Tokens: shown once, kept as a hash, known again, refused in time, on both kinds of database."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from tests.support.services import Desk
from trd_tui.services import tokens
from trd_tui.store import audit


async def test_a_token_is_known_again_and_kept_nowhere(desk: Desk) -> None:
    made = await tokens.create(desk.db, desk.clock, desk.actor, "  the   front end ")
    assert made.name == "the front end"
    ((name, kept),) = await desk.rows("SELECT name, hash FROM tokens")
    assert (name, kept) == ("the front end", hashlib.sha256(made.secret.encode()).hexdigest())
    rows = await desk.rows("SELECT * FROM tokens") + await desk.rows("SELECT * FROM audit")
    assert made.secret not in str(rows)
    assert made.secret.rpartition("_")[2] not in str(rows)
    known = await tokens.known(desk.db, desk.clock, made.secret)
    assert known is not None
    assert known.name == "the front end"
    for wrong in ("", made.secret[:-1], made.secret + "A", made.secret.upper(), f"{made.secret}\n"):
        assert await tokens.known(desk.db, desk.clock, wrong) is None


async def test_the_hash_is_compared_in_constant_time(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await tokens.create(sqlite_desk.db, sqlite_desk.clock, sqlite_desk.actor, "front")
    compared: list[tuple[str, str]] = []

    def spy(one: str, other: str) -> bool:
        compared.append((one, other))
        return False

    monkeypatch.setattr(hmac, "compare_digest", spy)
    assert await tokens.known(sqlite_desk.db, sqlite_desk.clock, made.secret) is None
    assert len(compared) == 1


async def test_a_revoked_token_is_refused_and_its_name_stays_taken(desk: Desk) -> None:
    made = await tokens.create(desk.db, desk.clock, desk.actor, "front")
    assert await tokens.revoke(desk.db, desk.clock, desk.actor, "front")
    assert not await tokens.revoke(desk.db, desk.clock, desk.actor, "front")
    assert await tokens.known(desk.db, desk.clock, made.secret) is None
    with pytest.raises(tokens.TokenError, match="choose another name"):
        await tokens.create(desk.db, desk.clock, desk.actor, "front")
    with pytest.raises(tokens.TokenError, match="no token 'nobody'"):
        await tokens.revoke(desk.db, desk.clock, desk.actor, "nobody")
    acts = [(row.actor, row.act, row.subject_id) for row in await desk.db.read(audit.latest)]
    assert acts == [("ann", "revoke", "front"), ("ann", "create", "front")]


async def test_its_last_use_is_noted_once_a_minute(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await tokens.create(sqlite_desk.db, sqlite_desk.clock, sqlite_desk.actor, "front")
    begun = sqlite_desk.clock.real()
    for passed, noted in ((0, 0), (59_999, 0), (60_000, 60_000), (61_000, 60_000)):
        monkeypatch.setattr(sqlite_desk.clock, "real", lambda passed=passed: begun + passed)
        await tokens.known(sqlite_desk.db, sqlite_desk.clock, made.secret)
        assert await sqlite_desk.one("SELECT last_used_at FROM tokens") == begun + noted


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\x1bb"])
async def test_a_name_must_be_one(sqlite_desk: Desk, name: str) -> None:
    with pytest.raises(tokens.TokenError, match="name"):
        await tokens.create(sqlite_desk.db, sqlite_desk.clock, sqlite_desk.actor, name)


async def test_it_cannot_be_expired_from_the_start(sqlite_desk: Desk) -> None:
    with pytest.raises(tokens.TokenError, match="expired already"):
        await tokens.create(sqlite_desk.db, sqlite_desk.clock, sqlite_desk.actor, "old", 1)
