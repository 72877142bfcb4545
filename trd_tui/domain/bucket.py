"""A sender's token bucket: how many segments it may send, so that its mean rate is never exceeded.

Tokens are thousandths of a segment, a rate is thousandths of a segment per second, a rate of 0 means no
limit. A message may be taken while there is more than nothing in the bucket, however long it is; its
debt is paid before the next. So a long message is never stuck behind a small bucket, and the mean rate
stays exact. All state is two integers, which the store keeps: a restart gives nobody a new burst.
"""

from __future__ import annotations

from math import gcd

UNLIMITED = 10**15
"""What a bucket without a limit holds whenever it is looked at."""

DEFAULT_HORIZON_MS = 1_000
"""How much unused time a bucket remembers: its burst."""


def capacity(rate_milli: int, horizon_ms: int = DEFAULT_HORIZON_MS) -> int:
    """The most that a bucket holds: what its rate gives in the horizon, and never nothing."""
    return max(1, rate_milli * horizon_ms // 1000) if rate_milli > 0 else UNLIMITED


def settle(
    tokens_milli: int, at: int, now: int, rate_milli: int, horizon_ms: int = DEFAULT_HORIZON_MS
) -> tuple[int, int]:
    """Credit the time that has passed; returns what to store.

    Store both numbers: the second lags behind ``now`` while a token has not come together yet. With
    ``now`` stored in its place, a slow sender that is looked at often would never be refilled.

    Args:
        tokens_milli: tokens in the bucket at `at`; below zero after a long message.
        at: instant up to which time has been credited, epoch milliseconds.
        now: the present instant. A clock that went back credits nothing and starts again from here.
        rate_milli: thousandths of a segment per second.
        horizon_ms: how much unused time the bucket remembers.

    Returns:
        The tokens now, and the instant up to which time has been credited.
    """
    if rate_milli <= 0:
        return UNLIMITED, now
    full = max(1, rate_milli * horizon_ms // 1000)
    if now <= at:
        return (tokens_milli if tokens_milli < full else full), now
    step, gain = _step(rate_milli)
    steps = (now - at) // step
    tokens = tokens_milli + steps * gain
    if tokens >= full:
        return full, now
    return tokens, at + steps * step


def refill(
    tokens_milli: int, at: int, now: int, rate_milli: int, horizon_ms: int = DEFAULT_HORIZON_MS
) -> int:
    """The tokens in the bucket now; the first part of `settle`, for those who only look."""
    return settle(tokens_milli, at, now, rate_milli, horizon_ms)[0]


def take(tokens_milli: int, segments: int) -> int | None:
    """Take a message out of the bucket.

    Args:
        tokens_milli: what it holds.
        segments: length of the message.

    Returns:
        What it holds afterwards, perhaps less than nothing; ``None`` when the message must wait.
    """
    return tokens_milli - segments * 1000 if tokens_milli > 0 else None


def room(tokens_milli: int) -> int:
    """How many messages of one segment may be taken now."""
    return -(-tokens_milli // 1000) if tokens_milli > 0 else 0


def ready_at(tokens_milli: int, at: int, rate_milli: int) -> int:
    """The first instant at which a message may be taken again.

    Args:
        tokens_milli: tokens in the bucket at `at`.
        at: instant up to which time has been credited.
        rate_milli: thousandths of a segment per second.
    """
    if tokens_milli > 0 or rate_milli <= 0:
        return at
    step, gain = _step(rate_milli)
    return at - (tokens_milli - 1) // gain * step


def _step(rate_milli: int) -> tuple[int, int]:
    """The shortest time in milliseconds that earns a whole number of tokens, and that number.

    Time is credited in such steps only, because rounding at every look would cost a busy sender with an
    odd rate up to half of it. For whole segments a second a step is one millisecond.
    """
    common = gcd(rate_milli, 1000)
    return 1000 // common, rate_milli // common
