"""What a dry run has found: sends added up by day, touch and reply rate, and what waits why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from trd_tui.domain.estimate import REPLY_RATES, AtRate, at_rate
from trd_tui.domain.prices import no_price_for
from trd_tui.domain.zones import local_ordinal


class Sent(NamedTuple):
    """A message that would go.

    Attributes:
        at: campaign instant.
        contact_id: to whom.
        number: their number.
        touch: position of the touch.
        variant: whose text it is; ``None`` for a touch with one text.
        segments: of the text.
        cost_micros: by the price table.
    """

    at: int
    contact_id: int
    number: str
    touch: int
    variant: str | None
    segments: int
    cost_micros: int


@dataclass(slots=True)
class Sum:
    """Messages added up; instants are campaign time, amounts micro-dollars."""

    messages: int = 0
    segments: int = 0
    cost_micros: int = 0
    first_at: int | None = None
    last_at: int | None = None

    def add(self, message: Sent) -> None:
        """Count one; they come in the order in which they go."""
        self.messages += 1
        self.segments += message.segments
        self.cost_micros += message.cost_micros
        if self.first_at is None:
            self.first_at = message.at
        self.last_at = message.at


@dataclass(slots=True)
class Because:
    """What a rule does to contacts of the campaign.

    Attributes:
        rule: its name, as `trd_tui.domain.clearance` gives it.
        messages: how often it decided.
        reason: what it says, of the first; for want of a price, of all countries that have none.
        number: the first whom it met.
        countries: those that have no price, in the order in which they were met.
    """

    rule: str
    messages: int
    reason: str
    number: str
    countries: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Outlook:
    """What a campaign would do if nobody answered.

    Attributes:
        campaign_id: the campaign.
        name: its name.
        status: its status before the run.
        timezone: IANA name, whose dates the days are.
        start: campaign instant from which the run looked ahead.
        budget_micros: what it may cost in all; ``None`` = no limit.
        held_before: messages that already wait for a person.
        assumed: what the run took for granted, as sentences.
        total: everything that goes.
        days: by day of the campaign's zone (a proleptic ordinal) and touch.
        touches: by touch and variant.
        places: by how many messages of the run the contact has had before.
        put_off: by rule, messages that it moved to later at least once.
        held: by rule, messages that wait for a person in the end.
        ended: by rule, contacts who get nothing more.
        others: messages of the campaigns that run beside it, until this one is over.
        ended_at: campaign instant at which the run was over.
        end: what becomes of the campaign: ``completed``, ``paused``, ``active`` (the run ended before) or
            ``waits`` (what is left waits for a person).
        end_reason: why it is paused.
        left: messages that wait for their time at the end.
        step_ms: how exact instants are, in milliseconds: messages of one step go together.
    """

    campaign_id: str
    name: str
    status: str
    timezone: str
    start: int
    budget_micros: int | None = None
    held_before: int = 0
    assumed: list[str] = field(default_factory=list)
    total: Sum = field(default_factory=Sum)
    days: dict[int, dict[int, Sum]] = field(default_factory=dict)
    touches: dict[tuple[int, str | None], Sum] = field(default_factory=dict)
    places: dict[int, Sum] = field(default_factory=lambda: defaultdict(Sum))
    put_off: dict[str, Because] = field(default_factory=dict)
    held: dict[str, Because] = field(default_factory=dict)
    ended: dict[str, Because] = field(default_factory=dict)
    others: dict[str, int] = field(default_factory=dict)
    ended_at: int = 0
    end: str = "active"
    end_reason: str | None = None
    left: int = 0
    step_ms: int = 1_000

    def count(self, message: Sent, place: int) -> None:
        """Add one message.

        Args:
            message: it.
            place: how many messages of this run the contact has had before.
        """
        day = local_ordinal(message.at, self.timezone)
        sums = self.days.setdefault(day, {})
        sums.setdefault(message.touch, Sum()).add(message)
        self.touches.setdefault((message.touch, message.variant), Sum()).add(message)
        self.places[place].add(message)
        self.total.add(message)

    def rates(self, rates: Sequence[int] = REPLY_RATES) -> list[AtRate]:
        """What goes if so many percent of the messages are answered, each of which ends a sequence."""
        sums = {
            place: (each.messages, each.segments, each.cost_micros) for place, each in self.places.items()
        }
        return [at_rate(rate, sums) for rate in rates]

    def day(self, ordinal: int) -> Sum:
        """One day, all touches together."""
        sums = self.days[ordinal].values()
        return Sum(
            sum(each.messages for each in sums),
            sum(each.segments for each in sums),
            sum(each.cost_micros for each in sums),
            min(each.first_at for each in sums if each.first_at is not None),
            max(each.last_at for each in sums if each.last_at is not None),
        )


def note(table: dict[str, Because], rule: str, reason: str, number: str, country: str | None = None) -> None:
    """Count what a rule has decided; ``country`` is the one without a price, where that is the reason."""
    found = table.get(rule)
    if found is None:
        found = table[rule] = Because(rule, 0, reason, number)
    found.messages += 1
    if country is not None and country not in found.countries:
        found.countries.append(country)
        found.reason = no_price_for(found.countries)
