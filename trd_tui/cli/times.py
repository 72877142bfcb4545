"""Virtual time on the command line: ``--speed`` and ``--start``."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from trd_tui.cli.errors import CliError
from trd_tui.clock import VirtualClock
from trd_tui.settings import Settings

FASTEST = 1_000_000.0


def instant(text: str) -> int:
    """Read an ISO 8601 instant as epoch milliseconds; without an offset it is UTC.

    Raises:
        argparse.ArgumentTypeError: it is none, or before 1970.
    """
    try:
        found = datetime.fromisoformat(text)
        if found.tzinfo is None:
            found = found.replace(tzinfo=UTC)
        if found.timestamp() < 0:
            raise argparse.ArgumentTypeError(f"{text!r} is before 1970; campaigns have their dates after it")
        return int(found.timestamp() * 1000)
    except (ValueError, OverflowError) as error:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not an ISO date and time, for example 2024-01-15T09:00:00Z"
        ) from error


def speed(text: str) -> float:
    """Read how many campaign seconds pass in one real second.

    Raises:
        argparse.ArgumentTypeError: it is not a number above 0.
    """
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0 < found <= FASTEST:
        raise argparse.ArgumentTypeError(f"{text!r} is not a speed above 0 and up to {FASTEST:,.0f}")
    return found


def check_virtual_time(settings: Settings) -> None:
    """Refuse a virtual clock before a real carrier.

    Raises:
        CliError: the carrier texts real people.
    """
    refusal = settings.virtual_time_refusal()
    if refusal is not None:
        raise CliError(refusal)


def chosen_clock(
    settings: Settings, start: int | None, speed_: float | None, stored: VirtualClock | None, *, jumps: bool
) -> VirtualClock | None:
    """The virtual clock that the options ask for; ``None`` when campaign time is to be real time.

    Args:
        settings: decide whether virtual time is allowed at all.
        start: campaign instant to start from; ``None`` goes on where the stored clock is.
        speed_: campaign seconds a real second; ``None`` keeps the stored clock's, else 1.
        stored: the clock that the database was left with, if any.
        jumps: whether it may leap over a time in which nothing happens.

    Raises:
        CliError: the carrier texts real people.
    """
    if start is None and speed_ is None:
        if stored is not None:
            stored.jumps = jumps
        return stored
    check_virtual_time(settings)
    if speed_ is None:
        speed_ = 1.0 if stored is None else stored.speed
    if start is None and stored is not None:
        start = stored.now()
    if start is None:
        from trd_tui.clock import real_now

        start = real_now()
    return VirtualClock.starting(start, speed_, jumps=jumps)
