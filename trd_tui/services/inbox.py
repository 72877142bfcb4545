"""The inbox: what contacts have written, conversation by conversation, and what a person does with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from sqlalchemy import Connection, RowMapping

from trd_tui.clock import Clock
from trd_tui.domain.decision import Decision, decided
from trd_tui.domain.phone import PhoneError, normalise
from trd_tui.domain.refused import RefusedError
from trd_tui.services.actor import WORKSPACE
from trd_tui.services.inbox_views import (
    Conversation,
    ConversationPage,
    Counts,
    InboxQuery,
    InCampaign,
    Line,
    Reply,
    ReplyPage,
    WholeConversation,
)
from trd_tui.store import audience, consents, decisions, inbox, suppressions
from trd_tui.store import conversations as lists
from trd_tui.store.conversations import Wanted
from trd_tui.store.database import Database

MOST_LINES = 500
"""Lines of a conversation that are read at once, of each kind."""


_FROM_THE_LATEST = 2**62


class InboxError(RefusedError, ValueError):
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
        lists.replies,
        WORKSPACE,
        unanswered=unanswered,
        campaign=campaign_id,
        search=search,
        limit=limit,
        offset=offset,
    )
    return ReplyPage(tuple(_reply(row) for row in rows), total)


async def replies_before(
    db: Database, *, campaign_id: str | None, kind: str | None, before: int | None, limit: int
) -> list[Reply]:
    """A page of what came in for programs, the latest row first, behind the row ``before``.

    Args:
        db: the database.
        campaign_id: only what answers this campaign.
        kind: only those of one kind.
        before: the id of the last row of the page before.
        limit: rows of the page.
    """
    rows = await db.read(
        lists.replies_before,
        WORKSPACE,
        campaign=campaign_id,
        kind=kind,
        before=_FROM_THE_LATEST if before is None else before,
        limit=limit,
    )
    return [_reply(row) for row in rows]


async def conversations(
    db: Database, clock: Clock, query: InboxQuery, *, limit: int = 50, offset: int = 0
) -> ConversationPage:
    """A page of conversations, those with something unread first, by their latest text, the newest first.

    Args:
        db: the database.
        clock: campaign time; who sleeps is not ``unanswered``.
        query: which ones.
        limit: rows of the page.
        offset: rows before it.
    """
    wanted = _wanted(query, clock.now())
    rows, total = await db.read(lists.conversations, WORKSPACE, wanted, limit=limit, offset=offset)
    found = (
        Conversation(
            latest=_reply(row),
            unanswered=int(row["unanswered"]),
            note=row["note"],
            snoozed_until=row["snoozed_until"],
            unread=int(row["new"]),
            unclear=bool(row["unclear"]),
        )
        for row in rows
    )
    return ConversationPage(tuple(found), total)


async def rank(db: Database, clock: Clock, number: str, query: InboxQuery) -> int | None:
    """Where a conversation stands in such a list, from 0; ``None`` when it is not in it."""
    return await db.read(lists.rank, WORKSPACE, number, _wanted(query, clock.now()))


def _wanted(query: InboxQuery, now: int) -> Wanted:
    return Wanted(now, query.shown, query.search, query.kept, query.kept_unread)


async def counts(db: Database, clock: Clock) -> Counts:
    """How many conversations there are, and how many wait for a person or sleep."""
    return Counts(**await db.read(lists.counts, WORKSPACE, clock.now()))


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
    return await db.read(_conversation, clock.now(), checked_number(number), limit)


def checked_number(number: str) -> str:
    """A number as E.164.

    Raises:
        InboxError: it is none.
    """
    try:
        return normalise(number)
    except PhoneError as error:
        raise InboxError(str(error)) from error


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
        recipient=row["recipient"],
        unread=bool(row["unread"]),
    )


def _conversation(conn: Connection, now: int, number: str, limit: int) -> WholeConversation | None:
    inbound, touches, own = inbox.lines(conn, number, limit)
    if not (inbound or touches or own):
        return None
    person = audience.by_number(conn, number)
    noted, until = inbox.notes(conn, WORKSPACE, number, now)
    given = () if person is None else consents.of_contact(conn, person.cursor)
    return WholeConversation(
        number=number,
        name="" if person is None else _name(person.first_name, person.last_name),
        note=noted,
        snoozed_until=until,
        suppressed=suppressions.which(conn, [number]).get(number),
        lines=_lines(inbound, touches, own, decisions.of_number(conn, number)),
        place="" if person is None else ", ".join(part for part in (person.city, person.state) if part),
        company="" if person is None else person.company,
        doubt=inbox.doubt(conn, number),
        opted_out=inbox.opted_out(conn, number),
        consent=given[-1].kind if given else None,
        contact=person is not None,
        campaigns=tuple(
            InCampaign(
                row["campaign_id"],
                row["name"],
                row["campaign_status"],
                row["status"],
                row["sent_count"],
                row["touches_planned"],
            )
            for row in inbox.campaigns_of(conn, number)
        ),
        latest=inbox.latest_reply(conn, number),
        unread=sum(row["unread"] for row in inbound),
    )


def _lines(
    inbound: Iterable[RowMapping],
    touches: Iterable[RowMapping],
    own: Iterable[RowMapping],
    made: Sequence[Decision],
) -> tuple[Line, ...]:
    """Both directions, the oldest first; what we sent stands before what came in at the same instant."""
    found = [
        *(
            _line(row, "touch", state=row["state"], touch=row["touch"], reason=row["reason"])
            for row in touches
        ),
        *(_line(row, "answer", state=row["state"], actor=row["actor"], reason=row["reason"]) for row in own),
        *(
            _line(
                row,
                "in",
                state=row["kind"],
                touch=row["touch"],
                answered=row["answered_at"] is not None,
                decision=decided(made, row["id"]) if row["kind"] == "unclear" else None,
            )
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
