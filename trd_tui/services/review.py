"""Messages that wait for a person: the list of them, and the person's decision to send or to skip."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from sqlalchemy import Connection

from trd_tui.clock import Clock
from trd_tui.domain.allowance import Allowance, day_of
from trd_tui.domain.calendar import Change
from trd_tui.domain.clearance import Hold, clear
from trd_tui.domain.decision import NO_OPT_OUT
from trd_tui.domain.frequency import Caps
from trd_tui.domain.message import OPEN_ENROLMENTS
from trd_tui.domain.phone import PhoneError, normalise
from trd_tui.domain.refused import RefusedError
from trd_tui.domain.sentences import part
from trd_tui.services.actor import Actor
from trd_tui.services.previews import counted
from trd_tui.store import audit, decisions, queue, reviews
from trd_tui.store.completing import complete_campaigns
from trd_tui.store.database import Database
from trd_tui.store.plan_terms import calendar, dates_of, read_plan
from trd_tui.store.purses import Purses
from trd_tui.store.reviews import HeldRow
from trd_tui.store.sequences import SequenceCache

CHUNK = 200
"""Messages decided in one transaction: the rules are asked about each."""

NUMBERS_KEPT = 20
"""Numbers of one decision that the audit names."""

NOT_HELD = "nothing of this number is held in the campaign"

Decision = Literal["send", "skip"]


@dataclass(frozen=True, slots=True)
class Judge:
    """Who says whether a message that is let go would be held again at once.

    Attributes:
        sequences: compiles the campaign's rules, with the prices of the settings.
        daily_budget: micro-dollars that all campaigns may spend on a day; ``None`` is no limit.
    """

    sequences: SequenceCache = field(default_factory=SequenceCache)
    daily_budget: int | None = None


class ReviewError(RefusedError):
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
    db: Database,
    clock: Clock,
    actor: Actor,
    id_: str,
    decision: Decision,
    numbers: Sequence[str] = (),
    judge: Judge | None = None,
) -> Reviewed:
    """Send or skip held messages of a campaign: those of some numbers, or all.

    What is let go keeps its date where that lies ahead; else it goes out as soon as window and gap permit,
    and what follows keeps its gaps to it. Of a
    skipped message the next touch keeps its date where that lies ahead. A message that may have been sent
    is sent again, and a contact who may have opted out is decided about, only when the number is named.
    What the rules would hold again at once (no price, a field that is missing) stays held, and says why.

    Args:
        db: the database.
        clock: campaign time.
        actor: who decides.
        id_: an active or paused campaign.
        decision: send or skip.
        numbers: phone numbers; all held messages without any.
        judge: who is asked what stays held; without one, the rules of settings that say nothing.

    Raises:
        ReviewError: no such campaign, one that does not send any more, or a number that cannot be.
    """
    wanted: list[str | None] = [_number(each) for each in dict.fromkeys(numbers)] or [None]
    left: list[tuple[str, str]] = []
    done, name = 0, id_
    for number in wanted:
        cursor = seen = 0
        while True:
            step = await db.write(_review, clock, actor, id_, decision, number, cursor, judge or Judge())
            name, cursor = step.name, step.cursor
            done += step.done
            seen += step.seen
            left += step.left
            if step.seen < CHUNK:
                break
        if number is not None and not seen:
            left.append((number, NOT_HELD))
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
    judge: Judge,
) -> _Step:
    plan = read_plan(conn, id_)
    if plan is None:
        raise ReviewError(f"there is no campaign {id_}; see trd campaign list")
    if plan.status not in ("active", "paused"):
        raise ReviewError(f"{plan.name} is {plan.status}: nothing of it will be sent any more")
    dates = calendar(dates_of(conn, id_, plan))
    rows = reviews.held(conn, id_, cursor, CHUNK, number, lock=True)
    now, real, send = clock.now(), clock.real(), decision == "send"
    asked = _again(conn, judge, id_) if send and rows else None
    good: list[tuple[HeldRow, Change]] = []
    stays: list[tuple[HeldRow, str]] = []
    left: list[tuple[str, str]] = []
    for row in rows:
        reason = _refusal(row, decision, named=number is not None, sent=dates.is_active(row.touch))
        if reason is not None:
            left.append((row.number, reason))
            continue
        change = reviews.change_of(row, dates, now, plan.plan_version, send=send)
        # What is not due yet is asked when it is: by then a price, or a field, may be there.
        held_again = asked(row, change.at, now) if asked and row.scheduled_for <= now else None
        if held_again is None:
            good.append((row, change))
        else:
            stays.append((row, held_again))
            left.append((row.number, f"it stays held: {held_again}"))
    reviews.keep(conn, stays, now)
    reviews.decide(
        conn, id_, dates, good, now, send=send, reason=f"skipped by {actor.name} in the review"
    )  # fmt: skip
    if good:
        numbers = [row.number for row, _ in good[:NUMBERS_KEPT]]
        after = {"messages": len(good), "numbers": numbers, "decided_at": now}
        audit.record(conn, actor, f"review: {decision}", "campaign", id_, None, after, at=real)
        for number_of in {row.number for row, _ in good if row.doubt and send}:
            decisions.record(conn, actor, NO_OPT_OUT, number_of, now, real, {"campaign": id_})
        complete_campaigns(conn, [id_], now, real)
    return _Step(plan.name, rows[-1].id if rows else cursor, len(rows), len(good), left)


def _again(conn: Connection, judge: Judge, id_: str) -> Callable[[HeldRow, int, int], str | None]:
    """Why the claim would hold a message again that is let go now, as far as it can be known now."""
    compiled = judge.sequences.load(conn, [id_])[id_]
    terms, rules = compiled.terms, replace(compiled.rules, caps=Caps(0, 0))
    purses = Purses(conn, judge.daily_budget)

    def ask(row: HeldRow, at: int, now: int) -> str | None:
        day = day_of(at, terms.timezone)
        own, shared = purses.own_day(terms, day), purses.shared_day(terms.workspace_id, day)
        let_go = queue.row_of(conn, row.id, now).let_go()
        decision = clear(let_go, rules, Allowance(terms, at, own, shared), at)
        return decision.reason if isinstance(decision, Hold) else None

    return ask


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
