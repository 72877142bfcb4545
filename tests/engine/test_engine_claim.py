"""What a claim lets go, asked of the claim itself: rules that a whole run would only show by luck."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.engine.conftest import OPTIONS
from tests.support.carriers import ListedCarrier
from tests.support.world import START, World
from trd_tui.clock import VirtualClock
from trd_tui.domain.sequence import Sequence as Touches
from trd_tui.domain.sequence import Touch
from trd_tui.engine.claiming import Claim, Claimer
from trd_tui.engine.dispatch import Dispatcher
from trd_tui.engine.gate import Gate, uptime_ns
from trd_tui.engine.journal import CallJournal
from trd_tui.engine.means import Means
from trd_tui.engine.threads import StoreThreads
from trd_tui.store import control, lease
from trd_tui.store.lookout import Lookout
from trd_tui.store.verify import differences

HOUR = 3_600_000


@pytest.fixture
def token(world: World) -> int:
    taken = world.db.write(lease.acquire, "test", "test", 0, 10**15)
    assert taken is not None
    return taken


def claim(world: World, token: int, *, now: int = START, slots: int = 100) -> Claim:
    return world.db.write(Claimer().claim, token=token, now=now, real=now, slots=slots, horizon_ms=1_000)


def test_nothing_is_claimed_while_the_emergency_stop_is_on(world: World, token: int) -> None:
    world.campaign(contacts=3)
    world.db.write(control.stop, "operator", "test", 0)
    stopped = claim(world, token)
    assert stopped.stopped
    assert stopped.batch == []
    world.db.write(control.start)
    assert len(claim(world, token).batch) == 3


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("UPDATE campaigns SET status = 'paused'", 0),
        ("UPDATE campaigns SET deleted_at = 1", 0),
        ("UPDATE campaigns SET plan_kind = 'resume'", 0),
        ("UPDATE campaigns SET plan_version = plan_version + 1", 0),
        ("UPDATE senders SET paused_until = 9000000000000000", 0),
        ("UPDATE campaigns SET name = 'still active'", 3),
    ],
)
def test_only_present_plans_of_active_campaigns_are_claimed(
    world: World, token: int, change: str, expected: int
) -> None:
    world.campaign(contacts=3)
    world.run(change)
    assert len(claim(world, token).batch) == expected


def test_outside_the_window_a_message_moves_to_its_opening(world: World, token: int) -> None:
    world.campaign(contacts=1)
    night = START + 14 * HOUR  # 23:00 in New York
    assert claim(world, token, now=night).batch == []
    assert world.one("SELECT scheduled_for FROM scheduled_messages") == START + 24 * HOUR
    assert world.one("SELECT next_due_at FROM campaigns") == START + 24 * HOUR


def test_the_window_is_the_contacts_own(world: World, token: int) -> None:
    world.campaign(contacts=1)
    world.run("UPDATE contacts SET timezone = 'America/Los_Angeles'")
    assert claim(world, token).batch == []  # 06:00 there
    assert world.one("SELECT scheduled_for FROM scheduled_messages") == START + 3 * HOUR


def test_the_least_gap_after_the_last_touch_is_kept(world: World, token: int) -> None:
    world.campaign(contacts=1)
    world.run("UPDATE enrolments SET last_sent_at = :at", at=START - 17 * HOUR)
    assert claim(world, token).batch == []
    assert world.one("SELECT scheduled_for FROM scheduled_messages") == START + 3 * HOUR


def test_a_sender_starts_no_more_than_its_rate(world: World, token: int) -> None:
    world.sender("+12125550000", rate_milli=3_000)
    world.campaign(contacts=50, sender="+12125550000")
    assert len(claim(world, token).batch) <= 3
    assert claim(world, token).batch == []
    assert len(claim(world, token, now=START + 1_000).batch) == 3


def test_a_long_text_uses_up_as_many_segments_as_it_has(world: World, token: int) -> None:
    world.sender("+12125550000", rate_milli=3_000)
    long = Touches((Touch(1, 1, "x" * 200),))
    world.campaign(contacts=50, sender="+12125550000", sequence=long)
    claim(world, token)
    # Three segments a second are one text and a half: two may begin, the third waits for the debt.
    assert [ready.segments for ready in claim(world, token, now=START + 10_000).batch] == [2, 2]
    assert claim(world, token, now=START + 10_300).batch == []


def test_every_due_campaign_gets_its_share(world: World, token: int) -> None:
    world.campaign("camp_big", contacts=500)
    world.campaign("camp_small", contacts=20, first=500)
    campaigns = [ready.campaign_id for ready in claim(world, token, slots=40).batch]
    assert campaigns.count("camp_small") == campaigns.count("camp_big") == 20


async def test_a_claim_that_is_cancelled_gives_back_what_it_took(
    world: World, token: int, clock: VirtualClock, carrier: ListedCarrier
) -> None:
    world.campaign(contacts=5)
    committed, go_on = asyncio.Event(), asyncio.Event()

    class SlowStore(StoreThreads):
        async def write(self, statement: Any, *args: Any, **kwargs: Any) -> Any:
            result = await super().write(statement, *args, **kwargs)
            committed.set()
            await go_on.wait()
            return result

    store = SlowStore(world.url)
    means = Means(store, carrier, clock, OPTIONS, lambda _: None)
    dispatcher = Dispatcher(means, Gate(clock), CallJournal(None), token)
    recorder = asyncio.create_task(dispatcher.record_forever())
    claiming = asyncio.create_task(dispatcher.claim())
    await committed.wait()
    claiming.cancel()
    await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await claiming
    await dispatcher.drain()
    recorder.cancel()
    store.close()
    assert carrier.calls == []
    assert world.rows("SELECT DISTINCT state, attempts FROM scheduled_messages") == [("scheduled", 0)]
    assert world.db.read(differences) == []


async def test_a_result_that_the_database_refuses_keeps_nobody_waiting(
    world: World, token: int, clock: VirtualClock, carrier: ListedCarrier
) -> None:
    """Somebody has put the next touch of the first contact there by hand: its row cannot be added."""
    world.campaign(contacts=3, days=(1, 3))
    world.run(
        "INSERT INTO scheduled_messages (campaign_id, enrolment_id, contact_id, touch, plan_version, state,"
        " scheduled_for, created_at, updated_at) SELECT campaign_id, enrolment_id, contact_id, 2, 0,"
        " 'cancelled', 0, 0, 0 FROM scheduled_messages ORDER BY id LIMIT 1"
    )
    troubles: list[str] = []
    store = StoreThreads(world.url)
    lookout = Lookout(world.url)
    gate = Gate(clock)
    gate.attach(lookout)
    gate.begin(token)
    gate.lease_valid_for(60, since_ns=uptime_ns())
    means = Means(store, carrier, clock, OPTIONS, troubles.append)
    dispatcher = Dispatcher(means, gate, CallJournal(None), token)
    recorder = asyncio.create_task(dispatcher.record_forever())
    await dispatcher.claim()
    await dispatcher.drain()
    recorder.cancel()
    lookout.close()
    store.close()
    assert len(carrier.calls) == 3
    assert world.rows("SELECT state, count(*) FROM scheduled_messages WHERE touch = 1 GROUP BY 1") == [
        ("sent", 2),
        ("unknown", 1),
    ]
    assert "was refused" in troubles[0]
    # Only what was put there by hand is out of order.
    assert all(line.startswith("enrolment 1:") for line in world.db.read(differences))
