"""A person's own answers: the intent, what became of it, and what the carrier reports later.

The rows live as a campaign's messages do: `sending` is committed before the call, a call without an answer is
`unknown` until the carrier's list has been read, and an answer is never sent twice by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, text

from trd_tui.store import by_hand, counters, inbox
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
    outlay_id: int | None


class UnderWay(NamedTuple):
    """An answer of which nobody knows whether it was sent; named as the reconciler names an attempt."""

    attempt_id: str
    recipient: str
    sender: str
    body: str
    attempted_at: int
    segments: int
    looks: int


_IN_FLIGHT = "state IN ('sending','unknown')"
_ROW = ", ".join(AnswerRow._fields)
_INTEND = text(
    "INSERT INTO answers (workspace_id, number, contact_id, campaign_id, sender, body, attempt_id,"
    " attempted_at, segments, outlay_id, user_id, actor, login, created_at, updated_at)"
    " VALUES (:workspace_id, :number, :contact_id, :campaign_id, :sender, :body, :attempt_id, :real,"
    " :segments, :outlay_id, :user_id, :actor, :login, :now, :now)"
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
    " reason = NULL, error_code = NULL, updated_at = :now WHERE id = :id"
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
    "SELECT attempt_id, number, sender, body, attempted_at, segments, looks FROM answers"
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
_LATEST = text(
    "SELECT id, state, body, actor FROM answers WHERE number = :number AND state <> 'failed'"
    " ORDER BY id DESC LIMIT 1"
)
_SEEN = text(
    "SELECT coalesce(max(a.id), 0) FROM answers a WHERE a.number = :number AND a.attempted_at <="
    " coalesce((SELECT d.saved_at FROM reply_drafts d WHERE d.workspace_id = :workspace"
    " AND d.number = :number AND d.actor = :actor), a.attempted_at)"
)
_SENT_SINCE = text(
    "SELECT actor FROM answers WHERE number = :number AND id > :seen AND body = :body AND state <> 'failed'"
    " ORDER BY id DESC LIMIT 1"
)
_LAST_LOOK = text(
    "SELECT a.state, a.number, s.reason FROM answers a"
    " LEFT JOIN suppressions s ON s.workspace_id = a.workspace_id AND s.number = a.number"
    " WHERE a.attempt_id = :attempt_id"
)


class LatestAnswer(NamedTuple):
    """The latest answer to a number that was, or may have been, sent."""

    id: int
    state: str
    body: str
    actor: str


def latest(connection: Connection, number: str) -> LatestAnswer | None:
    """The latest answer to a number that has not failed."""
    row = connection.execute(_LATEST, {"number": number}).one_or_none()
    return None if row is None else LatestAnswer(*row)


def seen(connection: Connection, workspace: int, actor: str, number: str) -> int:
    """The id of the latest answer of before this actor's half-written one was kept; without one, of now."""
    values = {"workspace": workspace, "actor": actor, "number": number}
    return int(connection.execute(_SEEN, values).scalar_one())


def sent_since(connection: Connection, number: str, seen: int, body: str) -> str | None:
    """Who has sent just this text after the answer ``seen``; ``None`` when nobody has."""
    values = {"number": number, "seen": seen, "body": body}
    who: str | None = connection.execute(_SENT_SINCE, values).scalar()
    return who


def take_turn(connection: Connection, number: str) -> None:
    """On PostgreSQL keep others who answer the same number waiting until the end of the transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK, {"number": number})


def under_way(connection: Connection, number: str, body: str) -> bool:
    """Whether something that the carrier's list could not tell from this answer is under way."""
    return bool(connection.execute(_UNDER_WAY, {"number": number, "body": body}).scalar_one())


def intend(connection: Connection, **values: Any) -> None:
    """Write an answer down before the carrier is called; its money is reserved already (``outlay_id``)."""
    connection.execute(_INTEND, values)


def refused_meanwhile(connection: Connection, attempt_id: str) -> str | None:
    """Right before the call: why it must not be made any more; ``None`` when it may."""
    row = connection.execute(_LAST_LOOK, {"attempt_id": attempt_id}).one_or_none()
    if row is None or row[0] != "sending":
        return "it was given up meanwhile"
    if row[2] is not None:
        return f"the number was suppressed meanwhile ({row[2]})"
    return "they opted out meanwhile" if inbox.opted_out(connection, row[1]) else None


def accepted(connection: Connection, attempt_id: str, sid: str, segments: int | None, now: int) -> bool:
    """The carrier has taken it: what waited in the conversation is answered.

    Also for one that was given up meanwhile: what the carrier has accepted is true. ``False`` when that was
    known already.
    """
    row = _of(connection, attempt_id)
    if row is None or row.sid is not None:
        return False
    values = {"id": row.id, "sid": sid, "segments": segments or row.segments, "now": now}
    connection.execute(_ACCEPTED, values)
    connection.execute(_ANSWERED, {"id": row.id, "number": row.number, "now": now})
    if row.campaign_id is not None:
        delta = CampaignDelta()
        delta.active_at(now)
        counters.apply(connection, {row.campaign_id: delta}, now)
    if row.outlay_id is not None:
        by_hand.accepted(connection, row.outlay_id, sid, now, segments=segments)
    return True


def named(
    connection: Connection, attempt_id: str, sid: str, number: str, segments: int | None, now: int
) -> bool:
    """The carrier names the attempt itself: it has taken it, also where it was given up as perhaps sent."""
    row = _of(connection, attempt_id)
    return (
        row is not None
        and row.number == number
        and not by_sid(connection, [sid])
        and accepted(connection, attempt_id, sid, segments, now)
    )


def ended(
    connection: Connection, attempt_id: str, state: str, code: int | None, reason: str, now: int
) -> bool:
    """It is not under way any more: ``failed`` was not sent, ``held`` nobody can say, ``unknown`` not yet.

    What was not sent gives its money back; of what may have been sent it stays reserved. ``False``
    when its end was known already.
    """
    row = _of(connection, attempt_id)
    values = {"state": state, "code": code, "reason": reason, "now": now}
    if row is None or not connection.execute(_ENDED, {"id": row.id, **values}).rowcount:
        return False
    if row.outlay_id is not None and state == "failed":
        by_hand.refused(connection, row.outlay_id, now)
    return True


def _of(connection: Connection, attempt_id: str) -> AnswerRow | None:
    statement = _OF[connection.dialect.name]
    row = connection.execute(statement, {"attempt_id": attempt_id}).one_or_none()
    return None if row is None else AnswerRow(*row)


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
