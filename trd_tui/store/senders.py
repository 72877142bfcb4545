"""Senders: numbers and messaging services with their rates and pauses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Connection, RowMapping, text

from trd_tui.domain.paused_sender import PausedSender

UNTIL_A_PERSON_ACTS = 9_000_000_000_000_000
"""A ``paused_until`` that no clock reaches."""


class Sender(NamedTuple):
    """One sender.

    Attributes:
        id: its row.
        address: E.164 number, short code or messaging service SID.
        kind: long_code, toll_free, short_code or messaging_service.
        rate_milli: thousandths of a segment per second; 0 = no limit.
        paused_until: campaign instant; ``None`` = not paused.
        paused_reason: why it is paused.
        created_at: campaign instant.
    """

    id: int
    address: str
    kind: str
    rate_milli: int
    paused_until: int | None
    paused_reason: str | None
    created_at: int


_COLUMNS = ", ".join(Sender._fields)
_LIST = text(f"SELECT {_COLUMNS} FROM senders WHERE workspace_id = :workspace_id ORDER BY id")
_GET = text(f"SELECT {_COLUMNS} FROM senders WHERE workspace_id = :workspace_id AND address = :address")
# A new bucket is empty: a sender that was just added may start one message, not a burst.
_ADD = text(
    "INSERT INTO senders (workspace_id, address, kind, rate_milli, tokens_milli, bucket_at, created_at)"
    " VALUES (:workspace_id, :address, :kind, :rate_milli, 1, :now, :now)"
    " ON CONFLICT (workspace_id, address) DO NOTHING"
)
_RATE = text(
    "UPDATE senders SET rate_milli = :rate_milli WHERE workspace_id = :workspace_id AND address = :address"
)
_FOR_GOOD = text(
    "SELECT address FROM senders WHERE workspace_id = :workspace_id AND paused_until >= :for_good ORDER BY id"
)
_PAUSE = text(
    "UPDATE senders SET paused_until = :until, paused_reason = :reason"
    " WHERE workspace_id = :workspace_id AND address = :address"
)
_PAUSE_FOR_GOOD = text(f"{_PAUSE.text} AND (paused_until IS NULL OR paused_until < :until)")


_PAUSES = text(
    "SELECT address, paused_until FROM senders"
    " WHERE workspace_id = :workspace_id AND paused_until IS NOT NULL"
)


def paused_for_good(connection: Connection, workspace_id: int = 1) -> list[str]:
    """Addresses of senders that start nothing until a person acts."""
    values = {"workspace_id": workspace_id, "for_good": UNTIL_A_PERSON_ACTS}
    return list(connection.execute(_FOR_GOOD, values).scalars())


def pauses(connection: Connection, workspace_id: int = 1) -> dict[str, int]:
    """Senders that are or were paused, and until which campaign instant."""
    return {row[0]: row[1] for row in connection.execute(_PAUSES, {"workspace_id": workspace_id})}


def paused_of(
    connection: Connection, campaigns: Iterable[RowMapping], now: int, workspace_id: int = 1
) -> list[PausedSender]:
    """Senders of these campaigns from which nothing goes at a campaign instant, the most used first."""
    used = Counter(row["sender"] for row in campaigns)
    known = {each.address: each for each in list_senders(connection, workspace_id)} if used else {}
    found = []
    for address, count in used.most_common():
        sender = known.get(address)
        if sender is not None and sender.paused_until is not None and sender.paused_until > now:
            until = None if sender.paused_until >= UNTIL_A_PERSON_ACTS else sender.paused_until
            found.append(PausedSender(address, until, sender.paused_reason or "", count))
    return found


def list_senders(connection: Connection, workspace_id: int = 1) -> list[Sender]:
    """All senders in the order in which they were added."""
    return [Sender(*row) for row in connection.execute(_LIST, {"workspace_id": workspace_id})]


def get_sender(connection: Connection, address: str, workspace_id: int = 1) -> Sender | None:
    """One sender by its address."""
    row = connection.execute(_GET, {"workspace_id": workspace_id, "address": address}).one_or_none()
    return None if row is None else Sender(*row)


def add_sender(
    connection: Connection, address: str, kind: str, rate_milli: int, now: int, workspace_id: int = 1
) -> bool:
    """Add a sender; ``False`` when the address is known (its rate stays as it is).

    Args:
        connection: a writing transaction.
        address: E.164 number, short code or messaging service SID.
        kind: one of `trd_tui.domain.phone.sender_kind`.
        rate_milli: thousandths of a segment per second; 0 = no limit.
        now: campaign instant.
        workspace_id: whose sender it is.
    """
    values = {
        "workspace_id": workspace_id,
        "address": address,
        "kind": kind,
        "rate_milli": rate_milli,
        "now": now,
    }
    return connection.execute(_ADD, values).rowcount == 1


def set_rate(connection: Connection, address: str, rate_milli: int, workspace_id: int = 1) -> bool:
    """Change a sender's rate; it holds from the next claim on. ``False`` when there is no such sender."""
    values = {"workspace_id": workspace_id, "address": address, "rate_milli": rate_milli}
    return connection.execute(_RATE, values).rowcount == 1


