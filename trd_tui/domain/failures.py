"""Why a text failed, and what follows from it: a class for each kind of failure, a verdict for each class.

The carrier translates its codes into a `FailureClass`; nothing above it knows a code. Answers of which
nobody knows whether they sent something are no failures: they are ``unknown`` and never come here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zlib import crc32
from zoneinfo import ZoneInfo

_SECOND = 1_000
_MINUTE = 60 * _SECOND
_HOUR = 60 * _MINUTE


class FailureClass(StrEnum):
    """What kind of failure it was."""

    BAD_NUMBER = "bad_number"
    """The number does not exist or takes no texts; it never will."""
    OPTED_OUT = "opted_out"
    """The contact has said stop at the carrier."""
    SOFT = "soft"
    """The handset was off, or nobody knows; it may work hours later."""
    SOFT_OPTOUT = "soft_optout"
    """Blocked at the carrier: from a toll-free number this means stop, else it may pass."""
    CONTENT = "content"
    """The text was filtered or is too long; the same text fails again."""
    SENDER = "sender"
    """Our number is not ours, not registered or cannot text."""
    CONFIG = "config"
    """The request was wrong; a person must look."""
    CREDENTIALS = "credentials"
    """The carrier does not take us for who we say we are: nothing is taken until a person has mended that."""
    ACCOUNT = "account"
    """The account is closed, suspended or may not send: nothing can be sent at all."""
    TRIAL = "trial"
    """A trial account that may text verified numbers only."""
    REGION = "region"
    """The account may not text this country."""
    RETRY = "retry"
    """Too many requests; never processed, always safe to repeat."""
    RETRY_LATER = "retry_later"
    """A queue or a carrier network is full; minutes help."""
    NEXT_DAY = "next_day"
    """A daily cap is used up; it opens again at midnight on the Pacific coast."""
    WINDOW = "window"
    """Outside the hours that the carrier allows."""
    EXPIRED = "expired"
    """The message waited at the carrier for longer than its validity."""
    RUNAWAY = "runaway"
    """Two machines answer each other."""
    LITIGATOR = "litigator"
    """The number belongs to somebody known to sue."""


class Decision(StrEnum):
    """What happens to the row, the contact or the sender."""

    RETRY = "retry"
    """The same touch again, at a later instant."""
    HOLD = "hold"
    """The row waits for a person."""
    FAIL_TOUCH = "fail_touch"
    """This touch has failed; the sequence goes on with the next."""
    FAIL_CONTACT = "fail_contact"
    """The enrolment has failed for good and the number is marked as bad."""
    SUPPRESS = "suppress"
    """The number goes to the do-not-contact list."""
    PAUSE_SENDER = "pause_sender"
    """The sender pauses; the row goes back to scheduled."""
    PAUSE_ALL = "pause_all"
    """All automated sending pauses; the row goes back to scheduled."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do about one failure.

    Attributes:
        decision: what happens.
        delay_ms: milliseconds from now to the next attempt; set with `Decision.RETRY` only.
        reason: why, in a sentence for people.
    """

    decision: Decision
    delay_ms: int | None
    reason: str


NOT_REACHED = 0
"""Our own code, no carrier's: no connection came about, so that nothing was sent."""

RETRY_FIRST_MS = 100
RETRY_CAP_MS = 30 * _SECOND
RETRY_AFTER_CAP_MS = _HOUR
"""A longer Retry-After than this is a mistake of somebody's; the next answer can ask again."""

_BACKOFF: dict[FailureClass, tuple[int, int, int, Decision]] = {
    # class: first delay, longest delay, retries, what follows when these are used up
    FailureClass.RETRY_LATER: (5 * _MINUTE, _HOUR, 12, Decision.HOLD),
    FailureClass.WINDOW: (_HOUR, _HOUR, 24, Decision.HOLD),
    FailureClass.EXPIRED: (_HOUR, _HOUR, 1, Decision.FAIL_TOUCH),
    FailureClass.SOFT: (2 * _HOUR, 4 * _HOUR, 2, Decision.FAIL_TOUCH),
    FailureClass.SOFT_OPTOUT: (4 * _HOUR, 4 * _HOUR, 1, Decision.SUPPRESS),
}
_NEXT_DAY_RETRIES = 7

_FINAL: dict[FailureClass, tuple[Decision, str]] = {
    FailureClass.BAD_NUMBER: (Decision.FAIL_CONTACT, "the number cannot receive texts"),
    FailureClass.OPTED_OUT: (Decision.SUPPRESS, "the contact has opted out at the carrier"),
    FailureClass.LITIGATOR: (Decision.SUPPRESS, "the carrier lists the number as a known litigator"),
    FailureClass.SENDER: (Decision.PAUSE_SENDER, "the sender cannot send; check its registration"),
    # The engine waits for credentials that are wrong; this is for those that may read and not send.
    FailureClass.CREDENTIALS: (Decision.PAUSE_ALL, "the carrier does not let these credentials send"),
    FailureClass.ACCOUNT: (
        Decision.PAUSE_ALL,
        "the carrier account cannot send; check its credentials",
    ),
    FailureClass.TRIAL: (Decision.PAUSE_ALL, "a trial account texts verified numbers only"),
    FailureClass.CONTENT: (Decision.HOLD, "the carrier refuses this text; change it first"),
    FailureClass.CONFIG: (Decision.HOLD, "the carrier refuses this request as wrong"),
    FailureClass.REGION: (Decision.HOLD, "the account may not text this country"),
    FailureClass.RUNAWAY: (Decision.HOLD, "two machines may be answering each other"),
}

