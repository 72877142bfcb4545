"""A message's states and how they follow each other: by rank, never backwards."""

from __future__ import annotations

from enum import StrEnum


class MessageState(StrEnum):
    """Where one touch for one contact stands."""

    SCHEDULED = "scheduled"
    SENDING = "sending"
    UNKNOWN = "unknown"
    HELD = "held"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


class EnrolmentStatus(StrEnum):
    """Where one contact stands in one campaign."""

    ACTIVE = "active"
    HELD = "held"
    REPLIED = "replied"
    OPTED_OUT = "opted_out"
    FAILED = "failed"
    FINISHED = "finished"
    REMOVED = "removed"


OPEN_ENROLMENTS = frozenset({EnrolmentStatus.ACTIVE, EnrolmentStatus.HELD})
"""Statuses in which a next touch may still follow; all others are terminal."""

WAITING = frozenset({MessageState.SCHEDULED, MessageState.HELD})
IN_FLIGHT = frozenset({MessageState.SENDING, MessageState.UNKNOWN})
FINAL = frozenset(
    {
        MessageState.DELIVERED,
        MessageState.UNDELIVERED,
        MessageState.FAILED,
        MessageState.SKIPPED,
        MessageState.CANCELLED,
    }
)

_CARRIER_STATE: dict[str, MessageState] = {
    "accepted": MessageState.SENT,
    "scheduled": MessageState.SENT,
    "queued": MessageState.SENT,
    "sending": MessageState.SENT,
    "sent": MessageState.SENT,
    "delivered": MessageState.DELIVERED,
    "read": MessageState.DELIVERED,
    "undelivered": MessageState.UNDELIVERED,
    "failed": MessageState.FAILED,
    "canceled": MessageState.FAILED,
}


def state_of_carrier_status(status: str) -> MessageState:
    """Translate the carrier's word for an outbound message; a word that we do not know counts as sent.

    Twilio adds statuses without notice, and the message was accepted, so ``sent`` is the safe reading.
    """
    return _CARRIER_STATE.get(status, MessageState.SENT)


def merge_state(current: MessageState, reported: MessageState) -> MessageState:
    """Merge what the carrier reports into what we know: receipts come late, twice and out of order.

    Only an accepted message moves, and only once, from ``sent`` to a final state.
    """
    if current is MessageState.SENT and reported in FINAL:
        return reported
    return current
