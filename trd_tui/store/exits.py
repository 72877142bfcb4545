"""Ending a contact's enrolments: a reply, an opt-out or a bad number stops what was still to come."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, text

from trd_tui.domain.message import EnrolmentStatus
from trd_tui.store import consents
from trd_tui.store.counters import CampaignDelta

_OPEN = (
    "SELECT e.id, e.campaign_id, e.touches_planned, e.touches_resolved, m.id, m.state, m.touch"
    " FROM enrolments e LEFT JOIN scheduled_messages m ON m.enrolment_id = e.id"
    "  AND m.state IN ('scheduled','held','sending','unknown')"
    " WHERE e.contact_id = :contact_id AND e.status IN ('active','held')"
)
_OPEN_ALL = text(f"{_OPEN} ORDER BY e.id")
_OPEN_IN = text(f"{_OPEN} AND e.campaign_id = :campaign_id ORDER BY e.id")
# On PostgreSQL a plan or a result may be at the same enrolments: whoever comes second sees what the first
# did. Locked before they are read: a statement that has waited does not see rows that were added meanwhile.
_LOCK_OPEN = {
    "postgresql": text(
        "SELECT id FROM enrolments WHERE contact_id = :contact_id AND status IN ('active','held')"
        " ORDER BY id FOR UPDATE"
    )
}
_LAST_TOUCH = text(
    "SELECT touch FROM scheduled_messages WHERE enrolment_id = :enrolment_id ORDER BY id DESC LIMIT 1"
)
_END = text(
    "UPDATE enrolments SET status = :status, end_reason = :reason, ended_touch = :touch,"
    " touches_resolved = touches_planned, updated_at = :now WHERE id = :enrolment_id"
)
_CANCEL = text(
    "UPDATE scheduled_messages SET state = 'cancelled', reason = :reason, updated_at = :now"
    " WHERE id = :message_id AND state IN ('scheduled','held')"
)
_MARK_BAD = text("UPDATE contacts SET bad_number = :reason, updated_at = :now WHERE id = :contact_id")
_SUPPRESS = text(
    "INSERT INTO suppressions (workspace_id, number, reason, source, created_at)"
    " SELECT workspace_id, number, :reason, :source, :now FROM contacts WHERE id IN :ids"
    " AND number LIKE '+%'"  # who was erased has no number any more, only an alias
    " ON CONFLICT (workspace_id, number) DO NOTHING"
).bindparams(bindparam("ids", expanding=True))


def lock_open(connection: Connection, contact_id: int) -> None:
    """Wait for who is at a contact's open enrolments, and keep others from them until the end."""
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK_OPEN["postgresql"], {"contact_id": contact_id})


def end_contact(
    connection: Connection,
    contact_id: int,
    status: EnrolmentStatus,
    reason: str,
    now: int,
    deltas: dict[str, CampaignDelta],
    campaign_id: str | None = None,
) -> list[int]:
    """End every open enrolment of a contact, cancel what waits, and note the counters in ``deltas``.

    With ``campaign_id`` only the one in that campaign.

    A message that is in flight stays as it is: its result is still to be recorded.

    Returns:
        Ids of the enrolments that were ended.
    """
    ended: list[int] = []
    wanted: dict[str, object] = {"contact_id": contact_id}
    open_ones = _OPEN_ALL
    if campaign_id is not None:
        wanted["campaign_id"], open_ones = campaign_id, _OPEN_IN
    lock_open(connection, contact_id)
    for enrolment, campaign, planned, resolved, message, state, touch in connection.execute(
        open_ones, wanted
    ).all():
        delta = deltas.setdefault(campaign, CampaignDelta())
        cancel = {"message_id": message, "reason": reason, "now": now}
        # On PostgreSQL a claim may have taken it in this very moment: then it is in flight, and the fence
        # that the caller bumps keeps it from being called.
        if state in ("scheduled", "held") and connection.execute(_CANCEL, cancel).rowcount:
            if state == "scheduled":
                delta.waiting_count -= 1
                delta.recompute_next_due = True
            else:
                delta.held_count -= 1
        at = touch
        if at is None:
            at = connection.execute(_LAST_TOUCH, {"enrolment_id": enrolment}).scalar_one_or_none()
        connection.execute(
            _END,
            {"enrolment_id": enrolment, "status": str(status), "reason": reason, "touch": at, "now": now},
        )
        delta.open_count -= 1
        delta.touches_resolved += planned - resolved
        delta.active_at(now)
        ended.append(enrolment)
    return ended


def mark_bad(connection: Connection, contact_id: int, reason: str, now: int) -> None:
    """Note that a number can never be texted, and why."""
    connection.execute(_MARK_BAD, {"contact_id": contact_id, "reason": reason, "now": now})


def suppress_contacts(
    connection: Connection, contact_ids: Iterable[int], reason: str, source: str, now: int
) -> None:
    """Put the numbers of contacts on the do-not-contact list; it also takes their consent back."""
    ids = list(contact_ids)
    if ids:
        consents.revoke_contacts(connection, ids, source, now)
        connection.execute(_SUPPRESS, {"ids": ids, "reason": reason, "source": source, "now": now})
