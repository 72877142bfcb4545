"""What a text costs by the price table: by the country of its number and the kind of its sender.

All amounts are whole micro-dollars. The table's prices are worst prices: what the dearest network takes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from trd_tui.domain.finding import first_few
from trd_tui.domain.money import FAILED_MICROS, SEGMENT_MICROS

KINDS = ("long_code", "toll_free", "short_code", "messaging_service")
"""Kinds of senders, as `trd_tui.domain.phone.sender_kind` names them."""

_MOST_KNOWN = 100_000


@dataclass(frozen=True, slots=True)
class PriceTable:
    """Prices by country and kind of sender.

    Attributes:
        segments: micro-dollars a segment, carrier fees included, by ISO country and kind.
        countries: ISO country by the digits with which its numbers begin, after the plus; the longest counts.
        failed_micros: what a message costs that was accepted and then failed.
        failed_free: codes of failures that cost nothing.
        as_of: of what day it is, for people.
        source: where it is from, for people.
    """

    segments: Mapping[str, Mapping[str, int]]
    countries: Mapping[str, str]
    failed_micros: int = FAILED_MICROS
    failed_free: frozenset[int] = frozenset()
    as_of: str = ""
    source: str = ""

    def tariff(self, kind: str) -> Tariff:
        """The prices of one kind of sender."""
        return Tariff(self, kind)

    def failed_fee(self, code: int | None) -> int:
        """What a message costs that failed with this code."""
        return 0 if code in self.failed_free else self.failed_micros


@dataclass(slots=True, eq=False)
class Tariff:
    """The prices of one kind of sender; remembers the beginnings of numbers that it has looked up.

    Attributes:
        highest: micro-dollars a segment to the dearest country of the table.
    """

    table: PriceTable
    kind: str
    highest: int = field(init=False)
    _longest: int = field(init=False)
    _known: dict[str, int | None] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.highest = max((prices[self.kind] for prices in self.table.segments.values()), default=0)
        self._longest = max(map(len, self.table.countries), default=0)

    def country(self, number: str) -> str | None:
        """The ISO country of an E.164 number; ``None`` when no calling code fits."""
        digits = number[1 : self._longest + 1]
        for length in range(len(digits), 0, -1):
            if (found := self.table.countries.get(digits[:length])) is not None:
                return found
        return None

    def segment_micros(self, number: str) -> int | None:
        """What a segment to a number costs at most; ``None`` when the table has no price for its country."""
        beginning = number[: self._longest + 1]
        try:
            return self._known[beginning]
        except KeyError:
            pass
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        prices = self.table.segments.get(self.country(beginning) or "")
        price = self._known[beginning] = None if prices is None else prices[self.kind]
        return price

    def estimate(self, number: str, segments: int) -> int:
        """What a message costs at most; to a country without a price as to the dearest of the table."""
        price = self.segment_micros(number)
        return segments * (self.highest if price is None else price)

    def no_price(self, number: str) -> str:
        """Why a message to a number has no price, and what to do."""
        return no_price_for([self.where(number)])

    def where(self, number: str) -> str:
        """The country of a number, as a sentence names it."""
        return self.country(number) or "its country"


def no_price_for(countries: Sequence[str]) -> str:
    """Why messages to some countries have no price, and what to do."""
    it = "it" if len(countries) == 1 else "them"
    return f"a budget is set and no price for {first_few(countries)} is known; give {it} in the prices_file"


USUAL_TARIFF = PriceTable(
    {"US": dict.fromkeys(KINDS, SEGMENT_MICROS)}, {str(digit): "US" for digit in range(1, 10)}
).tariff("long_code")
"""For decisions in which money plays no part: every number costs what the United States cost."""
