"""A person's own answer in a conversation: checked, written down, sent once, and never again by itself.

Suppression, an opt-out and the campaign's budget forbid it. The hour, the emergency stop of automated sending
and the like do not: they are told, and somebody has to say that it shall go all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from secrets import token_hex

from sqlalchemy import Connection

from trd_tui.carriers.protocol import Accepted, Carrier, NotBegunError, Outcome, Rejected, SendRequest
from trd_tui.clock import Clock
from trd_tui.domain.failures import FailureClass
from trd_tui.domain.half_written import stored_after_sending
from trd_tui.services import spending
from trd_tui.services.actor import WORKSPACE, Actor
from trd_tui.services.answer_rules import (
    AnswerRefusedError,
    Draft,
    NotConfirmedError,
    checked_number,
    checked_text,
    draft,
)
from trd_tui.services.outcomes import audited
from trd_tui.services.spending import Budgets
from trd_tui.services.suppressions import put_on_list
from trd_tui.store import answers, audit, reply_drafts
from trd_tui.store.database import Database, SyncDatabase
from trd_tui.store.errors import StoreError

__all__ = ["AnswerRefusedError", "Draft", "NotConfirmedError", "Sent", "prepare", "send"]


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of an answer.

    Attributes:
        draft: what was sent.
        attempt_id: our id of the one attempt.
        outcome: the carrier's answer. Of an unknown one the scheduler finds out.
    """

    draft: Draft
    attempt_id: str
    outcome: Outcome


async def prepare(
    db: Database,
    clock: Clock,
    number: str,
    body: str,
    campaign_id: str | None = None,
    *,
    budgets: Budgets | None = None,
    seen: int | None = None,
) -> Draft:
    """Check an answer without sending it.

    Args:
        db: the database.
        clock: campaign time, for the hour where they are.
        number: to whom, in any usual notation.
        body: the text.
        campaign_id: the campaign in which they are answered; by default the one of their latest text.
        budgets: what the settings say of money; without them the campaign's own budgets alone hold.
        seen: id of the latest answer that who writes has seen, as `last_seen` tells it: of a later one the
            warnings tell.

    Raises:
        AnswerRefusedError: a rule forbids it.
    """
    money = budgets or Budgets()
    return await db.read(draft, clock, money, checked_number(number), checked_text(body), campaign_id, seen)


async def last_seen(db: Database, actor: Actor, number: str) -> int:
    """Which answer to a number (E.164) was the latest when this person last wrote at theirs; 0 for none."""
    return await db.read(answers.seen, WORKSPACE, actor.name, number)


async def send(
    db: Database,
    clock: Clock,
    actor: Actor,
    carrier: Carrier,
    number: str,
    body: str,
    campaign_id: str | None = None,
    *,
    confirmed: bool = False,
    budgets: Budgets | None = None,
    seen: int | None = None,
) -> Sent:
    """Send an answer, once.

    The intent is committed before the carrier is called. What nobody knows after a time-out or a crash is
    looked for in the carrier's own list by the scheduler, and nothing is sent again by itself.

    Args:
        db: the database.
        clock: campaign time.
        actor: who answers.
        carrier: who sends.
        number: to whom, in any usual notation.
        body: the text.
        campaign_id: the campaign in which they are answered; by default the one of their latest text.
        confirmed: whether somebody has seen the warnings of `prepare` and wants it to go.
        budgets: what the settings say of money; nobody answers past a budget.
        seen: ``latest`` of the draft that was confirmed; whoever has answered since is looked at first.

    Raises:
        NotConfirmedError: there is something to confirm first.
        AnswerRefusedError: a rule forbids it, or they opted out in this very moment; it was not sent.
    """
    attempt = f"reply-{token_hex(8)}"
    to, said = checked_number(number), checked_text(body)
    money = budgets or Budgets()
    ready = await db.write(_intend, clock, actor, money, attempt, to, said, campaign_id, confirmed, seen)

    def begin() -> None:
        """Asked when the next step is the wire: an opt-out may have come in since."""
        reason = _refused_meanwhile(db, attempt)
        if reason is not None:
            raise NotBegunError(reason)

    try:
        outcome = await carrier.send(SendRequest(attempt, ready.sender, to, said), begin)
    except NotBegunError as error:
        reason = str(error)
        await db.write(_not_called, clock, actor, attempt, to, reason)
        raise AnswerRefusedError(f"it was not sent: {reason}") from error
    await db.write(_answered, clock, actor, ready, attempt, outcome)
    return Sent(ready, attempt, outcome)


