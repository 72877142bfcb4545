"""The sending window: on which days of the week and between which times of day texts may go out.

Days are a bitmask with Monday as bit 0, times are minutes after local midnight. A window lies within
one day: it opens before it closes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONG_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY_INDEX = {name: index for names in (DAY_NAMES, _LONG_NAMES) for index, name in enumerate(names)}

ALL_DAYS = 0b111_1111
MINUTES_A_DAY = 24 * 60

USUAL_DAYS = "mon-sat"

_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})", re.ASCII)
_SPAN = re.compile(r"(?:(?P<days>[^\d:]+) )?(?P<opens>[\d:]*:[\d:]*) ?- ?(?P<closes>[\d:]*:[\d:]*)", re.ASCII)


class WindowError(ValueError):
    """A day, a time or a window that cannot be; the message names the field.

    Attributes:
        field: the field that is wrong, for example ``window.days``.
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field


@dataclass(frozen=True, slots=True)
class Window:
    """When texts may go out, on the contact's own clock.

    Attributes:
        days: bitmask of the days of the week, Monday = bit 0; at least one.
        opens: first permitted minute after local midnight, 0 to 1439.
        closes: first minute that is not permitted any more, up to 1440; later than `opens`.

    Raises:
        WindowError: it could never open.
    """

    days: int
    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not 0 < self.days <= ALL_DAYS:
            raise WindowError("window.days", "name at least one day of the week, for example mon-sat")
        if not 0 <= self.opens < MINUTES_A_DAY:
            raise WindowError("window.from", "must be a time of day from 00:00 to 23:59")
        if not 0 < self.closes <= MINUTES_A_DAY:
            raise WindowError("window.to", "must be a time of day from 00:01 to 24:00")
        if self.opens >= self.closes:
            opens, closes = format_time(self.opens), format_time(self.closes)
            raise WindowError("window.to", f"closes at {closes}, which is not after it opens at {opens}")

    def __str__(self) -> str:
        return f"{format_days(self.days)} {format_time(self.opens)}-{format_time(self.closes)}"


def parse_window(days: str, opens: str, closes: str) -> Window:
    """Read a window from the three texts of a campaign definition.

    Raises:
        WindowError: one of them is wrong; its `field` says which.
    """
    return Window(
        parse_days(days),
        parse_time(opens, field="window.from"),
        parse_time(closes, field="window.to", midnight_ends=True),
    )


WINDOW_LIKE = 'write it like window = "09:00-20:00", or window = "mon-sat 09:00-20:00"'
"""What a window looks like in a definition."""


def window_parts(text: str) -> tuple[str, str, str]:
    """Days, opening and closing of a window as it is shown: ``mon-sat 09:00-20:00``; not yet checked.

    Without days it is Monday to Saturday.

    Raises:
        WindowError: it is no such text.
    """
    match = _SPAN.fullmatch(" ".join(text.split()))
    if match is None:
        raise WindowError("window", f"{text!r} is no window; {WINDOW_LIKE}")
    return match["days"] or USUAL_DAYS, match["opens"], match["closes"]


def parse_days(text: str, *, field: str = "window.days") -> int:
    """Read days of the week: ``mon-sat``, ``mon,wed,fri``, ``sat-mon`` (over the week's end), full names too.

    Raises:
        WindowError: a part is no day of the week; the message names it.
    """
    days = 0
    for part in text.lower().split(","):
        first, dash, last = part.partition("-")
        start = _day(first, text, field)
        end = _day(last, text, field) if dash else start
        # Backwards means over the end of the week, so that sat-mon is three days and not an error.
        for offset in range((end - start) % 7 + 1):
            days |= 1 << (start + offset) % 7
    return days


def _day(name: str, text: str, field: str) -> int:
    index = _DAY_INDEX.get(name.strip())
    if index is None:
        shown = repr(name.strip()) if name.strip() else f"an empty part in {text!r}"
        raise WindowError(field, f"{shown} is no day of the week; use {' '.join(DAY_NAMES)}, as in mon-sat")
    return index


def format_days(days: int) -> str:
    """Write a bitmask of days so that `parse_days` reads it back; runs of three and more as a range."""
    if days == ALL_DAYS:
        return "mon-sun"
    parts: list[str] = []
    for start in range(7):
        if days >> start & 1 and not days >> (start - 1) % 7 & 1:
            length = 1
            while days >> (start + length) % 7 & 1:
                length += 1
            run = [DAY_NAMES[(start + offset) % 7] for offset in range(length)]
            parts += [f"{run[0]}-{run[-1]}"] if length > 2 else run
    return ",".join(parts)


def parse_time(text: str, *, field: str = "time", midnight_ends: bool = False) -> int:
    """Read a time of day on the 24-hour clock as minutes after midnight.

    Args:
        text: for example ``09:00``.
        field: what an error names.
        midnight_ends: whether ``24:00`` is allowed, as the end of a day.

    Raises:
        WindowError: it is no such time.
    """
    match = _TIME.fullmatch(text.strip())
    if match is not None:
        hours, minutes = int(match[1]), int(match[2])
        at = hours * 60 + minutes
        if minutes < 60 and (at < MINUTES_A_DAY or (midnight_ends and at == MINUTES_A_DAY)):
            return at
    raise WindowError(field, f"{text!r} is not a time of day; write it as 09:00 or 17:30")


def format_time(minutes: int) -> str:
    """Write minutes after midnight as ``HH:MM``."""
    return f"{minutes // 60:02}:{minutes % 60:02}"
