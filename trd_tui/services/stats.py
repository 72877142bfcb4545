"""A campaign's figures for programs: kept counters, and bounded pages of who answered and who did not."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from trd_tui.services.listing import campaign_detail
from trd_tui.services.views import CampaignDetail
from trd_tui.store import stats
from trd_tui.store.database import Database
from trd_tui.store.stats import NonResponder, Responder

MOST_PEOPLE = 1_000
"""Contacts of one page, at most."""


@dataclass(frozen=True, slots=True)
class CampaignStats:
    """A campaign's figures.

    Attributes:
        detail: the campaign with its kept counters and touches.
        responders: contacts who replied, the latest first.
        non_responders: contacts who were texted and have neither replied nor opted out.
    """

    detail: CampaignDetail
    responders: tuple[Responder, ...]
    non_responders: tuple[NonResponder, ...]


async def campaign_stats(db: Database, campaign_id: str, limit: int = 100) -> CampaignStats | None:
    """A campaign's figures with at most ``limit`` people of each kind; ``None`` when there is no such one."""
    detail = await campaign_detail(db, campaign_id)
    if detail is None:
        return None
    most = max(0, min(limit, MOST_PEOPLE))

    def people(conn: Connection) -> tuple[list[Responder], list[NonResponder]]:
        return (
            stats.responders(conn, campaign_id, None, most),
            stats.non_responders(conn, campaign_id, 0, most),
        )

    answered, silent = await db.read(people)
    return CampaignStats(detail, tuple(answered), tuple(silent))


async def responders(db: Database, campaign_id: str, before: int | None, limit: int) -> list[Responder]:
    """A page of contacts who replied, the latest first, behind the one whose reply is ``before``."""
    return await db.read(stats.responders, campaign_id, before, max(0, min(limit, MOST_PEOPLE)))


async def non_responders(db: Database, campaign_id: str, after: int, limit: int) -> list[NonResponder]:
    """A page of contacts who have not answered, behind the enrolment ``after``."""
    return await db.read(stats.non_responders, campaign_id, after, max(0, min(limit, MOST_PEOPLE)))
