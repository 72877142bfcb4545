"""Completing a campaign: an act of the program itself, wherever its last contact comes to the end."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from trd_tui.domain.campaign import CampaignStatus
from trd_tui.domain.webhook import Event
from trd_tui.store import audit, counters, queue, webhooks


def complete_campaigns(connection: Connection, campaign_ids: Sequence[str], now: int, real: int) -> list[str]:
    """Complete those of these campaigns in which every enrolment is terminal; returns which."""
    if not campaign_ids:
        return []
    finished = queue.completable(connection, campaign_ids)
    for campaign_id in finished:
        queue.complete(connection, campaign_id, now)
        moved(connection, "complete", campaign_id, CampaignStatus.COMPLETED, None, real)
    webhooks.emit(connection, [Event("completed", {}, campaign_id=id_) for id_ in finished], real)
    return finished


def moved(
    connection: Connection,
    act: str,
    campaign_id: str,
    status: CampaignStatus,
    reason: str | None,
    real: int,
) -> None:
    """Carry the totals over and leave the audit row of a change from active."""
    counters.move_status(connection, campaign_id, CampaignStatus.ACTIVE, status)
    after: dict[str, str] = {"status": status}
    if reason is not None:
        after["reason"] = reason
    before = {"status": CampaignStatus.ACTIVE}
    audit.record(connection, audit.SYSTEM, act, "campaign", campaign_id, before, after, at=real)
