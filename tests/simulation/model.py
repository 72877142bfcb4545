"""What the state machine believes: which campaigns there are, what they may do, who is in them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from tests.simulation.calendars import DAY_MS, Calendar
from tests.simulation.carrier import Fate
from tests.simulation.scenario import HOUR_MS, WINDOWS, ZONES, nowhere
from tests.simulation.slots import Slots
from tests.support.drip import Person
from tests.support.world import instant, number

SECOND_MS = 1_000

# A Monday morning in winter, and the days before clocks go forward and back.
STARTS = tuple(instant(day) for day in ("2026-01-12T14:00", "2026-03-06T15:30", "2026-10-30T13:00"))
TICKS = (4, 30, 300, 5 * SECOND_MS, 600 * SECOND_MS, 5 * HOUR_MS, DAY_MS, 2 * DAY_MS, 9 * DAY_MS)
# Between any two of them there is a day to which the earlier one can be put off.
DAYS = (1, 3, 6)
LAST_DAY = 9
SEND_TIMES = ("09:00", "13:30", "19:00")
CROWD = 6

FAULTS = (
    Fate("lost answer", 0, 0.02, 0.01),
    Fate("lost answer", 0, 0.2, 0.0, hangs=True),
    Fate("lost request", 0, 0.02, 0.01),
    Fate("lost request", 0, 0.02, 0.0, hangs=True),
    Fate("refused", 20429, 0.02, 0.01),
    Fate("refused", 30001, 0.02, 0.01),
    Fate("refused", 21211, 0.02, 0.01),
    Fate("refused", 21610, 0.02, 0.01),
    Fate("refused", 21617, 0.02, 0.01),
    Fate("taken", 0, 0.02, 0.3, lists=((400, "delivered", None),)),
    Fate("taken", 0, 0.02, 0.01, lists=((DAY_MS, "undelivered", 30003),)),
    Fate("taken", 0, 0.02, 0.01, lists=((20, "undelivered", 30005), (3 * DAY_MS, "delivered", None))),
    Fate("taken", 0, 0.02, 0.3, reply=(1, "STOP")),
    Fate("taken", 0, 0.02, 0.01, reply=(HOUR_MS, "Yes, tell me more")),
)

ALLOWED = {
    "start": {"draft": "active"},
    "pause": {"active": "paused"},
    "resume": {"paused": "active"},
    "archive": {"draft": "archived", "paused": "archived", "completed": "archived"},
}
# What one edit changes. A new text on the day of an old one is that one with another text, so what is put
# in goes to a day of its own.
EDITS: tuple[tuple[str, ...], ...] = (
    ("add",),
    ("remove",),
    ("move",),
    ("move",),
    ("text",),
    ("time",),
    ("move", "time"),
    ("remove", "add"),
)

_ZONES = ("", *ZONES)


def number_of(at: int) -> str:
    """The number of one of the crowd; who states no zone has one of no place."""
    return number(at) if at % 4 else nowhere(number(at))


ZONES_OF = {number_of(at): _ZONES[at % 4] for at in range(CROWD)}


def crowd(first: int, many: int) -> list[Person]:
    """Some of the same few people."""
    chosen = sorted({(first + at) % CROWD for at in range(many)})
    return [Person(number_of(at), f"Ann{at}", zone=ZONES_OF[number_of(at)]) for at in chosen]


@dataclass(slots=True)
class Campaign:
    """What the model knows of a campaign."""

    name: str
    policy: str
    zone: str
    window: str
    status: str = "draft"
    deleted: bool = False
    paused_at: int = 0
    people: dict[str, int] = field(default_factory=dict)
    """Their numbers, and how often the running campaign had been edited when they came."""
    slots: Slots = field(default_factory=lambda: Slots(DAYS))
    send_time: str = SEND_TIMES[0]

    def settings(self) -> dict[str, Any]:
        """What an edit leaves as it is, and the time of day."""
        window = {"days": self.window, "from": "09:00", "to": "20:00"}
        settings = {"zone": self.zone, "window": window, "resume_policy": self.policy}
        return {**settings, "send_time": self.send_time}

    @property
    def runs(self) -> bool:
        """Whether it has been started and is not over."""
        return self.status in ("active", "paused") and not self.deleted

    def calendar(self, number: str) -> Calendar:
        """The calendar on the wall of one of its people."""
        zone, weekdays = ZoneInfo(ZONES_OF[number] or self.zone), frozenset(WINDOWS[self.window])
        return Calendar(zone, weekdays, time.fromisoformat(self.send_time))

    def edited(self, kinds: Iterable[str], which: int, by: int, text: int) -> Campaign | None:
        """This campaign after an edit; ``None`` when nothing would change.

        Args:
            kinds: one of `EDITS`.
            which: of the present places.
            by: so many days from it.
            text: number of a text that there was not yet.
        """
        draft = self.status == "draft"
        taken = {slot.day for slot in self.slots.present}
        made, slots = self, self.slots if draft else self.slots.begun()
        changed = False
        for kind in kinds:
            if kind == "time":
                made = replace(made, send_time=SEND_TIMES[by % len(SEND_TIMES)])
                changed = changed or made.send_time != self.send_time
                continue
            present = slots.present
            day = min(LAST_DAY, max(1, present[which % len(present)].day + by))
            if kind in ("add", "move") and day in taken:
                continue
            other = slots.edited(kind, which, day, text, draft=draft)
            slots, changed = other or slots, changed or other is not None
        return replace(made, slots=slots) if changed else None
