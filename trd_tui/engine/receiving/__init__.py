"""Receiving: delivery states and replies, in one transaction a batch; late, double and out of order alike."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from trd_tui.carriers.protocol import CarrierMessage
from trd_tui.domain.endings import EVERYTHING, Endings
from trd_tui.domain.prices import PriceTable
from trd_tui.engine.automatic import complete_campaigns, stop_everything
from trd_tui.engine.receiving.batch import Batch, Received
from trd_tui.engine.receiving.prices import Prices
from trd_tui.engine.receiving.replies import Replies
from trd_tui.engine.receiving.states import States, by_sending
from trd_tui.price_files import usual_prices
from trd_tui.store import answers, control, counters, outlays, receive, webhooks

__all__ = ["Received", "by_sending", "receive_batch"]


def receive_batch(
    connection: Connection,
    messages: Sequence[CarrierMessage],
    now: int,
    real: int,
    endings: Endings = EVERYTHING,
    prices: PriceTable | None = None,
) -> Received:
    """Merge what the carrier reports; the same report twice changes nothing.

    Args:
        connection: a writing transaction.
        messages: reports and answers, in any order.
        now: campaign instant.
        real: real instant.
        endings: what a reply and an opt-out end.
        prices: the price table, for what failed messages cost; the package's own when none is given.
    """
    batch = Batch(connection, now, real, endings, prices or usual_prices())
    costs, states, replies = Prices(batch), States(batch), Replies(batch)
    outbound = [message for message in messages if not message.inbound]
    rows = receive.by_sid(connection, [(message.sid, message.to) for message in outbound])
    ours = [(row, message) for message in outbound if (row := rows.get(message.sid)) is not None]
    # By the rows' order: a poll and a webhook that merge the same ones then never wait for each other.
    for row, message in sorted(ours, key=lambda each: each[0].id):
        costs.message(row, message)
        states.message(row, message)
        batch.result.known.add(message.sid)
    states.count_soft()
    others = {message.sid: message for message in outbound if message.sid not in rows}
    own = answers.by_sid(connection, others) if others else {}
    for answer in sorted(own.values()):
        message = others[answer.sid or ""]
        states.answer(answer, message)
        batch.result.known.add(message.sid)
    for sid, outlay in sorted(outlays.by_sid(connection, list(others)).items()):
        costs.outlay(outlay, others[sid])
        batch.result.known.add(sid)
    inbound = sorted(
        (message for message in messages if message.inbound), key=lambda message: message.created_at
    )
    known = receive.known_replies(connection, [message.sid for message in inbound]) if inbound else set()
    batch.result.known.update(message.sid for message in inbound)
    for message in inbound:
        if message.sid not in known:
            replies.reply(message)
        elif message.opt_out_type is not None:
            replies.told_later(message)
    webhooks.emit(connection, batch.events, real)
    if batch.deltas:
        counters.apply(connection, batch.deltas, now, touches=batch.touches)
        batch.days.write(connection)
        batch.result.completed = complete_campaigns(connection, sorted(batch.deltas), now, real)
    # The control row comes last in every transaction, so that two of them cannot wait for each other.
    if batch.fences:
        control.bump_fence(connection)
    batch.days.write_last(connection)
    if batch.stop_reason is not None:
        stop_everything(connection, batch.stop_reason, real)
    return batch.result
