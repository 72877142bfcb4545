"""When a touch is due: a day of the contact's calendar, the campaign's send time, the window, the gap.

Every function here runs once for each message sent, so what depends on the calendar alone is cached:
the contacts of a campaign share a handful of dates and zones.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from trd_tui.domain.law import Law
from trd_tui.domain.law_in_force import in_force
from trd_tui.domain.permitted import next_permitted
from trd_tui.domain.place import Place
from trd_tui.domain.window import Window
from trd_tui.domain.zones import (
    ZoneError,
    check_zone,
    instant_at,
    local_date,
    local_ordinal,
    open_spans,
    wall_ms,
)

__all__ = [
    "MIN_GAP_MS",
    "ZoneError",
    "check_zone",
    "first_touch_instant",
    "is_open",
    "local_date",
    "next_allowed",
    "next_open",
    "next_touch_instant",
    "shift_for_pause",
    "touch_instant",
]

_DAY_MS = 86_400_000
MIN_GAP_MS = 20 * 3_600_000
"""Least time between two touches to one contact; it wins over the calendar."""

_LOOK_AHEAD_DAYS = 22
"""A window opens once a week at least, and the jump of a clock swallows it at most once in a row."""


def touch_instant(
    enrolled_on: date,
    day: int,
    shift_days: int,
    send_time: int,
    zone: str,
    window: Window,
    place: Place | None = None,
) -> int:
    """The instant at which a touch is planned.

    It is the local date of enrolment + (day - 1) + shift, at the send time; where that lies outside the
    window, the first moment after it at which the window is open.

    Args:
        enrolled_on: the contact's local date of enrolment; this is day 1.
        day: day of the touch, from 1.
        shift_days: whole days by which pauses have moved what remains.
        send_time: minutes after local midnight.
        zone: IANA name of the contact's stated zone, else of the campaign's: there the send time is aimed.
        window: when texts may go out.
        place: where the contact may be, so that law and window hold in each zone there; ``None`` for the
            window in `zone` alone.

    Returns:
        Epoch milliseconds.

    Raises:
        ZoneError: there is no such zone.
    """
    ordinal = enrolled_on.toordinal() + day - 1 + shift_days
    return _planned(ordinal, send_time, zone, window, place, None if place is None else in_force())


@lru_cache(maxsize=1 << 16)
def _planned(
    ordinal: int, send_time: int, zone: str, window: Window, place: Place | None, _law: Law | None
) -> int:
    return next_allowed(instant_at(ordinal, send_time, zone), zone, window, place)


def next_allowed(instant: int, zone: str, window: Window, place: Place | None) -> int:
    """The first instant, this one included, at which a contact may be texted.

    Where there is none, because the window and the law have no hour in common, the first one of the window:
    when it is due, the claim puts it before a person.

    Raises:
        ZoneError: there is no such zone.
    """
    if place is not None:
        at = next_permitted(instant, zone, window, place)
        if at is not None:
            return at
    return next_open(instant, zone, window)


def is_open(instant: int, zone: str, window: Window) -> bool:
    """Whether the window is open at an instant on the wall clock of a zone."""
    ordinal = local_ordinal(instant, zone)
    return any(first <= instant < after for first, after in _open_on(ordinal, zone, window))


def next_open(instant: int, zone: str, window: Window) -> int:
    """The first instant, this one included, at which the window is open.

    Args:
        instant: epoch milliseconds.
        zone: IANA name.
        window: when texts may go out, on the wall clock of the zone.

    Raises:
        ZoneError: there is no such zone.
    """
    today = local_ordinal(instant, zone)
    for first, after in _open_on(today, zone, window):
        if first <= instant < after:
            return instant
    # Where clocks go back over midnight, yesterday follows after the first minutes of today: look at it too.
    best: int | None = None
    for ordinal in range(today - 1, today + _LOOK_AHEAD_DAYS):
        for first, after in _open_on(ordinal, zone, window):
            if instant < after and (best is None or first < best):
                best = max(first, instant)
                break
        if best is not None and ordinal >= today:
            return best
    raise AssertionError(f"the window {window} never opens in {zone}")


def _open_on(ordinal: int, zone: str, window: Window) -> tuple[tuple[int, int], ...]:
    # Ordinal 1 was a Monday.
    if window.days >> (ordinal - 1) % 7 & 1:
        return open_spans(ordinal, window.opens, window.closes, zone)
    return ()


def first_touch_instant(
    now: int,
    enrolled_on: date,
    day: int,
    shift_days: int,
    send_time: int,
    zone: str,
    window: Window,
    place: Place | None = None,
) -> int:
    """The instant of the first touch of a contact who joins now.

    Who joins after the touch's instant gets it at once if the window is open, else at its next opening.
    The arguments are those of `touch_instant`, with the present campaign instant before them.

    Raises:
        ZoneError: there is no such zone.
    """
    planned = touch_instant(enrolled_on, day, shift_days, send_time, zone, window, place)
    return planned if planned >= now else next_allowed(now, zone, window, place)


def next_touch_instant(
    enrolled_on: date,
    day: int,
    shift_days: int,
    send_time: int,
    zone: str,
    window: Window,
    last_sent_at: int | None,
    place: Place | None = None,
) -> int:
    """The instant of a later touch: its planned instant, but never within the least gap after the last.

    The arguments are those of `touch_instant`; `last_sent_at` is the instant at which the contact's last
    touch was accepted, ``None`` when there was none.

    Raises:
        ZoneError: there is no such zone.
    """
    planned = touch_instant(enrolled_on, day, shift_days, send_time, zone, window, place)
    if last_sent_at is None:
        return planned
    earliest = last_sent_at + MIN_GAP_MS
    return planned if planned >= earliest else next_allowed(earliest, zone, window, place)


def shift_for_pause(paused_at: int, resumed_at: int, zone: str) -> int:
    """Whole local days, rounded up and at least one, by which a pause moves what remains.

    Counted on the wall: from Saturday 10:00 to Sunday 10:00 is one day, also when clocks change between.

    Raises:
        ZoneError: there is no such zone.
    """
    return max(1, -((wall_ms(paused_at, zone) - wall_ms(resumed_at, zone)) // _DAY_MS))
