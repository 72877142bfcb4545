"""The season: who is in which campaign, what each asks for. Plain data, from a seed; no rule is in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any

from tests.season.laws import AREAS, ZIPS

NINE = (1, 3, 5, 7, 9, 11, 13, 15, 17)
SENDER = "+15005550006"
DAY_MS = 86_400_000

# A Monday. The clocks go back on day 7, and day 17 is a holiday.
START = round(datetime(2026, 10, 26, 12, 0, tzinfo=UTC).timestamp() * 1000)
LASTS = 26
"""Days after which the run ends: caps and Sundays put touches off beyond day 17."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A row of the contacts file."""

    number: str
    state: str
    zip: str
    zone: str


@dataclass(frozen=True, slots=True)
class Plan:
    """One campaign.

    Attributes:
        letter: its texts begin with it.
        begins: day on which it is created, filled and started.
        zone: its own.
        weekdays: on which it may send, Monday 0, as its window says in ``days``.
        opens, closes: minutes after midnight.
        share: which contacts are in it, thousandths from and to.
        budget: micro-dollars in all; ``None`` is no limit.
        daily: micro-dollars a day of its zone.
        bodies: how long its texts are: ``short``, ``long`` or ``unicode``.
    """

    letter: str
    begins: int
    zone: str
    days: str
    weekdays: tuple[int, ...]
    opens: int
    closes: int
    share: tuple[int, int]
    budget: int | None = None
    daily: int | None = None
    bodies: str = "short"

    def body(self, touch: int) -> str:
        """The text of a touch, as a template without fields."""
        text = (
            f"{self.letter}{touch} Acme: here is our news. Msg & data rates may apply. Reply STOP to opt out."
        )
        if self.bodies == "long":
            return text + " Here is what we would like to tell you about it in some more words." * 2
        return text + (" \N{PARTY POPPER}" if self.bodies == "unicode" else "")

    def definition(self) -> dict[str, Any]:
        """As its file has it."""
        money = {"budget_usd": self.budget, "daily_budget_usd": self.daily}
        return {
            "name": f"Season {self.letter}",
            "sender": SENDER,
            "timezone": self.zone,
            "send_time": _clock(self.opens),
            "window": {"days": self.days, "from": _clock(self.opens), "to": _clock(self.closes)},
            **{key: f"{value / 1e6:.6f}" for key, value in money.items() if value is not None},
            "touch": [{"day": day, "body": self.body(at)} for at, day in enumerate(NINE, 1)],
        }


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


@dataclass(frozen=True, slots=True)
class Season:
    """Everything that is given: the judge knows this and the carrier's ledger, and nothing else."""

    contacts: list[Contact]
    plans: tuple[Plan, ...]
    shared_daily: int

    def members(self, plan: Plan) -> range:
        """Indexes of the contacts of a campaign."""
        first, last = (len(self.contacts) * share // 1000 for share in plan.share)
        return range(first, last)


def season(contacts: int, seed: int) -> Season:
    """Contacts from many states, and campaigns that share many of them.

    Args:
        contacts: how many.
        seed: of their places.
    """
    rng = Random(f"season {seed}")
    areas, states, zips = tuple(AREAS), tuple(sorted(set(AREAS.values()))), tuple(ZIPS)
    zones = ("America/New_York", "America/Chicago", "America/Los_Angeles", "America/Phoenix")
    people = []
    for at in range(contacts):
        told = rng.randrange(10)
        people.append(
            Contact(
                f"+1{areas[at % len(areas)]}{2_000_000 + at // len(areas):07d}",
                rng.choice(states) if told in (0, 1) else "",
                rng.choice(zips) if told in (2, 3) else "",
                rng.choice(zones) if told == 4 else "",
            )
        )
    rng.shuffle(people)
    week, workdays, sixdays = tuple(range(7)), tuple(range(5)), tuple(range(6))
    each = contacts * 12_800
    east, mountain, west = "America/New_York", "America/Denver", "America/Los_Angeles"
    plans = (
        Plan("A", 1, east, "mon-sat", sixdays, 9 * 60, 20 * 60, (0, 500)),
        Plan("B", 1, "America/Chicago", "mon-sun", week, 10 * 60, 18 * 60 + 30, (350, 800), bodies="long"),
        Plan("C", 1, west, "mon-fri", workdays, 8 * 60, 21 * 60, (700, 930), daily=each // 8),
        Plan("D", 2, east, "mon-sun", week, 11 * 60, 19 * 60, (930, 1000), each // 3, bodies="unicode"),
        Plan("E", 6, mountain, "mon-sat", sixdays, 9 * 60, 20 * 60, (480, 560), each // 5, each // 25),
        Plan("F", 9, east, "mon-sun", week, 8 * 60, 21 * 60, (0, 120)),
    )
    return Season(people, plans, each)
