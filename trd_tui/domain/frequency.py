"""How many automated texts a contact may get over all campaigns: a day, a week, and what a state allows.

A day is any 20 hours, the least gap between two touches: as texts go between 8 and 21 o'clock only, what is
20 hours apart is never on one local date, in whatever zone the contact is and however clocks change; and what
is planned daily at nine stays at nine. A week is any 164 hours for the same reasons: seven local dates hold
less than that, and who was texted on four days of a week some seconds late is texted a week later at nine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from trd_tui.domain.schedule import MIN_GAP_MS

_HOUR_MS = 3_600_000
_24_HOURS_MS = 24 * _HOUR_MS
WEEK_MS = 7 * _24_HOURS_MS
"""Texts that are older than this count no more."""
_COUNTED_WEEK_MS = WEEK_MS - 4 * _HOUR_MS


class Limit(NamedTuple):
    """One cap.

    Attributes:
        most: texts; 0 = no limit.
        span_ms: in so many milliseconds.
        words: what it says, behind its number.
    """

    most: int
    span_ms: int
    words: str


class CapUse(NamedTuple):
    """How far one cap is used up.

    Attributes:
        limit: the cap.
        used: texts of the span that ends now.
        free_at: campaign instant at which it lets one more go; ``None`` when it does now.
    """

    limit: Limit
    used: int
    free_at: int | None


@dataclass(frozen=True, slots=True)
class Caps:
    """Most automated texts to one contact over all campaigns; 0 = no limit.

    Attributes:
        per_day: in any 20 hours.
        per_week: in any 164 hours.
    """

    per_day: int = 1
    per_week: int = 4

    def earliest(self, texted: Sequence[int], legal: int | None) -> tuple[int, str]:
        """The first instant at which one more text keeps all limits, and the limit that decides it.

        Args:
            texted: campaign instants of the contact's texts of the last week, those under way included.
            legal: most texts in any 24 hours where the contact may be; ``None`` where the law has no limit.

        Returns:
            An instant, 0 when nothing stands in the way, and the limit for people, empty then.
        """
        found, why = 0, ""
        if not texted:
            return found, why
        latest_first = sorted(texted, reverse=True)
        for most, span, words in self.limits(legal):
            if 0 < most <= len(latest_first) and latest_first[most - 1] + span > found:
                found, why = latest_first[most - 1] + span, f"at most {most} {words}"
        return found, why

    def limits(self, legal: int | None) -> tuple[Limit, ...]:
        """Every cap, the shortest first; ``legal`` as above."""
        return (
            Limit(self.per_day, MIN_GAP_MS, "a day over all campaigns"),
            Limit(legal or 0, _24_HOURS_MS, "in 24 hours by state law"),
            Limit(self.per_week, _COUNTED_WEEK_MS, "a week over all campaigns"),
        )

    def used(self, texted: Sequence[int], legal: int | None, now: int) -> tuple[CapUse, ...]:
        """How far each cap that limits anything is used up at a campaign instant."""
        latest_first = sorted(texted, reverse=True)
        found = []
        for limit in self.limits(legal):
            if limit.most > 0:
                used = sum(1 for at in latest_first if at + limit.span_ms > now)
                full = used >= limit.most
                found.append(
                    CapUse(limit, used, latest_first[limit.most - 1] + limit.span_ms if full else None)
                )
        return tuple(found)


USUAL_CAPS = Caps()
"""Those of settings that say nothing."""


def recent_sends(before: str | None, at: int) -> str:
    """What an enrolment remembers after one more accepted text: instants of a week, with commas."""
    kept = [] if before is None else [each for each in before.split(",") if int(each) > at - WEEK_MS]
    return ",".join([*kept, str(at)])
