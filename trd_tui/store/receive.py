"""What the carrier reports: delivery states by rank, and replies, each kept once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, text

from trd_tui.store.driver import ByIds
from trd_tui.store.writes import quietly


class SentRow(NamedTuple):
    """An accepted message, found by the carrier's id; `erased`: of a person of whom nothing is kept."""

    id: int
    sid: str
    state: str
    campaign_id: str
    contact_id: int
    touch: int
    segments: int
    cost_micros: int
    sender: str
    variant: str | None
    priced: int = 0
    workspace_id: int = 1
    spend_day: int = 0
    erased: bool = False


class LateReceipt(NamedTuple):
    """An accepted text that has no final state yet: of a campaign or a person's own."""

    table: str
    id: int
    sid: str


class KeptReply(NamedTuple):
    """An inbound message as it was kept."""

    id: int
    workspace_id: int
    sender: str
    kind: str
    contact_id: int | None
    message_id: int | None
    received_at: int


class Answered(NamedTuple):
    """The latest touch that a number pair's reply answers."""

    message_id: int
    campaign_id: str
    enrolment_id: int
    touch: int
    status: str
    replied_at: int | None
    opted_out_at: int | None
    variant: str | None


# A report names the number, too, so that the carrier's ids need no index: they are random, and a page of it
# would be read and written for every text that goes out.
_SENT = (
    f"SELECT {', '.join(f'm.{name}' for name in SentRow._fields[:-1])} FROM contacts c"
    " JOIN enrolments e ON e.contact_id = c.id JOIN scheduled_messages m ON m.enrolment_id = e.id WHERE"
)
_BY_SID = ByIds(f"{_SENT} c.number IN :ids AND m.sid IN :sids")
# Of an erased contact nothing tells the number. They are few, and their aliases begin with a letter, which
# every database puts behind the numbers: so they are gone through by the index of numbers.
_OF_ERASED = ByIds(f"{_SENT} c.number > 'e' AND c.number < 'f' AND m.sid IN :ids")
_ANSWERS_SIDS = ByIds("SELECT sid FROM answers WHERE sid IN :ids")
_EVENT = text(
    "INSERT INTO message_events (sid, status, error_code, received_at)"
    " VALUES (:sid, :status, :code, :now) ON CONFLICT (sid, status) DO NOTHING"
)
_STATE = text(
    "UPDATE scheduled_messages SET state = :state, error_code = :code, reason = :reason, final_at = :now,"
    " updated_at = :now WHERE id = :id AND state = 'sent'"
)
_PRICE = text(
    "UPDATE scheduled_messages SET segments = :segments, cost_micros = :cost, priced = :priced,"
    " updated_at = :now WHERE id = :id AND segments = :old_segments AND cost_micros = :old_cost"
    " AND priced = :old_priced"
)
_SOFT = text(
    "UPDATE contacts SET soft_failures = CASE WHEN :soft = 1 THEN soft_failures + 1 ELSE 0 END"
    " WHERE id = :contact_id AND (:soft = 1 OR soft_failures > 0)"
)
_SOFT_COUNT = text("SELECT soft_failures FROM contacts WHERE id = :contact_id")
_CONTACT = text("SELECT id, workspace_id FROM contacts WHERE number = :number ORDER BY workspace_id LIMIT 1")
_ANSWERED = (
    "SELECT m.id, m.campaign_id, m.enrolment_id, m.touch, e.status, e.replied_at, e.opted_out_at,"
    " m.variant"
    " FROM enrolments e JOIN scheduled_messages m ON m.enrolment_id = e.id"
)
_ANSWERED_BY_ID = text(f"{_ANSWERED} WHERE m.id = :message_id")
_LATEST = text(
    f"{_ANSWERED} WHERE e.contact_id = :contact_id AND m.sent_at IS NOT NULL"
    " ORDER BY CASE WHEN m.sender = :recipient THEN 0 ELSE 1 END, m.sent_at DESC, m.id DESC LIMIT 1"
)
_KNOWN = text("SELECT sid FROM replies WHERE sid IN :sids").bindparams(bindparam("sids", expanding=True))
_REPLY = text(
    "INSERT INTO replies (workspace_id, sid, sender, recipient, body, kind, contact_id, campaign_id,"
    " message_id, received_at, carrier_at, opt_out_type)"
    " VALUES (:workspace_id, :sid, :sender, :recipient, :body, :kind, :contact_id, :campaign_id,"
    " :message_id, :now, :carrier_at, :opt_out_type) ON CONFLICT (sid) DO NOTHING"
)
_TOLD_LATER = text(
    "UPDATE replies SET opt_out_type = :opt_out_type WHERE sid = :sid AND opt_out_type IS NULL"
    f" RETURNING {', '.join(KeptReply._fields)}"
)
_READ_AS = text("UPDATE replies SET kind = :kind WHERE id = :id")
_COUNTED_REPLY = text(
    "UPDATE enrolments SET replied_at = :now, updated_at = :now,"
    " status = CASE WHEN status IN ('active','held','finished') THEN 'replied' ELSE status END,"
    " end_reason = coalesce(end_reason, 'replied') WHERE id = :enrolment_id AND replied_at IS NULL"
)
_COUNTED_OPT_OUT = text(
    "UPDATE enrolments SET opted_out_at = :now, updated_at = :now, status = 'opted_out',"
    " end_reason = 'opted out' WHERE id = :enrolment_id AND opted_out_at IS NULL"
)
# What a person of ours, an import or a court has put there stays.
_LIFT = text(
    "DELETE FROM suppressions WHERE workspace_id = :workspace_id AND number = :number"
    " AND source IN ('reply','carrier')"
)
# SQLite takes a partial index only where the query repeats its condition word for word.
_OVERDUE = (
    "WHERE state = 'sent' AND attempted_at >= :since"
    " AND attempted_at < :until AND (looked_at IS NULL OR looked_at <= :looked_before)"
    " ORDER BY attempted_at LIMIT :limit"
)
_LATE = {
    table: text(f"SELECT id, sid FROM {table} {_OVERDUE}") for table in ("scheduled_messages", "answers")
}
_ASKED = {
    table: text(f"UPDATE {table} SET looked_at = :real WHERE id = :id AND state = 'sent'") for table in _LATE
}
_POLLED = text("UPDATE control SET polled_until = :until WHERE id = 1")
_POLLED_UNTIL = text("SELECT polled_until FROM control WHERE id = 1")


