"""Recomputing every counter and checking every invariant, in one snapshot of the database."""

from __future__ import annotations

from trd_tui.services.drafts import Progress
from trd_tui.store import verify
from trd_tui.store.database import Database, SyncDatabase


async def differences(db: Database) -> list[str]:
    """What does not add up, a sentence each; empty when everything does."""
    return await db.read(verify.differences)


def differences_told(url: str, told: Progress) -> list[str]:
    """The same in the caller's own thread, on a connection of its own: it may take seconds, others go on.

    Args:
        url: of the database.
        told: told between two checks how many are done, of how many; what it raises ends it.
    """
    own = SyncDatabase(url)
    try:
        return own.read(verify.differences, None, told)
    finally:
        own.close()