_WHY: dict[FailureClass, str] = {
    FailureClass.RETRY_LATER: "the carrier's queue is full",
    FailureClass.WINDOW: "outside the hours that the carrier allows",
    FailureClass.EXPIRED: "the message expired before it was sent",
    FailureClass.SOFT: "the phone could not be reached",
    FailureClass.SOFT_OPTOUT: "the carrier blocked the message",
}

_USED_UP: dict[Decision, str] = {
    Decision.HOLD: "a person must look at it",
    Decision.FAIL_TOUCH: "this touch is given up",
    Decision.SUPPRESS: "the number is not texted again",
}


def decide(
    failure: FailureClass,
    attempts: int,
    retry_after_s: float | None,
    now: int,
    *,
    jitter: float = 0.0,
    toll_free: bool = False,
) -> Verdict:
    """Say what follows from a failure.

    Args:
        failure: the class of the failure.
        attempts: attempts made at this touch, the failed one included; at least 1.
        retry_after_s: seconds the carrier asked us to wait, where it did; nonsense is ignored.
        now: the present instant, campaign time, epoch milliseconds.
        jitter: 0.0 to 1.0; lengthens a delay by up to a half, so that a crowd does not return at
            once. `jitter_of` makes one that does not change when the same question is asked again.
        toll_free: whether the sender is a toll-free number, from where a block means stop.
    """
    final = _FINAL.get(failure)
    if final is not None:
        return Verdict(final[0], None, final[1])
    tries = max(attempts, 1)
    asked = _asked_ms(retry_after_s)
    if failure is FailureClass.RETRY:
        # Never processed, so there is nothing to give up: only the pace falls.
        delay = _later(RETRY_FIRST_MS, RETRY_CAP_MS, tries, asked, jitter)
        return Verdict(Decision.RETRY, delay, "the carrier asked us to slow down")
    if failure is FailureClass.NEXT_DAY:
        if tries > _NEXT_DAY_RETRIES:
            return Verdict(
                Decision.HOLD, None, f"the daily cap was used up {tries} times; {_USED_UP[Decision.HOLD]}"
            )
        # No Retry-After here and the jitter is minutes: the cap opens at midnight, not before.
        delay = next_pacific_midnight(now) - now + int(10 * _MINUTE * _unit(jitter))
        return Verdict(Decision.RETRY, delay, "the daily cap is used up until midnight Pacific time")
    first, longest, retries, then = _BACKOFF[failure]
    if failure is FailureClass.SOFT_OPTOUT and toll_free:
        return Verdict(Decision.SUPPRESS, None, "blocked from a toll-free number: the contact said stop")
    if tries > retries:
        times = "once" if tries == 1 else f"{tries} times"
        return Verdict(then, None, f"{_WHY[failure]}, {times}; {_USED_UP[then]}")
    return Verdict(Decision.RETRY, _later(first, longest, tries, asked, jitter), _WHY[failure])


def jitter_of(key: str, attempts: int) -> float:
    """A number from 0.0 up to but not 1.0 that depends on nothing but its arguments."""
    return crc32(f"{key}/{attempts}".encode()) / 2**32


_PACIFIC = "America/Los_Angeles"


def next_pacific_midnight(now: int) -> int:
    """The next 00:00 in Los Angeles after an instant; both in epoch milliseconds."""
    pacific = ZoneInfo(_PACIFIC)
    tomorrow = datetime.fromtimestamp(now // 1000, pacific).date() + timedelta(days=1)
    midnight = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=pacific)
    return int(midnight.astimezone(UTC).timestamp()) * 1000


def _asked_ms(retry_after_s: float | None) -> int:
    if retry_after_s is None or not math.isfinite(retry_after_s) or retry_after_s <= 0:
        return 0
    # Cut before it is multiplied: the largest floats times a thousand are no numbers any more.
    return math.ceil(min(retry_after_s, RETRY_AFTER_CAP_MS / 1000) * 1000)


def _unit(jitter: float) -> float:
    return min(max(jitter, 0.0), 1.0)


def _later(first: int, longest: int, tries: int, asked: int, jitter: float) -> int:
    # The exponent is bounded, because an attempt count of thousands would make a number of that many bits.
    base = asked or min(first << min(tries - 1, 20), longest)
    return base + int(base * _unit(jitter) / 2)
