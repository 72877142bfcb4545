"""What a seed stands for: campaigns that share contacts, people's acts, crashes, and a carrier's moods."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random

from tests.simulation.carrier import Fate
from tests.support.drip import NINE, Person
from tests.support.world import number
from trd_tui.carriers.protocol import SendRequest

UNCLEAR = "Can you stop by tomorrow?"
"""What a contact may write that is perhaps an opt-out."""

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
    "America/Phoenix",
    "Pacific/Honolulu",
    "Europe/Berlin",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
)
STARTS = ("2026-02-20", "2026-03-25", "2026-10-20", "2026-10-28", "2026-06-29", "2026-12-18")
"""Clocks change in the weeks after most of these, here forwards, there backwards."""

WINDOWS = {"mon-sat": range(6), "mon-sun": range(7), "mon-fri": range(5)}

EDITED = {**dict(enumerate(NINE[:6], 1)), 7: 14, 9: 17, 10: 19}
"""What an edit makes of the nine texts: the seventh a day later, no eighth, a tenth."""

MANY_CRASHES = 0.003
RASTER_MS = 8 * HOUR_MS
"""Most news of the carrier come at the same few instants of a day, so that time can leap to them."""


@dataclass(slots=True)
class CampaignPlan:
    """One campaign of a scenario: who is in it, and when people do what to it (epoch milliseconds)."""

    name: str
    people: list[Person]
    zone: str
    window: str
    start_at: int
    joins: list[tuple[int, list[Person]]] = field(default_factory=list)
    pauses: list[tuple[int, int]] = field(default_factory=list)
    days: tuple[int, ...] = NINE
    edit_at: int | None = None
    """When it gets `EDITED` texts; nobody has finished by then."""

    def steps(self) -> list[tuple[int, int | None, int | None]]:
        """Each text with its day before and after the edit, in their order; ``None`` where it has none."""
        before = dict(enumerate(self.days, 1))
        after = before if self.edit_at is None else EDITED
        return [(number, before.get(number), after.get(number)) for number in sorted({*before, *after})]


@dataclass(slots=True)
class Scenario:
    """Everything that a seed decides but the interleaving of tasks.

    Attributes:
        seed: of all draws.
        start: the first instant.
        campaigns: of which contacts are shared.
        stops: emergency stops, from and to.
        outages: the machine is switched off, from and to.
        crash_rate: how likely a checkpoint is the process's last.
        crashes: at most so many.
        unknown_policy: what follows when the carrier does not list a message.
    """

    seed: int
    start: int
    campaigns: list[CampaignPlan]
    stops: list[tuple[int, int]]
    crash_rate: float
    crashes: int
    unknown_policy: str
    outages: list[tuple[int, int]] = field(default_factory=list)

    def crash(self) -> Callable[[str], bool]:
        """Whether the process dies at a checkpoint."""
        rng, left = Random(f"crash {self.seed}"), [self.crashes]

        def dies(_point: str) -> bool:
            if left[0] and rng.random() < self.crash_rate:
                left[0] -= 1
                return True
            return False

        return dies

    def rests(self) -> Iterator[int]:
        """How long the engine stays away after each crash; short of what would count as a pause."""
        rng = Random(f"rests {self.seed}")
        while True:
            yield rng.choice((1_000, 20_000, 5 * 60_000, 10 * 60_000))


def draw(seed: int) -> Scenario:
    """The scenario of a seed."""
    rng = Random(f"scenario {seed}")
    date = datetime.fromisoformat(rng.choice(STARTS)).replace(tzinfo=UTC) + timedelta(days=rng.randrange(7))
    start = round(date.timestamp() * 1000) + rng.randrange(24 * 60) * 60_000
    zones = rng.sample(ZONES, 3)
    crowd = rng.randint(20, 36)
    everybody = [
        Person(number(at), first_name="" if at % 7 == 6 else f"Ann{at}", zone=rng.choice(("", *zones)))
        for at in range(crowd)
    ]
    # Whose zone is not stated has a number of no place, so that the campaign's zone is what counts.
    everybody = [each if each.zone else replace(each, number=nowhere(each.number)) for each in everybody]
    campaigns = []
    for at in range(rng.randint(2, 3)):
        people = rng.sample(everybody, rng.randint(5, crowd // 2))
        late = rng.randint(0, 3)
        day = start + rng.randrange(3, 9) * DAY_MS
        joins = [(day + rng.randrange(DAY_MS), people[:late])] if late else []
        begin = start + rng.choice((0, 1, 2)) * DAY_MS + at * HOUR_MS
        window = rng.choice(tuple(WINDOWS))
        campaigns.append(CampaignPlan(chr(65 + at), people[late:], rng.choice(zones), window, begin, joins))
    free = [start + (4 + 3 * slot) * DAY_MS for slot in range(6)]
    rng.shuffle(free)
    # Each disturbance has days of its own, so that what each of them does to a touch can be told.
    for plan in campaigns:
        if rng.random() < 0.6:
            since = free.pop() + rng.randrange(DAY_MS)
            plan.pauses.append((since, since + rng.choice((HOUR_MS, 9 * HOUR_MS, 30 * HOUR_MS))))
    stops = []
    if rng.random() < 0.5:
        since = free.pop() + rng.randrange(DAY_MS)
        stops.append((since, since + rng.choice((60_000, 2 * HOUR_MS, 14 * HOUR_MS))))
    outages = []
    rng_off = Random(f"outage {seed}")
    if rng_off.random() < 0.3:
        since = free.pop() + rng_off.randrange(DAY_MS)
        outages.append((since, since + rng_off.choice((HOUR_MS, 9 * HOUR_MS, 20 * HOUR_MS, 40 * HOUR_MS))))
    for plan in campaigns:
        rng_edit = Random(f"edit {seed} {plan.name}")
        if rng_edit.random() < 0.4:
            plan.edit_at = plan.start_at + 11 * DAY_MS + rng_edit.randrange(2 * DAY_MS)
    return Scenario(
        seed,
        start,
        campaigns,
        stops,
        crash_rate=rng.choice((0.0, MANY_CRASHES, 5 * MANY_CRASHES)),
        crashes=rng.randint(1, 4),
        unknown_policy=rng.choice(("retry", "retry", "hold")),
        outages=outages,
    )


def nowhere(given: str) -> str:
    """A number of no place, so that what is stated of a zone is all that counts."""
    return f"+1500555{given[-4:]}"


def moods(seed: int, now: Callable[[], int]) -> Callable[[SendRequest, int], Fate]:
    """What becomes of each call; the same for the same text, number and repetition, whatever comes before."""

    def fate(request: SendRequest, repeats: int) -> Fate:
        own = Random(f"number {seed} {request.to}")
        touch = int(request.body.split(":", 1)[0].split(" ")[1])
        gone = {0: 21211, 1: 21610}.get(own.randrange(40))
        if gone is not None and touch >= own.randint(1, 9):
            return Fate("refused", gone, 0.02, 0.01)
        rng = Random(f"call {seed} {request.to} {request.body} {repeats}")
        travel, answer = rng.choice((0.005, 0.02, 0.2)), rng.choice((0.005, 0.02, 0.2))
        drawn = rng.random()
        if repeats < 3 and drawn < 0.015:
            return Fate("lost request", 0, travel, answer, hangs=rng.random() < 0.5)
        if repeats < 3 and drawn < 0.03:
            return Fate("refused", 20429, travel, answer)
        if repeats < 3 and drawn < 0.035:
            return Fate("refused", 30001, travel, answer)
        lost = drawn > 0.98
        lists, reply = _after(rng, now() + round(travel * 1000))
        return Fate(
            "lost answer" if lost else "taken", 0, travel, answer, lost and rng.random() < 0.5, lists, reply
        )

    return fate


def _after(rng: Random, taken: int) -> tuple[tuple[tuple[int, str, int | None], ...], tuple[int, str] | None]:
    """What comes after acceptance: a status, and perhaps an answer."""
    delay = rng.choice((0, 0, 0, 0, 2 * DAY_MS))
    after = 30_000 if rng.random() < 0.02 else _raster(taken + delay + 60_000) - taken
    drawn = rng.random()
    if drawn < 0.06:
        return ((after, "undelivered", 30003),), None
    if drawn < 0.07:
        return ((after, "undelivered", 30005),), None
    if drawn < 0.1:
        return (), None
    word = rng.choice(("STOP", "Yes, tell me more", "Who is this?"))
    reply = (after, word) if rng.random() < 0.03 else None
    if reply is not None and rng.random() < 0.3:
        reply = (after, UNCLEAR)
    return ((after, "delivered", None),), reply


def _raster(instant: int) -> int:
    return -(-instant // RASTER_MS) * RASTER_MS
