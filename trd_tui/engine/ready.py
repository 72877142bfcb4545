"""What the engine's parts hand to each other: a claimed message, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass

from trd_tui.carriers.protocol import Outcome, SendRequest
from trd_tui.domain.place import Place, place_of
from trd_tui.store.recover import InFlightRow


@dataclass(slots=True)  # not frozen: that takes twice as long to make, and one is made for every message
class Ready:
    """A message whose intent is committed, ready for the carrier.

    Attributes:
        message_id: row in ``scheduled_messages``.
        workspace_id: its workspace.
        campaign_id: its campaign.
        enrolment_id: its enrolment.
        contact_id: its contact.
        touch: position of the touch.
        attempts: attempts including this one.
        segments: segments of the rendered text, by our own count.
        cost_micros: estimated cost, reserved until the result is recorded.
        zone: the contact's zone, from which the next touch is dated.
        place: where the contact may be, whose hours the next touch keeps.
        enrolled_on: the contact's local enrolment date, as an ordinal.
        shift_days: days that pauses have moved the remaining touches.
        request: what the carrier is asked.
        variant: whose text it is; ``None`` for a touch with one text.
        spend_day: the day whose budgets pay for it, as an ordinal.
    """

    message_id: int
    workspace_id: int
    campaign_id: str
    enrolment_id: int
    contact_id: int
    touch: int
    attempts: int
    segments: int
    cost_micros: int
    zone: str
    place: Place
    enrolled_on: int
    shift_days: int
    request: SendRequest
    variant: str | None = None
    spend_day: int = 0


def ready_of(row: InFlightRow) -> Ready:
    """The message of a row that an earlier attempt left in flight."""
    return Ready(
        message_id=row.id,
        workspace_id=row.workspace_id,
        campaign_id=row.campaign_id,
        enrolment_id=row.enrolment_id,
        contact_id=row.contact_id,
        touch=row.touch,
        attempts=row.attempts,
        segments=row.segments,
        cost_micros=row.cost_micros,
        zone=row.zone,
        place=place_of(row.recipient, row.contact_state, row.zip, row.timezone),
        enrolled_on=row.enrolled_on,
        shift_days=row.shift_days,
        request=SendRequest(row.attempt_id, row.sender, row.recipient, row.body),
        variant=row.variant,
        spend_day=row.spend_day,
    )


@dataclass(frozen=True, slots=True)
class NotCalled:
    """A stop came between the intent and the call: the carrier knows nothing of it."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotTaken:
    """The carrier refused the credentials, so certainly not the text: it waits until they are right.

    Attributes:
        code: the carrier's error code.
        reason: a sentence for people; holds no secret.
    """

    code: int
    reason: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """The carrier's list does not hold it: it counts as not sent.

    Attributes:
        reason: the evidence.
        retry: send it again; else a person decides.
    """

    reason: str
    retry: bool


@dataclass(frozen=True, slots=True)
class Unclear:
    """The carrier's list does not settle it: a person decides, with the evidence shown."""

    reason: str


@dataclass(slots=True)  # not frozen: that takes twice as long to make, and one is made for every message
class Done:
    """A message and what became of it.

    Attributes:
        ready: the message.
        outcome: the carrier's answer, or that it was never asked.
        answered_ns: monotonic nanoseconds at the answer, to measure how long recording lags.
    """

    ready: Ready
    outcome: Outcome | NotCalled | NotTaken | NotSent | Unclear
    answered_ns: int = 0
