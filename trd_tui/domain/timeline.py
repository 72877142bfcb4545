"""When a campaign sends, touch by touch: what has gone and what a dry run says will go, in one shape."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from trd_tui.domain.zones import local_ordinal, zone_info

QUARTER_MS = 900_000
"""Sends are kept by the quarter of an hour: every zone's offset is a multiple of it."""


@dataclass(slots=True)
class Tally:
    """Messages added up; the amount in micro-dollars."""

    messages: int = 0
    segments: int = 0
    cost_micros: int = 0

    def add(self, messages: int, segments: int, cost_micros: int) -> None:
        """Count some more."""
        self.messages += messages
        self.segments += segments
        self.cost_micros += cost_micros


class HourTally(NamedTuple):
    """What goes in one hour of a day; ``hour`` is of the zone's clock, ``at`` the instant it begins."""

    hour: int
    at: int
    touch: int
    tally: Tally


@dataclass(slots=True)
class Timeline:
    """Sends by quarter of an hour and touch.

    Attributes:
        timezone: IANA name; whose days and hours they are.
        quarters: instant in quarters of an hour since the epoch, and position of the touch.
    """

    timezone: str
    quarters: dict[tuple[int, int], Tally] = field(default_factory=dict)

    def add(self, quarter: int, touch: int, messages: int, segments: int, cost_micros: int) -> None:
        """Count some of one quarter."""
        self.quarters.setdefault((quarter, touch), Tally()).add(messages, segments, cost_micros)

    def days(self) -> dict[int, dict[int, Tally]]:
        """By day of the zone, a proleptic ordinal, and touch."""
        found: dict[int, dict[int, Tally]] = {}
        for (quarter, touch), tally in sorted(self.quarters.items()):
            day = found.setdefault(local_ordinal(quarter * QUARTER_MS, self.timezone), {})
            day.setdefault(touch, Tally()).add(tally.messages, tally.segments, tally.cost_micros)
        return found

    def hours(self, ordinal: int) -> Iterator[HourTally]:
        """One day by hour and touch, in order; an hour that the clocks pass twice comes twice."""
        zone = zone_info(self.timezone)
        found: dict[tuple[int, int], HourTally] = {}
        for (quarter, touch), tally in sorted(self.quarters.items()):
            at = quarter * QUARTER_MS
            if local_ordinal(at, self.timezone) != ordinal:
                continue
            local = datetime.fromtimestamp(at / 1000, zone)
            begins = at - local.minute * 60_000
            hour = found.setdefault((begins, touch), HourTally(local.hour, begins, touch, Tally()))
            hour.tally.add(tally.messages, tally.segments, tally.cost_micros)
        for key in sorted(found):
            yield found[key]
