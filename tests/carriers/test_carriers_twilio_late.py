"""A receipt that Twilio reports more than a day late is fetched by its SID."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.peer.messages import PeerMessage
from tests.peer.server import Peer
from tests.support.carriers import ListedCarrier
from tests.support.world import SENDER, START, World, number
from trd_tui.carriers.twilio import TwilioCarrier
from trd_tui.clock import VirtualClock, real_now
from trd_tui.engine.dispatch import Dispatcher
from trd_tui.engine.gate import Gate
from trd_tui.engine.journal import CallJournal
from trd_tui.engine.means import Means
from trd_tui.engine.options import EngineOptions
from trd_tui.engine.poll import Poller
from trd_tui.engine.scheduler import Engine
from trd_tui.engine.threads import StoreThreads
from trd_tui.store.verify import differences

HOUR = 3_600_000
DAY = 24 * HOUR
OPTIONS = EngineOptions(poll_busy_s=0.05, poll_idle_s=0.05, settle_s=0.0)


async def test_a_receipt_that_left_the_daily_list_is_fetched(
    twilio: TwilioCarrier, peer: Peer, tmp_path: Path
) -> None:
    world, clock = World(tmp_path), VirtualClock.starting(START, jumps=True)
    world.campaign(contacts=1, days=(1,))
    accepts = ListedCarrier(clock)
    await Engine(world.url, lambda: accepts, clock, OPTIONS, description="test").run(
        asyncio.Event(), until_idle=True
    )
    # It was sent two days ago, and for an hour Twilio has known what became of it.
    sent_at = real_now() - 2 * DAY
    peer.book.now = lambda: sent_at
    peer.book.failures[number(0)] = ("undelivered", 30003)
    made = peer.book.create({"To": number(0), "From": SENDER, "Body": "Hi Ann, touch 1."})
    assert isinstance(made, PeerMessage)
    made.final_at = real_now() - HOUR
    peer.book.now = real_now
    world.run("UPDATE scheduled_messages SET sid = :sid, attempted_at = :at", sid=made.sid, at=sent_at)
    store = StoreThreads(world.url)
    means = Means(store, twilio, clock, OPTIONS, lambda _sentence: None)
    poller = Poller(means, Dispatcher(means, Gate(clock), CallJournal(None), 1))
    await poller.poll()
    assert world.rows("SELECT state FROM scheduled_messages") == [("sent",)]
    await poller.poll_and_ask_for_late_ones()
    assert world.rows("SELECT state, error_code FROM scheduled_messages") == [("undelivered", 30003)]
    asked = peer.api.requests
    await poller.poll_and_ask_for_late_ones()
    assert peer.api.requests == asked + 1, "a message with a final state is not asked for"
    assert world.db.read(differences) == []
    store.close()
    world.close()
