"""What a day of the calendar holds: sends that were made and sends to come, touch by touch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from trd_tui.domain.timeline import Tally, Timeline

MADE, COMING = "made", "coming"

SYMBOLS = {MADE: ("✔", "good"), COMING: ("○", "info")}
"""Symbol and tone of each; the legend says the words."""


class Entry(NamedTuple):
    """Messages of one touch on one day."""

    kind: str
    touch: int
    tally: Tally


@dataclass(frozen=True)
class Day:
    """One day; ``ordinal`` is a proleptic ordinal of the campaign's zone."""

    ordinal: int
    entries: tuple[Entry, ...] = ()

    @property
    def messages(self) -> int:
        """How many go in all."""
        return sum(entry.tally.messages for entry in self.entries)

    @property
    def cost_micros(self) -> int:
        """What they cost."""
        return sum(entry.tally.cost_micros for entry in self.entries)


def merged(made: Timeline | None, coming: Timeline | None) -> dict[int, Day]:
    """Both sides of the calendar, by day."""
    entries: dict[int, list[Entry]] = {}
    for kind, timeline in ((MADE, made), (COMING, coming)):
        for ordinal, touches in ({} if timeline is None else timeline.days()).items():
            entries.setdefault(ordinal, []).extend(
                Entry(kind, touch, tally) for touch, tally in sorted(touches.items())
            )
    return {ordinal: Day(ordinal, tuple(found)) for ordinal, found in sorted(entries.items())}


def weeks(days: Mapping[int, Day], today: int) -> list[int]:
    """The ordinals of the Mondays from the first to the last day, today's among them."""
    first, last = min(days, default=today), max(days, default=today)
    begin, end = monday(min(first, today)), monday(max(last, today))
    if end - begin > 7 * 520:  # a date of another age must not make a calendar of millions of weeks
        begin = max(begin, monday(today) - 7 * 260)
        end = min(end, monday(today) + 7 * 260)
    return list(range(begin, end + 1, 7))


def monday(ordinal: int) -> int:
    """The Monday of a day's week; the first day of the proleptic calendar was one."""
    return ordinal - (ordinal - 1) % 7


def rows(timeline: Timeline | None, kind: str) -> Iterator[Sequence[object]]:
    """One side as rows of a file: date, hour, touch, state, messages, segments, cost."""
    from datetime import date

    if timeline is not None:
        for ordinal in timeline.days():
            for hour, _, touch, tally in timeline.hours(ordinal):
                state = "sent" if kind == MADE else "planned"
                cost = f"{tally.cost_micros // 1_000_000}.{tally.cost_micros % 1_000_000:06}"
                yield (
                    date.fromordinal(ordinal).isoformat(), f"{hour:02}:00", touch, state,
                    tally.messages, tally.segments, cost,
                )  # fmt: skip
