"""The figures above the list, and who else has the app open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from trd_tui.domain import rates


@dataclass(frozen=True, slots=True)
class Summary:
    """Kept totals of every campaign that is neither archived nor deleted."""

    active_campaigns: int = 0
    total_campaigns: int = 0
    total_contacts: int = 0
    total_texted: int = 0
    total_waiting: int = 0
    total_messages: int = 0
    total_delivered: int = 0
    total_failed: int = 0
    total_replies: int = 0
    total_opted_out: int = 0

    @property
    def reply_rate(self) -> float:
        """Contacts who replied to messages sent, in percent."""
        return rates.reply_rate(self.total_replies, self.total_messages)

    @property
    def delivery_rate(self) -> float:
        """Delivered to delivered and failed, in percent."""
        return rates.delivery_rate(self.total_delivered, self.total_failed)


@dataclass(frozen=True, slots=True)
class NextMessage:
    """The message that goes next, of all active campaigns.

    Attributes:
        campaign_id: whose it is.
        campaign_name: its name.
        touch: its position.
        at: campaign instant.
        sender_paused_until: campaign instant until which nothing goes from its sender; ``None`` while it may.
    """

    campaign_id: str
    campaign_name: str
    touch: int
    at: int
    sender_paused_until: int | None = None


MOST_UNREAD = 100
"""Up to which unread conversations are counted for the top line: it says ``99+`` then."""


@dataclass(frozen=True, slots=True)
class Connected:
    """Somebody whose app is open.

    Attributes:
        actor: who acts in it.
        login: the system's name of them.
        place: from where they have come: an address, ``browser`` or ``here``.
        since: real instant at which it was opened.
        own: whether it is this very app.
    """

    actor: str
    login: str
    place: str
    since: int
    own: bool = False


@dataclass(frozen=True, slots=True)
class Overview:
    """The figures above the list.

    Attributes:
        counts: campaigns of each tab, by ``all draft active paused completed archived``.
        summary: the kept totals.
        active_waiting: messages of active campaigns that wait to be sent.
        sent_today: accepted since midnight.
        hourly: accepted in each of the last 24 hours of campaign time, oldest first, the present hour last.
        reply_trend: 1, 0 or -1: the reply rate of the last seven days against the seven before.
        next_message: what goes next; of a paused sender only where nothing goes before, ``None`` for nothing.
        stopped: the emergency stop is set.
        stop_reason: why, where somebody said so.
        stopped_by: who set it.
        stopped_at: real instant at which it was set.
        unread: conversations of the inbox that nobody has opened; counted up to `MOST_UNREAD`.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    summary: Summary = field(default_factory=Summary)
    active_waiting: int = 0
    sent_today: int = 0
    hourly: tuple[int, ...] = (0,) * 24
    reply_trend: int = 0
    next_message: NextMessage | None = None
    stopped: bool = False
    stop_reason: str | None = None
    stopped_by: str | None = None
    stopped_at: int | None = None
    unread: int = 0
