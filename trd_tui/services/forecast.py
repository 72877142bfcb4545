"""When messages go and what they cost: the next message of many contacts, spread by the sender's rate."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import RowMapping

from trd_tui.domain.fields import field_values
from trd_tui.domain.prices import Tariff
from trd_tui.domain.segments import segments
from trd_tui.domain.sequence import Touch
from trd_tui.domain.template import Template, TemplateError, render
from trd_tui.domain.texts import compile_texts
from trd_tui.domain.variants import Choice


@dataclass(slots=True)
class Forecast:
    """Adds messages up as they are told, in any order.

    Attributes:
        templates: compiled templates by position, of touches with one text.
        choices: touches with variants by position.
        variables: the campaign's own values.
        rate_milli: thousandths of a segment per second of the sender; 0 = no limit.
        tariff: what its texts cost.
        messages: how many there are.
        segments: of all of them.
        cost_micros: by the price table.
        unreadable: how many lack a field; they will wait for a person.
        shared: contacts whom another active campaign texts too.
    """

    templates: Mapping[int, Template]
    choices: Mapping[int, Choice]
    variables: Mapping[str, str]
    rate_milli: int
    tariff: Tariff
    messages: int = 0
    segments: int = 0
    cost_micros: int = 0
    unreadable: int = 0
    shared: int = 0
    first_at: int | None = None
    _latest: int = 0
    _seconds: Counter[int] = field(default_factory=Counter)

    @classmethod
    def of(
        cls,
        campaign_id: str,
        touches: Iterable[Touch],
        variables: Mapping[str, str],
        rate_milli: int,
        tariff: Tariff,
    ) -> Forecast:
        """A forecast for a campaign's touches."""
        return cls(*compile_texts(campaign_id, touches), variables, rate_milli, tariff)

    def add(self, contact: RowMapping, touch: int, at: int) -> None:
        """Count one message."""
        self.messages += 1
        self.shared += bool(contact["shared"])
        template = self.templates.get(touch)
        if template is None and (choice := self.choices.get(touch)):
            _name, template = choice.of(contact["contact_id"])
        try:
            if template is None:
                raise TemplateError("no such touch")
            count = segments(render(template, _values(contact, self.variables)))
        except TemplateError:
            self.unreadable += 1
            return
        self.segments += count
        self.cost_micros += self.tariff.estimate(contact["number"], count)
        self.first_at = at if self.first_at is None else min(self.first_at, at)
        self._latest = max(self._latest, at)
        self._seconds[at // 1000] += count

    def last_at(self) -> int | None:
        """When the last one starts, if the sender serves nobody else meanwhile."""
        if self.first_at is None:
            return None
        if self.rate_milli <= 0:
            return self._latest
        ends = 0
        for second in sorted(self._seconds):
            ends = max(ends, second * 1000) + self._seconds[second] * 1_000_000 // self.rate_milli
        return max(self._latest, ends - 1_000_000 // self.rate_milli)


def _values(contact: RowMapping, variables: Mapping[str, str]) -> dict[str, str]:
    names = ("first_name", "last_name", "company", "email", "city", "state", "number")
    custom = contact["custom"]
    return field_values(
        **{name: contact[name] for name in names},
        zip_code=contact["zip"],
        custom=None if custom == "{}" else json.loads(custom),
        variables=variables,
    )