def by_sid(connection: Connection, reports: Iterable[tuple[str, str]]) -> dict[str, SentRow]:
    """Our messages among the carrier's, each told by its id and the number that it went to.

    Those to a contact that was erased meanwhile are found, too: what becomes of them belongs to the counters.
    """
    numbers = dict(reports)
    found = {row[1]: SentRow(*row) for row in _BY_SID.fetch(connection, set(numbers.values()), sids=numbers)}
    others = [sid for sid in numbers if sid not in found]
    return found | {row[1]: SentRow._make((*row, True)) for row in _OF_ERASED.fetch(connection, others)}


def known_sids(connection: Connection, reports: Sequence[tuple[str, str]]) -> set[str]:
    """Those of the carrier's ids (each with its number) that belong to a message or an answer of ours."""
    answers = _ANSWERS_SIDS.fetch(connection, [sid for sid, _ in reports])
    return {*by_sid(connection, reports), *(row[0] for row in answers)}


def keep_event(connection: Connection, sid: str, status: str, code: int | None, now: int) -> bool:
    """Keep a raw carrier event; ``False`` when this message was already in this status."""
    return connection.execute(_EVENT, {"sid": sid, "status": status, "code": code, "now": now}).rowcount == 1


def set_state(
    connection: Connection, message_id: int, state: str, code: int | None, reason: str | None, now: int
) -> bool:
    """Move a sent message to its final state; ``False`` when it has one."""
    values = {"id": message_id, "state": state, "code": code, "reason": reason, "now": now}
    return connection.execute(_STATE, values).rowcount == 1


def set_price(connection: Connection, old: SentRow, new: SentRow, now: int) -> bool:
    """Replace what a message is known to cost (micro-dollars), mostly its estimate by the carrier's price.

    ``False`` when the row is no longer what it was when it was read: on PostgreSQL a former sender that was
    suspended reads the same list beside us, and the difference must be counted once.
    """
    values = {"segments": new.segments, "cost": new.cost_micros, "priced": new.priced}
    guard = {"old_segments": old.segments, "old_cost": old.cost_micros, "old_priced": old.priced}
    return connection.execute(_PRICE, {**values, **guard, "id": old.id, "now": now}).rowcount == 1


