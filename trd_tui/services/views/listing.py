"""Lists of campaigns: what is asked for, and a page of rows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from trd_tui.domain import rates


class SortKey(StrEnum):
    """What a list of campaigns can be sorted by."""

    ACTIVITY = "activity"
    NAME = "name"
    STATUS = "status"
    PROGRESS = "progress"
    CONTACTS = "contacts"
    SENT = "sent"
    REPLIES = "replies"
    RATE = "rate"
    NEXT = "next"
    DELIVERED = "delivered"
    FAILED = "failed"
    CREATED = "created"


SMALLEST_FIRST = (SortKey.NAME, SortKey.STATUS, SortKey.NEXT)
"""Sorts whose usual order is ascending; all others show the largest or newest first."""


@dataclass(frozen=True, slots=True)
class ListQuery:
    """Which campaigns to show.

    Attributes:
        status: one status, or ``None`` for all but the archived; deleted campaigns never show.
        search: part of a name, in any case.
        sort: by what; campaigns that have no next message come last in either direction.
        descending: largest, newest or last first.
        limit: rows of the page.
        offset: rows before the page.
    """

    status: str | None = None
    search: str = ""
    sort: SortKey = SortKey.ACTIVITY
    descending: bool = True
    limit: int = 20
    offset: int = 0


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """One campaign with its kept counters. Instants are epoch milliseconds."""

    id: str
    name: str
    status: str
    contact_count: int
    open_count: int
    texted_count: int
    waiting_count: int
    in_flight_count: int
    held_count: int
    sent_count: int
    delivered_count: int
    failed_count: int
    replied_count: int
    opted_out_count: int
    touches_planned: int
    touches_resolved: int
    created_at: int
    last_activity_at: int
    next_due_at: int | None
    """The next message; ``None`` unless the campaign is active and has one."""
    planning: bool
    """A start or a resume is still being put into the schedule."""
    sender_paused_until: int | None = None
    """Campaign instant until which its sender is paused, so that nothing goes; ``None`` when it is not."""

    def sender_paused(self, now: int) -> bool:
        """Whether it would send and its sender must not, at a campaign instant."""
        return self.status == "active" and (self.sender_paused_until or 0) > now

    @property
    def completion_rate(self) -> float:
        """Touches resolved of those planned, in percent: the progress bar."""
        return rates.completion_rate(self.touches_resolved, self.touches_planned)

    @property
    def reply_rate(self) -> float:
        """Contacts who replied to messages sent, in percent."""
        return rates.reply_rate(self.replied_count, self.sent_count)

    @property
    def contact_reply_rate(self) -> float:
        """Contacts who replied to contacts texted, in percent."""
        return rates.contact_reply_rate(self.replied_count, self.texted_count)

    @property
    def delivery_rate(self) -> float:
        """Delivered to delivered and failed, in percent."""
        return rates.delivery_rate(self.delivered_count, self.failed_count)

    @property
    def opt_out_rate(self) -> float:
        """Contacts who opted out to contacts texted, in percent."""
        return rates.opt_out_rate(self.opted_out_count, self.texted_count)


@dataclass(frozen=True, slots=True)
class CampaignPage:
    """A page of campaigns and how many match in all."""

    rows: tuple[CampaignRow, ...]
    total: int
