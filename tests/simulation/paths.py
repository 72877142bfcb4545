"""What keeps a touch from leaving: crashes, emergency stops and pauses, and where they lead it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tests.simulation.calendars import Calendar

SLACK_MS = 3 * 60_000
"""How late a touch may leave, and how near to a disturbance it may have been before it or after it."""

DOWNTIME_MS = 15 * 60_000
"""A silence that is longer counts as a pause of everything, though nobody has asked for one."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Path:
    """Where disturbances lead a touch: the instant at which it must leave, and the days it was moved."""

    at: int
    shift: int


class Disturbances:
    """What kept everything from leaving.

    Args:
        blocks: times in which nobody could send, in order.
    """

    def __init__(self, blocks: list[Span]) -> None:
        self.blocks = blocks
        self.silences = _silences(blocks)

    def paths(
        self,
        cal: Calendar,
        enrolled: date,
        day: int,
        shift: int,
        last: int | None,
        begun: int,
        pauses: list[Span],
    ) -> tuple[Path, Path]:
        """The soonest and the latest way of a touch through everything that disturbs it."""
        scheduled = cal.due(enrolled, day, shift, last)
        if last is None and scheduled < begun:
            scheduled = cal.opens(begun)
        return (
            self._path(cal, enrolled, day, shift, last, scheduled, pauses, -SLACK_MS),
            self._path(cal, enrolled, day, shift, last, scheduled, pauses, SLACK_MS),
        )

    def _path(
        self,
        cal: Calendar,
        enrolled: date,
        day: int,
        shift: int,
        last: int | None,
        scheduled: int,
        pauses: list[Span],
        slack: int,
    ) -> Path:
        """Follow a touch through what kept it from leaving; with slack, through what only nearly did.

        A silence that nobody had asked for, or an emergency stop, moves like a pause what it kept for a day.
        With a negative slack only what had begun well before counts.
        """
        at = scheduled
        for since, until, pause in sorted(
            [(*span, False) for span in self.blocks] + [(*span, True) for span in pauses]
        ):
            if not pause and since - slack <= at < until:
                silence = next(
                    (each for each in self.silences if each[0] <= since and until <= each[1]), None
                )
                if silence is not None and cal.wall(at).date() != cal.wall(silence[1]).date():
                    # What is due on the day on which it ends still goes on that day.
                    shift = cal.shifted(enrolled, day, shift, last, *silence)
                    at = scheduled = cal.due(enrolled, day, shift, last)
                else:
                    at = scheduled = cal.opens(until)
            elif pause and at >= since - slack and scheduled <= until:
                shift = cal.shifted(enrolled, day, shift, last, since, until)
                at = scheduled = cal.due(enrolled, day, shift, last)
        return Path(at, shift)


def _silences(blocks: Iterable[Span]) -> list[Span]:
    """Times in which nobody could send for so long that they count as a pause; stops and crashes may meet."""
    met: list[Span] = []
    for since, until in blocks:
        if met and since <= met[-1][1] + SLACK_MS:
            met[-1] = (met[-1][0], max(met[-1][1], until))
        else:
            met.append((since, until))
    return [(since, until) for since, until in met if until - since > DOWNTIME_MS]
