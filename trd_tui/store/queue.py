"""The hot statements of the send path: what is due, the intent, the result, the next touch.

All are prepared texts run in batches; a batch of some hundred rows costs about what one row costs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, text

from trd_tui.domain.due import CampaignTerms, DueRow
from trd_tui.domain.frequency import WEEK_MS
from trd_tui.store.driver import ByIds, execute_many, fetch_all

Rows = Sequence[Mapping[str, Any]]


class DueCampaign(NamedTuple):
    """An active campaign whose earliest message is due."""

    id: str
    priority: int
    sender: str
    next_due_at: int


class SenderRow(NamedTuple):
    """A sender and its bucket."""

    id: int
    address: str
    kind: str
    rate_milli: int
    tokens_milli: int
    bucket_at: int
    paused_until: int | None


class TouchRow(NamedTuple):
    """A touch of a campaign's sequence."""

    campaign_id: str
    position: int
    day: int
    kind: str
    body: str
    active: int
    removed: int


_DUE_CAMPAIGNS = text(
    "SELECT id, priority, sender, next_due_at FROM campaigns"
    " WHERE status = 'active' AND deleted_at IS NULL AND next_due_at <= :now AND plan_kind IS NULL"
    " ORDER BY next_due_at, id"  # a server has no order of its own: who goes first where all else is equal
)
_NEXT_DUE = text(
    "SELECT min(next_due_at) FROM campaigns"
    " WHERE status = 'active' AND deleted_at IS NULL AND next_due_at > :now"
)
_TERMS = ByIds(f"SELECT {', '.join(CampaignTerms._fields)} FROM campaigns WHERE id IN :ids")
_TOUCHES = ByIds(
    f"SELECT {', '.join(TouchRow._fields)} FROM touches WHERE campaign_id IN :ids"
    " ORDER BY campaign_id, day, active, position"
)
_SENDERS = text(f"SELECT {', '.join(SenderRow._fields)} FROM senders")
_BUCKET = text("UPDATE senders SET tokens_milli = :tokens, bucket_at = :at WHERE id = :id")
_DUE_ROWS_SQL = (
    "SELECT m.id, m.enrolment_id, m.contact_id, m.touch, m.scheduled_for, m.attempts,"
    " e.status, e.enrolled_on, e.shift_days, e.last_sent_at, e.sent_count,"
    " c.number, c.first_name, c.last_name, c.company, c.email, c.city, c.state, c.zip, c.timezone,"
    " c.custom, c.bad_number, c.doubt, s.reason,"
    # One statement sees a message either in flight or accepted, so none is missed between the two.
    " (SELECT {joined} FROM enrolments x WHERE x.contact_id = m.contact_id AND x.last_sent_at > :since),"
    " (SELECT {flying} FROM scheduled_messages y WHERE y.contact_id = m.contact_id"
    "  AND y.state IN ('sending','unknown')),"
    # So is what was given up without an answer: it is one of these rows from that very moment on. What a
    # person sends again is not kept back by its own first attempt.
    " (SELECT {unseen} FROM outlays z WHERE z.kind = 'unclear' AND z.state = 'spent'"
    "  AND z.contact_id = m.contact_id AND z.tried_at > :since AND z.message_id <> m.id),"
    " (SELECT max(z.tried_at) FROM outlays z WHERE z.kind = 'unclear' AND z.state = 'spent'"
    "  AND z.contact_id = m.contact_id AND z.campaign_id = e.campaign_id AND z.message_id <> m.id)"
    " FROM (SELECT id, workspace_id, enrolment_id, contact_id, touch, scheduled_for, attempts"
    "  FROM scheduled_messages WHERE {which}) m"
    " JOIN enrolments e ON e.id = m.enrolment_id"
    " JOIN contacts c ON c.id = m.contact_id"
    " LEFT JOIN suppressions s ON s.workspace_id = m.workspace_id AND s.number = c.number"
    " ORDER BY m.scheduled_for"
)
_DUE = (
    "campaign_id = :campaign AND state = 'scheduled' AND scheduled_for <= :now"
    " AND plan_version = :plan_version ORDER BY scheduled_for LIMIT :limit"
)
_JOINED = {
    "sqlite": {
        "joined": "group_concat(x.recent_sends, ',')",
        "flying": "group_concat(y.updated_at, ',')",
        "unseen": "group_concat(z.tried_at, ',')",
    },
    "postgresql": {
        "joined": "string_agg(x.recent_sends, ',')",
        "flying": "string_agg(CAST(y.updated_at AS text), ',')",
        "unseen": "string_agg(CAST(z.tried_at AS text), ',')",
    },
}
_DUE_ROWS = {
    "sqlite": text(_DUE_ROWS_SQL.format(which=_DUE, **_JOINED["sqlite"])),
    # Rows that somebody else is at (a reply, an edit) are left for the next claim, not waited for.
    "postgresql": text(_DUE_ROWS_SQL.format(which=f"{_DUE} FOR UPDATE SKIP LOCKED", **_JOINED["postgresql"])),
}
_SEEN = {name: text(_DUE_ROWS_SQL.format(which=_DUE, **parts)) for name, parts in _JOINED.items()}
_ROW = {
    name: text(_DUE_ROWS_SQL.format(which="id = :message_id", **parts)) for name, parts in _JOINED.items()
}
_INTEND = text(
    "UPDATE scheduled_messages SET state = 'sending', attempts = attempts + 1, attempt_id = :attempt_id,"
    " fencing_token = :token, attempted_at = :real, sender = :sender, recipient = :recipient, body = :body,"
    " segments = :segments, cost_micros = :cost, variant = :variant, spend_day = :day, reason = NULL,"
    " updated_at = :now"
    " WHERE id = :message_id AND state = 'scheduled'"
)
_REDATE = text(
    "UPDATE scheduled_messages SET scheduled_for = :at, reason = :reason, updated_at = :now"
    " WHERE id = :message_id AND state = 'scheduled'"
)
_HOLD = text(
    "UPDATE scheduled_messages SET state = 'held', reason = :reason, updated_at = :now"
    " WHERE id = :message_id AND state = 'scheduled'"
)
_HOLD_ENROLMENT = text(
    "UPDATE enrolments SET status = 'held', updated_at = :now WHERE id = :enrolment_id AND status = 'active'"
)
_CAP = text("UPDATE campaigns SET cap_day = :day, cap_used = :used WHERE id = :campaign")
_ACCEPTED = text(
    "UPDATE scheduled_messages SET state = 'sent', sid = :sid, sent_at = :now, segments = :segments,"
    " cost_micros = :cost, priced = :priced, reason = NULL, updated_at = :now"
    " WHERE id = :message_id AND attempt_id = :attempt_id AND state IN ('sending','unknown')"
)
_LEFT_FLIGHT = text(
    "UPDATE scheduled_messages SET state = :state, scheduled_for = coalesce(:at, scheduled_for),"
    " error_code = :code, reason = :reason, attempts = attempts - :uncalled, looks = 0,"
    " plan_version = :plan_version, updated_at = :now"
    " WHERE id = :message_id AND attempt_id = :attempt_id AND state IN ('sending','unknown')"
)
_UNKNOWN = text(
    "UPDATE scheduled_messages SET state = 'unknown', reason = :reason, looks = 0, updated_at = :now"
    " WHERE id = :message_id AND attempt_id = :attempt_id AND state = 'sending'"
)
_NEXT_TOUCH = text(
    "INSERT INTO scheduled_messages (workspace_id, campaign_id, enrolment_id, contact_id, touch,"
    " plan_version, state, scheduled_for, created_at, updated_at)"
    " VALUES (:workspace_id, :campaign, :enrolment_id, :contact_id, :touch, :plan_version,"
    " 'scheduled', :at, :now, :now)"
)
_ENROLMENT_SENT = text(
    "UPDATE enrolments SET sent_count = sent_count + 1, last_sent_at = :now,"
    " recent_sends = :recent,"
    " touches_resolved = touches_resolved + :resolved, status = :status, ended_touch = :ended_touch,"
    " updated_at = :now WHERE id = :enrolment_id"
)
_ENROLMENT_RESOLVED = text(
    "UPDATE enrolments SET touches_resolved = touches_resolved + :resolved, status = :status,"
    " ended_touch = :ended_touch, updated_at = :now WHERE id = :enrolment_id"
)
_STANDING = ByIds(
    "SELECT m.id, m.attempt_id, e.status, e.sent_count, e.last_sent_at, e.ended_touch, e.recent_sends,"
    " m.updated_at"
    " FROM scheduled_messages m JOIN enrolments e ON e.id = m.enrolment_id"
    " WHERE m.id IN :ids AND m.state IN ('sending','unknown') ORDER BY m.id",
    # Two processes may hold the same result, an old owner's answer and its successor's finding: the second
    # one waits, then finds that the row has gone on. A reply waits, too, or is seen.
    lock="FOR UPDATE OF m, e",
)
_COMPLETE = ByIds(
    # As a condition the status would win SQLite over to its index, and so to every active campaign.
    "SELECT id, status = 'active' AND deleted_at IS NULL AND open_count = 0 AND in_flight_count = 0"
    " AND plan_kind IS NULL FROM campaigns WHERE id IN :ids ORDER BY id"
)
_SET_COMPLETED = text(
    "UPDATE campaigns SET status = 'completed', completed_at = :now, last_activity_at = :now WHERE id = :id"
)
_SET_PAUSED = text(
    "UPDATE campaigns SET status = 'paused', paused_at = :now, last_activity_at = :now"
    " WHERE id = :id AND status = 'active'"
)
_BUSY = text(
    "SELECT count(*) FROM campaigns WHERE status = 'active' AND deleted_at IS NULL"
    " AND (waiting_count > 0 OR in_flight_count > 0 OR plan_kind IS NOT NULL)"
)
_UNPLANNED = text(
    "SELECT id FROM campaigns WHERE plan_kind IS NOT NULL AND status = 'active' AND deleted_at IS NULL"
    " ORDER BY id LIMIT 1"
)


