"""Doubts: a contact said what reads like an opt-out, and nothing automatic goes until a person has decided.

The doubt stands at the contact, so that a claim also meets it at what waits nowhere yet: the touch after one
that is on its way, a draft, a campaign that they join later.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, text

from trd_tui.store import exits
from trd_tui.store.counters import CampaignDelta

_WAITING = text(
    "SELECT m.id, m.enrolment_id, m.campaign_id, m.state FROM enrolments e"
    " JOIN scheduled_messages m ON m.enrolment_id = e.id AND m.state IN ('scheduled','held')"
    " WHERE e.contact_id = :contact_id AND e.status IN ('active','held') ORDER BY m.id"
)
_HOLD = text(
    "UPDATE scheduled_messages SET state = 'held', reason = :reason, updated_at = :now"
    " WHERE id = :message_id AND state = 'scheduled'"
)
_HOLD_ENROLMENT = text(
    "UPDATE enrolments SET status = 'held', updated_at = :now WHERE id = :enrolment_id AND status = 'active'"
)
_ADD_REASON = text(
    "UPDATE scheduled_messages SET reason = coalesce(reason || '; ', '') || :reason, updated_at = :now"
    " WHERE id = :message_id AND state = 'held'"
)
_DOUBT = text(
    "UPDATE contacts SET doubt = :reason, updated_at = :now WHERE id = :contact_id AND doubt IS NULL"
)
_SETTLE = text("UPDATE contacts SET doubt = NULL WHERE id IN :ids AND doubt IS NOT NULL").bindparams(
    bindparam("ids", expanding=True)
)
_SETTLE_NUMBER = text(
    "UPDATE contacts SET doubt = NULL WHERE number = :number AND workspace_id = :workspace_id"
    " AND doubt IS NOT NULL"
)


def doubt(
    connection: Connection, contact_id: int, reason: str, now: int, deltas: dict[str, CampaignDelta]
) -> None:
    """Hold everything that waits for a contact, and note the counters in ``deltas``; the first doubt stays.

    The caller bumps the fence: what is about to be called is not called.

    Args:
        connection: a writing transaction.
        contact_id: the contact.
        reason: what was said, for people.
        now: campaign instant.
        deltas: by campaign id.
    """
    wanted = {"contact_id": contact_id}
    exits.lock_open(connection, contact_id)
    waiting = connection.execute(_WAITING, wanted).all()
    if not connection.execute(_DOUBT, {**wanted, "reason": reason, "now": now}).rowcount:
        return
    for message, enrolment, campaign, state in waiting:
        values = {"message_id": message, "enrolment_id": enrolment, "reason": reason, "now": now}
        if state == "held":
            connection.execute(_ADD_REASON, values)
        elif connection.execute(_HOLD, values).rowcount:  # else a claim has just taken it: the fence stops it
            connection.execute(_HOLD_ENROLMENT, values)
            delta = deltas.setdefault(campaign, CampaignDelta())
            delta.waiting_count -= 1
            delta.held_count += 1
            delta.recompute_next_due = True
            delta.active_at(now)


def settle(connection: Connection, contact_ids: Iterable[int]) -> None:
    """A person has decided about these contacts: their campaigns may go on."""
    ids = sorted(set(contact_ids))
    if ids:
        connection.execute(_SETTLE, {"ids": ids})


def settle_numbers(connection: Connection, numbers: Iterable[str], workspace_id: int = 1) -> None:
    """The same for numbers, whether they are contacts' or not."""
    rows = [{"number": number, "workspace_id": workspace_id} for number in sorted(numbers)]
    if rows:
        connection.execute(_SETTLE_NUMBER, rows)