def pause_sender(
    connection: Connection,
    address: str,
    reason: str,
    until: int = UNTIL_A_PERSON_ACTS,
    workspace_id: int = 1,
) -> bool:
    """Let nothing start from a sender until a campaign instant; ``False`` when there is no such sender."""
    values = {"workspace_id": workspace_id, "address": address, "until": until, "reason": reason}
    return connection.execute(_PAUSE, values).rowcount == 1


def pause_for_good(connection: Connection, address: str, reason: str, workspace_id: int = 1) -> bool:
    """Let nothing start from a sender until a person acts; ``False`` where that is so already.

    Failures of texts that went before come one by one: they are no news, and no other reason.
    """
    values = {"workspace_id": workspace_id, "address": address, "until": UNTIL_A_PERSON_ACTS}
    return connection.execute(_PAUSE_FOR_GOOD, {**values, "reason": reason}).rowcount == 1


def resume_sender(connection: Connection, address: str, workspace_id: int = 1) -> bool:
    """Let a sender send again; ``False`` when there is no such sender."""
    values = {"workspace_id": workspace_id, "address": address, "until": None, "reason": None}
    return connection.execute(_PAUSE, values).rowcount == 1


class SenderUse(NamedTuple):
    """How campaigns use a sender.

    Attributes:
        campaigns: that name it, archived ones too, deleted ones not.
        active: of them, those that send.
        deleted: deleted campaigns that name it; an undo may bring them back.
    """

    campaigns: int
    active: int
    deleted: int


_USE = text(
    "SELECT sender, sum(CASE WHEN deleted_at IS NULL THEN 1 ELSE 0 END),"
    " sum(CASE WHEN deleted_at IS NULL AND status = 'active' THEN 1 ELSE 0 END),"
    " sum(CASE WHEN deleted_at IS NULL THEN 0 ELSE 1 END)"
    " FROM campaigns WHERE workspace_id = :workspace_id GROUP BY sender"
)
_USED_BY = text(
    "SELECT id, name, status FROM campaigns WHERE workspace_id = :workspace_id AND sender = :address"
    " AND deleted_at IS NULL ORDER BY CASE status WHEN 'active' THEN 0 ELSE 1 END, last_activity_at DESC"
    " LIMIT :limit"
)
_REMOVE = text("DELETE FROM senders WHERE workspace_id = :workspace_id AND address = :address")


def use_of_senders(connection: Connection, workspace_id: int = 1) -> dict[str, SenderUse]:
    """By address, how campaigns use it; addresses that none uses are missing."""
    found = connection.execute(_USE, {"workspace_id": workspace_id})
    return {row[0]: SenderUse(int(row[1]), int(row[2]), int(row[3])) for row in found}


def campaigns_of(
    connection: Connection, address: str, limit: int, workspace_id: int = 1
) -> list[tuple[str, str, str]]:
    """Id, name and status of campaigns that use a sender, the active first."""
    values = {"workspace_id": workspace_id, "address": address, "limit": limit}
    return [(row[0], row[1], row[2]) for row in connection.execute(_USED_BY, values)]


def remove_sender(connection: Connection, address: str, workspace_id: int = 1) -> bool:
    """Forget a sender; ``False`` when there is none. The caller has made sure that no campaign names it."""
    values = {"workspace_id": workspace_id, "address": address}
    return connection.execute(_REMOVE, values).rowcount == 1
