"""Messages that wait for a person: the list of them, and the person's decision to send or to skip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from trd_tui.clock import Clock
from trd_tui.domain.message import OPEN_ENROLMENTS
from trd_tui.domain.phone import PhoneError, normalise
from trd_tui.domain.sentences import part
from trd_tui.services.actor import Actor
from trd_tui.services.previews import counted
from trd_tui.store import audit, reviews
from trd_tui.store.completing import complete_campaigns
from trd_tui.store.database import Database
from trd_tui.store.plan_terms import calendar, dates_of, read_plan
from trd_tui.store.reviews import HeldRow

CHUNK = 1_000
"""Messages decided in one transaction."""

Decision = Literal["send", "skip"]


class ReviewError(Exception):
    """The campaign's held messages cannot be decided; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class HeldMessage:
    """A message that waits for a person.

    Attributes:
        number: whose it is.
        name: the contact's name; empty when it is not known.
        touch: position of the touch.
        due_at: campaign instant at which it was due.
        reason: why it is held.
        perhaps_sent: a call to the carrier was begun; to send it again may be to send it twice.
    """

    number: str
    name: str
    touch: int
    due_at: int
    reason: str
    perhaps_sent: bool


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a decision did.

    Attributes:
        campaign_id: the campaign.
        name: its name.
        decision: send or skip.
        done: how many messages.
        left: numbers that were left as they are, each with the reason.
    """

    campaign_id: str
    name: str
    decision: Decision
    done: int
    left: tuple[tuple[str, str], ...]


async def held_messages(
    db: Database, id_: str, *, limit: int = 1_000, after: int = 0
) -> tuple[list[HeldMessage], int | None]:
    """A page of a campaign's held messages, and where the next one begins.

    Raises:
        ReviewError: there is no such campaign.
    """
    if await db.read(read_plan, id_) is None:
        raise ReviewError(f"there is no campaign {id_}; see trd campaign list")
    rows = await db.read(reviews.held, id_, after, limit)
    return [_shown(row) for row in rows], rows[-1].id if len(rows) == limit else None


def _shown(row: HeldRow) -> HeldMessage:
    name = f"{row.first_name} {row.last_name}".strip()
    return HeldMessage(
        row.number, name, row.touch, row.scheduled_for, row.reason or "", perhaps_sent=row.attempts > 0
    )


async def review(
    db: Database, clock: Clock, actor: Actor, id_: str, decision: Decision, numbers: Sequence[str] = ()
) -> Reviewed:
    """Send or skip held messages of a campaign: those of some numbers, or all.

    What is let go goes out as soon as window and gap permit, and what follows keeps its gaps to it. Of a
    skipped message the next touch keeps its date where that lies ahead. A message that may have been sent
    is sent again, and a contact who may have opted out is decided about, only when the number is named.

    Args:
        db: the database.
        clock: campaign time.
        actor: who decides.
        id_: an active or paused campaign.
        decision: send or skip.
        numbers: phone numbers; all held messages without any.

    Raises:
        ReviewError: no such campaign, one that does not send any more, or a number that cannot be.
    """
    wanted: list[str | None] = [_number(each) for each in dict.fromkeys(numbers)] or [None]
    left: list[tuple[str, str]] = []
    done, name = 0, id_
    for number in wanted:
        cursor = seen = 0
        while True:
            step = await db.write(_review, clock, actor, id_, decision, number, cursor)
            name, cursor = step.name, step.cursor
            done += step.done
            seen += step.seen
            left += step.left
            if step.seen < CHUNK:
                break
        if number is not None and not seen:
            left.append((number, "nothing of this number is held in the campaign"))
    return Reviewed(id_, name, decision, done, tuple(left))


def _number(given: str) -> str:
    try:
        return normalise(given)
    except PhoneError as error:
        raise ReviewError(f"{given}: {error}") from error


@dataclass(frozen=True, slots=True)
class _Step:
    name: str
    cursor: int
    seen: int
    done: int
    left: list[tuple[str, str]]


def _review(
    conn: Connection,
    clock: Clock,
    actor: Actor,
    id_: str,
    decision: Decision,
    number: str | None,
    cursor: int,
) -> _Step:
    plan = read_plan(conn, id_)
    if plan is None:
        raise ReviewError(f"there is no campaign {id_}; see trd campaign list")
    if plan.status not in ("active", "paused"):
        raise ReviewError(f"{plan.name} is {plan.status}: nothing of it will be sent any more")
    dates = calendar(dates_of(conn, id_, plan))
    rows = reviews.held(conn, id_, cursor, CHUNK, number, lock=True)
    good: list[HeldRow] = []
    left: list[tuple[str, str]] = []
    for row in rows:
        reason = _refusal(row, decision, named=number is not None, sent=dates.is_active(row.touch))
        if reason is None:
            good.append(row)
        else:
            left.append((row.number, reason))
    now, real = clock.now(), clock.real()
    send = decision == "send"
    reviews.decide(conn, id_, dates, good, now, send=send, reason=f"skipped by {actor.name} in the review")
    if good:
        after = {"messages": len(good), "numbers": [row.number for row in good[:20]]}
        audit.record(conn, actor, f"review: {decision}", "campaign", id_, None, after, at=real)
        complete_campaigns(conn, [id_], now, real)
    return _Step(plan.name, rows[-1].id if rows else cursor, len(rows), len(good), left)


def _refusal(row: HeldRow, decision: Decision, *, named: bool, sent: bool) -> str | None:
    if row.enrolment_status not in OPEN_ENROLMENTS:
        return f"the contact is {row.enrolment_status} in this campaign"
    if decision == "send" and not sent:
        return f"touch {row.touch} is not in the sequence any more; use --skip to go on with the next one"
    if row.doubt and not named:
        return f"{row.doubt}; name the number to decide, or end it with trd suppress add"
    if decision == "send" and row.attempts and not named:
        why = part(row.reason or "nobody noted why")
        return f"it may have been sent already ({why}); name the number to send it again"
    return None


def sentence(done: Reviewed) -> str:
    """What a decision did, in words."""
    did = "let go" if done.decision == "send" else "skipped"
    return f"{counted(done.done, 'held message')} {did}"
