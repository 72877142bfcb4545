"""Whether a new campaign is one that is there already: a command that was run twice texts everybody twice."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from trd_tui.domain.finding import one_or_many
from trd_tui.domain.sequence import Touch
from trd_tui.store import campaigns, twins
from trd_tui.store.database import Database

_MOST = 3
"""Of so many each is told; who has more of one name knows it."""


async def twin_warnings(db: Database, id_: str) -> list[str]:
    """A sentence for each living campaign (draft, active or paused) of the same name, with the remedy."""
    return await db.read(_warnings, id_)


def _warnings(conn: Connection, id_: str) -> list[str]:
    found: list[str] = []
    for other in twins.namesakes(conn, id_, _MOST):
        shared = twins.shared_contacts(conn, id_, other.id)
        same = ", and has the same touches" if _touches(conn, id_) == _touches(conn, other.id) else ""
        both = (
            f"; {one_or_many(shared, 'contact is', 'contacts are')} in both and would be texted by both"
            if shared
            else ""
        )
        found.append(
            f"{other.id} ({other.status}) is called '{other.name}', too{same}{both}."
            f" If {id_} is not meant to be another one: trd campaign delete {id_}"
        )
    return found


def _touches(conn: Connection, id_: str) -> list[Touch]:
    """What is sent, whatever the places' numbers."""
    kept = [touch for touch in campaigns.sequence_of(conn, id_) if touch.active]
    return [replace(touch, position=0) for touch in kept]
