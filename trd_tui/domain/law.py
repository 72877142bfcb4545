"""The law of quiet hours: at which hours of a local date texts may reach people in some states.

The rules are data with dates and sources (``data/quiet_hours.toml``), and like the data of time zones they
are the same for a whole process: `in_force` returns them, `put_in_force` changes them once at start.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property, lru_cache

Hours = tuple[int, int] | None
"""First permitted minute after local midnight and the first that is none; ``None``: all day closed."""

_FRIDAY, _SATURDAY, _SUNDAY = 4, 5, 6


@dataclass(frozen=True, slots=True)
class Holiday:
    """One day of a year: a date of a month, or the nth weekday of a month.

    Attributes:
        month: 1 to 12.
        day: day of the month; 0 when it is a weekday.
        weekday: Monday = 0.
        nth: 1 to 4; -1 for the last one of the month.
    """

    month: int
    day: int = 0
    weekday: int = 0
    nth: int = 0

    def is_on(self, when: date) -> bool:
        """Whether a date is this day."""
        if when.month != self.month:
            return False
        if self.day:
            return when.day == self.day
        if when.weekday() != self.weekday:
            return False
        if self.nth < 0:
            return (when + timedelta(days=7)).month != when.month
        return (when.day - 1) // 7 + 1 == self.nth

    def is_kept_on(self, when: date) -> bool:
        """Whether it is kept on a date: a dated one moves to the Friday before or the Monday after, too."""
        if self.is_on(when):
            return True
        if not self.day:
            return False
        if when.weekday() == _FRIDAY:
            return self.is_on(when + timedelta(days=1))
        return when.weekday() == 0 and self.is_on(when - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class StateRule:
    """One rule of one state.

    Attributes:
        state: two-letter code.
        week: hours by weekday, Monday first.
        holidays: whether texts may go on holidays.
        begins: proleptic ordinal of the first date on which it holds; 0 = always.
        most_in_24_hours: texts that one contact may get in any 24 hours; ``None``: as many as may be.
        source: where it was read.
        dated: of when that is.
    """

    state: str
    week: tuple[Hours, ...]
    holidays: bool = True
    begins: int = 0
    most_in_24_hours: int | None = None
    source: str = ""
    dated: str = ""


@dataclass(frozen=True, eq=False)
class Law:
    """All rules together.

    Attributes:
        dated: of when the data are, for people.
        federal: the hours that hold everywhere.
        rules: by state.
        holidays: days on which some states close.
        source: the file that they were read from, for people.
    """

    dated: str
    federal: tuple[int, int]
    rules: Mapping[str, tuple[StateRule, ...]] = field(default_factory=dict)
    holidays: tuple[Holiday, ...] = ()
    source: str = ""

    @cached_property
    def has_limits(self) -> bool:
        """Whether any state limits how many texts a contact may get."""
        return any(rule.most_in_24_hours is not None for rules in self.rules.values() for rule in rules)

    def most_in_24_hours(self, states: tuple[str, ...]) -> int | None:
        """How many texts a contact in one of these states may get in any 24 hours at most."""
        if not self.has_limits:
            return None
        limits = [
            rule.most_in_24_hours
            for state in states
            for rule in self.rules.get(state, ())
            if rule.most_in_24_hours is not None
        ]
        return min(limits, default=None)


@lru_cache(maxsize=1 << 15)
def hours_on(law: Law, ordinal: int, states: tuple[str, ...]) -> Hours:
    """The hours of a local date at which all of these states allow a text; ``None`` when there are none.

    Args:
        law: the rules.
        ordinal: proleptic ordinal of the local date.
        states: two-letter codes; without any the federal hours hold.
    """
    opens, closes = law.federal
    when = date.fromordinal(ordinal)
    for state in states:
        for rule in law.rules.get(state, ()):
            if ordinal < rule.begins:
                continue
            hours = rule.week[when.weekday()]
            if hours is None or not (rule.holidays or not _is_holiday(law, when)):
                return None
            opens, closes = max(opens, hours[0]), min(closes, hours[1])
    return (opens, closes) if opens < closes else None


def _is_holiday(law: Law, when: date) -> bool:
    return any(holiday.is_kept_on(when) for holiday in law.holidays)