def due_campaigns(connection: Connection, now: int) -> list[DueCampaign]:
    """Active campaigns with a due message; paused ones cost nothing, however much they hold."""
    return [DueCampaign._make(row) for row in fetch_all(connection, _DUE_CAMPAIGNS, {"now": now})]


def next_due(connection: Connection, now: int) -> int | None:
    """The campaign instant of the earliest message that is not yet due; ``None`` when none waits."""
    return connection.execute(_NEXT_DUE, {"now": now}).scalar_one()  # type: ignore[no-any-return]


def terms(connection: Connection, ids: Iterable[str]) -> dict[str, CampaignTerms]:
    """The terms of some campaigns by id."""
    return {row[0]: CampaignTerms._make(row) for row in _TERMS.fetch(connection, ids)}


def touches(connection: Connection, ids: Iterable[str]) -> list[TouchRow]:
    """The touches of some campaigns, by campaign and position."""
    return [TouchRow._make(row) for row in _TOUCHES.fetch(connection, ids)]


def due_rows(
    connection: Connection, campaign_id: str, plan_version: int, now: int, limit: int
) -> list[DueRow]:
    """A campaign's due messages, the longest waiting first."""
    values = {
        "campaign": campaign_id,
        "plan_version": plan_version,
        "now": now,
        "limit": limit,
        "since": now - WEEK_MS,
    }
    return [DueRow._make(row) for row in fetch_all(connection, _DUE_ROWS[connection.dialect.name], values)]


