"""What a row of the simulated carrier's ledger holds, and the statements that make and change it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from trd_tui.carriers.protocol import CarrierMessage

COMING = "coming"
"""Status of an answer that the contact has not written yet; such rows are never shown."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS messages (
    seq INTEGER PRIMARY KEY,
    mark TEXT NOT NULL,
    inbound INTEGER NOT NULL,
    sender TEXT NOT NULL,
    to_number TEXT NOT NULL,
    service TEXT,
    body TEXT NOT NULL,
    attempt_id TEXT NOT NULL,
    segments INTEGER NOT NULL,
    accepted_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    status TEXT NOT NULL,
    error_code INTEGER,
    change INTEGER,
    next_at INTEGER,
    next_status TEXT,
    next_error INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS idx_messages_to ON messages(to_number);
CREATE INDEX IF NOT EXISTS idx_messages_next ON messages(next_at) WHERE next_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_messages_change ON messages(change) WHERE change IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_messages_inbound ON messages(to_number, sender) WHERE inbound = 1;
CREATE TABLE IF NOT EXISTS runs (number INTEGER PRIMARY KEY) STRICT;
"""
# ``accepted_at`` and ``next_at`` are campaign instants, the other three real ones. ``change`` is the real
# instant of the last change that the caller has not been told by an answer; NULL: it has been told.

COLUMNS = """seq, mark, inbound, sender, to_number, body, status, error_code, created_at, updated_at,
    segments, service"""
INSERT = f"""INSERT INTO messages (seq, mark, inbound, sender, to_number, service, body, attempt_id,
    segments, accepted_at, created_at, updated_at, status, change, next_at, next_status, next_error)
    VALUES ({", ".join("?" * 17)})"""
MATURE = """UPDATE messages SET
    created_at = CASE WHEN inbound = 1 THEN :real ELSE created_at END,
    updated_at = :real, change = :change, status = next_status, error_code = next_error, next_at = NULL
    WHERE seq IN (SELECT seq FROM messages WHERE next_at <= :now ORDER BY next_at LIMIT :limit)"""

_PRICE_MICROS = 8_300
_UNBILLED = frozenset({"queued", "sent", "failed"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A text to be written down, in either direction.

    Attributes:
        accepted_at: campaign instant.
        next_at: campaign instant of what follows (final status, or the coming of an answer).
        untold: nobody will learn of it from an answer, so a list must tell it.
    """

    mark: str
    inbound: bool
    sender: str
    to: str
    service: str | None
    body: str
    attempt_id: str
    segments: int
    accepted_at: int
    next_at: int | None
    next_status: str | None
    next_error: int | None
    untold: bool


def sid_of(mark: str, seq: int) -> str:
    """The message id of a row; its second half is the row's number, so no index is needed to find it."""
    return f"SM{mark}{seq:016x}"


def message_of(row: tuple[Any, ...]) -> CarrierMessage:
    """The message that a row selected by :data:`COLUMNS` (and whatever follows them) stands for."""
    seq, mark, inbound, sender, to, body, status, error_code, created_at, updated_at, *rest = row
    segments, service = rest[:2]
    return CarrierMessage(
        sid=sid_of(mark, seq),
        inbound=inbound == 1,
        sender=sender,
        to=to,
        body=body,
        status=status,
        error_code=error_code,
        created_at=created_at,
        updated_at=updated_at,
        segments=segments,
        price_micros=None if status in _UNBILLED else segments * _PRICE_MICROS,
        service=service,
    )
