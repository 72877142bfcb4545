"""Acts of the engine itself, each with an audit row whose actor is `system`."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from trd_tui.domain.campaign import CampaignStatus
from trd_tui.domain.carrier_trouble import CarrierTrouble
from trd_tui.domain.instants import iso
from trd_tui.domain.webhook import Event
from trd_tui.store import audit, control, home, queue, senders, webhooks
from trd_tui.store.completing import complete_campaigns, moved

__all__ = ["complete_campaigns", "note_trouble", "pause_campaign", "pause_sender", "stop_everything"]


def pause_campaign(connection: Connection, campaign_id: str, reason: str, now: int, real: int) -> None:
    """Pause an active campaign because a rule of its own says so."""
    if queue.pause(connection, campaign_id, now):
        moved(connection, "pause", campaign_id, CampaignStatus.PAUSED, reason, real)
        control.bump_fence(connection)
        _alert(connection, "campaign_paused", reason, real, campaign_id=campaign_id)


def pause_sender(connection: Connection, address: str, reason: str, real: int) -> None:
    """Let nothing start from a sender until a person has looked at it; said once, however many failures."""
    if senders.pause_for_good(connection, address, reason):
        audit.record(connection, audit.SYSTEM, "pause", "sender", address, None, {"reason": reason}, at=real)
        _alert(connection, "sender_paused", reason, real, sender=address)


def stop_everything(connection: Connection, reason: str, real: int) -> None:
    """The emergency stop, because the carrier's account cannot send at all."""
    if control.stop(connection, audit.SYSTEM.name, reason, real):
        audit.record(connection, audit.SYSTEM, "stop", "control", "1", None, {"reason": reason}, at=real)
        _alert(connection, "all_stopped", reason, real)


def note_trouble(connection: Connection, trouble: CarrierTrouble | None, real: int) -> None:
    """Say for every process why the carrier cannot be asked, or that it answers; the audit keeps both.

    That credentials are refused is told to receivers of events, too, once until it answers: only a person
    can help.
    """
    before = control.read_control(connection).trouble
    if before is not None and (trouble is None or trouble.kind != before.kind):
        since = {"since": iso(before.since), "reason": before.said}
        audit.record(connection, audit.SYSTEM, "recover", "carrier", before.kind, since, None, at=real)
    if trouble is not None and (before is None or trouble.kind != before.kind):
        said = {"reason": trouble.said}
        audit.record(connection, audit.SYSTEM, "lose", "carrier", trouble.kind, None, said, at=real)
    if trouble is not None and before is not None and before.kind == trouble.kind:
        trouble = replace(trouble, since=before.since)
    elif trouble is not None and trouble.kind == "refused":
        _alert(connection, "credentials_refused", trouble.said, real)
    control.set_trouble(connection, trouble)


def stop_a_copy(connection: Connection, real: int) -> None:
    """The emergency stop, because this database is a copy and the original may send, too."""
    reason = home.settle(connection)
    if reason is not None:
        stop_everything(connection, reason, real)
        control.add_reason(connection, reason)


def _alert(
    connection: Connection,
    what: str,
    reason: str,
    real: int,
    *,
    campaign_id: str | None = None,
    sender: str | None = None,
) -> None:
    data: dict[str, object] = {"what": what, "reason": reason}
    if sender is not None:
        data["sender"] = sender
    webhooks.emit(connection, [Event("alert", data, campaign_id=campaign_id)], real)
