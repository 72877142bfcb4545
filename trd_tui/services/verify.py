"""Recomputing every counter and checking every invariant, in one snapshot of the database."""

from __future__ import annotations

from trd_tui.store import verify
from trd_tui.store.database import Database


async def differences(db: Database) -> list[str]:
    """What does not add up, a sentence each; empty when everything does."""
    return await db.read(verify.differences)
