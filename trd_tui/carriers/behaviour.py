"""How the simulated carrier behaves: rates, delays and faults; every decision follows from the seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b


class Fault(StrEnum):
    """One way in which a call to a carrier goes wrong."""

    TIMEOUT_AFTER_ACCEPT = "timeout_after_accept"
    ERROR_AFTER_ACCEPT = "error_after_accept"
    DROP_AFTER_ACCEPT = "drop_after_accept"
    TIMEOUT_BEFORE_ACCEPT = "timeout_before_accept"
    THROTTLE = "throttle"
    THROTTLE_BARE = "throttle_bare"
    UNAUTHORISED = "unauthorised"


AFTER_ACCEPT = frozenset({Fault.TIMEOUT_AFTER_ACCEPT, Fault.ERROR_AFTER_ACCEPT, Fault.DROP_AFTER_ACCEPT})
"""Faults in which the message goes out although the caller does not learn it."""


@dataclass(frozen=True, slots=True)
class ScriptedReply:
    """A contact who answers for certain.

    Attributes:
        after: the how-manieth text to that number is answered (1 = the first).
        body: the answer.
        delay_ms: campaign milliseconds between the acceptance of that text and the answer.
    """

    after: int
    body: str
    delay_ms: int = 3_600_000


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What the simulated carrier does. Rates are shares of 1.0; delays in ms.

    Attributes:
        seed: same seed, same number, same text: same fate.
        latency_ms: real time between a call and its answer.
        delivery_ms: campaign time between acceptance and the final status, on average (half to one and a
            half of it).
        reject_rate: refused at once as not textable.
        fail_rate: accepted, later ``failed``.
        undelivered_rate: accepted, later ``undelivered``.
        reply_rate: answered by the contact.
        opt_out_rate: answered with STOP; after that the number is refused with 21610.
        reply_delay_ms: campaign time between acceptance and the answer, on average.
        timeout_ms: real time after which a lost answer is given up.
        retry_after_s: what a throttled call is told.
        faults: share of calls that a fault befalls. A repeated call draws again.
        replies: numbers that answer for certain, whatever the rates say.
    """

    seed: int = 1
    latency_ms: float = 0.0
    delivery_ms: int = 4_000
    reject_rate: float = 0.0
    fail_rate: float = 0.0
    undelivered_rate: float = 0.0
    reply_rate: float = 0.0
    opt_out_rate: float = 0.0
    reply_delay_ms: int = 3_600_000
    timeout_ms: float = 1_000.0
    retry_after_s: float = 1.0
    faults: Mapping[Fault, float] = field(default_factory=dict)
    replies: Mapping[str, ScriptedReply] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one text.

    Attributes:
        refused: code of a refusal at once, or ``None``.
        status: final carrier status.
        error_code: code of that status, or ``None``.
        delivery_ms: campaign time to that status.
        reply: what the contact answers, or ``None``.
        reply_ms: campaign time to that answer.
        mark: sixteen hexadecimal digits that go into the message's id.
    """

    refused: int | None
    status: str
    error_code: int | None
    delivery_ms: int
    reply: str | None
    reply_ms: int
    mark: str


_REFUSALS = (21211, 21614)
_FAILED = (30001, 30017, 30022)
_UNDELIVERED = (30003, 30003, 30005, 30006, 30007, 30008)
_REPLIES = (
    "Yes, I am interested. Call me.",
    "Who is this?",
    "Can you call me tomorrow after 5?",
    "Maybe. What is the price?",
    "No thanks, we have one already",
    "Sí, gracias. ¿Puede llamarme mañana?",
    "ok 👍",
)
_UNIT = 2.0**-32


def fate_of(behaviour: Behaviour, to: str, body: str) -> Fate:
    """Decide what becomes of a text to a number; a pure function of seed, number and text."""
    digest = blake2b(f"{behaviour.seed}\0{to}\0{body}".encode("utf-8", "replace"), digest_size=32).digest()
    draws = [int.from_bytes(digest[at : at + 4], "big") for at in range(0, 24, 4)]
    refuse, deliver, wait, answer, delay, pick = draws
    refused = _REFUSALS[pick % len(_REFUSALS)] if refuse * _UNIT < behaviour.reject_rate else None

    share = deliver * _UNIT
    status, error_code = "delivered", None
    if share < behaviour.fail_rate:
        status, error_code = "failed", _FAILED[pick % len(_FAILED)]
    elif share < behaviour.fail_rate + behaviour.undelivered_rate:
        status, error_code = "undelivered", _UNDELIVERED[pick % len(_UNDELIVERED)]

    reply = None
    if status == "delivered":
        share = answer * _UNIT
        if share < behaviour.opt_out_rate:
            reply = "STOP"
        elif share < behaviour.opt_out_rate + behaviour.reply_rate:
            reply = _REPLIES[pick % len(_REPLIES)]

    delivery_ms = int(behaviour.delivery_ms * (0.5 + wait * _UNIT))
    # Nobody answers a text that has not arrived yet.
    reply_ms = max(delivery_ms, int(behaviour.reply_delay_ms * (0.5 + delay * _UNIT)))
    return Fate(refused, status, error_code, delivery_ms, reply, reply_ms, digest[24:].hex())


def fault_of(behaviour: Behaviour, to: str, body: str, earlier: int) -> Fault | None:
    """Draw the fault of a call, given how many earlier calls with this text met one.

    The count goes into the draw: else a throttled text would be throttled for ever.
    """
    if not behaviour.faults:
        return None
    text = f"{behaviour.seed}\0fault\0{earlier}\0{to}\0{body}".encode("utf-8", "replace")
    share = int.from_bytes(blake2b(text, digest_size=4).digest(), "big") * _UNIT
    for fault, rate in behaviour.faults.items():
        share -= rate
        if share < 0:
            return fault
    return None
