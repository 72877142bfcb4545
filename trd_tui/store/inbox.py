"""The inbox: what came in, newest first, and one conversation in both directions.

A conversation is everything with one number; it is found through its latest reply, so that a page walks the
replies from the newest on and stops when it is full.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, RowMapping, TextClause, text

_WAITS = "answered_at IS NULL AND kind IN ('reply','unclear')"
_ASLEEP = "(v.snoozed_until IS NOT NULL AND v.snoozed_until > :now AND r.id <= v.snoozed_reply)"
_OPEN = f"EXISTS (SELECT 1 FROM replies u WHERE u.sender = r.sender AND u.{_WAITS.replace('kind', 'u.kind')})"

_WHO = "c.id AS contact_id, coalesce(c.first_name, '') AS first_name, coalesce(c.last_name, '') AS last_name"
_REPLY = (
    f"r.id, r.sender AS number, {_WHO}, r.received_at, r.kind, r.body, r.campaign_id,"
    " p.name AS campaign_name, m.touch, r.answered_at"
)
_JOINS = (
    "replies r LEFT JOIN contacts c ON c.id = r.contact_id LEFT JOIN campaigns p ON p.id = r.campaign_id"
    " LEFT JOIN scheduled_messages m ON m.id = r.message_id"
)
_NOTED = "LEFT JOIN conversations v ON v.workspace_id = r.workspace_id AND v.number = r.sender"
_LATEST = (
    "NOT EXISTS (SELECT 1 FROM replies n WHERE n.sender = r.sender"
    " AND (n.received_at, n.id) > (r.received_at, r.id))"
)

_PAGED = "ORDER BY r.received_at DESC, r.id DESC LIMIT :limit OFFSET :offset"

_SHOWN = {"all": "1 = 1", "unanswered": f"{_OPEN} AND NOT {_ASLEEP}", "snoozed": _ASLEEP}
"""What a page of conversations holds, by the name of its filter."""


class Thread(NamedTuple):
    """How a conversation is gone on with.

    Attributes:
        sender: our number or service in it.
        campaign_id: the campaign that it belongs to, where it does.
    """

    sender: str
    campaign_id: str | None


def matching(search: str) -> tuple[str, dict[str, str]]:
    """A condition for a search in name, number and text, and what it binds."""
    search = search.replace("\x00", "").strip()
    if not search:
        return "", {}
    escaped = search.casefold()
    for special in ("\\", "%", "_"):
        escaped = escaped.replace(special, "\\" + special)
    parts = ["c.name_folded LIKE :search ESCAPE '\\'", "lower(r.body) LIKE :search ESCAPE '\\'"]
    bound = {"search": f"%{escaped}%"}
    digits = re.sub(r"\D", "", search) if re.fullmatch(r"[\d\s()+./-]+", search) else ""
    if len(digits) >= 2:
        parts.append("r.sender LIKE :digits")
        bound["digits"] = f"%{digits}%"
    return f" AND ({' OR '.join(parts)})", bound


@lru_cache(maxsize=64)
def _reply_statements(unanswered: bool, campaign: bool, found: str) -> tuple[TextClause, TextClause]:
    where = "r.workspace_id = :workspace"
    if unanswered:
        where += f" AND r.{_WAITS.replace('kind', 'r.kind')}"
    if campaign:
        where += " AND r.campaign_id = :campaign"
    where += found
    page = text(f"SELECT {_REPLY} FROM {_JOINS} WHERE {where} {_PAGED}")
    return page, text(f"SELECT count(*) FROM {_JOINS} WHERE {where}")


def replies(
    conn: Connection,
    workspace: int,
    *,
    unanswered: bool,
    campaign: str | None,
    search: str,
    limit: int,
    offset: int,
) -> tuple[list[RowMapping], int]:
    """A page of what came in, the newest first, and how many match."""
    found, bound = matching(search)
    values: dict[str, Any] = {"workspace": workspace, **bound}
    if campaign is not None:
        values["campaign"] = campaign
    page, counted = _reply_statements(unanswered, campaign is not None, found)
    rows = list(conn.execute(page, {**values, "limit": limit, "offset": offset}).mappings())
    if len(rows) < limit and (rows or not offset):
        return rows, offset + len(rows)
    return rows, int(conn.execute(counted, values).scalar_one())


@lru_cache(maxsize=16)
def _conversation_statements(shown: str, found: str) -> tuple[TextClause, TextClause]:
    where = f"r.workspace_id = :workspace AND {_LATEST} AND {_SHOWN[shown]}{found}"
    waiting = f"(SELECT count(*) FROM replies u WHERE u.sender = r.sender AND u.{_WAITS}) AS unanswered"
    page = text(
        f"SELECT {_REPLY}, {waiting}, coalesce(v.note, '') AS note,"
        f" CASE WHEN {_ASLEEP} THEN v.snoozed_until END AS snoozed_until"
        f" FROM {_JOINS} {_NOTED} WHERE {where} {_PAGED}"
    )
    return page, text(f"SELECT count(*) FROM {_JOINS} {_NOTED} WHERE {where}")


def conversations(
    conn: Connection, workspace: int, now: int, *, shown: str, search: str, limit: int, offset: int
) -> tuple[list[RowMapping], int]:
    """A page of conversations by their latest reply, the newest first, and how many match.

    Raises:
        KeyError: there is no such filter.
    """
    found, bound = matching(search)
    values: dict[str, Any] = {"workspace": workspace, **bound}
    if shown != "all":
        values["now"] = now
    page, counted = _conversation_statements(shown, found)
    paged = {**values, "now": now, "limit": limit, "offset": offset}
    rows = list(conn.execute(page, paged).mappings())
    if len(rows) < limit and (rows or not offset):
        return rows, offset + len(rows)
    return rows, int(conn.execute(counted, values).scalar_one())


_COUNTS = text(
    f"SELECT count(*), coalesce(sum(CASE WHEN {_SHOWN['unanswered']} THEN 1 ELSE 0 END), 0),"
    f" coalesce(sum(CASE WHEN {_ASLEEP} THEN 1 ELSE 0 END), 0)"
    f" FROM replies r {_NOTED} WHERE r.workspace_id = :workspace AND {_LATEST}"
)


def counts(conn: Connection, workspace: int, now: int) -> tuple[int, int, int]:
    """How many conversations there are: all, unanswered, snoozed."""
    total, unanswered, snoozed = conn.execute(_COUNTS, {"workspace": workspace, "now": now}).one()
    return int(total), int(unanswered), int(snoozed)


_THREAD_REPLY = "SELECT recipient, campaign_id FROM replies WHERE sender = :number"
_THREAD_TOUCH = (
    "SELECT m.sender, m.campaign_id FROM contacts c JOIN enrolments e ON e.contact_id = c.id"
    " JOIN scheduled_messages m ON m.enrolment_id = e.id"
    " WHERE c.number = :number AND m.sent_at IS NOT NULL"
)
_THREADS = {
    whole: (
        text(
            f"{_THREAD_REPLY}{'' if whole else ' AND campaign_id = :campaign'}"
            " ORDER BY received_at DESC, id DESC LIMIT 1"
        ),
        text(
            f"{_THREAD_TOUCH}{'' if whole else ' AND m.campaign_id = :campaign'}"
            " ORDER BY m.sent_at DESC, m.id DESC LIMIT 1"
        ),
    )
    for whole in (True, False)
}


def thread(conn: Connection, number: str, campaign_id: str | None = None) -> Thread | None:
    """How to go on with a number: as they wrote last, else as they were texted last; ``None``: neither."""
    values = {"number": number, **({} if campaign_id is None else {"campaign": campaign_id})}
    wrote, texted = _THREADS[campaign_id is None]
    reply = conn.execute(wrote, values).one_or_none()
    if reply is not None and reply[1] is not None:
        return Thread(*reply)
    touch = conn.execute(texted, values).one_or_none()
    if reply is None:
        return None if touch is None else Thread(*touch)
    return Thread(reply[0], None if touch is None else touch[1])


_LAST_WORD = text(
    "SELECT kind, carrier_at FROM replies WHERE sender = :number"
    " AND kind IN ('reply','unclear','opt_out','opt_in') ORDER BY carrier_at DESC, id DESC LIMIT 1"
)
_LIFTED = text(
    "SELECT max(at) FROM audit WHERE subject = 'suppression' AND subject_id = :number AND act = 'unsuppress'"
)


def opted_out(conn: Connection, number: str) -> bool:
    """Whether the last that this number told us is an opt-out that nobody has lifted since."""
    word = conn.execute(_LAST_WORD, {"number": number}).one_or_none()
    if word is None or word[0] != "opt_out":
        return False
    lifted = conn.execute(_LIFTED, {"number": number}).scalar_one()
    return lifted is None or int(lifted) < int(word[1])


_INBOUND = text(
    "SELECT r.id, r.received_at AS at, r.body, r.kind, r.answered_at, r.campaign_id,"
    " p.name AS campaign_name, m.touch FROM replies r LEFT JOIN campaigns p ON p.id = r.campaign_id"
    " LEFT JOIN scheduled_messages m ON m.id = r.message_id WHERE r.sender = :number"
    " ORDER BY r.received_at DESC, r.id DESC LIMIT :limit"
)
_TOUCHES = text(
    "SELECT m.id, m.sent_at AS at, m.body, m.state, m.reason, m.campaign_id, p.name AS campaign_name, m.touch"
    " FROM contacts c JOIN enrolments e ON e.contact_id = c.id"
    " JOIN scheduled_messages m ON m.enrolment_id = e.id"
    " JOIN campaigns p ON p.id = m.campaign_id WHERE c.number = :number AND m.sent_at IS NOT NULL"
    " ORDER BY m.sent_at DESC, m.id DESC LIMIT :limit"
)
_OWN = text(
    "SELECT a.id, coalesce(a.sent_at, a.created_at) AS at, a.body, a.state, a.reason, a.campaign_id,"
    " p.name AS campaign_name, a.actor FROM answers a LEFT JOIN campaigns p ON p.id = a.campaign_id"
    " WHERE a.number = :number ORDER BY a.id DESC LIMIT :limit"
)


def lines(
    conn: Connection, number: str, limit: int
) -> tuple[list[RowMapping], list[RowMapping], list[RowMapping]]:
    """The latest lines of a conversation: what came in, our touches, our own answers; the newest first."""
    values = {"number": number, "limit": limit}
    inbound, touches, own = (
        list(conn.execute(each, values).mappings()) for each in (_INBOUND, _TOUCHES, _OWN)
    )
    return inbound, touches, own


_NOTES = text(
    "SELECT note, snoozed_until, snoozed_reply FROM conversations"
    " WHERE workspace_id = :workspace AND number = :number"
)
_LATEST_ID = text("SELECT coalesce(max(id), 0) FROM replies WHERE sender = :number")
_NOTE = text(
    "INSERT INTO conversations (workspace_id, number, note, updated_at)"
    " VALUES (:workspace, :number, :note, :now)"
    " ON CONFLICT (workspace_id, number) DO UPDATE SET note = excluded.note, updated_at = excluded.updated_at"
)
_SNOOZE = text(
    "INSERT INTO conversations (workspace_id, number, snoozed_until, snoozed_reply, updated_at)"
    " VALUES (:workspace, :number, :until, :reply, :now)"
    " ON CONFLICT (workspace_id, number) DO UPDATE SET snoozed_until = excluded.snoozed_until,"
    " snoozed_reply = excluded.snoozed_reply, updated_at = excluded.updated_at"
)
_MARK = text(
    "UPDATE replies SET answered_at = :now, unread = 0"
    " WHERE sender = :number AND answered_at IS NULL AND id <= :up_to"
)


def notes(conn: Connection, workspace: int, number: str, now: int) -> tuple[str, int | None]:
    """What is noted in a conversation, and until when it sleeps; ``None`` when it does not."""
    row = conn.execute(_NOTES, {"workspace": workspace, "number": number}).one_or_none()
    if row is None:
        return "", None
    note, until, reply = row
    asleep = until is not None and until > now and latest_reply(conn, number) <= reply
    return note, until if asleep else None


def latest_reply(conn: Connection, number: str) -> int:
    """The id of the latest reply; 0 when there is none."""
    return int(conn.execute(_LATEST_ID, {"number": number}).scalar_one())


def set_note(conn: Connection, workspace: int, number: str, note: str, now: int) -> None:
    """Note something in a conversation, in place of what was noted."""
    conn.execute(_NOTE, {"workspace": workspace, "number": number, "note": note, "now": now})


def snooze(conn: Connection, workspace: int, number: str, until: int | None, now: int) -> None:
    """Put a conversation off until an instant or until its next reply; ``None`` wakes it."""
    reply = latest_reply(conn, number)
    values = {"workspace": workspace, "number": number, "until": until, "reply": reply, "now": now}
    conn.execute(_SNOOZE, values)


def mark_answered(conn: Connection, number: str, up_to: int, now: int) -> int:
    """Count the replies of a number up to one of them as answered; returns how many did not."""
    return conn.execute(_MARK, {"number": number, "up_to": up_to, "now": now}).rowcount
