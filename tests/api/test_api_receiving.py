"""Statuses and texts that are posted: in any order, twice, beside polls, seen by who sends."""

from __future__ import annotations

import asyncio
from itertools import permutations

import pytest

from tests.api.test_api_adopting import Owner, counts
from tests.support.door import INBOUND, STATUS, Door, inbound_form, sid, status_form
from tests.support.world import SENDER, START, World, number
from trd_tui.carriers.protocol import Accepted, CarrierMessage
from trd_tui.clock import VirtualClock
from trd_tui.engine import intake
from trd_tui.engine.receiving import receive_batch
from trd_tui.store.lookout import Lookout


@pytest.fixture
def owner(world: World, clock: VirtualClock) -> Owner:
    """A sender, and two contacts who have had the first touch."""
    world.campaign(contacts=2)
    made = Owner(world, clock)
    for at, ready in enumerate(made.claim()):
        made.record(ready, Accepted(sid(at)))
    return made


async def say(door: Door, at: int, body: str, **more: str) -> None:
    said = await door.post(INBOUND, inbound_form(sid(100 + at), number(0), body, **more))
    assert said.status_code == 200


def polled(world: World, at: int, body: str) -> None:
    """A poll brings the same text."""
    message = CarrierMessage(sid(100 + at), True, number(0), SENDER, body, "received", None, START, START)
    world.db.write(receive_batch, [message], START, START)


def kept(world: World) -> list[tuple[object, ...]]:
    return world.rows("SELECT kind, opt_out_type, message_id IS NULL FROM replies ORDER BY id")


def where(world: World) -> list[object]:
    return [row[0] for row in world.rows("SELECT status FROM enrolments ORDER BY id")]


@pytest.mark.parametrize("order", list(permutations(["sent", "delivered", "sending"])))
async def test_statuses_come_in_any_order_and_twice(
    door: Door, world: World, owner: Owner, order: tuple[str, ...]
) -> None:
    for status in (*order, *order):
        said = await door.post(STATUS, status_form(sid(0), status, number(0)))
        assert said.status_code == 204
    assert world.one("SELECT state FROM scheduled_messages WHERE sid = :sid", sid=sid(0)) == "delivered"
    assert world.one("SELECT count(*) FROM message_events") == 3
    assert counts(world)[:2] == (2, 1)


async def test_a_failure_comes_with_its_code_and_pauses_the_sender_that_the_campaign_names(
    door: Door, world: World, owner: Owner
) -> None:
    form = status_form(sid(0), "undelivered", number(0), ErrorCode="30034", From="+12125550199")
    await door.post(STATUS, form)
    state, code = world.rows("SELECT state, error_code FROM scheduled_messages WHERE sid = :sid", sid=sid(0))[
        0
    ]
    assert (state, code) == ("undelivered", 30034)
    assert world.one("SELECT count(*) FROM senders WHERE paused_until IS NOT NULL") == 1


async def test_the_same_text_posted_at_once_and_polled_is_one_reply(
    door: Door, world: World, owner: Owner
) -> None:
    await asyncio.gather(*(say(door, 1, "who is this?") for _ in range(5)))
    polled(world, 1, "who is this?")
    assert kept(world) == [("reply", None, False)]
    assert world.one("SELECT replied_count FROM campaigns") == 1
    assert where(world) == ["replied", "active"]


async def test_the_carriers_word_stands_above_ours(door: Door, world: World, owner: Owner) -> None:
    await say(door, 1, "arret", OptOutType="STOP")
    assert kept(world) == [("opt_out", "STOP", False)]
    assert where(world) == ["opted_out", "active"]
    assert world.rows("SELECT number FROM suppressions") == [(number(0),)]
    await say(door, 2, "hola", OptOutType="HELP")
    assert world.one("SELECT count(*) FROM suppressions") == 1
    await say(door, 3, "encore", OptOutType="start")
    assert kept(world) == [
        ("opt_out", "STOP", False), ("help", "HELP", False), ("opt_in", "START", False),
    ]  # fmt: skip
    assert world.one("SELECT count(*) FROM suppressions") == 0


