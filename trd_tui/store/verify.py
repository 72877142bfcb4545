"""Recomputing every counter and checking every invariant: what `trd verify` prints."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from sqlalchemy import Connection, text

from trd_tui.clock import real_now
from trd_tui.domain.frequency import WEEK_MS
from trd_tui.store.recount import COUNTER_CHECKS

_PENDING = "('scheduled','sending','unknown','held')"

# Each finds rows that must not exist. The first column names one; the sentence says what is wrong with it.
_IMPOSSIBLE: tuple[tuple[str, str], ...] = (
    (
        "enrolment {}: it is active and started, but no message of it waits or is in flight",
        "SELECT e.id FROM enrolments e WHERE e.status = 'active' AND e.enrolled_on IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM scheduled_messages m WHERE m.enrolment_id = e.id"
        f" AND m.state IN {_PENDING})",
    ),
    (
        "enrolment {}: more than one message of it waits or is in flight",
        f"SELECT enrolment_id FROM scheduled_messages WHERE state IN {_PENDING}"
        " GROUP BY enrolment_id HAVING count(*) > 1",
    ),
    (
        "message {}: it waits although the contact's sequence has ended",
        "SELECT m.id FROM scheduled_messages m JOIN enrolments e ON e.id = m.enrolment_id"
        " WHERE m.state IN ('scheduled','held') AND e.status NOT IN ('active','held')",
    ),
    (
        "message {}: it waits under a plan that is not its campaign's, so it would never be sent",
        "SELECT m.id FROM scheduled_messages m JOIN campaigns c ON c.id = m.campaign_id"
        " WHERE m.state = 'scheduled' AND c.plan_kind IS NULL AND m.plan_version <> c.plan_version",
    ),
    (
        "message {}: it belongs to another campaign or contact than its enrolment",
        "SELECT m.id FROM scheduled_messages m JOIN enrolments e ON e.id = m.enrolment_id"
        " WHERE m.campaign_id <> e.campaign_id OR m.contact_id <> e.contact_id",
    ),
    (
        "message {}: it was accepted, but the carrier's id or the instant is missing",
        "SELECT id FROM scheduled_messages WHERE (sid IS NULL OR sent_at IS NULL)"
        " AND (state IN ('sent','delivered','undelivered') OR sid IS NOT NULL OR sent_at IS NOT NULL)",
    ),
    (
        "message {}: it was accepted and waits again, so it would be sent twice",
        f"SELECT id FROM scheduled_messages WHERE state IN {_PENDING} AND sent_at IS NOT NULL",
    ),
    (
        "message {}: it is in flight without an attempt, so it could not be looked for",
        "SELECT id FROM scheduled_messages WHERE state IN ('sending','unknown')"
        " AND (attempt_id IS NULL OR attempted_at IS NULL OR recipient IS NULL OR body IS NULL)",
    ),
    (
        "enrolment {}: what it says was sent differs from its messages",
        "SELECT e.id FROM enrolments e LEFT JOIN (SELECT enrolment_id, count(*) AS sent,"
        " max(sent_at) AS latest FROM scheduled_messages WHERE sent_at IS NOT NULL GROUP BY enrolment_id) m"
        " ON m.enrolment_id = e.id WHERE e.sent_count <> coalesce(m.sent, 0)"
        " OR coalesce(e.last_sent_at, -1) <> coalesce(m.latest, -1)",
    ),
    (
        "enrolment {}: a text of the week before its last one is not remembered, so the caps miss it",
        "SELECT DISTINCT e.id FROM enrolments e JOIN scheduled_messages m ON m.enrolment_id = e.id"
        f" WHERE m.sent_at > e.last_sent_at - {WEEK_MS}"
        " AND ',' || coalesce(e.recent_sends, '') || ',' NOT LIKE '%,' || m.sent_at || ',%'",
    ),
    (
        "enrolment {}: it remembers more texts of the week before its last one than there were",
        "SELECT e.id FROM enrolments e WHERE e.recent_sends IS NOT NULL"
        " AND length(e.recent_sends) - length(replace(e.recent_sends, ',', '')) + 1 > (SELECT count(*)"
        "  FROM scheduled_messages m WHERE m.enrolment_id = e.id"
        f"  AND m.sent_at > e.last_sent_at - {WEEK_MS})",
    ),
    (
        "enrolment {}: more touches are resolved than planned",
        "SELECT id FROM enrolments WHERE touches_resolved > touches_planned",
    ),
    (
        "enrolment {}: its sequence has ended, but touches of it are not resolved",
        "SELECT id FROM enrolments WHERE status NOT IN ('active','held')"
        " AND touches_resolved <> touches_planned",
    ),
    (
        "enrolment {}: fewer touches are resolved than messages of it have come to an end",
        "SELECT e.id FROM enrolments e JOIN scheduled_messages m ON m.enrolment_id = e.id"
        # An edit that takes a touch out cancels its message, and it counts no more.
        f" WHERE m.state NOT IN {_PENDING} AND m.state <> 'cancelled' GROUP BY e.id, e.touches_resolved"
        " HAVING count(*) > e.touches_resolved",
    ),
    (
        "enrolment {}: a message of it waits, but every touch is resolved",
        "SELECT e.id FROM enrolments e JOIN scheduled_messages m ON m.enrolment_id = e.id"
        f" WHERE e.status IN ('active','held') AND m.state IN {_PENDING}"
        " AND e.touches_resolved >= e.touches_planned",
    ),
    (
        "enrolment {}: it waits for a person, but no message of it is held",
        "SELECT e.id FROM enrolments e WHERE e.status = 'held' AND NOT EXISTS"
        " (SELECT 1 FROM scheduled_messages m WHERE m.enrolment_id = e.id AND m.state = 'held')",
    ),
    (
        "message {}: it is held, but its enrolment does not wait for a person",
        "SELECT m.id FROM scheduled_messages m JOIN enrolments e ON e.id = m.enrolment_id"
        " WHERE m.state = 'held' AND e.status = 'active'",
    ),
    (
        "message {}: its carrier's id is that of another message, too",
        "SELECT max(id) FROM scheduled_messages WHERE sid IS NOT NULL GROUP BY sid HAVING count(*) > 1",
    ),
    (
        "message {}: it is in flight under a term that no sender has had",
        "SELECT m.id FROM scheduled_messages m WHERE m.state IN ('sending','unknown')"
        " AND (m.fencing_token IS NULL OR m.fencing_token >"
        " (SELECT coalesce(max(token), 0) FROM leases WHERE name = 'scheduler'))",
    ),
    (
        "message {}: it is being sent, but nobody holds the lease; trd run looks for it at the carrier",
        "SELECT m.id FROM scheduled_messages m WHERE m.state IN ('sending','unknown') AND m.state = 'sending'"
        " AND NOT EXISTS (SELECT 1 FROM leases l WHERE l.name = 'scheduler' AND l.owner IS NOT NULL"
        " AND l.expires_at > :real)",
    ),
    (
        "enrolment {}: the touches planned are not those resolved, the one that waits and those behind it",
        "SELECT e.id FROM campaigns c JOIN enrolments e ON e.campaign_id = c.id"
        " JOIN scheduled_messages m ON m.enrolment_id = e.id JOIN touches w"
        " ON w.campaign_id = e.campaign_id AND w.position = m.touch"
        f" WHERE c.plan_kind IS NULL AND e.status IN ('active','held') AND m.state IN {_PENDING}"
        " AND e.touches_planned <> e.touches_resolved + 1 + (SELECT count(*) FROM touches t"
        "  WHERE t.campaign_id = e.campaign_id AND t.active = 1"
        "  AND (t.day > w.day OR (t.day = w.day AND w.active = 0)))",
    ),
    (
        "message {}: its attempt counts twice, as its own and as one that may have been sent unseen",
        "SELECT m.id FROM outlays o JOIN scheduled_messages m ON m.id = o.message_id"
        " WHERE o.kind = 'unclear' AND o.state = 'spent' AND m.attempt_id = o.attempt_id"
        " AND (m.state IN ('sending','unknown') OR m.sid IS NOT NULL)",
    ),
    (
        "outlay {}: it is of a message that may have been sent, but of another contact or campaign",
        "SELECT o.id FROM outlays o JOIN scheduled_messages m ON m.id = o.message_id"
        " WHERE o.contact_id <> m.contact_id OR o.campaign_id <> m.campaign_id",
    ),
    (
        "answer {}: it was accepted, but the carrier's id or the instant is missing",
        "SELECT id FROM answers WHERE (sid IS NULL OR sent_at IS NULL)"
        " AND (state IN ('sent','delivered','undelivered') OR sid IS NOT NULL OR sent_at IS NOT NULL)",
    ),
    (
        "answer {}: it was accepted and counts as under way, so nobody could write there any more",
        "SELECT id FROM answers WHERE state IN ('sending','unknown','held') AND sid IS NOT NULL",
    ),
    (
        "answer {}: what it costs is not among the outlays, or not as its state says",
        "SELECT a.id FROM answers a LEFT JOIN outlays o ON o.id = a.outlay_id WHERE o.id IS NULL"
        " OR (a.sid IS NULL) <> (o.sid IS NULL) OR o.sid <> a.sid"
        " OR (o.sid IS NOT NULL AND o.state <> 'spent')"
        " OR (a.state IN ('sending','unknown') AND o.state <> 'reserved')",
    ),
    (
        "answer {}: its carrier's id is that of a campaign's message, too",
        "SELECT a.id FROM answers a JOIN scheduled_messages m ON m.sid = a.sid",
    ),
    (
        "answer {}: it belongs to a contact who has another number",
        "SELECT a.id FROM answers a JOIN contacts c ON c.id = a.contact_id WHERE c.number <> a.number",
    ),
    (
        "reply {}: it was answered, but counts as unread",
        "SELECT id FROM replies WHERE answered_at IS NOT NULL AND unread = 1",
    ),
    (
        "campaign {}: it is completed, but contacts of it are still open",
        "SELECT id FROM campaigns WHERE status = 'completed' AND open_count > 0",
    ),
    (
        "campaign {}: it is a draft, but messages of it exist",
        "SELECT id FROM campaigns c WHERE status = 'draft'"
        " AND EXISTS (SELECT 1 FROM enrolments e JOIN scheduled_messages m ON m.enrolment_id = e.id"
        " WHERE e.campaign_id = c.id)",
    ),
)

EXAMPLES = 20
"""Sentences of one kind before the rest is only counted."""

Told = Callable[[int, int], None]
"""Told between two checks how many are done, of how many; what it raises ends the look."""


def differences(connection: Connection, real: int | None = None, told: Told | None = None) -> list[str]:
    """Everything that is wrong with a database, a sentence each; empty when all is well.

    Args:
        connection: one reading snapshot, so that a running engine cannot move rows in between. On
            PostgreSQL it must be of the isolation level REPEATABLE READ; `differences` sees to it.
        real: real instant at which a sender's lease must be alive; now by default.
        told: how far it is.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
    return differences_seen(connection, real, told)


