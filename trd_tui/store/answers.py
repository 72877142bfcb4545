"""A person's own answers: the intent, what became of it, and what the carrier reports later.

The rows live as a campaign's messages do: `sending` is committed before the call, a call without an answer is
`unknown` until the carrier's list has been read, and an answer is never sent twice by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, text

from trd_tui.store import counters, inbox
from trd_tui.store.counters import CampaignDelta


class AnswerRow(NamedTuple):
    """An answer as its result and later reports need it."""

    id: int
    sid: str | None
    state: str
    number: str
    contact_id: int | None
    campaign_id: str | None
    segments: int
    cost_micros: int


class UnderWay(NamedTuple):
    """An answer of which nobody knows whether it was sent; named as the reconciler names an attempt."""

    attempt_id: str
    recipient: str
    sender: str
    body: str
    attempted_at: int
    segments: int
    cost_micros: int
    looks: int


_IN_FLIGHT = "state IN ('sending','unknown')"
_ROW = ", ".join(AnswerRow._fields)
_INTEND = text(
    "INSERT INTO answers (workspace_id, number, contact_id, campaign_id, sender, body, attempt_id,"
    " attempted_at, segments, cost_micros, user_id, actor, login, created_at, updated_at)"
    " VALUES (:workspace_id, :number, :contact_id, :campaign_id, :sender, :body, :attempt_id, :real,"
    " :segments, :cost_micros, :user_id, :actor, :login, :now, :now)"
)
_WITHIN = text(
    "SELECT CASE WHEN budget_micros IS NULL OR cost_micros + reserved_micros <= budget_micros"
    " THEN 1 ELSE 0 END FROM campaigns WHERE id = :id"
)
_UNDER_WAY = text(
    f"SELECT (SELECT count(*) FROM answers WHERE number = :number AND {_IN_FLIGHT}) +"
    " (SELECT count(*) FROM contacts c JOIN scheduled_messages m ON m.contact_id = c.id"
    f"  AND m.{_IN_FLIGHT} WHERE c.number = :number AND m.body = :body)"
)
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:number, 0))")
_OF_ATTEMPT = f"SELECT {_ROW} FROM answers WHERE attempt_id = :attempt_id"
_OF = {"sqlite": text(_OF_ATTEMPT), "postgresql": text(f"{_OF_ATTEMPT} FOR UPDATE")}
_ACCEPTED = text(
    "UPDATE answers SET state = 'sent', sid = :sid, sent_at = :now, segments = :segments,"
    " cost_micros = :cost, reason = NULL, error_code = NULL, updated_at = :now WHERE id = :id"
)
_ENDED = text(
    "UPDATE answers SET state = :state, error_code = :code, reason = :reason, updated_at = :now"
    f" WHERE id = :id AND {_IN_FLIGHT}"
)
# What came after the answer was written has not been answered by it.
_ANSWERED = text(
    "UPDATE replies SET answered_at = :now, unread = 0 WHERE sender = :number AND answered_at IS NULL"
    " AND received_at <= (SELECT created_at FROM answers WHERE id = :id)"
)
_DUE = text(
    "SELECT attempt_id, number, sender, body, attempted_at, segments, cost_micros, looks FROM answers"
    f" WHERE {_IN_FLIGHT} AND attempted_at <= :attempted_before"
    " AND (looked_at IS NULL OR looked_at <= :looked_before) ORDER BY attempted_at LIMIT :limit"
)
_LOOKED = text(
    "UPDATE answers SET looks = looks + :found_nothing, looked_at = :real"
    f" WHERE attempt_id = :attempt_id AND {_IN_FLIGHT}"
)
_BY_SID = text(f"SELECT {_ROW} FROM answers WHERE sid IN :sids").bindparams(bindparam("sids", expanding=True))
_STATE = text(
    "UPDATE answers SET state = :state, error_code = :code, reason = :reason, final_at = :now,"
    " updated_at = :now WHERE id = :id AND state = 'sent'"
)
_PRICE = text(
    "UPDATE answers SET segments = :segments, cost_micros = :cost, updated_at = :now"
    " WHERE id = :id AND segments = :old_segments AND cost_micros = :old_cost"
)
_LAST_LOOK = text(
    "SELECT a.state, a.number, s.reason FROM answers a"
    " LEFT JOIN suppressions s ON s.workspace_id = a.workspace_id AND s.number = a.number"
    " WHERE a.attempt_id = :attempt_id"
)


def under_way(connection: Connection, number: str, body: str) -> bool:
    """Whether something that the carrier's list could not tell from this answer is under way.

    On PostgreSQL it keeps others who ask for the same number waiting until the end of the transaction.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK, {"number": number})
    return bool(connection.execute(_UNDER_WAY, {"number": number, "body": body}).scalar_one())


