"""Everything that is held about one number: found, and erased.

A new table or column that holds a person's words, name or number belongs into both halves; a test goes
through the schema and asks for it (`tests/store/test_store_personal.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from secrets import token_hex
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, text

_CONTACT = text("SELECT id FROM contacts WHERE number = :number AND workspace_id = :workspace")
_FIELDS = text(
    "SELECT number, first_name, last_name, company, email, city, state, zip, timezone, custom, bad_number,"
    " doubt, soft_failures, created_at, updated_at FROM contacts WHERE id = :contact"
)
_CONSENTS = text(
    "SELECT kind, source, given_at, proof, actor, login, recorded_at FROM consents"
    " WHERE contact_id = :contact ORDER BY id"
)
_ENROLMENTS = text(
    "SELECT e.campaign_id, c.name AS campaign, e.status, e.touches_planned, e.touches_resolved,"
    " e.sent_count, e.last_sent_at, e.ended_touch, e.end_reason, e.replied_at, e.opted_out_at, e.created_at"
    " FROM enrolments e JOIN campaigns c ON c.id = e.campaign_id WHERE e.contact_id = :contact ORDER BY e.id"
)
_OF_CONTACT = "enrolment_id IN (SELECT id FROM enrolments WHERE contact_id = :contact)"
_MESSAGES = text(
    "SELECT id, campaign_id, touch, state, scheduled_for, sent_at, final_at, sender, recipient, body,"
    f" segments, cost_micros, sid, error_code, reason, attempts FROM scheduled_messages"
    f" WHERE {_OF_CONTACT} ORDER BY id"
)
_EVENTS = text(
    "SELECT v.sid, v.status, v.error_code, v.received_at FROM scheduled_messages m"
    f" JOIN message_events v ON v.sid = m.sid WHERE m.{_OF_CONTACT} ORDER BY v.id"
)
_REPLIES = text(
    "SELECT id, sid, sender, recipient, body, kind, campaign_id, message_id, received_at, carrier_at"
    " FROM replies WHERE id IN :ids ORDER BY id"
).bindparams(bindparam("ids", expanding=True))
_SUPPRESSION = text(
    "SELECT number, reason, source, created_at FROM suppressions"
    " WHERE number = :number AND workspace_id = :workspace"
)
_REPLIES_OF = text(
    "SELECT id FROM replies WHERE contact_id = :contact"
    " UNION SELECT id FROM replies WHERE sender = :number AND workspace_id = :workspace AND id > :after"
)
_AUDIT_OF = text(
    "SELECT id, at, actor, login, act, subject, subject_id, before, after FROM audit WHERE id > :after"
    " AND (subject_id = :number OR before LIKE :like OR after LIKE :like) ORDER BY id"
)
_ANSWERS = text(
    "SELECT a.id, a.campaign_id, a.sender, a.body, a.state, a.segments, o.cost_micros, a.sid, a.sent_at,"
    " a.final_at, a.error_code, a.reason, a.actor, a.login, a.created_at"
    " FROM answers a LEFT JOIN outlays o ON o.id = a.outlay_id"
    " WHERE a.number = :number AND a.workspace_id = :workspace ORDER BY a.id"
)
_DRAFTS = text(
    "SELECT actor, body, saved_at FROM reply_drafts WHERE number = :number AND workspace_id = :workspace"
    " ORDER BY actor"
)
_NOTES = text(
    "SELECT note, snoozed_until FROM conversations WHERE number = :number AND workspace_id = :workspace"
)
_OUTBOX = text(
    "SELECT w.name AS webhook, o.event, o.payload, o.state, o.created_at FROM outbox o"
    " JOIN webhooks w ON w.id = o.webhook_id WHERE o.number = :number AND o.workspace_id = :workspace"
    " ORDER BY o.id"
)
_LAST = {name: text(f"SELECT coalesce(max(id), 0) FROM {name}") for name in ("replies", "audit")}
_IN_FLIGHT = text(
    "SELECT (SELECT count(*) FROM scheduled_messages"
    f" WHERE {_OF_CONTACT} AND state IN ('sending','unknown'))"
    " + (SELECT count(*) FROM answers WHERE contact_id = :contact AND state IN ('sending','unknown'))"
)

ERASED = "erased"
"""What stands where a text was."""


def new_alias() -> str:
    """What stands for an erased number; it says nothing of it. `receive.by_sid` goes by its first letter."""
    return f"{ERASED}:{token_hex(6)}"


def is_alias(number: str) -> bool:
    """Whether this stands for a number that was erased."""
    return number.startswith(f"{ERASED}:")


_ERASE_CONTACT = text(
    "UPDATE contacts SET number = :alias, first_name = '', last_name = '', name_folded = '', company = '',"
    " email = '', city = '', state = '', zip = '', timezone = NULL, custom = '{}', doubt = NULL,"
    # a copy of a campaign may take the row along: nothing is ever sent to it
    f" bad_number = '{ERASED}', updated_at = :now WHERE id = :contact"
)
_ERASE_CONSENTS = text(f"UPDATE consents SET source = '{ERASED}', proof = '' WHERE contact_id = :contact")
_ERASE_ENROLMENTS = text(
    f"UPDATE enrolments SET end_reason = '{ERASED}' WHERE contact_id = :contact"
    " AND end_reason NOT IN ('replied','opted out')"
)
_ERASE_MESSAGES = text(
    "UPDATE scheduled_messages SET body = NULL, recipient = NULL,"
    f" reason = CASE WHEN reason IS NULL THEN NULL ELSE '{ERASED}' END WHERE {_OF_CONTACT}"
)
_ERASE_REPLIES = text("UPDATE replies SET sender = :alias, body = '' WHERE id IN :ids").bindparams(
    bindparam("ids", expanding=True)
)
_ERASE_AUDIT = text(
    "UPDATE audit SET subject_id = :subject_id, before = :before, after = :after WHERE id = :id"
)
_ERASE_ANSWERS = text(
    "UPDATE answers SET number = :alias, body = '',"
    f" reason = CASE WHEN reason IS NULL THEN NULL ELSE '{ERASED}' END"
    " WHERE number = :number AND workspace_id = :workspace"
)
_ERASE_NOTES = text("DELETE FROM conversations WHERE number = :number AND workspace_id = :workspace")
_ERASE_DRAFTS = text("DELETE FROM reply_drafts WHERE number = :number AND workspace_id = :workspace")
_ERASE_OUTBOX = text("DELETE FROM outbox WHERE number = :number AND workspace_id = :workspace")
# The person's START lifts only what they or the carrier have put there (`receive.lift`): not this.
_KEEP_SUPPRESSED = text(
    "INSERT INTO suppressions (workspace_id, number, reason, source, created_at)"
    f" VALUES (:workspace, :number, '{ERASED}', 'erasure', :now)"
    f" ON CONFLICT (workspace_id, number) DO UPDATE SET reason = '{ERASED}', source = 'erasure',"
    " actor = NULL"  # who had put it there for another reason did not erase it
)

Row = Mapping[str, Any]


class Held(NamedTuple):
    """Everything that is held about one number.

    Attributes:
        number: E.164.
        contact_id: the contact's row; ``None`` when it is no contact.
        contact: its fields.
        consents: in the order in which they were recorded.
        enrolments: campaigns that it is in.
        messages: texts to it, sent or waiting.
        events: what the carrier reported of them.
        replies: what came from it, also before it was a contact.
        suppression: its place on the do-not-contact list.
        audit: acts that name it.
        answers: what persons of ours wrote to it.
        notes: what they noted of the conversation.
        drafts: answers that they have half written.
        outbox: events about it that wait to be posted.
        marks: ids up to which replies and acts have been looked through.
    """

    number: str
    contact_id: int | None
    contact: Row | None
    consents: Sequence[Row]
    enrolments: Sequence[Row]
    messages: Sequence[Row]
    events: Sequence[Row]
    replies: Sequence[Row]
    suppression: Row | None
    audit: Sequence[Row]
    answers: Sequence[Row]
    notes: Sequence[Row]
    drafts: Sequence[Row]
    outbox: Sequence[Row]
    marks: tuple[int, int]

    @property
    def nothing(self) -> bool:
        """Whether there is no trace of it, but for what an erasure leaves."""
        listed = self.suppression is not None and self.suppression["source"] != "erasure"
        written = self.replies or self.answers or self.notes or self.drafts
        return not (self.contact or written or listed or self.audit)


def contact_of(conn: Connection, number: str, workspace: int) -> int | None:
    """The contact of a number."""
    found: int | None = conn.execute(_CONTACT, {"number": number, "workspace": workspace}).scalar()
    return found


def held(conn: Connection, number: str, workspace: int, after: tuple[int, int] = (0, 0)) -> Held:
    """Find everything; looks through replies and the audit once, so not while others wait for the writer.

    Args:
        conn: any connection.
        number: E.164.
        workspace: where.
        after: ``marks`` of an earlier look, behind which replies and acts are looked through again.
    """
    contact = contact_of(conn, number, workspace)
    values = {"number": number, "workspace": workspace, "contact": contact}

    def rows(statement: Any, **more: object) -> list[Row]:
        return [dict(row) for row in conn.execute(statement, {**values, **more}).mappings()]

    reply_mark, audit_mark = after
    ids = [row["id"] for row in rows(_REPLIES_OF, after=reply_mark)]
    names_it = _naming(number)
    acts = [
        row
        for row in rows(_AUDIT_OF, after=audit_mark, like=f"%{number}%")
        if any(names_it.search(row[part] or "") for part in ("subject_id", "before", "after"))
    ]
    fields = rows(_FIELDS)
    listed = rows(_SUPPRESSION)
    return Held(
        number=number,
        contact_id=contact,
        contact=fields[0] if fields else None,
        consents=rows(_CONSENTS),
        enrolments=rows(_ENROLMENTS),
        messages=rows(_MESSAGES),
        events=rows(_EVENTS),
        replies=rows(_REPLIES, ids=ids) if ids else [],
        suppression=listed[0] if listed else None,
        audit=acts,
        answers=rows(_ANSWERS),
        notes=rows(_NOTES),
        drafts=rows(_DRAFTS),
        outbox=rows(_OUTBOX),
        marks=(conn.execute(_LAST["replies"]).scalar_one(), conn.execute(_LAST["audit"]).scalar_one()),
    )


def in_flight(conn: Connection, contact: int) -> int:
    """How many messages to a contact are under way, or not known to have arrived or not."""
    return int(conn.execute(_IN_FLIGHT, {"contact": contact}).scalar_one())


def overwrite_freed_space(conn: Connection, how: int = 1) -> int:
    """Let SQLite fill with zeros what this connection frees: an erased text shall not stay in the file.

    Returns:
        How it was before; some systems build SQLite so that it always does.
    """
    if conn.dialect.name != "sqlite":
        return 0
    before = int(conn.exec_driver_sql("PRAGMA secure_delete").scalar_one())
    conn.exec_driver_sql(f"PRAGMA secure_delete = {how}")
    return before


def erase(conn: Connection, found: Held, alias: str, now: int, workspace: int) -> None:
    """Put nothing, or an alias, where a person's words, names and number are.

    Rows stay, and with them every counter. The number itself stays on the do-not-contact list, so that it is
    never texted again. The caller has ended the contact's sequences and bumps the fence.

    Args:
        conn: a writing transaction.
        found: what `held` found, all of it.
        alias: what stands for the number from now on; it says nothing of it.
        now: campaign instant.
        workspace: where.
    """
    values = {"alias": alias, "contact": found.contact_id, "now": now}
    if found.contact_id is not None:
        for statement in (_ERASE_CONTACT, _ERASE_CONSENTS, _ERASE_ENROLMENTS, _ERASE_MESSAGES):
            conn.execute(statement, values)
    if found.replies:
        conn.execute(_ERASE_REPLIES, {"alias": alias, "ids": [row["id"] for row in found.replies]})
    names_it = _naming(found.number)
    for row in found.audit:
        conn.execute(_ERASE_AUDIT, {"id": row["id"], **_act_without(row, found.number, names_it, alias)})
    theirs = {"number": found.number, "workspace": workspace}
    for statement in (_ERASE_NOTES, _ERASE_DRAFTS, _ERASE_OUTBOX):
        conn.execute(statement, theirs)
    conn.execute(_ERASE_ANSWERS, {**theirs, "alias": alias})
    conn.execute(_KEEP_SUPPRESSED, {"number": found.number, "workspace": workspace, "now": now})


def _act_without(row: Row, number: str, names_it: re.Pattern[str], alias: str) -> dict[str, str | None]:
    """An act that is about the number keeps what was done, by whom and when; another keeps all else."""
    if row["subject_id"] == number:
        gone = f'{{"{ERASED}": true}}'
        kept = {part: None if row[part] is None else gone for part in ("before", "after")}
        return {"subject_id": alias, **kept}
    return {
        part: None if row[part] is None else names_it.sub(alias, row[part])
        for part in ("subject_id", "before", "after")
    }


def _naming(number: str) -> re.Pattern[str]:
    """The number, and no longer one that begins with it."""
    return re.compile(re.escape(number) + r"(?!\d)")
