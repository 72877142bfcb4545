"""What was done to one campaign: its part of the audit, newest first."""

from __future__ import annotations

import json

from sqlalchemy import Connection

from trd_tui.services.people_views import ActPage, ActRow
from trd_tui.store import audit
from trd_tui.store.audit import AuditRow
from trd_tui.store.database import Database

CAMPAIGN = "campaign"


async def page(db: Database, campaign_id: str, limit: int, offset: int = 0) -> ActPage:
    """A page of a campaign's acts, the newest first, and how many there are."""

    def read(conn: Connection) -> ActPage:
        rows = audit.latest(conn, subject=CAMPAIGN, subject_id=campaign_id, limit=limit, offset=offset)
        total = audit.count_of(conn, CAMPAIGN, campaign_id)
        return ActPage(tuple(_act(row) for row in rows), total)

    return await db.read(read)


async def rank(db: Database, campaign_id: str, act_id: int) -> int:
    """At which place, from 0, an act of the campaign stands; acts are only ever added."""
    return await db.read(audit.newer, CAMPAIGN, campaign_id, act_id)


def _act(row: AuditRow) -> ActRow:
    return ActRow(row.id, row.at, row.actor, row.login, row.act, _read(row.before), _read(row.after))


def _read(said: str | None) -> dict[str, object]:
    found = json.loads(said) if said else {}
    return found if isinstance(found, dict) else {"": found}
