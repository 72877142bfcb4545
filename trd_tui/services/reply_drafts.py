"""Half-written answers: kept in the database for who writes them, so that a dropped line loses nothing."""

from __future__ import annotations

from sqlalchemy import Connection

from trd_tui.clock import Clock
from trd_tui.domain.half_written import stored_after
from trd_tui.services.actor import WORKSPACE, Actor
from trd_tui.store import answers, reply_drafts
from trd_tui.store.database import Database

LONGEST_DRAFT = 10_000
"""Characters that are kept; far more than the carrier takes in one text."""


async def load(db: Database, actor: Actor, number: str) -> str:
    """What this person has half written to a number (E.164); empty when nothing."""
    return await db.read(reply_drafts.get, WORKSPACE, actor.name, number)


async def save(
    db: Database,
    clock: Clock,
    actor: Actor,
    number: str,
    body: str,
    *,
    was: str = "",
    seen: int | None = None,
) -> str | None:
    """Keep what is half written; an empty one goes. It is nobody's act yet: the audit has no row.

    Args:
        db: the database.
        clock: real time.
        actor: whose it is; they may have it open elsewhere, too.
        number: to whom, E.164.
        body: what stands in the field.
        was: what this field has kept or read last; what another has kept meanwhile stays beside it.
        seen: id of the latest answer of before it was begun, of a field that is left; ``None`` of one that
            is typed in.

    Returns:
        Who has sent just this text since ``seen``: it is not kept then. Else ``None``.
    """
    said = body.replace("\x00", "")[:LONGEST_DRAFT]

    def keep(conn: Connection) -> str | None:
        if seen is not None and said.strip():
            who = answers.sent_since(conn, number, seen, said.strip())
            if who is not None:
                return who
        kept = stored_after(reply_drafts.get(conn, WORKSPACE, actor.name, number), was, said)
        reply_drafts.put(conn, WORKSPACE, actor.name, number, kept[:LONGEST_DRAFT], clock.real())
        return None

    return await db.write(keep)


async def numbers(db: Database, actor: Actor) -> frozenset[str]:
    """To whom this person has half written something."""
    return frozenset(await db.read(reply_drafts.numbers, WORKSPACE, actor.name))
