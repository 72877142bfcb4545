"""What the engine asks of a carrier, and the three answers to a send: accepted, rejected, unknown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from trd_tui.domain.failures import FailureClass


@dataclass(frozen=True, slots=True)
class CarrierAccount:
    """The account at the carrier, as it answered.

    Attributes:
        said: a sentence for people; holds no secret.
        numbers: all numbers of the account, in E.164; ``None`` where they are not known.
    """

    said: str
    numbers: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class SendRequest:
    """One text to one number.

    Attributes:
        attempt_id: our own id of this attempt; also rides in the status callback's URL.
        sender: an E.164 number, or a messaging service SID (``MG...``).
        to: the contact's E.164 number.
        body: the text, fully rendered.
        validity_s: seconds after which the carrier shall drop it unsent; ``None`` leaves its default.
    """

    attempt_id: str
    sender: str
    to: str
    body: str
    validity_s: int | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The carrier has taken the message and named it."""

    sid: str
    segments: int | None = None
    price_micros: int | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """The carrier has refused the message: it was certainly not sent.

    Attributes:
        code: the carrier's error code.
        failure: the class that decides what happens next.
        reason: a sentence for people; holds no secret.
        retry_after_s: seconds the carrier asked us to wait, where it did.
    """

    code: int
    failure: FailureClass
    reason: str
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """Time-out, 5xx or a lost connection: the message may have been sent. Never retried blindly."""

    reason: str


Outcome = Accepted | Rejected | Unknown


@dataclass(frozen=True, slots=True)
class CarrierMessage:
    """One message as the carrier's own list shows it, in either direction.

    Attributes:
        sid: the carrier's id.
        inbound: whether it came from a contact.
        sender: the number or service that sent it (for inbound: the contact's number).
        to: the number it went to (for inbound: our number).
        body: the text.
        status: the carrier's own word.
        error_code: the carrier's code where it failed, else ``None``.
        created_at: the carrier's date of creation, real time.
        updated_at: the carrier's date of the last change, real time.
        segments: billed segments where known.
        price_micros: price in micro-dollars where known, positive.
        service: messaging service SID where one was used.
        opt_out_type: what the carrier itself takes an inbound text for (``STOP``, ``START``, ``HELP``);
            only its webhooks tell, and only with its Advanced Opt-Out on.
    """

    sid: str
    inbound: bool
    sender: str | None
    to: str
    body: str
    status: str
    error_code: int | None
    created_at: int
    updated_at: int
    segments: int | None = None
    price_micros: int | None = None
    service: str | None = None
    opt_out_type: str | None = None


def keepable(body: str) -> str:
    """A text without what no database of ours can keep; from a contact's phone anything may come."""
    return body.replace("\0", "\ufffd")


class NotBegunError(Exception):
    """The last question before the wire was answered with no: the carrier was not asked. Says why."""


Begin = Callable[[], None]
"""The last question before a request goes on the wire; raises `NotBegunError` when it must not."""


def at_once() -> None:
    """Nobody asks."""


class CarrierListError(Exception):
    """The carrier's list could not be read; the message says why. Nothing is known from it."""


class CarrierRefusedError(CarrierListError):
    """The carrier does not take us for who we say we are: only a person can mend that."""


class Carrier(Protocol):
    """A carrier. One instance belongs to one event loop."""

    name: str

    async def send(self, request: SendRequest, begin: Begin = at_once) -> Outcome:
        """Send one text, once. Never raises for what the carrier or the network does.

        Args:
            request: what to send.
            begin: called when all is ready and the next step is the wire: a connection may have been waited
                for. What was not asked for by then can still be stopped.

        Raises:
            NotBegunError: ``begin`` has refused; the carrier knows nothing of it.
        """
        ...

    async def sent_to(self, number: str, since: int) -> Sequence[CarrierMessage]:
        """List what was sent to a number since a real instant, newest first (to reconcile).

        Raises:
            CarrierListError: the list could not be read.
        """
        ...

    async def changes(self, since: int) -> Sequence[CarrierMessage]:
        """List messages in both directions that were created or changed since a real instant.

        May hold more than that (the carrier filters by day); the caller merges idempotently.

        Raises:
            CarrierListError: the list could not be read.
        """
        ...

    async def fetch(self, sid: str) -> CarrierMessage | None:
        """Read one message by its id; ``None`` when the carrier does not know it.

        Raises:
            CarrierListError: the answer could not be read.
        """
        ...

    def next_event_at(self) -> int | None:
        """Campaign instant of the next thing that will happen by itself; only a simulation knows."""
        ...

    async def check(self) -> CarrierAccount:
        """Say that credentials and connection work (for ``trd doctor``), and what texts may go from.

        Raises:
            CarrierListError: they do not; the message names the remedy.
        """
        ...

    async def close(self) -> None:
        """Give connections back."""
        ...
