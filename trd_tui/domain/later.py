"""Until when something is put off, as people type it: ``2h``, ``tomorrow 9:00``, ``mon``, ``2026-03-20``."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MORNING = time(9)
"""When a day begins that was named without a time."""

FORMS = "30m, 2h, 3d, 14:30, tomorrow 9:00, mon 10:00 or 2026-03-20 9:00"
"""What is understood, for people."""

FARTHEST_DAYS = 732
"""Two years: whoever is put off for longer was mistyped, and forgotten."""

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"(\d{1,4})\s*([mhd])[a-z]*")
_TIME = r"(?:\s+(?:at\s+)?(\d{1,2})(?::(\d\d))?)?"
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)")
_NAMED = re.compile(rf"(today|tomorrow|{'|'.join(_DAYS)})[a-z]*{_TIME}")
_DATED = re.compile(rf"(\d{{4}}-\d\d-\d\d){_TIME}")
_MINUTE = 60_000


class LaterError(ValueError):
    """It is no instant to come; the message says what is."""


def read_later(said: str, now: int, zone: str) -> int:
    """The instant that somebody means.

    Args:
        said: as they typed it. A day without a time begins at nine.
        now: the present instant.
        zone: IANA name of the zone in which they speak.

    Raises:
        LaterError: nobody can tell what is meant, it has passed, or it lies years ahead.
    """
    text = " ".join(said.lower().removeprefix("in ").split())
    at = _instant(text, now, ZoneInfo(zone))
    if at is None:
        raise LaterError(f"{said!r} is no time to come; type {FORMS}")
    if at <= now:
        raise LaterError(f"{said!r} has passed; type a time to come")
    if at > now + FARTHEST_DAYS * 24 * 60 * _MINUTE:
        raise LaterError(f"{said!r} is more than two years ahead; type a nearer time")
    return at


def _instant(text: str, now: int, zone: ZoneInfo) -> int | None:
    here = datetime.fromtimestamp(now / 1000, zone)
    try:
        if found := _SPAN.fullmatch(text):
            count = int(found[1])
            if found[2] == "d":  # days of the calendar: the hour stays, also where the clocks change
                return _ms(datetime.combine(here.date() + timedelta(count), here.timetz()))
            return now + count * _MINUTE * (60 if found[2] == "h" else 1)
        if found := _CLOCK.fullmatch(text):
            at = _at(here.date(), found[1], found[2], zone)
            return at if at > now else _at(here.date() + timedelta(1), found[1], found[2], zone)
        if found := _NAMED.fullmatch(text):
            return _at(_day(found[1], here.date()), found[2], found[3], zone)
        if found := _DATED.fullmatch(text):
            return _at(date.fromisoformat(found[1]), found[2], found[3], zone)
    except (ValueError, OverflowError):
        return None
    return None


def _day(name: str, today: date) -> date:
    if name in ("today", "tomorrow"):
        return today + timedelta(name == "tomorrow")
    return today + timedelta((_DAYS.index(name) - today.weekday() - 1) % 7 + 1)


def _at(day: date, hour: str | None, minute: str | None, zone: ZoneInfo) -> int:
    clock = MORNING if hour is None else time(int(hour), int(minute or 0))
    return _ms(datetime.combine(day, clock, zone))


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
