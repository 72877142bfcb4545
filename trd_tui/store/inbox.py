"""One conversation of the inbox: both directions, what is noted and put off, what was read and answered."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, RowMapping, bindparam, text


class Thread(NamedTuple):
    """How a conversation is gone on with.

    Attributes:
        sender: our number or service in it.
        campaign_id: the campaign that it belongs to, where it does.
    """

    sender: str
    campaign_id: str | None


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
    "SELECT r.id, r.received_at AS at, r.body, r.kind, r.answered_at, r.unread, r.campaign_id,"
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
    " WHERE sender = :number AND answered_at IS NULL AND id <= :up_to RETURNING id"
)
_READ = text("UPDATE replies SET unread = 0 WHERE sender = :number AND unread = 1 AND id <= :up_to")
_WAIT_AGAIN = text(
    "UPDATE replies SET answered_at = NULL, unread = 1 WHERE sender = :number AND id IN :ids"
).bindparams(bindparam("ids", expanding=True))
_LAST_WAITING = text(
    "SELECT id FROM replies WHERE sender = :number AND kind IN ('reply','unclear')"
    " ORDER BY received_at DESC, id DESC LIMIT 1"
)
_HELD_IN = text(
    "SELECT DISTINCT m.campaign_id FROM contacts c JOIN enrolments e ON e.contact_id = c.id"
    " JOIN scheduled_messages m ON m.enrolment_id = e.id AND m.state = 'held' AND m.attempts = 0"
    " JOIN campaigns p ON p.id = m.campaign_id AND p.status IN ('active','paused')"
    " WHERE c.number = :number AND c.doubt IS NOT NULL ORDER BY m.campaign_id"
)
_TEXTED_SINCE = text(
    "SELECT count(*) FROM contacts c JOIN scheduled_messages m ON m.contact_id = c.id"
    " AND (m.state IN ('sending','unknown') OR m.sent_at >= :since) WHERE c.number = :number"
)
_DOUBT = text("SELECT doubt FROM contacts WHERE number = :number")
_CAMPAIGNS = text(
    "SELECT e.campaign_id, p.name, p.status AS campaign_status, e.status, e.sent_count, e.touches_planned"
    " FROM contacts c JOIN enrolments e ON e.contact_id = c.id JOIN campaigns p ON p.id = e.campaign_id"
    " WHERE c.number = :number AND p.deleted_at IS NULL ORDER BY e.id DESC LIMIT 20"
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


def mark_answered(conn: Connection, number: str, up_to: int, now: int) -> list[int]:
    """Count the replies of a number up to one of them as answered; returns those that were not."""
    values = {"number": number, "up_to": up_to, "now": now}
    return sorted(conn.execute(_MARK, values).scalars())


def mark_read(conn: Connection, number: str, up_to: int) -> int:
    """Count the replies of a number up to one of them as read; returns how many were not."""
    return conn.execute(_READ, {"number": number, "up_to": up_to}).rowcount


def wait_again(conn: Connection, number: str, ids: list[int]) -> int:
    """Count replies as unread and unanswered; returns how many there are."""
    return conn.execute(_WAIT_AGAIN, {"number": number, "ids": ids}).rowcount if ids else 0


def last_waiting(conn: Connection, number: str) -> list[int]:
    """The latest reply that a person is waited for; none when there is none."""
    return list(conn.execute(_LAST_WAITING, {"number": number}).scalars())


def held_in(conn: Connection, number: str) -> list[str]:
    """Campaigns in which a doubt about a number holds a message that was certainly not sent."""
    return list(conn.execute(_HELD_IN, {"number": number}).scalars())


def doubt(conn: Connection, number: str) -> str | None:
    """Why a person must decide about a number; ``None`` when there is nothing to decide."""
    found: str | None = conn.execute(_DOUBT, {"number": number}).scalar()
    return found


def texted_since(conn: Connection, number: str, since: int) -> bool:
    """Whether a campaign's text has gone to a number since a campaign instant, or may be on its way."""
    return bool(conn.execute(_TEXTED_SINCE, {"number": number, "since": since}).scalar_one())


def campaigns_of(conn: Connection, number: str) -> list[RowMapping]:
    """The campaigns that a number is in, the latest first."""
    return list(conn.execute(_CAMPAIGNS, {"number": number}).mappings())
