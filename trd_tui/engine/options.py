"""How one sending machine behaves; what a user may set comes from the settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from trd_tui.domain.endings import EVERYTHING, Endings
from trd_tui.domain.frequency import USUAL_CAPS, Caps
from trd_tui.domain.prices import PriceTable
from trd_tui.price_files import usual_prices
from trd_tui.store.downtime import USUAL, DowntimeRule


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """Tuning of the engine.

    Attributes:
        concurrency: calls to the carrier at the same time.
        batch: most messages in one claim or one record transaction; keeps each under 50 ms.
        lease_s: seconds after which others may take over from a sender that is gone.
        carrier_timeout_s: seconds after which a call without an answer counts as unknown.
        reconcile_over_s: seconds over which a message is looked for that the carrier does not list.
        reconcile_looks: successful looks that must find nothing before it counts as not sent.
        listing_lag_s: seconds that the carrier's list may be behind.
        unknown_policy: what follows when it was not found: ``hold`` for a person, or ``retry``.
        poll_busy_s: seconds between polls of the carrier while messages are open.
        poll_idle_s: seconds between polls otherwise.
        watch_s: seconds between two looks for what others have written, while nothing is under way. Who is
            told of that by whoever else watches (`Engine.touch`) need not look often.
        settle_s: real seconds of quiet before a virtual clock leaps over a gap.
        downtime: when a silence of the sender counts as a pause, and what is too late after it.
        endings: what a reply and an opt-out end.
        caps: most automated texts to one contact over all campaigns.
        prices: the price table, by which messages are reserved their money.
        daily_budget_micros: what all campaigns may spend on a day of their calendars; ``None`` is no limit.
    """

    concurrency: int = 100
    batch: int = 500
    lease_s: float = 15.0
    carrier_timeout_s: float = 20.0
    reconcile_over_s: float = 300.0
    reconcile_looks: int = 3
    listing_lag_s: float = 60.0
    unknown_policy: Literal["hold", "retry"] = "hold"
    poll_busy_s: float = 5.0
    poll_idle_s: float = 30.0
    watch_s: float = 0.5
    settle_s: float = 0.2
    downtime: DowntimeRule = USUAL
    endings: Endings = EVERYTHING
    caps: Caps = USUAL_CAPS
    prices: PriceTable = field(default_factory=usual_prices)
    daily_budget_micros: int | None = None