def intend(connection: Connection, **values: Any) -> bool:
    """Write an answer down before the carrier is called, and reserve what it may cost.

    ``False`` when its campaign's budget does not hold that, others' answers of this moment included: the
    transaction must not be committed then.
    """
    connection.execute(_INTEND, values)
    campaign = values["campaign_id"]
    if campaign is None:
        return True
    counters.apply(
        connection, {campaign: CampaignDelta(reserved_micros=values["cost_micros"])}, values["now"]
    )
    return bool(connection.execute(_WITHIN, {"id": campaign}).scalar_one())


def refused_meanwhile(connection: Connection, attempt_id: str) -> str | None:
    """Right before the call: why it must not be made any more; ``None`` when it may."""
    row = connection.execute(_LAST_LOOK, {"attempt_id": attempt_id}).one_or_none()
    if row is None or row[0] != "sending":
        return "it was given up meanwhile"
    if row[2] is not None:
        return f"the number was suppressed meanwhile ({row[2]})"
    return "they opted out meanwhile" if inbox.opted_out(connection, row[1]) else None


def accepted(
    connection: Connection, attempt_id: str, sid: str, segments: int | None, cost: int | None, now: int
) -> bool:
    """The carrier has taken it: what waited in the conversation is answered.

    Also for one that was given up meanwhile: what the carrier has accepted is true. ``False`` when that was
    known already.
    """
    row = _of(connection, attempt_id)
    if row is None or row.sid is not None:
        return False
    billed = row.cost_micros if cost is None else cost
    values = {"id": row.id, "sid": sid, "segments": segments or row.segments, "cost": billed, "now": now}
    connection.execute(_ACCEPTED, values)
    connection.execute(_ANSWERED, {"id": row.id, "number": row.number, "now": now})
    if row.campaign_id is not None:
        delta = CampaignDelta(cost_micros=billed, reserved_micros=-_reserved(row))
        delta.active_at(now)
        counters.apply(connection, {row.campaign_id: delta}, now)
    return True


def ended(
    connection: Connection, attempt_id: str, state: str, code: int | None, reason: str, now: int
) -> bool:
    """It is not under way any more: ``failed`` was not sent, ``held`` nobody can say, ``unknown`` not yet.

    ``False`` when its end was known already.
    """
    row = _of(connection, attempt_id)
    values = {"state": state, "code": code, "reason": reason, "now": now}
    if row is None or not connection.execute(_ENDED, {"id": row.id, **values}).rowcount:
        return False
    if row.campaign_id is not None and state != "unknown":
        delta = CampaignDelta(reserved_micros=-_reserved(row))
        counters.apply(connection, {row.campaign_id: delta}, now)
    return True


def _of(connection: Connection, attempt_id: str) -> AnswerRow | None:
    statement = _OF[connection.dialect.name]
    row = connection.execute(statement, {"attempt_id": attempt_id}).one_or_none()
    return None if row is None else AnswerRow(*row)


def _reserved(row: AnswerRow) -> int:
    return row.cost_micros if row.state in ("sending", "unknown") else 0


def due(connection: Connection, attempted_before: int, looked_before: int, limit: int) -> list[UnderWay]:
    """Answers under way that are old enough for the carrier's list to show them (real instants)."""
    values = {"attempted_before": attempted_before, "looked_before": looked_before, "limit": limit}
    return [UnderWay(*row) for row in connection.execute(_DUE, values)]


def looked(connection: Connection, attempt_id: str, real: int, *, found_nothing: bool) -> None:
    """Note a look into the carrier's list; a failed one does not count."""
    values = {"attempt_id": attempt_id, "real": real, "found_nothing": int(found_nothing)}
    connection.execute(_LOOKED, values)


def by_sid(connection: Connection, sids: Iterable[str]) -> dict[str, AnswerRow]:
    """Answers among the carrier's ids."""
    return {row[1]: AnswerRow(*row) for row in connection.execute(_BY_SID, {"sids": list(sids)})}


def set_state(
    connection: Connection, answer_id: int, state: str, code: int | None, reason: str | None, now: int
) -> bool:
    """Move an accepted answer to its final state; ``False`` when it has one."""
    values = {"id": answer_id, "state": state, "code": code, "reason": reason, "now": now}
    return connection.execute(_STATE, values).rowcount == 1


def set_price(connection: Connection, row: AnswerRow, segments: int, cost: int, now: int) -> bool:
    """Replace an estimate by what the carrier billed; ``False`` when another process just has."""
    values = {"old_segments": row.segments, "old_cost": row.cost_micros, "segments": segments, "cost": cost}
    return connection.execute(_PRICE, {**values, "id": row.id, "now": now}).rowcount == 1
