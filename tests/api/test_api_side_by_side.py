"""Polls, webhooks and both together make the same rows of the same campaigns.

The engine sends through Twilio's own SDK to the local peer. When it asks for changes, the peer posts its
callbacks at the door first, shuffled and half of them twice; without polls nothing else tells it anything.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.peer.book import Replier
from tests.peer.server import ACCOUNT, TOKEN, Peer, running_peer
from tests.peer.webhooks import Webhooks
from tests.support.door import INBOUND, OURS, PUBLIC, Door, open_door, settings_for
from tests.support.world import START, World, number
from trd_tui.carriers.protocol import CarrierMessage, SendRequest
from trd_tui.carriers.twilio import TwilioCarrier
from trd_tui.carriers.twilio_webhooks import status_callback
from trd_tui.clock import VirtualClock
from trd_tui.engine.options import EngineOptions
from trd_tui.engine.scheduler import Engine
from trd_tui.store.verify import differences
from trd_tui.wiring import EVERYDAY, make_carrier

OPTIONS = EngineOptions(
    concurrency=1, poll_busy_s=0.05, poll_idle_s=0.05, settle_s=0.0, listing_lag_s=0.0, carrier_timeout_s=5.0
)

ANSWERS = {
    0: (1, "STOP"),
    1: (1, "who is this?"),
    2: (2, "yes!"),
    3: (1, "HELP"),
    4: (1, "please stop texting me"),
    5: (2, "stop by tomorrow"),
    6: (1, "I'm driving right now, I'll reply later (auto)"),
    7: (3, "ok thanks"),
}
FAILS = {8: ("undelivered", 30005), 9: ("failed", 30003), 10: ("undelivered", 30007)}
CONTACTS = 12

# Everything but instants, prices (a poll alone brings those) and the carrier's ids.
ROWS = {
    "messages": "SELECT m.campaign_id, m.recipient, m.touch, m.state, m.error_code, m.reason, m.segments,"
    " m.body, m.sent_at IS NULL, m.final_at IS NULL FROM scheduled_messages m"
    " JOIN contacts c ON c.id = m.contact_id ORDER BY 1, c.number, 3",
    "enrolments": "SELECT e.campaign_id, c.number, e.status, e.end_reason, e.ended_touch, e.sent_count,"
    " e.touches_resolved, e.replied_at IS NULL, e.opted_out_at IS NULL, c.bad_number, c.doubt,"
    " c.soft_failures FROM enrolments e JOIN contacts c ON c.id = e.contact_id ORDER BY 1, 2",
    "replies": "SELECT r.sender, r.recipient, r.body, r.kind, r.campaign_id, m.touch, r.opt_out_type"
    " FROM replies r LEFT JOIN scheduled_messages m ON m.id = r.message_id ORDER BY 1, 3, 5",
    "suppressions": "SELECT number, reason, source FROM suppressions ORDER BY 1",
    "campaigns": "SELECT id, status, sent_count, delivered_count, failed_count, replied_count,"
    " opted_out_count, segment_count, touches_resolved, held_count, open_count FROM campaigns ORDER BY 1",
    "touches": "SELECT campaign_id, position, sent_count, delivered_count, failed_count, replied_count,"
    " opted_out_count FROM touches ORDER BY 1, 2",
}


class PostedCarrier(TwilioCarrier):
    """Whoever asks it for changes is posted them first; it lists them itself only when told to."""

    webhooks: Webhooks
    lists = True
    seed = 0

    async def changes(self, since: int) -> Sequence[CarrierMessage]:
        self.seed += 1
        while await self.webhooks.post_all(seed=self.seed, twice=0.5):
            pass
        return await super().changes(since) if self.lists else []


async def live(
    world: World, clock: VirtualClock, peer: Peer, door: Door, *, posts: bool, lists: bool
) -> dict[str, object]:
    """Two campaigns that share contacts live to their end; what the database then holds."""
    for at, (after, body) in ANSWERS.items():
        peer.book.repliers[number(at)] = Replier(after, body)
    for at, failure in FAILS.items():
        peer.book.failures[number(at)] = failure
    world.campaign("camp_1", contacts=CONTACTS)
    world.campaign("camp_2", contacts=4, first=2, days=(2, 4), start=START + 3_600_000)
    webhooks = Webhooks(peer.book, ACCOUNT, TOKEN, door.relay)
    webhooks.inbound_url = f"{PUBLIC}{INBOUND}#rc=2"

    def carrier() -> PostedCarrier:
        made = PostedCarrier(
            ACCOUNT,
            (ACCOUNT, TOKEN),
            api_base=peer.url,
            status_callback=status_callback(PUBLIC) if posts else None,
        )
        made.webhooks, made.lists = webhooks, lists
        if not posts:
            webhooks.inbound_url = None
        return made

    engine = Engine(world.url, carrier, clock, OPTIONS, description="test")
    async with asyncio.timeout(60):
        await engine.run(asyncio.Event(), until_idle=True)
    assert world.db.read(differences) == []
    assert set(webhooks.answers) <= {200, 204}
    assert bool(webhooks.answers) == posts
    return {name: world.rows(statement) for name, statement in ROWS.items()}


async def test_polls_and_webhooks_make_the_same_rows(tmp_path: Path) -> None:
    found: dict[str, dict[str, object]] = {}
    for name, posts, lists in (("polls", False, True), ("webhooks", True, False), ("both", True, True)):
        world = World(tmp_path, f"{name}.db")
        clock = VirtualClock.starting(START, jumps=True)
        async with running_peer(checked=False) as peer, open_door(settings_for(world.url), clock) as door:
            found[name] = await live(world, clock, peer, door, posts=posts, lists=lists)
        world.close()
    for part in ROWS:
        assert found["webhooks"][part] == found["polls"][part], part
        assert found["both"][part] == found["polls"][part], part
    replies = found["polls"]["replies"]
    assert isinstance(replies, list)
    assert len(replies) == len(ANSWERS)


@pytest.mark.parametrize("public", [PUBLIC, None])
async def test_each_text_says_where_its_receipts_go_once_there_is_an_address(
    tmp_path: Path, public: str | None
) -> None:
    """Held to Twilio's own description, with what stands behind the `#`."""
    async with running_peer() as peer:
        settings = settings_for(f"sqlite:///{tmp_path}/x.db", public_url=public, twilio_api_base=peer.url)
        carrier = make_carrier(settings, VirtualClock.starting(START), EVERYDAY)
        await carrier.send(SendRequest("1-2-3", OURS, number(0), "Hi."))
        await carrier.close()
        assert peer.contract is not None
        assert peer.contract.violations == []
        told = f"{PUBLIC}/webhooks/twilio/status?attempt=1-2-3#rc=2&rp=5xx,ct,rt"
        assert [message.callback for message in peer.book.sent] == [public and told]
