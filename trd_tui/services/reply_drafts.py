"""Half-written answers: kept in the database for who writes them, so that a dropped line loses nothing."""

from __future__ import annotations

from trd_tui.clock import Clock
from trd_tui.services.actor import WORKSPACE, Actor
from trd_tui.store import reply_drafts
from trd_tui.store.database import Database

LONGEST_DRAFT = 10_000
"""Characters that are kept; far more than the carrier takes in one text."""


async def load(db: Database, actor: Actor, number: str) -> str:
    """What this person has half written to a number (E.164); empty when nothing."""
    return await db.read(reply_drafts.get, WORKSPACE, actor.name, number)


async def save(db: Database, clock: Clock, actor: Actor, number: str, body: str) -> None:
    """Keep it in place of what was kept; an empty one goes. It is nobody's act yet: the audit has no row."""
    said = body.replace("\x00", "")[:LONGEST_DRAFT]
    await db.write(reply_drafts.put, WORKSPACE, actor.name, number, said, clock.real())


async def numbers(db: Database, actor: Actor) -> frozenset[str]:
    """To whom this person has half written something."""
    return frozenset(await db.read(reply_drafts.numbers, WORKSPACE, actor.name))