def soft_failure(connection: Connection, contact_id: int, *, failed: bool) -> int:
    """Count a soft failure, or set the count back after a delivery; returns how many there are in a row."""
    connection.execute(_SOFT, {"contact_id": contact_id, "soft": int(failed)})
    return int(connection.execute(_SOFT_COUNT, {"contact_id": contact_id}).scalar_one()) if failed else 0


def contact_of(connection: Connection, number: str) -> tuple[int, int] | None:
    """Contact and workspace of a number."""
    row = connection.execute(_CONTACT, {"number": number}).one_or_none()
    return None if row is None else (row[0], row[1])


def latest_touch(connection: Connection, contact_id: int, recipient: str) -> Answered | None:
    """The latest accepted touch to a contact, from the number that was answered before any other."""
    row = connection.execute(_LATEST, {"contact_id": contact_id, "recipient": recipient}).one_or_none()
    return None if row is None else Answered(*row)


def answered_by(connection: Connection, message_id: int) -> Answered | None:
    """The touch that a kept reply answers."""
    row = connection.execute(_ANSWERED_BY_ID, {"message_id": message_id}).one_or_none()
    return None if row is None else Answered(*row)


def known_replies(connection: Connection, sids: Iterable[str]) -> set[str]:
    """Which of these inbound messages are already kept."""
    return {row[0] for row in connection.execute(_KNOWN, {"sids": list(sids)})}


def keep_reply(connection: Connection, **values: object) -> bool:
    """Keep an inbound message; ``False`` when it is kept already."""
    return connection.execute(_REPLY, values).rowcount == 1


def told_later(connection: Connection, sid: str, opt_out_type: str) -> KeptReply | None:
    """Note what the carrier takes a kept reply for; ``None`` when that was known or the reply is not."""
    values = {"sid": sid, "opt_out_type": opt_out_type}
    row = connection.execute(_TOLD_LATER, values).one_or_none()
    return None if row is None else KeptReply(*row)


def read_as(connection: Connection, reply_id: int, kind: str) -> None:
    """Change how a kept reply is understood."""
    connection.execute(_READ_AS, {"id": reply_id, "kind": kind})


def count_reply(connection: Connection, enrolment_id: int, now: int) -> bool:
    """Note that the reply counts in this enrolment; ``False`` when another one does already."""
    return connection.execute(_COUNTED_REPLY, {"enrolment_id": enrolment_id, "now": now}).rowcount == 1


def count_opt_out(connection: Connection, enrolment_id: int, now: int) -> bool:
    """Note that the opt-out counts in this enrolment; ``False`` when another one does already."""
    return connection.execute(_COUNTED_OPT_OUT, {"enrolment_id": enrolment_id, "now": now}).rowcount == 1


def lift(connection: Connection, workspace_id: int, number: str) -> bool:
    """Take a number off the do-not-contact list, because its owner asked for it.

    Only what the owner or the carrier has put there: ``False`` when it was not there, or by somebody else.
    """
    return connection.execute(_LIFT, {"workspace_id": workspace_id, "number": number}).rowcount == 1


def late_receipts(
    connection: Connection, since: int, until: int, looked_before: int, limit: int
) -> list[LateReceipt]:
    """Our and the carrier's ids of accepted messages of a real span of time that have no final state yet.

    Args:
        connection: a transaction.
        since: real instant of the oldest attempt.
        until: real instant before which the attempts lie.
        looked_before: leave out those that were asked for after this real instant.
        limit: most messages of campaigns, and most of a person's own answers; the oldest of each first.
    """
    values = {"since": since, "until": until, "looked_before": looked_before, "limit": limit}
    return [
        LateReceipt(table, *row)
        for table, statement in _LATE.items()
        for row in connection.execute(statement, values)
    ]


def asked_for(connection: Connection, late: LateReceipt, real: int) -> None:
    """Note that the carrier was asked for one message, at a real instant."""
    connection.execute(_ASKED[late.table], {"id": late.id, "real": real})


def polled_until(connection: Connection) -> int:
    """Real instant up to which the carrier's changes have been read."""
    return int(connection.execute(_POLLED_UNTIL).scalar_one())


def set_polled_until(connection: Connection, until: int) -> None:
    """Move that mark; back, too, where the clock was set back. Too early a mark only reads some twice."""
    with quietly(connection):
        connection.execute(_POLLED, {"until": until})
