"""Who is in a draft: their figures, those of another campaign who join, and taking everybody out again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from trd_tui.clock import Clock
from trd_tui.domain.sheet import Sheet
from trd_tui.services.actor import Actor
from trd_tui.services.drafts import Progress
from trd_tui.services.stored_draft import NoDraftError, custom_fields, draft_of
from trd_tui.store import audit, campaigns, consents, contacts, sheets
from trd_tui.store.counters import CampaignDelta, apply
from trd_tui.store.database import Database

_CHUNK = 5_000
"""Contacts that are put in or taken out in one transaction."""


@dataclass(frozen=True, slots=True)
class AudienceFigures:
    """Who is in a draft.

    Attributes:
        contacts: all of them.
        suppressed: of those, who must not be texted: they get nothing.
        without_consent: of those, of whom no consent is on record.
        custom: their own fields, which texts may name.
    """

    contacts: int = 0
    suppressed: int = 0
    without_consent: int = 0
    custom: tuple[str, ...] = ()


async def audience(db: Database, campaign_id: str) -> AudienceFigures:
    """Who is in a draft; nobody where there is none yet."""
    return await db.read(_audience, campaign_id) if campaign_id else AudienceFigures()


def _audience(conn: Connection, id_: str) -> AudienceFigures:
    row = draft_of(conn, id_)
    return AudienceFigures(
        row["contact_count"],
        sheets.suppressed_in(conn, id_),
        consents.without(conn, id_),
        custom_fields(conn, id_),
    )


async def audience_fields(db: Database, campaign_id: str) -> tuple[str, ...]:
    """The contacts' own fields, which texts may name."""
    return await db.read(custom_fields, campaign_id)


async def take_contacts(
    db: Database, clock: Clock, actor: Actor, sheet: Sheet, progress: Progress | None = None
) -> int:
    """Enrol those contacts of another campaign who have not answered it; returns how many joined.

    Who opted out, whose number takes no texts or who was removed there is left out.

    Args:
        db: the database.
        clock: campaign time.
        actor: who asks.
        sheet: its ``other`` is the campaign that they come from.
        progress: told how many were looked at, of how many; what it raises ends it, and keeps who joined.
    """
    await db.read(draft_of, sheet.campaign_id)
    source = await db.read(campaigns.get, sheet.other)
    if source is None:
        raise NoDraftError("The other campaign is gone; choose another one.")
    cursor = looked = joined = 0
    try:
        while True:
            cursor, seen, added = await db.write(_copied, sheet, cursor, clock.now())
            joined, looked = joined + added, looked + seen
            if not seen:
                return joined
            if progress:
                progress(looked, source["contact_count"])
    finally:
        after = {"from": sheet.other, "enrolled": joined}
        await db.write(_noted, clock, actor, sheet.campaign_id, "take_contacts", after)


def _copied(conn: Connection, sheet: Sheet, cursor: int, now: int) -> tuple[int, int, int]:
    draft_of(conn, sheet.campaign_id)
    return contacts.copy_enrolments(
        conn, sheet.other, sheet.campaign_id, cursor, now, limit=_CHUNK, silent=True
    )


async def empty_audience(
    db: Database, clock: Clock, actor: Actor, campaign_id: str, progress: Progress | None = None
) -> int:
    """Take everybody out of a draft, so that another file can be imported; returns how many.

    The contacts themselves stay, with their consents and suppressions.
    """
    total = (await db.read(draft_of, campaign_id))["contact_count"]
    out = 0
    while gone := await db.write(_taken_out, campaign_id, clock.now()):
        out += gone
        if progress:
            progress(out, total)
    await db.write(_noted, clock, actor, campaign_id, "empty", {"removed": out})
    return out


def _taken_out(conn: Connection, campaign_id: str, now: int) -> int:
    draft_of(conn, campaign_id)
    gone = sheets.take_out(conn, campaign_id, _CHUNK)
    if gone:
        apply(conn, {campaign_id: CampaignDelta(contact_count=-gone, open_count=-gone)}, now)
    return gone


def _noted(conn: Connection, clock: Clock, actor: Actor, id_: str, act: str, after: dict[str, Any]) -> None:
    audit.record(conn, actor, act, "campaign", id_, None, after, at=clock.real())
