"""What a person's own answer keeps to: who may be answered, from where, and what is told before it goes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping

from trd_tui.clock import Clock
from trd_tui.domain.carrier_trouble import ANSWERS, CarrierTrouble
from trd_tui.domain.definition import DEFAULT_WINDOW
from trd_tui.domain.phone import PhoneError, normalise
from trd_tui.domain.refused import RefusedError
from trd_tui.domain.schedule import is_open
from trd_tui.domain.segments import SegmentCount, count
from trd_tui.domain.sentences import part
from trd_tui.domain.window import Window, parse_window
from trd_tui.services import spending
from trd_tui.services.spending import Budgets
from trd_tui.store import answers, audience, campaigns, control, inbox, lease, senders, suppressions
from trd_tui.store.answers import LatestAnswer

LONGEST = 1_600
"""Characters that the carrier takes in one text."""

QUOTED = 60
"""Characters of another answer that a sentence quotes."""

_ANYWHERE = ("America/New_York", "America/Los_Angeles")
"""Where nobody knows the zone, the window must be open at both ends of the country."""

_USUAL = parse_window(DEFAULT_WINDOW["days"], DEFAULT_WINDOW["from"], DEFAULT_WINDOW["to"])


class AnswerRefusedError(RefusedError):
    """The answer was not sent; the message says why and what to do."""


class NotConfirmedError(AnswerRefusedError):
    """The answer may go, but somebody has to say that it shall; the message says what there is to know."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer that may be sent.

    Attributes:
        number: to whom, E.164.
        name: of the contact; empty where they are none or have none.
        contact_id: of the contact, if they are one.
        sender: our number or service in this conversation.
        campaign_id: the campaign whose conversation it is, and whose budget pays; ``None`` for none.
        body: the text.
        size: its segments.
        cost_micros: what it costs at most, in micro-dollars.
        warnings: sentences that somebody has to confirm before it goes.
        latest: id of the latest answer to them that has not failed; 0 for none.
        hindered: the carrier would not take it now; a warning says why.
    """

    number: str
    name: str
    contact_id: int | None
    sender: str
    campaign_id: str | None
    body: str
    size: SegmentCount
    cost_micros: int
    warnings: tuple[str, ...]
    latest: int = 0
    hindered: bool = False


def draft(
    conn: Connection,
    clock: Clock,
    budgets: Budgets,
    number: str,
    body: str,
    campaign_id: str | None,
    seen: int | None = None,
) -> Draft:
    """Check an answer in one snapshot.

    Args:
        conn: any connection.
        clock: campaign time, for the hour where they are.
        budgets: what the settings say of money. Nobody can answer past a budget; hours are only told.
        number: to whom, E.164.
        body: the text, checked.
        campaign_id: the campaign in which they are answered; by default the one of their latest text.
        seen: id of the latest answer that who writes has seen; ``None`` where nobody looks.

    Raises:
        AnswerRefusedError: a rule forbids it.
    """
    campaign = None
    if campaign_id is not None and (campaign := campaigns.get(conn, campaign_id)) is None:
        raise AnswerRefusedError(f"there is no campaign {campaign_id}; see trd campaign list")
    thread = inbox.thread(conn, number, campaign_id)
    if thread is None:
        where = "" if campaign is None else f" in {campaign['name']}"
        raise AnswerRefusedError(
            f"there is no conversation with {number}{where}; only who was texted or has written"
            " can be answered"
        )
    if reason := suppressions.which(conn, [number]).get(number):
        raise AnswerRefusedError(
            f"{number} must not be texted ({part(reason)}); only their START, or `trd suppress remove`"
            " with a reason, lifts that"
        )
    if inbox.opted_out(conn, number):
        raise AnswerRefusedError(f"{number} has opted out; they can be answered when they write again")
    if answers.under_way(conn, number, body):
        raise AnswerRefusedError(
            f"a text to {number} is under way, and nobody knows yet whether it was sent: the scheduler finds"
            " out, and the conversation shows it; send this one then"
        )
    if campaign is None and thread.campaign_id is not None:
        campaign = campaigns.get(conn, thread.campaign_id, deleted=True)
    trouble = _trouble(conn, clock)
    person = audience.by_number(conn, number)
    before = answers.latest(conn, number)
    size = count(body)
    try:
        cost = spending.check(
            conn,
            budgets,
            kind="answer",
            campaign_id=None if campaign is None else campaign["id"],
            sender=thread.sender,
            number=number,
            segments=size.segments,
            now=clock.now(),
        )
    except spending.OverBudgetError as error:
        raise AnswerRefusedError(str(error)) from error
    return Draft(
        number=number,
        name="" if person is None else f"{person.first_name} {person.last_name}".strip(),
        contact_id=None if person is None else person.cursor,
        sender=thread.sender,
        campaign_id=None if campaign is None else campaign["id"],
        body=body,
        size=size,
        cost_micros=cost,
        warnings=(
            *_of_before(before, seen),
            *([] if trouble is None else [ANSWERS[trouble.kind]]),
            *_warnings(
                conn,
                clock,
                campaign,
                None if person is None else person.timezone,
                thread.sender,
                body,
                hindered=trouble is not None,
            ),
        ),
        latest=0 if before is None else before.id,
        hindered=trouble is not None,
    )


def _of_before(before: LatestAnswer | None, seen: int | None) -> Iterator[str]:
    """What somebody should know of the answer before this one, so that nobody reads the same twice."""
    if before is None:
        return
    if seen is not None and before.id > seen:
        yield f"{before.actor} has answered them since you began to type: “{_begin(before.body)}”"
    if before.state == "held":
        yield (
            f"the last answer, by {before.actor}, may have been sent already: the line was lost after it"
            f" went out (“{_begin(before.body)}”); ask them before you write it again"
        )


def _begin(body: str) -> str:
    said = " ".join(body.split())
    return said if len(said) <= QUOTED else f"{said[: QUOTED - 1]}…"


def _trouble(conn: Connection, clock: Clock) -> CarrierTrouble | None:
    """Why the carrier cannot be asked, as far as somebody asks it now."""
    return control.read_control(conn).trouble if lease.read(conn).holds(clock.real()) else None


def _warnings(
    conn: Connection,
    clock: Clock,
    campaign: RowMapping | None,
    own: str | None,
    sender: str,
    body: str,
    *,
    hindered: bool,
) -> list[str]:
    """What somebody should know before it goes."""
    found: list[str] = []
    window = _USUAL
    if campaign is not None:
        window = Window(campaign["window_days"], campaign["window_from"], campaign["window_to"])
    zone = own or (None if campaign is None else campaign["timezone"])
    zones = _ANYWHERE if zone is None else (zone,)
    closed = [each for each in zones if not is_open(clock.now(), each, window)]
    if closed:
        found.append(f"it is outside {window} in {' and '.join(closed)} now")
    held = control.read_control(conn)
    if held.stopped:
        why = f" ({part(held.reason)})" if held.reason else ""
        goes = "" if hindered else "; your own answer goes all the same"
        found.append(f"all automated sending is stopped{why}{goes}")
    row = senders.get_sender(conn, sender)
    if row is not None and row.paused_until is not None and row.paused_until > clock.now():
        found.append(f"the sender {sender} is paused: {row.paused_reason or 'no reason given'}")
    if "{{" in body:
        found.append("it holds {{, and a person's answer goes out as it is written")
    return found


def checked_number(number: str) -> str:
    """A number as E.164.

    Raises:
        AnswerRefusedError: it is none.
    """
    try:
        return normalise(number)
    except PhoneError as error:
        raise AnswerRefusedError(str(error)) from error


def checked_text(body: str) -> str:
    """A text without the blanks around it.

    Raises:
        AnswerRefusedError: it is empty, too long, or holds what no text can.
    """
    said = body.strip()
    if not said:
        raise AnswerRefusedError("the text is empty; write what they shall read")
    try:
        said.encode()
    except UnicodeEncodeError as error:
        raise AnswerRefusedError("the text holds bytes that are no characters; write it in UTF-8") from error
    if "\x00" in said:
        raise AnswerRefusedError("the text holds a null character; leave it out")
    if len(said) > LONGEST:
        raise AnswerRefusedError(f"the text has {len(said):,} characters; the carrier takes {LONGEST:,}")
    return said
