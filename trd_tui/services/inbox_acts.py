"""What a person does with a conversation besides answering it: note, put off, mark, decide, opt out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection

from trd_tui.clock import Clock
from trd_tui.domain.decision import NO_OPT_OUT, TAKEN_BACK, Decision, decided
from trd_tui.services import review, suppressions
from trd_tui.services.actor import WORKSPACE, Actor
from trd_tui.services.inbox import InboxError, checked_number
from trd_tui.services.suppressions import Suppressed
from trd_tui.store import audience, audit, control, counters, decisions, doubts, inbox
from trd_tui.store.counters import CampaignDelta
from trd_tui.store.database import Database
from trd_tui.store.suppressions import which as suppressions_of

T = TypeVar("T")

LONGEST_NOTE = 2_000
"""Characters of a note."""


async def mark_answered(
    db: Database, clock: Clock, actor: Actor, number: str, up_to: int | None = None
) -> list[int]:
    """Count a conversation as answered; returns the ids of its texts that were not, for `wait_again`.

    Args:
        db: the database.
        clock: campaign time.
        actor: who says so.
        number: in any usual notation.
        up_to: id of the latest text that was seen: what came in after it still waits.

    Raises:
        InboxError: there is no such conversation.
    """

    def mark(conn: Connection, to: str) -> list[int]:
        seen = inbox.latest_reply(conn, to) if up_to is None else up_to
        marked = inbox.mark_answered(conn, to, seen, clock.now())
        if marked:
            _audit(conn, clock, actor, "mark_answered", to, None, {"texts": len(marked)})
        return marked

    return await db.write(_known, number, mark)


async def wait_again(
    db: Database, clock: Clock, actor: Actor, number: str, ids: Sequence[int] | None = None
) -> int:
    """Let texts count as unread and wait for a person again; returns how many.

    Args:
        db: the database.
        clock: campaign time.
        actor: who says so.
        number: in any usual notation.
        ids: of the texts, as `mark_answered` told them; by default the latest that a person can answer.

    Raises:
        InboxError: there is no such conversation, or nothing in it that a person is waited for.
    """

    def mark(conn: Connection, to: str) -> int:
        wanted = inbox.last_waiting(conn, to) if ids is None else list(ids)
        if not wanted:
            raise InboxError(f"{to} has written nothing that needs an answer; see trd reply show {to}")
        marked = inbox.wait_again(conn, to, wanted)
        _audit(conn, clock, actor, "mark_unread", to, None, {"texts": marked})
        return marked

    return await db.write(_known, number, mark)


async def mark_read(db: Database, number: str, up_to: int) -> int:
    """Note that somebody has opened a conversation; returns how many texts were unread.

    It changes nothing of what waits for an answer, and is no act that the audit would keep.

    Args:
        db: the database.
        number: E.164.
        up_to: id of the latest text that was seen.
    """
    return await db.write(inbox.mark_read, number, up_to)


async def note(
    db: Database, clock: Clock, actor: Actor, number: str, text: str, *, undo: bool = False
) -> None:
    """Note something in a conversation, in place of what was noted; an empty text takes it out.

    Args:
        db: the database.
        clock: campaign time.
        actor: who notes it.
        number: in any usual notation.
        text: the note.
        undo: it takes a note back; the audit says so.

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
            act = "undo note" if undo else "note"
            _audit(conn, clock, actor, act, to, {"note": before}, {"note": said})

    await db.write(_known, number, write)


async def snooze(
    db: Database, clock: Clock, actor: Actor, number: str, until: int | None, *, undo: bool = False
) -> None:
    """Put a conversation off until a campaign instant, or until they write again; ``None`` wakes it.

    Args:
        db: the database.
        clock: campaign time.
        actor: who puts it off.
        number: in any usual notation.
        until: the instant.
        undo: it takes the last snooze back; the audit says so.

    Raises:
        InboxError: there is no such conversation, or the instant has passed.
    """
    if until is not None and until <= clock.now():
        raise InboxError("that instant has passed; name one that is to come")

    def write(conn: Connection, to: str) -> None:
        _, before = inbox.notes(conn, WORKSPACE, to, clock.now())
        inbox.snooze(conn, WORKSPACE, to, until, clock.now())
        act = "undo snooze" if undo else "snooze"
        _audit(conn, clock, actor, act, to, {"until": before}, {"until": until})

    await db.write(_known, number, write)