async def test_a_word_of_the_carrier_that_we_do_not_know_decides_nothing(
    door: Door, world: World, owner: Owner
) -> None:
    await say(door, 1, "please stop texting me", OptOutType="WHATEVER")
    assert kept(world) == [("opt_out", None, False)]


@pytest.mark.parametrize(
    ("body", "kind", "status", "opted_out"),
    [
        ("arret", "reply", "replied", 0),  # it was counted as a reply, and stays one
        ("wrong number", "opt_out", "opted_out", 1),  # it was held for a person
        ("HELP", "opt_out", "opted_out", 1),
    ],
)
async def test_when_a_poll_was_faster_the_carriers_word_still_counts(
    door: Door, world: World, owner: Owner, body: str, kind: str, status: str, opted_out: int
) -> None:
    polled(world, 1, body)
    fence = world.one("SELECT fence FROM control")
    await say(door, 1, body, OptOutType="STOP")
    await say(door, 1, body, OptOutType="STOP")
    assert kept(world) == [(kind, "STOP", False)]
    assert world.rows("SELECT number FROM suppressions") == [(number(0),)]
    assert where(world) == [status, "active"]
    assert world.one("SELECT opted_out_count FROM campaigns") == opted_out
    assert world.one("SELECT fence FROM control") != fence


async def test_a_character_that_no_database_keeps_is_replaced(door: Door, world: World, owner: Owner) -> None:
    await say(door, 1, "hi\0there")
    assert world.one("SELECT body FROM replies") == "hi\ufffdthere"


async def test_a_start_that_comes_after_the_poll_lifts_the_block(
    door: Door, world: World, owner: Owner
) -> None:
    await say(door, 1, "STOP")
    polled(world, 2, "encore")
    await say(door, 2, "encore", OptOutType="START")
    assert world.one("SELECT count(*) FROM suppressions") == 0


async def test_a_sender_elsewhere_sees_it_before_its_next_call(
    door: Door, world: World, owner: Owner, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second touch is claimed, not called yet, when the contact's answer is posted."""
    monkeypatch.setattr(intake, "EARLY_S", 0.0)
    clock.jump_to(START + 3 * 86_400_000)
    claimed = owner.claim()
    lookout = Lookout(world.url)
    before = lookout.look()
    assert lookout.refused(clock.now()) == {}
    await say(door, 1, "not interested, thanks")
    assert lookout.look().fence != before.fence
    assert set(lookout.refused(clock.now())) == {
        ready.message_id for ready in claimed if ready.request.to == number(0)
    }
    lookout.close()


async def test_an_answer_waits_until_what_it_answers_is_recorded(
    door: Door, world: World, owner: Owner, clock: VirtualClock, put_off: asyncio.Event
) -> None:
    """A machine answers within milliseconds: faster than the sender has written down that it has sent."""
    clock.jump_to(START + 3 * 86_400_000)
    second = next(ready for ready in owner.claim() if ready.request.to == number(0))
    posted = asyncio.create_task(say(door, 1, "who is this?"))
    async with asyncio.timeout(20):
        await put_off.wait()
    owner.record(second, Accepted(sid(50)))
    await posted
    assert world.one("SELECT message_id FROM replies") == second.message_id
    assert where(world) == ["replied", "active"]


async def test_many_are_merged_together_and_one_that_cannot_be_keeps_nobody(
    door: Door, world: World, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches: list[int] = []

    def fragile(
        connection: object, messages: list[CarrierMessage], now: int, real: int, *rest: object
    ) -> object:
        batches.append(len(messages))
        if any(message.body == "poison" for message in messages):
            raise ValueError("a fault of ours")
        return receive_batch(connection, messages, now, real, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(intake, "receive_batch", fragile)
    bodies = ["poison", *("hi there" for _ in range(9))]
    answers = await asyncio.gather(
        *(door.post(INBOUND, inbound_form(sid(at), number(at), body)) for at, body in enumerate(bodies))
    )
    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [503]
    assert max(batches) > 1
    assert len(kept(world)) == 9
