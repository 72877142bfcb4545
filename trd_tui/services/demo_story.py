"""The story of each demonstration campaign: who got which touch when, who answered, who left.

Pure arithmetic on the figures of ``data/demo_campaigns.json``. Every contact's journey follows the rules
that the engine itself follows, so that the engine can carry on from it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.resources import files
from random import Random

from trd_tui.domain.schedule import local_date, touch_instant
from trd_tui.domain.sequence import DEFAULT_DAYS
from trd_tui.domain.window import ALL_DAYS, Window

ZONE = "America/New_York"
WINDOW = Window(ALL_DAYS, 9 * 60, 20 * 60)
_MINUTE = 60_000
_HOUR = 60 * _MINUTE
SPREAD_MS = 20 * _MINUTE
"""Longest time that one campaign's sends of a day take at one segment a second."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What the demonstration must add up to, for one campaign; instants as in the original data."""

    name: str
    status: str
    contacts: int
    sent: int
    replies: int
    delivered: int
    failed: int
    created: int
    last_activity: int


@dataclass(frozen=True, slots=True)
class Telling:
    """What the figures leave open and the story decides.

    Attributes:
        send_time: minutes after local midnight.
        agent: who signs.
        opted_out: contacts who said stop.
        gone_after_first: of all who left, how many after touch 1; the others left after touch 2.
    """

    send_time: int
    agent: str
    opted_out: int
    gone_after_first: int


TELLINGS: tuple[Telling, ...] = (
    # 38 gone (19 replied, 7 failed, 12 opted out): (342 sent + 292 cancelled) / (156 x 9) = 45.2 %
    Telling(9 * 60, "Ann", opted_out=12, gone_after_first=26),
    Telling(10 * 60, "Ben", opted_out=4, gone_after_first=15),
    Telling(10 * 60, "Cleo", opted_out=8, gone_after_first=30),
    Telling(15 * 60, "Dan", opted_out=5, gone_after_first=20),
    Telling(11 * 60 + 30, "Eva", opted_out=2, gone_after_first=9),
    Telling(9 * 60, "Finn", opted_out=0, gone_after_first=0),
    Telling(9 * 60, "Gwen", opted_out=6, gone_after_first=27),
)


@dataclass(frozen=True, slots=True)
class Journey:
    """One contact's way through one campaign.

    Attributes:
        enrolled_on: local date of day 1.
        sent: touches sent, from the first on without a gap.
        ending: ``None`` while the contact is on the way, else replied, opted_out, failed or finished.
    """

    enrolled_on: date
    sent: int
    ending: str | None


@dataclass(frozen=True, slots=True)
class Story:
    """One campaign as it has come to pass. Instants are epoch milliseconds.

    Attributes:
        last_activity: instant of the latest reply or act.
    """

    figures: Figures
    telling: Telling
    created: int
    started: int
    last_activity: int
    journeys: tuple[Journey, ...]


def _instant(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * 1000


def read_figures() -> tuple[Figures, ...]:
    """The seven campaigns of the demonstration as the users know them."""
    rows = json.loads(files("trd_tui.services").joinpath("data/demo_campaigns.json").read_text("utf-8"))
    return tuple(
        Figures(
            row["name"],
            row["status"],
            row["totalContacts"],
            row["sentMessages"],
            row["replies"],
            row["deliveredMessages"],
            row["failedMessages"],
            _instant(row["created"]),
            _instant(row["lastActivity"]),
        )
        for row in rows
    )


def planned(enrolled_on: date, position: int, send_time: int) -> int:
    """The instant at which a touch of the demonstration is due."""
    return touch_instant(enrolled_on, DEFAULT_DAYS[position - 1], 0, send_time, ZONE, WINDOW)


def _day_before(reference: int, send_time: int) -> date:
    """The latest local date whose sends were all over, with an hour to spare, at an instant."""
    day = local_date(reference, ZONE)
    while planned(day, 1, send_time) + SPREAD_MS + _HOUR > reference:
        day -= timedelta(days=1)
    return day


def _completed(figures: Figures, reference: int, send_time: int) -> list[Journey]:
    """Everybody got all touches; answers and failures came with the last."""
    touches = len(DEFAULT_DAYS)
    enrolled = _day_before(reference, send_time) - timedelta(days=DEFAULT_DAYS[-1] - 1)
    endings = ["replied"] * figures.replies + ["failed"] * figures.failed
    endings += ["finished"] * (figures.contacts - len(endings))
    return [Journey(enrolled, touches, ending) for ending in endings]


def _under_way(figures: Figures, telling: Telling, reference: int, random: Random) -> list[Journey]:
    """Some left after the first or second touch; the others stand at one of two neighbouring touches."""
    endings = ["replied"] * figures.replies + ["failed"] * figures.failed + ["opted_out"] * telling.opted_out
    random.shuffle(endings)
    # The last to leave replied: the latest activity of a campaign on the way is a reply.
    endings.remove("replied")
    endings.append("replied")
    first = telling.gone_after_first
    on_the_way = figures.contacts - len(endings)
    remaining = figures.sent - first - 2 * (len(endings) - first)
    least, further = divmod(remaining, on_the_way)
    # A contact whose next touch is touch k + 1 was enrolled 2k days before the day on which it is due.
    next_day = _day_before(reference, telling.send_time) + timedelta(days=2)
    while planned(next_day - timedelta(days=1), 1, telling.send_time) > reference:
        next_day -= timedelta(days=1)

    def enrolled(touches: int) -> date:
        return next_day - timedelta(days=2 * touches)

    journeys = [Journey(enrolled(least + 1), least + 1, None)] * further
    journeys += [Journey(enrolled(least), least, None)] * (on_the_way - further)
    for index, ending in enumerate(endings):
        sent = 1 if index < first else 2
        late = ending == "replied" and sent == least
        cohort = least if late else max(sent, least + index % 2)
        journeys.append(Journey(enrolled(cohort), sent, ending))
    return journeys


def tell(figures: Figures, telling: Telling, delta: int, random: Random) -> Story:
    """Tell one campaign's story.

    Args:
        figures: what it adds up to.
        telling: what the figures leave open.
        delta: milliseconds by which the original dates move; nothing of the past lies ahead of now.
        random: decides who leaves when.
    """
    last_activity = figures.last_activity + delta
    if figures.status == "completed":
        journeys = _completed(figures, last_activity, telling.send_time)
    else:
        # What is active has its next message ahead of now; what was paused had it ahead of the pause.
        reference = last_activity if figures.status == "paused" else _now(delta)
        journeys = _under_way(figures, telling, reference, random)
    random.shuffle(journeys)
    first_send = min(planned(journey.enrolled_on, 1, telling.send_time) for journey in journeys)
    started = first_send - 30 * _MINUTE
    created = min(figures.created + delta, started - 15 * _MINUTE)
    return Story(figures, telling, created, started, last_activity, tuple(journeys))


ORIGINAL_NOW = _instant("2024-01-20T18:25:00Z")
"""The moment at which the original figures were taken: just after the latest activity in them."""


def _now(delta: int) -> int:
    return ORIGINAL_NOW + delta


def tell_all(now: int, random: Random) -> list[Story]:
    """Tell all seven stories as if the figures had been taken at ``now`` (epoch milliseconds)."""
    delta = now - ORIGINAL_NOW
    return [
        tell(figures, telling, delta, random)
        for figures, telling in zip(read_figures(), TELLINGS, strict=True)
    ]
