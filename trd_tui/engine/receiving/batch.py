"""What one batch of the carrier's reports changes, gathered until it is written."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection

from trd_tui.domain.endings import Endings
from trd_tui.domain.message import EnrolmentStatus, MessageState
from trd_tui.domain.prices import PriceTable
from trd_tui.domain.webhook import Event
from trd_tui.store import exits, receive
from trd_tui.store.counters import CampaignDelta, TouchDelta, TouchKey
from trd_tui.store.spending import DayBook


@dataclass(slots=True)
class Received:
    """What a batch of carrier reports brought about.

    Attributes:
        changes: how many rows were new or changed.
        known: the carrier's ids that need not be looked at again until they change.
        completed: campaigns that are completed by this.
    """

    changes: int = 0
    known: set[str] = field(default_factory=set)
    completed: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Batch:
    """One transaction's worth.

    Attributes:
        connection: a writing transaction.
        now: campaign instant.
        real: real instant.
        endings: what a reply and an opt-out end.
        prices: the price table, for what failed messages cost.
        result: what it brings about.
        deltas: what is added to the counters of campaigns.
        touches: what is added to those of touches.
        events: what is told to webhooks.
        days: what is added to the books of days.
        fences: whether senders must look again before their next call.
        stop_reason: why all sending must be stopped; ``None`` when nothing says so.
        moved: states that messages have come to in this batch, by the carrier's id.
    """

    connection: Connection
    now: int
    real: int
    endings: Endings
    prices: PriceTable
    result: Received = field(default_factory=Received)
    deltas: dict[str, CampaignDelta] = field(default_factory=dict)
    touches: dict[TouchKey, TouchDelta] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    days: DayBook = field(default_factory=DayBook)
    fences: bool = False
    stop_reason: str | None = None
    moved: dict[str, MessageState] = field(default_factory=dict)

    def delta(self, campaign_id: str) -> CampaignDelta:
        """What is added to a campaign's counters."""
        return self.deltas.setdefault(campaign_id, CampaignDelta())

    def touch(self, row: receive.SentRow | receive.Answered) -> TouchDelta:
        """What is added to the counters of a message's touch."""
        return self.touches.setdefault((row.campaign_id, row.touch, row.variant), TouchDelta())

    def end(
        self, contact_id: int, status: EnrolmentStatus, reason: str, campaign_id: str | None = None
    ) -> None:
        """End a contact's sequences, in one campaign or in all; a failed one's number is marked bad."""
        if status is EnrolmentStatus.FAILED:
            exits.mark_bad(self.connection, contact_id, reason, self.now)
        exits.end_contact(self.connection, contact_id, status, reason, self.now, self.deltas, campaign_id)
        self.fences = True
