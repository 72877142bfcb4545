"""Whether a difference between two rates means something, by two standard formulas.

Wilson's interval (Wilson 1927) says where a rate lies; the pooled two-proportion test (NIST/SEMATECH
e-Handbook of Statistical Methods, 7.3.3) says how often chance alone makes such a difference.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Z_95 = 1.959964
"""Standard deviations on either side that hold 95 % of a normal distribution."""

LIKELY = 0.05
CLEAR = 0.01
FEWEST = 5.0
"""Expected hits, and expected misses, of each of two before the test may be trusted."""

Verdict = Literal["nothing", "early", "chance", "likely", "clear"]


@dataclass(frozen=True, slots=True)
class Count:
    """How many of some messages did what is counted.

    Attributes:
        name: whose messages.
        hits: how many did it.
        of: how many there were.
    """

    name: str
    hits: int
    of: int

    @property
    def share(self) -> float:
        """Hits to all, from 0 to 1; 0 of nothing."""
        return self.hits / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is known about who has the highest rate.

    Attributes:
        verdict: ``nothing`` to compare, ``early`` too early to say, ``chance`` the difference may well be
            chance, ``likely`` and ``clear`` it is hardly chance.
        highest: who has the highest rate so far; ``None`` when there is nothing to compare.
        other: the one with whom it was compared: the next, or the lowest where only that one is surpassed.
        p: how often chance alone would make such a difference between any two; ``None`` where it is too
            early to say.
    """

    verdict: Verdict
    highest: str | None = None
    other: str | None = None
    p: float | None = None


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Where a rate lies with 95 % confidence, from 0 to 1; of nothing it may be anything."""
    if not of:
        return 0.0, 1.0
    share, square = hits / of, Z_95 * Z_95
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = Z_95 / (1 + square / of) * math.sqrt(share * (1 - share) / of + square / (4 * of * of))
    return max(0.0, middle - half), min(1.0, middle + half)


def two_proportions(one: Count, other: Count) -> float | None:
    """How often chance alone makes two rates differ so much; ``None`` when there is too little."""
    if not (one.of and other.of):
        return None
    pooled = (one.hits + other.hits) / (one.of + other.of)
    fewest = min(one.of, other.of)
    if min(fewest * pooled, fewest * (1 - pooled)) < FEWEST:
        return None
    spread = math.sqrt(pooled * (1 - pooled) * (1 / one.of + 1 / other.of))
    return math.erfc(abs(one.share - other.share) / spread / math.sqrt(2))


def compare(counts: Sequence[Count]) -> Comparison:
    """Compare the highest rate with the next and the lowest.

    With more than two there are more pairs among which chance may make a difference, so that each must be
    the rarer (Bonferroni).
    """
    if len(counts) < 2:
        return Comparison("nothing")
    there = sorted((count for count in counts if count.of), key=lambda count: -count.share)
    if len(there) < 2:
        return Comparison("early")
    highest, pairs = there[0], len(there) * (len(there) - 1) // 2
    found = Comparison("early", highest.name, there[1].name)
    # the next one first: who surpasses it is ahead of all; else at least the lowest may be out of the race
    for other in dict.fromkeys((there[1], there[-1])):
        p = two_proportions(highest, other)
        if p is None:
            continue
        p = min(1.0, p * pairs)
        if p < LIKELY:
            return Comparison("clear" if p < CLEAR else "likely", highest.name, other.name, p)
        if found.verdict == "early":
            found = Comparison("chance", highest.name, other.name, p)
    return found


def in_words(what: str, counts: Sequence[Count], found: Comparison) -> str:
    """The comparison as a sentence for people: what is known, and what is not.

    Args:
        what: what was counted, for example ``replies``.
        counts: what was compared.
        found: what came of it.
    """
    if found.verdict == "nothing":
        return f"{what}: nothing to compare, fewer than two variants are sent now"
    if found.verdict == "early":
        return f"{what}: too early to say; to compare two variants takes about {FEWEST:.0f} {what} of each"
    by_name = {count.name: count for count in counts}
    highest, other = by_name[found.highest or ""], by_name[found.other or ""]
    rates = f"{100 * highest.share:.1f} % to {100 * other.share:.1f} %, p = {found.p:.2g}"
    if found.verdict == "chance":
        return f"{what}: no difference that could not be chance ({highest.name} to {other.name}: {rates})"
    surely = "clearly" if found.verdict == "clear" else "probably"
    return f"{what}: {highest.name} is {surely} above {other.name} ({rates})"
