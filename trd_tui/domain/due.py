"""What is known of a message that is due: itself, its enrolment, its contact, and its campaign's terms.

The store selects these fields by name, the rules read them.
"""

from __future__ import annotations

from typing import NamedTuple


class CampaignTerms(NamedTuple):
    """What the rules need to know of a campaign to let one of its messages go."""

    id: str
    workspace_id: int
    sender: str
    timezone: str
    send_time: int
    window_days: int
    window_from: int
    window_to: int
    variables: str
    sequence_version: int
    plan_version: int
    daily_cap: int | None
    cap_day: int
    cap_used: int
    budget_micros: int | None
    cost_micros: int
    reserved_micros: int
    daily_budget_micros: int | None = None
    priced_micros: int = 0
    by_hand_micros: int = 0
    price_milli: int = 1_000


class DueRow(NamedTuple):
    """A due message with its enrolment and contact."""

    id: int
    enrolment_id: int
    contact_id: int
    touch: int
    scheduled_for: int
    attempts: int
    enrolment_status: str
    enrolled_on: int
    shift_days: int
    last_sent_at: int | None
    sent_count: int
    number: str
    first_name: str
    last_name: str
    company: str
    email: str
    city: str
    state: str
    zip: str
    timezone: str | None
    custom: str
    bad_number: str | None
    doubt: str | None
    suppressed: str | None
    recent: str | None = None
    """Campaign instants of the contact's accepted texts of the last week, of all campaigns, with commas."""
    under_way: str | None = None
    """The same of those that are in flight: when they were claimed."""
    unseen: str | None = None
    """The same of earlier attempts, of other messages, of which nobody knows whether they were sent."""
    unseen_here_at: int | None = None
    """The latest of those that were of this campaign."""

    @property
    def texted(self) -> list[int]:
        """Campaign instants of the contact's texts of the last week, also of what may have been sent."""
        if self.recent is None and self.under_way is None and self.unseen is None:
            return []
        parts = (self.recent, self.under_way, self.unseen)
        return [int(at) for text in parts if text for at in text.split(",")]

    @property
    def last_touch_at(self) -> int | None:
        """Campaign instant of the contact's last touch here, also of one that may have been sent."""
        if self.last_sent_at is None or self.unseen_here_at is None:
            return self.last_sent_at if self.unseen_here_at is None else self.unseen_here_at
        return max(self.last_sent_at, self.unseen_here_at)

    def let_go(self) -> DueRow:
        """The same row when a person has let it go: no doubt, nothing that only puts it off."""
        return self._replace(
            enrolment_status="active", doubt=None, last_sent_at=None, recent=None, under_way=None,
            unseen=None, unseen_here_at=None,
        )  # fmt: skip

    def also_texted(self, at: int, times: int) -> DueRow:
        """The same row after so many more texts to this contact at a campaign instant."""
        if not times:
            return self
        before = [] if self.under_way is None else [self.under_way]
        return self._replace(under_way=",".join([*before, *[str(at)] * times]))
