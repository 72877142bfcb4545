"""Was each text allowed? Judged from the carrier's ledger and from what was given: who is in which campaign.

Nothing here asks the product or its rules: zones, hours, days and money are worked out anew, on wall clocks.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import groupby
from typing import NamedTuple

from tests.season.laws import MOST_IN_24_HOURS, lawful, place, wall, zone_of
from tests.season.ledger import Ledger
from tests.season.plan import DAY_MS, NINE, START, Plan, Season

A_DAY, A_WEEK = 1, 4
SEGMENT_MICROS = 12_800
"""What a segment costs whose bill never came: the dearest network of the public lists."""

DEAF_MS = 30_000
"""A list that was handed over has to be read within this."""

SILENT_MS = 600_000
"""Before the next text somebody has to have looked whether an answer came; lists are asked for that often."""

GAP_MS = 20 * 3_600_000
LATE_S = 60

KINDS = (
    *("outside the campaign's window", "outside the hours of law", "could land in quiet hours"),
    *("over a text a day", "over four texts a week", "over a state's limit", "too soon after the last touch"),
    *("over a campaign's budget", "over a campaign's daily budget", "over everybody's daily budget"),
    *("after a reply", "after a STOP", "after an unclear text", "after a refusal for good"),
    *("twice", "out of order", "before its day", "to nobody of the campaign"),
    *("missing",),
)


class Text(NamedTuple):
    """One text of the ledger."""

    at: int
    plan: Plan
    touch: int
    validity_s: int


@dataclass(slots=True)
class Verdict:
    """What the ledger shows.

    Attributes:
        texts: how many were accepted.
        wrong: how many were wrong, by kind.
        examples: some of them, a sentence each.
        seen: how often rules had something to stop: weeks with all that is allowed, budgets used up.
    """

    texts: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)

    def blame(self, kind: str, what: str) -> None:
        """Count one, and keep it as an example while there are few."""
        self.wrong[kind] += 1
        if self.wrong[kind] <= 3:
            self.examples.append(f"{what}: {kind}")


def judge(season: Season, book: Ledger) -> Verdict:
    """Judge a season that is over."""
    return _Judge(season, book).judge()


class _Judge:
    def __init__(self, season: Season, book: Ledger) -> None:
        self.season = season
        self.book = book
        self.plans = {ord(plan.letter): plan for plan in season.plans}
        self.verdict = Verdict(len(book.at))
        self.heard: dict[int, list[tuple[int, str, int]]] = defaultdict(list)
        for at, who, words, told in sorted(book.heard):
            self.heard[who].append((at, words, told))
        self.members = {plan.letter: season.members(plan) for plan in season.plans}

    def judge(self) -> Verdict:
        texted = set()
        for who, texts in self._by_contact():
            self._contact(who, texts)
            texted.add(who)
        for who in set(range(len(self.season.contacts))) - texted:
            self._missing(who, [])
        self._money()
        self._figures()
        return self.verdict

    def _by_contact(self) -> Iterator[tuple[int, list[Text]]]:
        book = self.book
        order = sorted(range(len(book.at)), key=lambda seq: (book.to[seq], book.at[seq]))
        for who, mine in groupby(order, key=book.to.__getitem__):
            yield who, [self._text(seq) for seq in mine]

    def _text(self, seq: int) -> Text:
        letter, touch = divmod(self.book.what[seq], 256)
        return Text(self.book.at[seq], self.plans[letter], touch, self.book.validity[seq])

    # One contact

    def _contact(self, who: int, texts: list[Text]) -> None:
        told = self.season.contacts[who]
        zones, state = place(told.number, told.state, told.zip, told.zone)
        last: dict[str, Text] = {}
        for at, text in enumerate(texts):
            blame = _Blame(self.verdict, told.number, text)
            if who not in self.members[text.plan.letter]:
                blame("to nobody of the campaign")
            self._hours(text, zones, state, blame)
            self._often(texts[: at + 1], zones, state, blame)
            before = last.get(text.plan.letter)
            if before is not None:
                if text.touch <= before.touch:
                    blame("twice" if text.touch == before.touch else "out of order")
                elif text.at - before.at < GAP_MS:
                    blame("too soon after the last touch")
            last[text.plan.letter] = text
            enrolled = wall(_begins(text.plan), told.zone or text.plan.zone).date()
            planned = enrolled + timedelta(days=NINE[text.touch - 1] - 1)
            if max(wall(text.at, zone).date() for zone in zones) < planned:
                blame("before its day")
            self._silence(who, text, blame)
        self._missing(who, texts)

    def _hours(self, text: Text, zones: Sequence[str], state: str, blame: _Blame) -> None:
        plan, closes = text.plan, None
        for zone in zones:
            on = wall(text.at, zone)
            minute = on.hour * 60 + on.minute
            if on.weekday() not in plan.weekdays or not plan.opens <= minute < plan.closes:
                blame("outside the campaign's window", f"{on:%a %d %b %H:%M} {zone}")
            opens, shuts = lawful(on.date(), state)
            if not opens <= minute < shuts:
                blame("outside the hours of law", f"{on:%a %d %b %H:%M} {zone}, {state}")
            until = _instant(on.date(), min(shuts, plan.closes), zone)
            closes = until if closes is None else min(closes, until)
        if not text.validity_s > 0 or text.at + (text.validity_s - LATE_S) * 1000 > (closes or 0):
            blame("could land in quiet hours", f"{text.validity_s} s")

    def _often(self, texts: list[Text], zones: Sequence[str], state: str, blame: _Blame) -> None:
        now = texts[-1].at
        near = [text.at for text in texts if now - text.at < 8 * DAY_MS]
        for zone in zones:
            dates = [wall(at, zone).date() for at in near]
            if dates.count(dates[-1]) > A_DAY:
                blame("over a text a day")
            week = sum(dates[-1] - each < timedelta(days=7) for each in dates)
            if week > A_WEEK:
                blame("over four texts a week")
            self.verdict.seen["weeks of four texts"] += week == A_WEEK and zone == zones[0]
        most = MOST_IN_24_HOURS.get(state)
        if most is not None and sum(now - at < DAY_MS for at in near) > most:
            blame("over a state's limit")

    def _silence(self, who: int, text: Text, blame: _Blame) -> None:
        """Nothing after an answer; after START only what was begun since the STOP."""
        enrolled = _begins(text.plan)
        stopped = back = ended = ""
        for at, words, told in self.heard[who]:
            if text.at <= min(told + DEAF_MS, at + SILENT_MS):
                break
            of = f"of {_when(at)}"
            if words == "STOP":
                stopped, back = of, ""
                ended = of if enrolled <= at else ended
            elif words == "START":
                stopped, back = "", of
            elif words.startswith("Yes") and enrolled <= at:
                blame("after a reply", of)
            elif words.startswith("Can you"):
                blame("after an unclear text", of)
        if stopped or ended:
            blame("after a STOP", stopped or ended)
        self.verdict.seen["texts after START"] += bool(back)
        if text.at > self.book.refused.get(who, text.at):
            blame("after a refusal for good")

    def _missing(self, who: int, texts: list[Text]) -> None:
        """Who is in one campaign that has money enough, and never wrote, gets all of it."""
        mine = [plan for plan in self.season.plans if who in self.members[plan.letter]]
        if len(mine) == 1 and mine[0].budget is None and mine[0].daily is None and not self.heard[who]:
            self.verdict.seen["contacts who get every touch"] += 1
            if len(texts) != len(NINE) and who not in self.book.refused:
                self.verdict.blame("missing", f"{self.season.contacts[who].number} got {len(texts)} texts")

    # Money

    def _money(self) -> None:
        book, shared = self.book, Counter[date]()
        spent, daily = Counter[str](), Counter[tuple[str, date]]()
        for seq in range(len(book.at)):
            plan = self.plans[book.what[seq] // 256]
            cost = book.bills[seq] or book.segments[seq] * SEGMENT_MICROS
            day = _date(book.at[seq] // 60_000, plan.zone)
            spent[plan.letter] += cost
            daily[plan.letter, day] += cost
            shared[day] += cost
        for plan in self.season.plans:
            self._within(plan.budget, spent[plan.letter], "over a campaign's budget", plan.letter)
            for (letter, day), cost in daily.items():
                if letter == plan.letter:
                    self._within(plan.daily, cost, "over a campaign's daily budget", f"{letter} on {day}")
        for day, cost in shared.items():
            self._within(self.season.shared_daily, cost, "over everybody's daily budget", str(day))

    def _within(self, limit: int | None, spent: int, kind: str, what: str) -> None:
        if limit is None:
            return
        if spent > limit:
            self.verdict.blame(kind, f"{what}: {spent} of {limit} micro-dollars")
        # Estimates are above bills: what is left may be too little for what it would have been taken for.
        self.verdict.seen[f"{kind.removeprefix('over ')} used up"] += spent > limit * 7 // 10

    def _figures(self) -> None:
        for _, _, words, _ in self.book.heard:
            self.verdict.seen[f"wrote {words!r}"] += 1
        self.verdict.seen["refused for good"] = len(self.book.refused)


class _Blame:
    def __init__(self, verdict: Verdict, number: str, text: Text) -> None:
        self.verdict = verdict
        self.number = number
        self.text = text

    def __call__(self, kind: str, more: str = "") -> None:
        text = self.text
        what = f"{text.plan.letter}{text.touch} to {self.number} at {_when(text.at)}"
        self.verdict.blame(kind, f"{what} ({more})" if more else what)


def _begins(plan: Plan) -> int:
    return START + (plan.begins - 1) * DAY_MS


@cache
def _instant(day: date, minute: int, zone: str) -> int:
    """The instant of a wall time; a day that ends at midnight ends the next day."""
    on = datetime.combine(day, time(), zone_of(zone)) + timedelta(minutes=minute)
    return round(on.timestamp() * 1000)


@cache
def _date(minute: int, zone: str) -> date:
    return wall(minute * 60_000, zone).date()


def _when(at: int) -> str:
    return f"{wall(at, 'UTC'):%d %b %H:%M:%S} UTC"