def differences_seen(connection: Connection, real: int | None = None, told: Told | None = None) -> list[str]:
    """The same in a transaction that has begun already: what it has changed itself is seen, too."""
    at = real_now() if real is None else real
    checks: list[Callable[[], Iterable[str]]] = [partial(check, connection) for check in COUNTER_CHECKS]
    checks += [partial(_examples, connection, *each, at) for each in _IMPOSSIBLE]
    if connection.dialect.name == "sqlite":
        checks.append(partial(_damage, connection))
    found: list[str] = []
    for number, check in enumerate(checks):
        if told:
            told(number, len(checks))
        found += check()
    return found


def _examples(connection: Connection, sentence: str, statement: str, real: int) -> Iterator[str]:
    values = {"real": real} if ":real" in statement else {}
    total = int(connection.execute(text(f"SELECT count(*) FROM ({statement}) x"), values).scalar_one())
    if not total:
        return
    for row in connection.execute(text(f"{statement} ORDER BY 1 LIMIT {EXAMPLES}"), values):
        yield sentence.format(row[0])
    if total > EXAMPLES:
        yield f"{sentence.format('...')} ({total - EXAMPLES} more like these)"


def _damage(connection: Connection) -> Iterator[str]:
    """What SQLite itself finds wrong with the file."""
    for row in connection.exec_driver_sql("PRAGMA quick_check(20)"):
        if row[0] != "ok":
            yield f"the file is damaged: {row[0]}"
    for table, row_id, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        yield f"row {row_id} of {table} refers to a row of {parent} that does not exist"
