"""One touch as one contact reads it: shown, or sent to oneself."""

from __future__ import annotations

from dataclasses import dataclass
from secrets import token_hex

from sqlalchemy import Connection

from trd_tui.carriers.protocol import Carrier, Outcome, Rejected, SendRequest
from trd_tui.clock import Clock
from trd_tui.domain.failures import FailureClass
from trd_tui.domain.permitted import next_permitted
from trd_tui.domain.place import place_of
from trd_tui.domain.refused import RefusedError
from trd_tui.domain.segments import SegmentCount, count
from trd_tui.domain.sentences import part
from trd_tui.domain.sequence import Touch
from trd_tui.domain.template import TemplateError, compile_template, render
from trd_tui.domain.variants import choose
from trd_tui.domain.window import Window
from trd_tui.services import spending
from trd_tui.services.actor import Actor
from trd_tui.services.linting import own_fields, values_of
from trd_tui.services.outcomes import audited
from trd_tui.services.spending import Budgets
from trd_tui.store import audience, audit, campaigns, control, suppressions
from trd_tui.store.audience import Person
from trd_tui.store.database import Database


class TextError(RefusedError):
    """The text cannot be shown or sent; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Text:
    """One touch as one contact reads it.

    Attributes:
        touch: its position.
        variant: which of its texts; ``None`` where it has one.
        number: whose values it holds; ``None`` when the campaign has no contact yet.
        body: the text.
        size: segments, encoding and why.
    """

    touch: int
    variant: str | None
    number: str | None
    body: str
    size: SegmentCount


@dataclass(frozen=True, slots=True)
class SentTest:
    """What became of a test send.

    Attributes:
        text: what was sent.
        to: to whom.
        sender: from which number or service.
        outcome: the carrier's answer.
        open_window: whether the campaign itself may send at this hour.
        stopped: whether all automated sending is stopped.
    """

    text: Text
    to: str
    sender: str
    outcome: Outcome
    open_window: bool
    stopped: bool


@dataclass(frozen=True, slots=True)
class _Ready:
    """A text that may be sent, who sends it, and the outlay that pays for it."""

    text: Text
    sender: str
    open_window: bool
    stopped: bool
    outlay: int


async def preview(db: Database, id_: str, touch: int, number: str, variant: str | None = None) -> Text:
    """A touch as a contact reads it, whether they are in the campaign or not.

    Args:
        db: the database.
        id_: the campaign.
        touch: its position.
        number: the contact's E.164 number.
        variant: which of the touch's texts; without it the one that this contact gets.

    Raises:
        TextError: there is no such campaign, touch, variant or contact, or the text would be held.
    """
    return await db.read(_preview, id_, touch, number, variant)


def _preview(conn: Connection, id_: str, touch: int, number: str, variant: str | None) -> Text:
    person = audience.by_number(conn, number)
    if person is None:
        raise TextError(f"there is no contact {number}; import them first, or name another one")
    return _text(conn, id_, touch, person, variant)


async def send_test(
    db: Database,
    clock: Clock,
    actor: Actor,
    carrier: Carrier,
    id_: str,
    touch: int,
    to: str,
    contact: str | None = None,
    variant: str | None = None,
    *,
    budgets: Budgets | None = None,
    draft: Touch | None = None,
) -> SentTest:
    """Send one touch to oneself, at once and exactly once.

    It is no message of the campaign: no figure, cap or contact knows of it. Suppression and opt-out hold all
    the same, and budgets pay for it; the hour does not matter, because the person who asks is the one who is
    texted. What is asked is in the audit before the carrier is called, and its answer after.

    Args:
        db: the database.
        clock: campaign time.
        actor: who asks.
        carrier: who sends.
        id_: the campaign, whose sender is used.
        touch: its position.
        to: one's own E.164 number.
        contact: whose values the text holds; else those of the contact with one's own number, else those
            of the campaign's first contact.
        variant: which of the touch's texts; without it the one that the contact gets whose values it holds.
        budgets: what the settings say of money; the package's prices and no daily budget without it.
        draft: the touch as somebody is writing it, instead of the one that is stored.

    Raises:
        TextError: a rule refuses it; the carrier was not called.
    """
    ready = await db.write(_ask, clock, actor, budgets or Budgets(), id_, touch, to, contact, variant, draft)
    request = SendRequest(f"test-{token_hex(8)}", ready.sender, to, ready.text.body)
    outcome = await carrier.send(request)
    await db.write(_answered, clock, actor, id_, touch, to, ready.outlay, outcome)
    return SentTest(ready.text, to, ready.sender, outcome, ready.open_window, ready.stopped)


def _ask(
    conn: Connection,
    clock: Clock,
    actor: Actor,
    budgets: Budgets,
    id_: str,
    touch: int,
    to: str,
    contact: str | None,
    variant: str | None,
    draft: Touch | None,
) -> _Ready:
    row = campaigns.get(conn, id_)
    if row is None:
        raise TextError(f"there is no campaign {id_}; see trd campaign list")
    if reason := suppressions.which(conn, [to]).get(to):
        raise TextError(f"{to} must not be texted ({part(reason)}); send the test to another number")
    if audience.under_way(conn, to):
        # the carrier's list tells messages apart by number and text: one at a time
        raise TextError(f"a message to {to} is under way and its answer is not known; try again later")
    if contact is not None:
        person = audience.by_number(conn, contact)
        if person is None:
            raise TextError(f"there is no contact {contact}; import them first, or name another one")
    else:
        person = audience.by_number(conn, to) or audience.first_of(conn, id_)
    text = _text(conn, id_, touch, person, variant, draft)
    try:
        outlay = spending.reserve(
            conn,
            budgets,
            kind="test",
            campaign_id=id_,
            sender=row["sender"],
            number=to,
            segments=text.size.segments,
            now=clock.now(),
        )
    except spending.OverBudgetError as error:
        raise TextError(str(error)) from error
    after = {"touch": touch, "to": to, "sender": row["sender"], "segments": text.size.segments}
    if text.variant is not None:
        after["variant"] = text.variant
    audit.record(conn, actor, "test_send", "campaign", id_, None, after, at=clock.real())
    theirs = person if person is not None and person.number == to else None
    place = place_of(to, theirs.state, theirs.zip, theirs.timezone) if theirs else place_of(to, "", "", None)
    window = Window(row["window_days"], row["window_from"], row["window_to"])
    stopped = control.read_control(conn).stopped
    now = clock.now()
    in_hours = next_permitted(now, row["timezone"], window, place) == now
    return _Ready(text, row["sender"], in_hours, bool(stopped), outlay)


def _text(
    conn: Connection,
    id_: str,
    position: int,
    person: Person | None,
    variant: str | None,
    draft: Touch | None = None,
) -> Text:
    row = campaigns.get(conn, id_)
    if row is None:
        raise TextError(f"there is no campaign {id_}; see trd campaign list")
    touches = {touch.position: touch for touch in campaigns.sequence_of(conn, id_) if not touch.removed}
    touch = draft or touches.get(position)
    if touch is None:
        known = ", ".join(map(str, touches))
        raise TextError(f"{row['name']} has no touch {position}; it has {known}")
    name, body = _chosen(id_, touch, person, variant)
    variables = campaigns.variables_of(row)
    values = variables if person is None else values_of(person, own_fields(person.custom), variables)
    try:
        body = render(compile_template(body), values)
    except TemplateError as error:
        if person is None:
            remedy = "the campaign has no contact yet; import some, or give the field a fallback"
        else:
            remedy = f"the text to {person.number} would be held; mend the contact or the touch"
        where = f"touch {position}" if name is None else f"touch {position} variant {name}"
        raise TextError(f"{where}: {error}: {remedy}") from error
    return Text(position, name, None if person is None else person.number, body, count(body))


def _chosen(id_: str, touch: Touch, person: Person | None, variant: str | None) -> tuple[str | None, str]:
    """Name and template of the text that is asked for, or that this contact gets."""
    texts = dict(touch.texts)
    if variant is not None:
        name = next((name for name in texts if name and name.casefold() == variant.casefold()), None)
        if name is None:
            has = (
                f"it has {', '.join(each.name for each in touch.variants)}"
                if touch.variants
                else "it has one text"
            )
            raise TextError(f"touch {touch.position} has no variant {variant}; {has}")
        return name, texts[name]
    if touch.variants and person is not None:
        weights = [(each.name, each.weight) for each in touch.variants]
        name = choose(id_, touch.position, person.contact_id, weights)
        return name, texts[name]
    return touch.texts[0]


def _answered(
    conn: Connection,
    clock: Clock,
    actor: Actor,
    id_: str,
    touch: int,
    to: str,
    outlay: int,
    outcome: Outcome,
) -> None:
    spending.settle(conn, outlay, outcome, clock.now())
    after = {"touch": touch, "to": to, **audited(outcome)}
    audit.record(conn, actor, "test_answer", "campaign", id_, None, after, at=clock.real())
    if isinstance(outcome, Rejected) and outcome.failure is FailureClass.OPTED_OUT:
        # it writes the control row, which comes last in every transaction
        suppressions.suppress(conn, [to], outcome.reason, "carrier", clock.now())
