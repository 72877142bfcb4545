"""What is left of a campaign's daily cap and of the budgets while messages are let through one by one."""

from __future__ import annotations

from datetime import date, timedelta

from trd_tui.domain.due import CampaignTerms
from trd_tui.domain.purse import Purse
from trd_tui.domain.schedule import touch_instant
from trd_tui.domain.window import Window
from trd_tui.domain.zones import ZoneError, local_ordinal

USED_UP = "its budget is used up"
"""Why a campaign has paused by itself."""

CAMPAIGN_DAY = "the campaign's daily budget is used up"
EVERYBODYS_DAY = "the daily budget of all campaigns is used up"


class Allowance:
    """What is left of a campaign's daily cap and of the budgets that it draws on.

    Args:
        terms: the campaign's.
        now: campaign instant.
        own_day: what the campaign may spend on this day of its calendar; no limit when none is given.
        shared_day: what all campaigns may spend on it, shared by all that a claim takes from.

    Attributes:
        changed: whether anything was used since it was made.
        day: ordinal of the local date, to which everything that is used now belongs.
        used: messages of that day; 0 without a cap.
        budget: what is left for the campaign as a whole.
    """

    def __init__(
        self, terms: CampaignTerms, now: int, own_day: Purse | None = None, shared_day: Purse | None = None
    ) -> None:
        self.terms = terms
        self.changed = False
        self.day = day_of(now, terms.timezone)
        self.used = terms.cap_used if terms.daily_cap is not None and terms.cap_day == self.day else 0
        self.budget = budget_of(terms)
        self._days = tuple(
            (purse, reason)
            for purse, reason in ((own_day, CAMPAIGN_DAY), (shared_day, EVERYBODYS_DAY))
            if purse is not None and purse.limit is not None
        )

    @property
    def limited(self) -> bool:
        """Whether any budget has to pay for what is sent."""
        return bool(self._days) or self.budget.limit is not None

    def within_cap(self) -> bool:
        """Whether one more message fits into today's cap."""
        return self.terms.daily_cap is None or self.used < self.terms.daily_cap

    def within_budget(self, cost: int) -> bool:
        """Whether a message of this estimated cost (micro-dollars) fits into the campaign's budget."""
        return self.budget.holds(cost)

    def beyond_the_day(self, cost: int) -> str | None:
        """Which daily budget has no room for a message of this estimated cost; ``None`` when all have."""
        for purse, reason in self._days:
            if not purse.holds(cost):
                return reason
        return None

    def next_day(self, window: Window) -> int:
        """The campaign's next sending instant on a later day."""
        terms = self.terms
        tomorrow = date.fromordinal(self.day) + timedelta(days=1)
        return touch_instant(tomorrow, 1, 0, terms.send_time, terms.timezone, window)

    def use(self, cost: int) -> None:
        """Count one message, and promise it its money."""
        self.used += 1
        self.changed = True
        self.budget.reserve(cost)
        for purse, _ in self._days:
            purse.reserve(cost)


def day_of(now: int, timezone: str) -> int:
    """The day to which what is sent now belongs: the ordinal of the campaign's local date."""
    try:
        return local_ordinal(now, timezone)
    except ZoneError:  # zone data that went missing must not keep everybody else waiting
        return local_ordinal(now, "UTC")


def budget_of(terms: CampaignTerms) -> Purse:
    """What is left for a campaign as a whole; what people send by hand in its name counts, too."""
    return Purse(
        terms.budget_micros,
        terms.cost_micros + terms.by_hand_micros,
        terms.reserved_micros,
        terms.priced_micros,
        terms.price_milli,
    )
