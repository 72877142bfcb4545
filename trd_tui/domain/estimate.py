"""What a sequence will cost: every touch of every contact by its own text, worst case and by reply rates.

A contact who answers gets nothing more. So of those who wait for the same touch, all get it, of the one after
it as many fewer as answer, and so on. Contacts are counted one after the other and forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trd_tui.domain.money import share_up
from trd_tui.domain.prices import Tariff
from trd_tui.domain.segments import segments
from trd_tui.domain.template import Template, TemplateError, compile_template, render

REPLY_RATES = (0, 5, 10)
"""Percent of messages that are answered: what an estimate is made for."""


@dataclass(frozen=True, slots=True)
class AtRate:
    """What is sent if so many of the messages are answered; rounded up.

    Attributes:
        reply_rate: percent; 0 is the worst case, in which nobody answers.
        messages: how many.
        segments: of them.
        cost_micros: of them, by the price table.
    """

    reply_rate: int
    messages: int
    segments: int
    cost_micros: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """What lies ahead of some contacts.

    Attributes:
        contacts: who still get something.
        rates: by reply rate, the worst case first.
        held: messages of the worst case that lack a field or are too long: they will wait for a person.
        without_price: contacts whose country has no price; they are counted as the dearest that has one.
        unpriced: these countries, in the order in which they were met.
    """

    contacts: int
    rates: tuple[AtRate, ...]
    held: int
    without_price: int
    unpriced: tuple[str, ...] = ()

    @property
    def worst(self) -> AtRate:
        """If nobody answers."""
        return self.rates[0]


def at_rate(rate: int, sums: Mapping[int, Sequence[int]]) -> AtRate:
    """What is sent if so many percent of the messages are answered, each answer the end of a sequence.

    Args:
        rate: percent.
        sums: messages, segments and micro-dollars, by how many touches lie before them.
    """
    last = max(sums, default=0) + 1
    totals = [0, 0, 0]
    for place, amounts in sums.items():
        share = (100 - rate) ** place * 100 ** (last - place)
        for at, amount in enumerate(amounts):
            totals[at] += amount * share
    messages, parts, cost = (share_up(total, 1, 100**last) for total in totals)
    return AtRate(rate, messages, parts, cost)


class _Step:
    """One touch, ready to be measured."""

    def __init__(self, bodies: Sequence[str]) -> None:
        self.templates: list[Template] = [compile_template(body) for body in bodies]
        # What every contact gets alike need not be measured again.
        alike = not any(template.slots for template in self.templates)
        self._alike = self._measure({}) if alike else None

    def segments(self, values: Mapping[str, str]) -> int | None:
        """Segments of the text that these values make; ``None`` when it would be held."""
        return self._measure(values) if self._alike is None else self._alike

    def _measure(self, values: Mapping[str, str]) -> int | None:
        try:
            # Of several texts the longest: which one a contact gets makes no estimate too low.
            return max(segments(render(template, values)) for template in self.templates)
        except TemplateError:
            return None


class CostCount:
    """Adds contacts up as they stream past.

    Args:
        touches: the active touches in order: position and texts, several where they are variants.
        tariff: what the sender's texts cost.
    """

    def __init__(self, touches: Sequence[tuple[int, Sequence[str]]], tariff: Tariff) -> None:
        self._tariff = tariff
        self._places = {position: place for place, (position, _) in enumerate(touches)}
        self._steps = [_Step(bodies) for _, bodies in touches]
        # by how many touches lie before it: messages, segments, micro-dollars
        self._sums = [[0, 0, 0] for _ in touches]
        self._contacts = self._held = self._without_price = 0
        self._unpriced: dict[str, None] = {}

    def add(self, number: str, values: Mapping[str, str], first: int | None = None) -> None:
        """Count a contact.

        Args:
            number: E.164.
            values: what templates may say of them, the campaign's variables included.
            first: position of the touch that comes next; the first one when none is given.
        """
        begin = 0 if first is None else self._places.get(first, len(self._steps))
        if begin >= len(self._steps):
            return
        self._contacts += 1
        if self._tariff.segment_micros(number) is None:
            self._without_price += 1
            self._unpriced[self._tariff.where(number)] = None
        price = self._tariff.estimate(number, 1)
        for sums, step in zip(self._sums, self._steps[begin:], strict=False):
            count = step.segments(values)
            if count is None:
                self._held += 1
                continue
            sums[0] += 1
            sums[1] += count
            sums[2] += count * price

    def after(self, position: int) -> int | None:
        """The touch behind one; ``None`` when it is the last, or not sent any more."""
        positions = list(self._places)
        place = self._places.get(position)
        return None if place is None or place + 1 >= len(positions) else positions[place + 1]

    def result(self, rates: Sequence[int] = REPLY_RATES) -> Estimate:
        """The sums, for each reply rate (percent)."""
        return Estimate(
            self._contacts,
            tuple(self._at(rate) for rate in rates),
            self._held,
            self._without_price,
            tuple(self._unpriced),
        )

    def _at(self, rate: int) -> AtRate:
        return at_rate(rate, dict(enumerate(self._sums)))
