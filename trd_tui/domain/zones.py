"""Local calendars: which date and wall time an instant has in a zone, and the way back.

Two days a year break the way back. A wall time that the clocks jump over stands for the first instant
after the jump; one that they pass twice stands for the first time. All transitions come from IANA data
by name; nothing here ever adds 24 hours to get to tomorrow.
"""

from __future__ import annotations

from datetime import date, datetime
from difflib import get_close_matches
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_DAY_S = 86_400
_REACH_S = 16 * 3_600
"""No zone is further from UTC than this, so a local date lies within its UTC day and this much around it."""
_STEP_S = 4 * 3_600
"""No zone changes its offset twice within this time."""
_NOT_PLACES = frozenset({"Factory", "localtime", "posixrules", "leapseconds"})


class ZoneError(ValueError):
    """A name that is no IANA time zone; the message names the nearest one."""


@cache
def zone_info(name: str) -> ZoneInfo:
    """The zone of this IANA name.

    Raises:
        ZoneError: there is none.
    """
    # Folders (America) and odd paths raise OSError or ValueError, an unknown name KeyError.
    try:
        if name not in _NOT_PLACES:
            return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        pass
    raise ZoneError(f"{name!r} is not a time zone{_hint(name)}")


def _hint(name: str) -> str:
    known = {zone.lower(): zone for zone in available_timezones() - _NOT_PLACES}
    places = {zone.lower().rpartition("/")[2]: zone for zone in sorted(known.values(), reverse=True)}
    wanted = name.strip().lower().replace(" ", "_")
    for names, cutoff in ((known, 0.8), (places, 0.8)):
        near = get_close_matches(wanted, names, n=1, cutoff=cutoff)
        if near:
            return f"; did you mean {names[near[0]]}?"
    return "; use an IANA name such as America/New_York"


def check_zone(name: str) -> str:
    """Return the name when it is a zone.

    Raises:
        ZoneError: it is none; the message names the nearest one.
    """
    zone_info(name)
    return name


def local_date(instant: int, zone: str) -> date:
    """The calendar date that an instant (epoch milliseconds) has in a zone.

    Raises:
        ZoneError: there is no such zone.
    """
    return datetime.fromtimestamp(instant // 1000, zone_info(zone)).date()


def local_ordinal(instant: int, zone: str) -> int:
    """The proleptic ordinal of an instant's local date."""
    return datetime.fromtimestamp(instant // 1000, zone_info(zone)).toordinal()


def wall_ms(instant: int, zone: str) -> int:
    """An instant's wall time, counted in milliseconds as though the zone were UTC.

    The difference of two of them is what a calendar and a clock on the wall show between them.
    """
    return instant + _offset_s(instant // 1000, zone) * 1000


@lru_cache(maxsize=1 << 16)
def instant_at(ordinal: int, minutes: int, zone: str) -> int:
    """The instant of a local date and time of day.

    A time that does not exist stands for the first instant after the jump, a doubled one for its first.

    Args:
        ordinal: proleptic ordinal of the local date.
        minutes: minutes after midnight, 0 to 1440.
        zone: IANA name.

    Raises:
        ZoneError: there is no such zone.
    """
    wall = (ordinal - _EPOCH_ORDINAL) * _DAY_S + minutes * 60
    for start, end, offset in _spans(ordinal, zone):
        at = max(start, wall - offset)
        if at < end:
            return at * 1000
    raise AssertionError("the spans of a date reach beyond its end")


@lru_cache(maxsize=1 << 15)
def open_spans(ordinal: int, opens: int, closes: int, zone: str) -> tuple[tuple[int, int], ...]:
    """The instants of a local date whose wall time is within some hours.

    Usually one span; on a day with a jump none or a shorter one; when clocks go back perhaps two.

    Args:
        ordinal: proleptic ordinal of the local date.
        opens: first minute after midnight that counts.
        closes: first minute that does not count any more.
        zone: IANA name.

    Returns:
        Spans of (first instant, first instant after), ascending.
    """
    midnight = (ordinal - _EPOCH_ORDINAL) * _DAY_S
    found: list[tuple[int, int]] = []
    for start, end, offset in _spans(ordinal, zone):
        first = max(start, midnight + opens * 60 - offset)
        after = min(end, midnight + closes * 60 - offset)
        if first < after:
            if found and found[-1][1] == first * 1000:
                first = found.pop()[0] // 1000
            found.append((first * 1000, after * 1000))
    return tuple(found)


@lru_cache(maxsize=1 << 14)
def _spans(ordinal: int, zone: str) -> tuple[tuple[int, int, int], ...]:
    """Stretches of constant offset around a local date: (first second, second after the last, offset)."""
    midnight = (ordinal - _EPOCH_ORDINAL) * _DAY_S
    end = midnight + _DAY_S + _REACH_S
    start = at = midnight - _REACH_S
    offset = _offset_s(at, zone)
    spans: list[tuple[int, int, int]] = []
    while at < end:
        following = min(at + _STEP_S, end)
        changed = _offset_s(following, zone)
        if changed != offset:
            low, high = at, following
            while high - low > 1:
                middle = (low + high) // 2
                if _offset_s(middle, zone) == offset:
                    low = middle
                else:
                    high = middle
            spans.append((start, high, offset))
            start, offset = high, changed
        at = following
    spans.append((start, end, offset))
    return tuple(spans)


def _offset_s(second: int, zone: str) -> int:
    offset = datetime.fromtimestamp(second, zone_info(zone)).utcoffset()
    assert offset is not None  # noqa: S101 - a ZoneInfo always has one
    return offset.days * _DAY_S + offset.seconds
