"""The inbox: what contacts have written, conversation by conversation, and what a person does with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, TypeVar

from sqlalchemy import Connection, RowMapping

from trd_tui.clock import Clock
from trd_tui.domain.phone import PhoneError, normalise
from trd_tui.services.actor import WORKSPACE, Actor
from trd_tui.services.inbox_views import (
    Conversation,
    ConversationPage,
    Counts,
    Line,
    Reply,
    ReplyPage,
    Shown,
    WholeConversation,
)
from trd_tui.store import audience, audit, inbox, suppressions
from trd_tui.store.database import Database

T = TypeVar("T")

LONGEST_NOTE = 2_000
"""Characters of a note."""

MOST_LINES = 500
"""Lines of a conversation that are read at once, of each kind."""


class InboxError(ValueError):
    """Nothing was changed; the message says why and what to do."""


async def replies(
    db: Database,
    *,
    unanswered: bool = False,
    campaign_id: str | None = None,
    search: str = "",
    limit: int = 50,
    offset: int = 0,
) -> ReplyPage:
    """A page of what came in, the newest first.

    Args:
        db: the database.
        unanswered: only what waits for a person.
        campaign_id: only what answers this campaign.
        search: part of the name, number or text.
        limit: rows of the page.
        offset: rows before it.
    """
    rows, total = await db.read(
        inbox.replies,
        WORKSPACE,
        unanswered=unanswered,
        campaign=campaign_id,
        search=search,
        limit=limit,
        offset=offset,
    )
    return ReplyPage(tuple(_reply(row) for row in rows), total)


async def conversations(
    db: Database,
    clock: Clock,
    shown: Shown = "unanswered",
    *,
    search: str = "",
    limit: int = 50,
    offset: int = 0,
) -> ConversationPage:
    """A page of conversations by their latest text, the newest first.

    Args:
        db: the database.
        clock: campaign time; who sleeps is not ``unanswered``.
        shown: which ones.
        search: part of the name or number, or of the latest text.
        limit: rows of the page.
        offset: rows before it.
    """
    rows, total = await db.read(
        inbox.conversations, WORKSPACE, clock.now(), shown=shown, search=search, limit=limit, offset=offset
    )
    found = (
        Conversation(_reply(row), int(row["unanswered"]), row["note"], row["snoozed_until"]) for row in rows
    )
    return ConversationPage(tuple(found), total)


async def counts(db: Database, clock: Clock) -> Counts:
    """How many conversations there are, and how many wait for a person or sleep."""
    return Counts(*await db.read(inbox.counts, WORKSPACE, clock.now()))


async def conversation(
    db: Database, clock: Clock, number: str, limit: int = MOST_LINES
) -> WholeConversation | None:
    """Everything with one number, in both directions; ``None`` when there is nothing.

    Args:
        db: the database.
        clock: campaign time.
        number: in any usual notation.
        limit: the latest texts of each kind that are read.

    Raises:
        InboxError: it is no number.
    """
    return await db.read(_conversation, clock.now(), _number(number), limit)


async def mark_answered(
    db: Database, clock: Clock, actor: Actor, number: str, up_to: int | None = None
) -> int:
    """Count a conversation as answered; returns how many of its texts were not.

    Args:
        db: the database.
        clock: campaign time.
        actor: who says so.
        number: in any usual notation.
        up_to: id of the latest text that was seen: what came in after it still waits.

    Raises:
        InboxError: there is no such conversation.
    """

    def mark(conn: Connection, to: str) -> int:
        seen = inbox.latest_reply(conn, to) if up_to is None else up_to
        marked = inbox.mark_answered(conn, to, seen, clock.now())
        if marked:
            _audit(conn, clock, actor, "mark_answered", to, None, {"texts": marked})
        return marked

    return await db.write(_known, number, mark)


async def note(db: Database, clock: Clock, actor: Actor, number: str, text: str) -> None:
    """Note something in a conversation, in place of what was noted; an empty text takes it out.

    Raises:
        InboxError: there is no such conversation, or the text is too long.
    """
    said = text.strip().replace("\x00", "")
    if len(said) > LONGEST_NOTE:
        raise InboxError(f"the note is longer than {LONGEST_NOTE:,} characters; shorten it")

    def write(conn: Connection, to: str) -> None:
        before, _ = inbox.notes(conn, WORKSPACE, to, clock.now())
        if before != said:
            inbox.set_note(conn, WORKSPACE, to, said, clock.now())
            _audit(conn, clock, actor, "note", to, {"note": before}, {"note": said})

    await db.write(_known, number, write)


async def snooze(db: Database, clock: Clock, actor: Actor, number: str, until: int | None) -> None:
    """Put a conversation off until a campaign instant, or until they write again; ``None`` wakes it.

    Raises:
        InboxError: there is no such conversation, or the instant has passed.
    """
    if until is not None and until <= clock.now():
        raise InboxError("that instant has passed; name one that is to come")

    def write(conn: Connection, to: str) -> None:
        _, before = inbox.notes(conn, WORKSPACE, to, clock.now())
        inbox.snooze(conn, WORKSPACE, to, until, clock.now())
        _audit(conn, clock, actor, "snooze", to, {"until": before}, {"until": until})

    await db.write(_known, number, write)


def _known(conn: Connection, number: str, act: Callable[[Connection, str], T]) -> T:
    """Do something in a conversation that there is."""
    to = _number(number)
    if inbox.thread(conn, to) is None:
        raise InboxError(f"there is no conversation with {to}; `trd reply list` shows who has written")
    return act(conn, to)


def _number(number: str) -> str:
    try:
        return normalise(number)
    except PhoneError as error:
        raise InboxError(str(error)) from error


def _audit(
    conn: Connection,
    clock: Clock,
    actor: Actor,
    act: str,
    number: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
) -> None:
    audit.record(conn, actor, act, "conversation", number, before, after, at=clock.real())


def _name(first: str, last: str) -> str:
    return f"{first} {last}".strip()


def _reply(row: RowMapping) -> Reply:
    return Reply(
        id=row["id"],
        number=row["number"],
        name=_name(row["first_name"], row["last_name"]),
        at=row["received_at"],
        kind=row["kind"],
        body=row["body"],
        campaign_id=row["campaign_id"],
        campaign_name=row["campaign_name"],
        touch=row["touch"],
        answered_at=row["answered_at"],
    )


def _conversation(conn: Connection, now: int, number: str, limit: int) -> WholeConversation | None:
    inbound, touches, own = inbox.lines(conn, number, limit)
    if not (inbound or touches or own):
        return None
    person = audience.by_number(conn, number)
    noted, until = inbox.notes(conn, WORKSPACE, number, now)
    return WholeConversation(
        number=number,
        name="" if person is None else _name(person.first_name, person.last_name),
        note=noted,
        snoozed_until=until,
        suppressed=suppressions.which(conn, [number]).get(number),
        lines=_lines(inbound, touches, own),
    )


def _lines(
    inbound: Iterable[RowMapping], touches: Iterable[RowMapping], own: Iterable[RowMapping]
) -> tuple[Line, ...]:
    """Both directions, the oldest first; what we sent stands before what came in at the same instant."""
    found = [
        *(
            _line(row, "touch", state=row["state"], touch=row["touch"], reason=row["reason"])
            for row in touches
        ),
        *(_line(row, "answer", state=row["state"], actor=row["actor"], reason=row["reason"]) for row in own),
        *(
            _line(row, "in", state=row["kind"], touch=row["touch"], answered=row["answered_at"] is not None)
            for row in inbound
        ),
    ]
    rank = {"touch": 0, "in": 1, "answer": 2}
    return tuple(
        line for _, line in sorted(found, key=lambda each: (each[1].at, rank[each[1].direction], each[0]))
    )


def _line(row: RowMapping, direction: Literal["in", "touch", "answer"], **more: Any) -> tuple[int, Line]:
    return row["id"], Line(
        at=row["at"],
        direction=direction,
        body=row["body"] or "",
        campaign_id=row["campaign_id"],
        campaign_name=row["campaign_name"],
        **more,
    )
