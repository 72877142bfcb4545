"""What messages cost: the estimate follows the carrier's segments, then its bill replaces it."""

from __future__ import annotations

from trd_tui.carriers.protocol import CarrierMessage
from trd_tui.domain.message import MessageState, state_of_carrier_status
from trd_tui.domain.money import share_up
from trd_tui.domain.purse import dearness
from trd_tui.engine.receiving.batch import Batch
from trd_tui.store import by_hand, receive
from trd_tui.store.outlays import Outlay


class Prices:
    """Merges what the carrier says of segments and money."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self._costs: dict[str, receive.SentRow] = {}

    def message(self, row: receive.SentRow, message: CarrierMessage) -> None:
        """Merge what one message of a campaign costs, before its state is merged."""
        self._price(row, message)
        self._fail_cheaply(row, message)

    def outlay(self, row: Outlay, message: CarrierMessage) -> None:
        """Merge what a text costs that was sent by hand."""
        by_hand.reported(
            self.batch.connection,
            row,
            self.batch.now,
            segments=message.segments,
            price=message.price_micros,
            state=state_of_carrier_status(message.status),
            failed_fee=self.batch.prices.failed_fee(message.error_code),
        )

    def _price(self, row: receive.SentRow, message: CarrierMessage) -> None:
        """Replace the estimate by what the carrier billed; until then it follows the carrier's segments."""
        known = self._costs.get(row.sid, row)
        segments = message.segments or known.segments
        if message.price_micros is not None:
            new = known._replace(segments=segments, cost_micros=message.price_micros, priced=1)
            if not known.priced and known.cost_micros:
                self._learn(known, message.price_micros)
        elif known.priced or segments == known.segments:
            new = known._replace(segments=segments)
        else:
            cost = share_up(known.cost_micros, segments, known.segments or segments)
            self._learn(known, cost)
            new = known._replace(segments=segments, cost_micros=cost)
        self._cost(known, new)

    def _learn(self, row: receive.SentRow, cost: int) -> None:
        # What failed is estimated by its fee: that says nothing of what a text costs.
        if self.batch.moved.get(row.sid, row.state) not in (MessageState.FAILED, "failed"):
            self.batch.days.learn(row.campaign_id, dearness(row.cost_micros, cost))

    def _fail_cheaply(self, row: receive.SentRow, message: CarrierMessage) -> None:
        """What the carrier took and could not send costs a fee, or nothing, until it says otherwise."""
        known = self._costs.get(row.sid, row)
        if not known.priced and state_of_carrier_status(message.status) is MessageState.FAILED:
            self._cost(known, known._replace(cost_micros=self.batch.prices.failed_fee(message.error_code)))

    def _cost(self, old: receive.SentRow, new: receive.SentRow) -> None:
        if new == old or not receive.set_price(self.batch.connection, old, new, self.batch.now):
            return
        self._costs[old.sid] = new
        cost = new.cost_micros - old.cost_micros
        priced = new.priced * new.cost_micros - old.priced * old.cost_micros
        delta = self.batch.delta(old.campaign_id)
        delta.segment_count += new.segments - old.segments
        delta.cost_micros += cost
        delta.priced_micros += priced
        self.batch.days.add(old.workspace_id, old.campaign_id, old.spend_day, spent=cost, priced=priced)