def due_rows_seen(
    connection: Connection, campaign_id: str, plan_version: int, now: int, limit: int
) -> list[DueRow]:
    """The same for somebody who only looks: a claim that comes meanwhile passes over none of them."""
    values = {"campaign": campaign_id, "plan_version": plan_version, "now": now, "limit": limit}
    statement = _SEEN[connection.dialect.name]
    rows = fetch_all(connection, statement, {**values, "since": now - WEEK_MS})
    return [DueRow._make(row) for row in rows]


def row_of(connection: Connection, message_id: int, now: int) -> DueRow:
    """One message as a claim at a campaign instant would see it, due or not."""
    values = {"message_id": message_id, "since": now - WEEK_MS}
    (row,) = fetch_all(connection, _ROW[connection.dialect.name], values)
    return DueRow._make(row)


def senders(connection: Connection) -> dict[str, SenderRow]:
    """All senders by address."""
    return {row[1]: SenderRow(*row) for row in connection.execute(_SENDERS)}


def set_buckets(connection: Connection, rows: Rows) -> None:
    """Write what is left in senders' buckets, in the transaction that took it."""
    execute_many(connection, _BUCKET, rows)


def intend(connection: Connection, rows: Rows) -> int:
    """Write the intent to send; the carrier may be called only after this has been committed."""
    return execute_many(connection, _INTEND, rows)


