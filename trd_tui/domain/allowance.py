"""What is left of a campaign's daily cap and budget while messages are let through one by one."""

from __future__ import annotations

from datetime import timedelta

from trd_tui.domain.due import CampaignTerms
from trd_tui.domain.schedule import touch_instant
from trd_tui.domain.window import Window
from trd_tui.domain.zones import local_date


class Allowance:
    """What is left of a campaign's daily cap and budget.

    Attributes:
        changed: whether anything was used since it was made.
        day: ordinal of the local date to which `used` belongs; 0 without a cap.
        used: messages of that day.
    """

    def __init__(self, terms: CampaignTerms, now: int) -> None:
        self.terms = terms
        self.changed = False
        self.used = 0
        self.day = 0
        if terms.daily_cap is not None:
            self.today = local_date(now, terms.timezone)
            self.day = self.today.toordinal()
            self.used = terms.cap_used if terms.cap_day == self.day else 0
        self.spent = terms.cost_micros + terms.reserved_micros

    def within_cap(self) -> bool:
        """Whether one more message fits into today's cap."""
        return self.terms.daily_cap is None or self.used < self.terms.daily_cap

    def within_budget(self, cost: int) -> bool:
        """Whether a message of this estimated cost (micro-dollars) fits into the budget."""
        return self.terms.budget_micros is None or self.spent + cost <= self.terms.budget_micros

    def next_day(self, window: Window) -> int:
        """The campaign's next sending instant on a later day."""
        terms = self.terms
        tomorrow = self.today + timedelta(days=1)
        return touch_instant(tomorrow, 1, 0, terms.send_time, terms.timezone, window)

    def use(self, cost: int) -> None:
        """Count one message."""
        self.used += 1
        self.spent += cost
        self.changed = True
