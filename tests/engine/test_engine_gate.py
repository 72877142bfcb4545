"""The last look before each call: an act of any process holds for the very next call, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection

from tests.engine.conftest import OPTIONS
from tests.support.carriers import ListedCarrier
from tests.support.world import SENDER, START, World, number
from trd_tui.carriers.protocol import Begin, Outcome, SendRequest, at_once
from trd_tui.clock import VirtualClock
from trd_tui.domain.message import EnrolmentStatus
from trd_tui.engine.gate import Gate, uptime_ns
from trd_tui.engine.scheduler import Engine
from trd_tui.engine.state import EngineState
from trd_tui.store import campaigns, control, exits, lease, senders
from trd_tui.store.errors import CannotOpenError
from trd_tui.store.lookout import Lookout
from trd_tui.store.verify import differences

Act = Callable[[Connection], object]


@pytest.fixture
def both(tmp_path: Path, database_url: str) -> World:
    return World(tmp_path, url=database_url)


@pytest.fixture
def gate(both: World, clock: VirtualClock) -> Iterator[Gate]:
    token = both.db.write(lease.acquire, "us", "test", clock.real(), 60_000)
    assert token is not None
    lookout = Lookout(both.url)
    made = Gate(clock)
    made.attach(lookout)
    made.begin(token)
    made.lease_valid_for(60, since_ns=uptime_ns())
    yield made
    lookout.close()
    both.close()


def _reply(connection: Connection) -> None:
    exits.end_contact(connection, 1, EnrolmentStatus.REPLIED, "replied", START, {})
    control.bump_fence(connection)


def _suppress(connection: Connection) -> None:
    exits.suppress_contacts(connection, [1], "asked by phone", "person", START)
    control.bump_fence(connection)


def _change(status: str) -> Act:
    def act(connection: Connection) -> None:
        campaigns.change_status(connection, "camp_1", "active", status, START)
        control.bump_fence(connection)

    return act


def _pause_sender(connection: Connection) -> None:
    senders.pause_sender(connection, SENDER, "not registered")
    control.bump_fence(connection)


def _take_over(connection: Connection) -> None:
    lease.acquire(connection, "them", "another process", 2**50, 60_000)


ACTS: dict[str, tuple[Act, str]] = {
    "stop": (lambda connection: control.stop(connection, "ann", None, 1), "emergency stop"),
    "pause": (_change("paused"), "its campaign was stopped"),
    "archive": (_change("archived"), "its campaign was stopped"),
    "reply": (_reply, "sequence has ended"),
    "suppress": (_suppress, "suppressed"),
    "sender": (_pause_sender, "its sender is paused"),
    "takeover": (_take_over, "lost the lease"),
}


@pytest.mark.parametrize("act", ACTS)
def test_an_act_of_another_process_refuses_the_next_call(both: World, gate: Gate, act: str) -> None:
    both.campaign(contacts=2, days=(1,))
    both.run(
        "UPDATE scheduled_messages SET state = 'sending', sender = :sender,"
        " recipient = (SELECT number FROM contacts c WHERE c.id = contact_id)",
        sender=SENDER,
    )
    first, second = (int(str(row[0])) for row in both.rows("SELECT id FROM scheduled_messages ORDER BY id"))
    assert gate.refusal(first) is None
    doing, reason = ACTS[act]
    both.db.write(doing)
    assert reason in str(gate.refusal(first))
    # What is about one contact leaves the other alone.
    if act in ("reply", "suppress"):
        assert gate.refusal(second) is None
    else:
        assert reason in str(gate.refusal(second))


def test_a_stop_pulled_here_holds_until_the_database_has_been_stopped_and_released(
    both: World, gate: Gate
) -> None:
    assert gate.refusal(1) is None
    gate.pull()
    assert "emergency stop" in str(gate.refusal(1))  # before the database knows
    both.db.write(control.stop, "ann", None, 1)
    assert "emergency stop" in str(gate.refusal(1))
    both.db.write(control.start)
    assert gate.refusal(1) is None


def test_a_stop_pulled_before_anything_was_seen_holds(both: World, gate: Gate) -> None:
    both.db.write(control.bump_fence)
    both.db.write(control.bump_fence)
    both.db.write(control.bump_fence)
    gate.pull()
    assert "emergency stop" in str(gate.refusal(1))
    assert "emergency stop" in str(gate.refusal(1))


def test_a_stop_pulled_here_is_over_when_it_was_released_between_two_looks(both: World, gate: Gate) -> None:
    assert gate.refusal(1) is None
    gate.pull()
    both.db.write(control.stop, "ann", None, 1)
    both.db.write(control.start)
    assert gate.refusal(1) is None


def test_a_lease_that_was_not_renewed_in_time_closes_the_gate(gate: Gate) -> None:
    gate.lease_valid_for(10, since_ns=uptime_ns() - 11_000_000_000)
    assert "lost the lease" in str(gate.refusal(1))


def test_a_database_that_cannot_be_read_lets_nothing_through(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_self: Lookout) -> None:
        raise CannotOpenError("the disk failed")

    monkeypatch.setattr(Lookout, "look", fails)
    assert gate.refusal(1) == "the disk failed"


def _in_the_middle(
    world: World, carrier: ListedCarrier, clock: VirtualClock, act: Act, at: int, sent: int
) -> tuple[Engine, asyncio.Event]:
    """An engine with one batch of 100, in which the call number ``at`` sees an act commit.

    Returns:
        The engine, and the event that ends it once it has sent so many.
    """

    def answer(_request: SendRequest, call: int) -> Outcome | None:
        if call == at:
            world.db.write(act)
        return None

    carrier.answer = answer
    world.campaign(contacts=100, days=(1,))
    stop = asyncio.Event()

    def publish(state: EngineState) -> None:
        if state.sent == sent:
            stop.set()

    options = replace(OPTIONS, concurrency=100, batch=100)
    engine = Engine(world.url, lambda: carrier, clock, options, description="test", publish=publish)
    return engine, stop


async def test_a_stop_in_the_middle_of_a_batch_ends_it_at_that_call(
    world: World, carrier: ListedCarrier, clock: VirtualClock
) -> None:
    engine, stop = _in_the_middle(world, carrier, clock, ACTS["stop"][0], at=7, sent=7)
    await engine.run(stop)
    assert len(carrier.calls) == 7
    assert world.rows("SELECT state, attempts, count(*) FROM scheduled_messages GROUP BY 1, 2") == [
        ("scheduled", 0, 93),
        ("sent", 1, 7),
    ]
    assert world.db.read(differences) == []


async def test_a_suppression_in_the_middle_of_a_batch_spares_that_contact(
    world: World, carrier: ListedCarrier, clock: VirtualClock
) -> None:
    def suppress(connection: Connection) -> None:
        exits.suppress_contacts(connection, [100], "asked by phone", "person", START)
        control.bump_fence(connection)

    engine, stop = _in_the_middle(world, carrier, clock, suppress, at=5, sent=99)
    await engine.run(stop)
    assert len(carrier.calls) == 99
    assert number(99) not in {request.to for request in carrier.calls}
    assert world.db.read(differences) == []


async def test_what_never_had_a_connection_goes_back_uncalled(
    world: World, carrier: ListedCarrier, clock: VirtualClock
) -> None:
    """Its time is up before the carrier has asked whether it may begin: it was certainly not sent."""
    stop = asyncio.Event()

    class Unreachable(ListedCarrier):
        async def send(self, request: SendRequest, begin: Begin = at_once) -> Outcome:
            await asyncio.Event().wait()
            raise AssertionError

    def publish(state: EngineState) -> None:
        if state.role == "sending" and world.one("SELECT max(updated_at) FROM scheduled_messages") != START:
            stop.set()

    world.campaign(contacts=3, days=(1,))
    options = replace(OPTIONS, carrier_timeout_s=0.1)
    unreachable = Unreachable(clock)
    engine = Engine(world.url, lambda: unreachable, clock, options, description="test", publish=publish)
    await engine.run(stop)
    assert world.rows("SELECT DISTINCT state, attempts FROM scheduled_messages") == [("scheduled", 0)]
    assert world.db.read(differences) == []
