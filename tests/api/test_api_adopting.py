"""A callback names the message of an attempt whose answer was lost, or is still on its way."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from tests.support.door import INBOUND, STATUS, Door, inbound_form, sid, status_form
from tests.support.world import START, World, number
from trd_tui.carriers.protocol import Accepted, Unknown
from trd_tui.clock import VirtualClock
from trd_tui.domain.frequency import Caps
from trd_tui.engine import intake
from trd_tui.engine.claiming import Claimer
from trd_tui.engine.ready import Done, NotSent, Ready
from trd_tui.engine.recording import record_batch
from trd_tui.store import attempts, lease

LOST = Unknown("no answer")
GIVEN_UP = NotSent("the carrier does not list it", retry=False)
TRIED_AGAIN = NotSent("the carrier does not list it", retry=True)


class Owner:
    """A sender that holds the lease and does what a test says."""

    def __init__(self, world: World, clock: VirtualClock) -> None:
        self.world = world
        self.clock = clock
        self.claimer = Claimer(caps=Caps(0, 0))
        token = world.db.write(lease.acquire, "owner", "test", clock.real(), 60_000)
        assert token is not None
        self.token = token

    def claim(self) -> Sequence[Ready]:
        claim = self.world.db.write(
            self.claimer.claim,
            token=self.token,
            now=self.clock.now(),
            real=self.clock.real(),
            slots=10,
            horizon_ms=1_000,
        )
        return claim.batch

    def record(self, ready: Ready, outcome: Accepted | Unknown | NotSent) -> int:
        done = Done(ready, outcome)
        return self.world.db.write(
            record_batch, self.claimer.sequences, [done], self.clock.now(), self.clock.real()
        ).accepted

    def dies(self) -> None:
        self.world.run("UPDATE leases SET expires_at = 0")


@pytest.fixture
def owner(world: World, clock: VirtualClock) -> Owner:
    world.campaign(contacts=2)
    return Owner(world, clock)


async def delivered(door: Door, ready: Ready, *, to: str | None = None, at: int = 7) -> None:
    """Twilio posts that the message of this attempt was delivered."""
    form = status_form(sid(at), "delivered", to or ready.request.to)
    said = await door.post(STATUS, form, query=f"attempt={ready.request.attempt_id}")
    assert said.status_code == 204


def message(world: World, ready: Ready) -> tuple[object, ...]:
    return world.rows("SELECT state, sid FROM scheduled_messages WHERE id = :id", id=ready.message_id)[0]


def counts(world: World) -> tuple[object, ...]:
    return world.rows(
        "SELECT sent_count, delivered_count, in_flight_count, held_count, waiting_count, reserved_micros"
        " FROM campaigns"
    )[0]


ADOPTED = ("delivered", sid(7))


async def test_an_attempt_whose_answer_was_lost_is_adopted_at_once(
    door: Door, world: World, owner: Owner
) -> None:
    first, second = owner.claim()
    owner.record(first, LOST)
    owner.record(second, Accepted(sid(8)))
    await delivered(door, first)
    assert message(world, first) == ADOPTED
    assert counts(world) == (2, 1, 0, 0, 2, 0)  # and the next touch of both waits
    # What the carrier's list shows of it later is nothing new.
    assert owner.record(first, Accepted(sid(7))) == 0
    assert owner.record(first, GIVEN_UP) == 0
    await delivered(door, first)
    assert counts(world) == (2, 1, 0, 0, 2, 0)


async def test_what_the_list_was_faster_with_is_not_adopted_again(
    door: Door, world: World, owner: Owner
) -> None:
    first, _ = owner.claim()
    owner.record(first, LOST)
    owner.record(first, Accepted(sid(7)))
    await delivered(door, first)
    assert message(world, first) == ADOPTED
    assert counts(world)[:3] == (1, 1, 1)


async def test_what_a_dead_sender_was_calling_is_adopted(door: Door, world: World, owner: Owner) -> None:
    first, _ = owner.claim()
    owner.dies()
    await delivered(door, first)
    assert message(world, first) == ADOPTED
    world.run("UPDATE leases SET expires_at = :far", far=2**60)  # for verify: the other one is in flight


async def test_a_callback_that_is_faster_than_the_answer_waits_for_it(
    door: Door, world: World, owner: Owner, put_off: asyncio.Event
) -> None:
    first, _ = owner.claim()
    posted = asyncio.create_task(delivered(door, first))
    async with asyncio.timeout(20):
        await put_off.wait()
    assert owner.record(first, Accepted(sid(7), segments=3)) == 1
    await posted
    assert message(world, first) == ADOPTED
    assert world.one("SELECT segments FROM scheduled_messages WHERE id = :id", id=first.message_id) == 3


async def test_a_live_sender_that_has_no_answer_yet_counts_the_message_no_second_time(
    door: Door, world: World, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "EARLY_S", 0.0)
    first, _ = owner.claim()
    await delivered(door, first)
    before = counts(world)
    assert owner.record(first, Accepted(sid(7))) == 0
    assert owner.record(first, LOST) == 0
    assert message(world, first) == ADOPTED
    assert counts(world) == before == (1, 1, 1, 0, 1, counts(world)[5])


@pytest.mark.parametrize("outcome", [GIVEN_UP, TRIED_AGAIN], ids=["held", "scheduled again"])
async def test_what_was_given_up_is_taken_back_and_not_sent_again(
    door: Door, world: World, owner: Owner, outcome: NotSent
) -> None:
    first, second = owner.claim()
    owner.record(second, Accepted(sid(8)))
    owner.record(first, LOST)
    owner.record(first, outcome)
    await delivered(door, first)
    assert message(world, first) == ADOPTED
    assert counts(world) == (2, 1, 0, 0, 2, 0)
    assert world.rows("SELECT DISTINCT status FROM enrolments") == [("active",)]
    assert owner.claim() == []


async def test_an_attempt_that_was_followed_by_another_is_not_adopted(
    door: Door, world: World, owner: Owner
) -> None:
    first, _ = owner.claim()
    owner.record(first, LOST)
    owner.record(first, TRIED_AGAIN)
    (again,) = owner.claim()
    await delivered(door, first)
    assert message(world, again) == ("sending", None)
    owner.record(again, LOST)
    owner.record(again, GIVEN_UP)
    await delivered(door, first)
    assert message(world, again) == ("held", None)


def test_what_is_taken_back_and_not_adopted_yet_is_looked_for(world: World, owner: Owner) -> None:
    """A crash comes between the two; the fixture's `verify` finds nothing wrong with what it leaves."""
    first, _ = owner.claim()
    owner.record(first, LOST)
    owner.record(first, GIVEN_UP)
    attempt, to = first.request.attempt_id, first.request.to
    assert world.db.write(attempts.take_back, attempt, to, START)
    assert message(world, first) == ("unknown", None)
    assert not world.db.write(attempts.take_back, attempt, to, START)