def _refused_meanwhile(db: Database, attempt_id: str) -> str | None:
    # Not made a coroutine of: between the answer and the call that it is for nothing else shall happen.
    try:
        database = SyncDatabase(db.url.render_as_string(hide_password=False))
        try:
            return database.read(answers.refused_meanwhile, attempt_id)
        finally:
            database.close()
    except StoreError as error:
        return f"nobody can see whether they opted out meanwhile: {error}"


def _intend(
    conn: Connection,
    clock: Clock,
    actor: Actor,
    budgets: Budgets,
    attempt_id: str,
    number: str,
    body: str,
    campaign_id: str | None,
    confirmed: bool,
    seen: int | None,
) -> Draft:
    answers.take_turn(conn, number)
    ready = draft(conn, clock, budgets, number, body, campaign_id, seen)
    if ready.warnings and (not confirmed or (seen is not None and ready.latest > seen)):
        raise NotConfirmedError("; ".join(ready.warnings))
    try:
        outlay = spending.reserve(
            conn,
            budgets,
            kind="answer",
            campaign_id=ready.campaign_id,
            sender=ready.sender,
            number=number,
            segments=ready.size.segments,
            now=clock.now(),
        )
    except spending.OverBudgetError as error:  # others' answers of this very moment
        raise AnswerRefusedError(str(error)) from error
    answers.intend(
        conn,
        workspace_id=WORKSPACE,
        number=number,
        contact_id=ready.contact_id,
        campaign_id=ready.campaign_id,
        sender=ready.sender,
        body=body,
        attempt_id=attempt_id,
        segments=ready.size.segments,
        outlay_id=outlay,
        user_id=actor.user_id,
        actor=actor.name,
        login=actor.login,
        now=clock.now(),
        real=clock.real(),
    )
    kept = reply_drafts.get(conn, WORKSPACE, actor.name, number)
    if (left := stored_after_sending(kept, body)) != kept:
        reply_drafts.put(conn, WORKSPACE, actor.name, number, left, clock.real())
    after = {
        "attempt": attempt_id,
        "sender": ready.sender,
        "campaign": ready.campaign_id,
        "segments": ready.size.segments,
        "despite": list(ready.warnings),
    }
    audit.record(conn, actor, "answer", "conversation", number, None, after, at=clock.real())
    return ready


def _not_called(
    conn: Connection, clock: Clock, actor: Actor, attempt_id: str, number: str, reason: str
) -> None:
    answers.ended(conn, attempt_id, "failed", None, reason, clock.now())
    after = {"attempt": attempt_id, "answer": "not called", "reason": reason}
    audit.record(conn, actor, "answer_result", "conversation", number, None, after, at=clock.real())


def _answered(
    conn: Connection, clock: Clock, actor: Actor, ready: Draft, attempt_id: str, outcome: Outcome
) -> None:
    now = clock.now()
    if isinstance(outcome, Accepted):
        answers.accepted(conn, attempt_id, outcome.sid, outcome.segments, now)
    elif isinstance(outcome, Rejected):
        answers.ended(conn, attempt_id, "failed", outcome.code, f"{outcome.code}: {outcome.reason}", now)
    else:
        answers.ended(conn, attempt_id, "unknown", None, outcome.reason, now)
    after = {"attempt": attempt_id, **audited(outcome)}
    audit.record(conn, actor, "answer_result", "conversation", ready.number, None, after, at=clock.real())
    if isinstance(outcome, Rejected) and outcome.failure is FailureClass.OPTED_OUT:
        # it writes the control row, which comes last in every transaction
        put_on_list(conn, clock, actor, [ready.number], [outcome.reason], "carrier")
