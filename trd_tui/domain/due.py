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
