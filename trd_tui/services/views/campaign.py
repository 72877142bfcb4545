"""One campaign: its settings, its touches, and what goes next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trd_tui.domain import rates
from trd_tui.services.variant_views import VariantFigures
from trd_tui.services.views.listing import CampaignRow


@dataclass(frozen=True, slots=True)
class Sends:
    """Messages of a campaign that go at the same instant.

    Attributes:
        at: campaign instant.
        touch: the lowest touch of those that go together.
        last_touch: the highest.
        count: how many.
        more: there are more than were counted.
    """

    at: int
    touch: int
    last_touch: int
    count: int
    more: bool = False


@dataclass(frozen=True, slots=True)
class TouchFunnel:
    """One touch of a campaign and what became of it over all contacts."""

    position: int
    day: int
    kind: str
    body: str
    active: bool
    sent_count: int
    delivered_count: int
    failed_count: int
    replied_count: int
    opted_out_count: int
    variants: tuple[VariantFigures, ...] = ()
    """Its texts where it has or had several; then `body` is that of the first."""

    @property
    def delivery_rate(self) -> float:
        """Delivered to delivered and failed, in percent."""
        return rates.delivery_rate(self.delivered_count, self.failed_count)

    @property
    def reply_rate(self) -> float:
        """Replies to messages sent, in percent."""
        return rates.reply_rate(self.replied_count, self.sent_count)


@dataclass(frozen=True, slots=True)
class CampaignDetail:
    """One campaign with its settings. Times of day are minutes after midnight, money micro-dollars."""

    row: CampaignRow
    sender: str
    timezone: str
    send_time: int
    window_days: int
    window_from: int
    window_to: int
    resume_policy: str
    daily_cap: int | None
    budget_micros: int | None
    daily_budget_micros: int | None
    cost_micros: int
    reserved_micros: int
    priced_micros: int
    by_hand_micros: int
    price_milli: int
    segment_count: int
    priority: int
    variables: Mapping[str, str]
    started_at: int | None
    paused_at: int | None
    resumed_at: int | None
    completed_at: int | None
    archived_at: int | None
    touches: tuple[TouchFunnel, ...]
    pause_reason: str | None = None
    """Why a rule of its own has paused it; ``None`` when none has."""
    perhaps_sent: int = 0
    """Messages that are not among the sent ones and that may have been sent: nobody knows."""
