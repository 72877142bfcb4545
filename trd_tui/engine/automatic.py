"""Acts of the engine itself, each with an audit row whose actor is `system`."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from trd_tui.domain.campaign import CampaignStatus
from trd_tui.store import audit, control, counters, home, queue, senders


def complete_campaigns(connection: Connection, campaign_ids: Sequence[str], now: int, real: int) -> list[str]:
    """Complete those of these campaigns in which every enrolment is terminal; returns which."""
    if not campaign_ids:
        return []
    finished = queue.completable(connection, campaign_ids)
    for campaign_id in finished:
        queue.complete(connection, campaign_id, now)
        _moved(connection, "complete", campaign_id, CampaignStatus.COMPLETED, None, real)
    return finished


def pause_campaign(connection: Connection, campaign_id: str, reason: str, now: int, real: int) -> None:
    """Pause an active campaign because a rule of its own says so."""
    if queue.pause(connection, campaign_id, now):
        _moved(connection, "pause", campaign_id, CampaignStatus.PAUSED, reason, real)
        control.bump_fence(connection)


def _moved(
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


def pause_sender(connection: Connection, address: str, reason: str, real: int) -> None:
    """Let nothing start from a sender until a person has looked at it."""
    if senders.pause_sender(connection, address, reason):
        audit.record(connection, audit.SYSTEM, "pause", "sender", address, None, {"reason": reason}, at=real)


def stop_everything(connection: Connection, reason: str, real: int) -> None:
    """The emergency stop, because the carrier's account cannot send at all."""
    if control.stop(connection, audit.SYSTEM.name, reason, real):
        audit.record(connection, audit.SYSTEM, "stop", "control", "1", None, {"reason": reason}, at=real)


def stop_a_copy(connection: Connection, real: int) -> None:
    """The emergency stop, because this database is a copy and the original may send, too."""
    reason = home.settle(connection)
    if reason is not None:
        stop_everything(connection, reason, real)
        control.add_reason(connection, reason)
