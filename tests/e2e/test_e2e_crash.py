"""A sender that ends in the middle: killed, or asked to; nobody hears anything twice."""

from __future__ import annotations

import signal

from tests.e2e.conftest import Launch, create, set_clock
from tests.support.command import eventually
from tests.support.drip import Drip, people
from tests.support.peer_process import judge, twice

SLOW_PEER = ("--latency-ms", 40)
SOON = {"TRD_RECONCILE_OVER_S": "1", "TRD_CARRIER_TIMEOUT_S": "1", "TRD_LEASE_S": "2"}


def test_three_kills_in_the_middle_of_sending(launch: Launch) -> None:
    """The peer goes on taking what was on its way when the sender died; the next sender must find it."""
    trd, peer = launch(*SLOW_PEER, **SOON, TRD_UNKNOWN_POLICY="retry")
    drip = Drip("Crash", people(160), days=(1, 2, 3))
    set_clock(trd)
    create(trd, drip)
    left = []
    for goal in (20, 95, 190):
        running = trd.begin("run", "--until-idle", "--speed", "600")
        running.wait_for(
            f"texts under way after {goal}",
            lambda goal=goal: peer.count() >= goal and trd.states().get("sending", 0) > 20,  # type: ignore[misc]
        )
        running.end(signal.SIGKILL)
        left.append(trd.states().get("sending", 0))
    assert any(left), "no kill fell into the middle of sending"
    peer.tell("settings", {"latency_ms": 0})
    trd.ok("run", "--until-idle")
    print(f"in flight when killed: {left}; texts {peer.count()}")
    assert twice(peer.sent()) == []
    assert judge(peer.sent(), drip.expected()) == []
    assert set(trd.states()) <= {"sent", "delivered"}
    trd.ok_here("verify")


def test_what_nobody_knows_is_held_for_a_person(launch: Launch) -> None:
    """By default a text that the carrier does not list after a kill is not sent again by itself."""
    trd, peer = launch(**SOON)
    drip = Drip("Held", people(12), days=(1, 2))
    peer.tell("faults", [{"kind": "hang", "to": person.number} for person in drip.audience[:4]])
    set_clock(trd)
    create(trd, drip)
    running = trd.begin("run", "--until-idle", TRD_CARRIER_TIMEOUT_S="30")
    running.wait_for("the four that hang are alone", lambda: trd.states().get("sending", 0) == 4)
    running.end(signal.SIGKILL)
    trd.ok("run", "--until-idle")
    waiting = {person.number for person in drip.audience[:4]}
    reached = {number: bodies for number, bodies in drip.expected().items() if number not in waiting}
    assert judge(peer.sent(), reached) == []
    assert trd.states().get("held") == 4
    assert set(trd.states()) <= {"sent", "delivered", "held"}
    trd.ok_here("verify")


def test_sigterm_lets_what_is_on_its_way_land(launch: Launch) -> None:
    trd, peer = launch("--latency-ms", 300)
    drip = Drip("Drain", people(120), days=(1, 2))
    set_clock(trd)
    create(trd, drip)
    running = trd.begin("run", "--until-idle")
    running.wait_for("texts under way", lambda: trd.states().get("sending", 0) > 10)
    assert running.end(signal.SIGTERM) == 0
    states = trd.states()
    assert set(states) == {"scheduled", "sent"} or set(states) == {"scheduled", "sent", "delivered"}
    assert states["scheduled"] == 120
    assert peer.count() == trd.one("SELECT sum(sent_count) FROM campaigns") < 120
    trd.ok_here("verify")
    peer.tell("settings", {"latency_ms": 0})
    trd.ok("run", "--until-idle")
    assert judge(peer.sent(), drip.expected()) == []


def test_a_second_process_waits_and_takes_over(launch: Launch) -> None:
    trd, peer = launch(*SLOW_PEER, **SOON, TRD_UNKNOWN_POLICY="retry")
    drip = Drip("Relay", people(120), days=(1, 2))
    set_clock(trd)
    create(trd, drip)
    first = trd.begin("run", "--speed", "40")  # it stays when the first day is done
    first.wait_for("the first sends", lambda: peer.count() >= 20)
    second = trd.begin("run", "--until-idle")
    second.wait_for("the second waits", lambda: second.says("scheduler is watching"))
    owner = trd.one("SELECT description FROM leases")
    assert str(first.process.pid) in owner
    first.end(signal.SIGKILL)
    peer.tell("settings", {"latency_ms": 0})
    second.wait_for("the second has taken over", lambda: second.says("scheduler is sending"), patience_s=15)
    assert second.finish() == 0
    assert twice(peer.sent()) == []
    assert judge(peer.sent(), drip.expected()) == []
    eventually("the lease is free", lambda: trd.one("SELECT owner FROM leases") is None)
    trd.ok_here("verify")
