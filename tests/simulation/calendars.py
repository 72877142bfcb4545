"""When a touch is due, worked out with dates and wall clocks alone, without the product's code.

Instants are epoch milliseconds. The texts of simulated campaigns go by day and never in the hour in which
clocks change, so a wall time here is always one instant.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

OPENS, CLOSES = time(9), time(20)
LAST_MINUTE = timedelta(minutes=1)
"""In the last minute before the window closes nothing is begun any more."""

GAP_MS = 20 * 3_600_000
DAY = timedelta(days=1)
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Calendar:
    """The calendar on a contact's wall: their zone, and the weekdays (Monday 0) on which texts may come.

    ``sends`` is the time of day at which they are aimed.
    """

    zone: ZoneInfo
    weekdays: frozenset[int]
    sends: time = OPENS

    def wall(self, instant: int) -> datetime:
        """What the clock on the wall shows."""
        return datetime.fromtimestamp(instant / 1000, self.zone)

    def at(self, day: date, when: time = OPENS) -> int:
        """The instant of a wall time."""
        return round(datetime.combine(day, when, self.zone).astimezone(UTC).timestamp() * 1000)

    def is_open(self, instant: int) -> bool:
        """Whether texts may come at an instant."""
        wall = self.wall(instant)
        return wall.weekday() in self.weekdays and OPENS <= wall.time() < CLOSES

    def opens(self, instant: int) -> int:
        """The first instant from this one on at which a text may be begun."""
        wall = self.wall(instant)
        closes = datetime.combine(wall.date(), CLOSES, self.zone)
        if self.is_open(instant) and wall + LAST_MINUTE <= closes:
            return instant
        day = wall.date() if wall.time() < OPENS else wall.date() + DAY
        while day.weekday() not in self.weekdays:
            day += DAY
        return self.at(day)

    def planned(self, enrolled: date, day: int, shift: int) -> int:
        """The instant of a day of the sequence, counted from the date of enrolment as day 1."""
        return self.opens(self.at(enrolled + timedelta(days=day - 1 + shift), self.sends))

    def due(self, enrolled: date, day: int, shift: int, last: int | None) -> int:
        """The same, but never within twenty hours of the touch before."""
        planned = self.planned(enrolled, day, shift)
        return planned if last is None else max(planned, self.opens(max(planned, last + GAP_MS)))

    def days_between(self, paused: int, resumed: int) -> int:
        """Days by which a pause moves what remains: begun days on the wall, one at least."""
        on_the_wall = self.wall(resumed).replace(tzinfo=None) - self.wall(paused).replace(tzinfo=None)
        return max(1, math.ceil(on_the_wall / DAY))

    def shifted(
        self, enrolled: date, day: int, shift: int, last: int | None, paused: int, resumed: int
    ) -> int:
        """How many days a touch is moved that fell due in a pause: nothing is overdue after a resume."""
        shift += self.days_between(paused, resumed)
        while (at := self.due(enrolled, day, shift, last)) <= resumed:
            shift += max(1, (self.wall(resumed).date() - self.wall(at).date()).days)
        return shift