class NothingUnclearError(InboxError):
    """There is nothing to decide about a number, mostly because somebody else has just done it.

    Attributes:
        decision: the latest one, if there is one that stands.
    """

    TITLE = "Nothing to decide"

    def __init__(self, number: str, decision: Decision | None) -> None:
        told = "nothing is held for what they wrote" if decision is None else decision.words
        super().__init__(f"there is nothing to decide about {number}: {told}")
        self.decision = decision


@dataclass(frozen=True, slots=True)
class Cleared:
    """What a decision that something is no opt-out did.

    Attributes:
        number: E.164.
        campaigns: names of the campaigns that go on.
        left: why some message stays held all the same, a sentence each.
        doubt: what had read like an opt-out, as `doubt_again` wants it back.
        at: campaign instant of the decision.
    """

    number: str
    campaigns: tuple[str, ...]
    left: tuple[str, ...]
    doubt: str = ""
    at: int = 0


async def no_opt_out(
    db: Database, clock: Clock, actor: Actor, number: str, judge: review.Judge | None = None
) -> Cleared:
    """Decide that what reads like an opt-out is none: the campaigns that it holds go on.

    A message that may have been sent already stays held; that is decided in the campaign's own review.

    Raises:
        InboxError: there is no such conversation.
        NothingUnclearError: there is nothing to decide about it.
    """
    at = clock.now()

    def look(conn: Connection, to: str) -> tuple[str, str, list[str]]:
        doubt = inbox.doubt(conn, to)
        if doubt is None:
            decision = decided(decisions.of_number(conn, to), inbox.latest_reply(conn, to))
            raise NothingUnclearError(to, decision)
        return to, doubt, inbox.held_in(conn, to)

    to, doubt, campaigns = await db.read(_known, number, look)
    names, left = [], []
    for campaign in campaigns:
        done = await review.review(db, clock, actor, campaign, "send", [to], judge)
        names += [done.name] if done.done else []
        left += [f"{done.name}: {why}" for _, why in done.left]

    def settle(conn: Connection) -> None:
        if inbox.doubt(conn, to) is not None:  # else the review has settled and noted it
            doubts.settle_numbers(conn, [to], WORKSPACE)
            decisions.record(conn, actor, NO_OPT_OUT, to, clock.now(), clock.real())

    await db.write(settle)
    return Cleared(to, tuple(names), tuple(left), doubt, at)


async def doubt_again(db: Database, clock: Clock, actor: Actor, cleared: Cleared) -> None:
    """Take `no_opt_out` back: the doubt stands again and holds what waits, until somebody decides anew.

    Raises:
        InboxError: a text has gone to them since, or is on its way; or something else was decided.
    """

    def again(conn: Connection, to: str) -> None:
        if inbox.texted_since(conn, to, cleared.at):
            raise InboxError(f"a text has gone to {to} since, so the decision stays; o opts them out")
        if suppressions_of(conn, [to]) or inbox.opted_out(conn, to):
            raise InboxError(f"{to} has opted out since; nothing goes to them any more")
        person = audience.by_number(conn, to)
        if person is None:
            raise InboxError(f"{to} is no contact any more; there is nothing to hold")
        deltas: dict[str, CampaignDelta] = {}
        doubts.doubt(conn, person.cursor, cleared.doubt, clock.now(), deltas)
        counters.apply(conn, deltas, clock.now())
        decisions.record(conn, actor, TAKEN_BACK, to, clock.now(), clock.real(), {"doubt": cleared.doubt})
        control.bump_fence(conn)  # what is about to be called is not called

    await db.write(_known, cleared.number, again)


async def opt_out(db: Database, clock: Clock, actor: Actor, number: str) -> Suppressed:
    """Put a number that asked for it on the do-not-contact list; nothing of it waits for an answer any more.

    Only their START, or somebody with a reason, lifts it; sequences that have ended do not come back.

    Raises:
        InboxError: there is no such conversation.
    """
    to = await db.read(_known, number, lambda _conn, known: known)
    done = await suppressions.add(db, clock, actor, [to], "asked not to be texted")
    await mark_answered(db, clock, actor, to)
    return done


def _known(conn: Connection, number: str, act: Callable[[Connection, str], T]) -> T:
    """Do something in a conversation that there is."""
    to = checked_number(number)
    if inbox.thread(conn, to) is None:
        raise InboxError(f"there is no conversation with {to}; `trd reply list` shows who has written")
    return act(conn, to)


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