def redate(connection: Connection, rows: Rows) -> int:
    """Move messages that a rule refuses to their next permitted instant."""
    return execute_many(connection, _REDATE, rows)


def hold(connection: Connection, rows: Rows) -> int:
    """Put messages before a person, with the reason; their enrolments wait too."""
    execute_many(connection, _HOLD_ENROLMENT, rows)
    return execute_many(connection, _HOLD, rows)


def hold_enrolments(connection: Connection, rows: Rows) -> None:
    """Let enrolments wait for a person."""
    execute_many(connection, _HOLD_ENROLMENT, rows)


def use_cap(connection: Connection, rows: Rows) -> None:
    """Write how much of the day's cap some campaigns have used."""
    execute_many(connection, _CAP, rows)


def accepted(connection: Connection, rows: Rows) -> int:
    """Write the carrier's id and the instant of acceptance; a row that is no longer ours stays."""
    return execute_many(connection, _ACCEPTED, rows)


def left_flight(connection: Connection, rows: Rows) -> int:
    """Write where messages went that were not accepted: scheduled again, held, failed or cancelled."""
    return execute_many(connection, _LEFT_FLIGHT, rows)


def unknown(connection: Connection, rows: Rows) -> int:
    """Write that it is not known whether these were sent."""
    return execute_many(connection, _UNKNOWN, rows)


def schedule_next(connection: Connection, rows: Rows) -> int:
    """Insert the next touch of enrolments; one row an enrolment and touch, by constraint."""
    return execute_many(connection, _NEXT_TOUCH, rows)


def enrolments_sent(connection: Connection, rows: Rows) -> None:
    """Move enrolments on after an accepted touch."""
    execute_many(connection, _ENROLMENT_SENT, rows)


def enrolments_resolved(connection: Connection, rows: Rows) -> None:
    """Move enrolments on after a touch that was not accepted."""
    execute_many(connection, _ENROLMENT_RESOLVED, rows)


class Standing(NamedTuple):
    """Where a message and its enrolment stand at the moment its result is recorded."""

    message_id: int
    attempt_id: str
    status: str
    sent_count: int
    last_sent_at: int | None
    ended_touch: int | None
    recent_sends: str | None
    tried_at: int


def standing(connection: Connection, message_ids: Iterable[int]) -> dict[int, Standing]:
    """Where those messages stand that are still in flight: a reply may have ended a sequence meanwhile."""
    return {row[0]: Standing._make(row) for row in _STANDING.fetch(connection, message_ids)}


def completable(connection: Connection, ids: Iterable[str]) -> list[str]:
    """Active campaigns of these in which every enrolment is terminal and nothing is in flight."""
    return [id_ for id_, complete in _COMPLETE.fetch(connection, ids) if complete]


def complete(connection: Connection, campaign_id: str, now: int) -> None:
    """Mark a campaign as completed; the caller moves the totals and leaves the audit row."""
    connection.execute(_SET_COMPLETED, {"id": campaign_id, "now": now})


def pause(connection: Connection, campaign_id: str, now: int) -> bool:
    """Mark an active campaign as paused; ``False`` when it is not active."""
    return connection.execute(_SET_PAUSED, {"id": campaign_id, "now": now}).rowcount == 1


def busy_campaigns(connection: Connection) -> int:
    """How many active campaigns have a scheduled, in-flight or unknown message or an unfinished plan."""
    return int(connection.execute(_BUSY).scalar_one())


def unplanned(connection: Connection) -> str | None:
    """A campaign whose start or resume was interrupted, to be carried on; ``None`` when there is none."""
    return connection.execute(_UNPLANNED).scalar_one_or_none()