async def test_who_has_answered_meanwhile_gets_no_next_touch(door: Door, world: World, owner: Owner) -> None:
    first, _ = owner.claim()
    owner.record(first, LOST)
    assert (await door.post(INBOUND, inbound_form(sid(9), number(0), "who is this?"))).status_code == 200
    await delivered(door, first)
    assert message(world, first) == ADOPTED
    assert world.rows("SELECT count(*) FROM scheduled_messages WHERE contact_id = 1") == [(1,)]


async def test_an_id_that_another_message_has_is_not_given_a_second_time(
    door: Door, world: World, owner: Owner
) -> None:
    world.campaign("camp_2", contacts=1)
    claimed = [*owner.claim(), *owner.claim()]
    first, second = (ready for ready in claimed if ready.request.to == number(0))
    owner.record(first, Accepted(sid(7)))
    owner.record(second, LOST)
    await delivered(door, second)
    assert message(world, first) == ADOPTED
    assert message(world, second) == ("unknown", None)


@pytest.mark.parametrize(
    "attempt",
    [
        "test-0123456789abcdef",
        "reply-0123456789abcdef",
        "1-1",
        "f-ffffffffffffffff-1",
        "a-b-c-d",
        "-",
        "1-%00-1",
    ],
)
async def test_attempts_of_other_kinds_and_other_numbers_change_nothing(
    door: Door, world: World, owner: Owner, attempt: str
) -> None:
    first, _ = owner.claim()
    owner.record(first, LOST)
    before = world.rows("SELECT * FROM scheduled_messages ORDER BY id")
    said = await door.post(STATUS, status_form(sid(7), "sent", number(0)), query=f"attempt={attempt}")
    assert said.status_code == 204
    await delivered(door, first, to=number(1))
    assert world.rows("SELECT * FROM scheduled_messages ORDER BY id") == before
