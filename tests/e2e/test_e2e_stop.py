"""Acts of another process reach the one that sends: in a second, and exactly."""

from __future__ import annotations

import time

import pytest

from tests.e2e.conftest import Launch, create, set_clock
from tests.support.command import Command
from tests.support.drip import Drip, people
from tests.support.peer_process import PeerProcess, judge

SPEED = 20
"""A sender's one segment a second becomes twenty texts a second."""
SERVICE = "MG" + "0" * 32


def acted(trd: Command, act: str, subject: str) -> int:
    """The real instant of the last such act, as the audit has it."""
    at: int = trd.one("SELECT max(at) FROM audit WHERE act = ? AND subject_id = ?", act, subject)
    return at


def between(peer: PeerProcess, campaign: str, after: int, before: int) -> list[int]:
    """When texts of a campaign went between two real instants, in milliseconds after the first."""
    return [
        each.at - after
        for each in peer.sent()
        if each.body.startswith(campaign) and after <= each.at < before
    ]


def test_stop_and_pause_from_other_processes(launch: Launch, capsys: pytest.CaptureFixture[str]) -> None:
    trd, peer = launch("--latency-ms", 20)
    fir, oak = (
        Drip("Fir", people(225), days=(1,)),
        Drip("Oak", people(225, first=225), days=(1,), sender=SERVICE),
    )
    set_clock(trd)
    ids = [create(trd, drip) for drip in (fir, oak)]
    running = trd.begin("run", "--speed", SPEED)
    running.wait_for("both are sent", lambda: peer.count("Fir") > 10 and peer.count("Oak") > 10)

    trd.ok("stop", "--reason", "wrong text")
    assert "verified" in trd.ok_here("verify").out
    assert "sending" not in trd.states()
    assert trd.states()["scheduled"] > 100
    stopped = acted(trd, "stop", "1")
    running.wait_for("more than the promised second", lambda: time.time() * 1000 > stopped + 1_500)
    trd.ok("start")
    released = acted(trd, "start", "1")
    count = peer.count("Fir")
    running.wait_for("it goes on", lambda: peer.count("Fir") > count)
    late = between(peer, "", stopped, released)

    trd.ok("campaign", "pause", ids[0])
    paused, count = acted(trd, "pause", ids[0]), peer.count("Oak")
    running.wait_for(
        "the other goes on for more than the promised second",
        lambda: peer.count("Oak") > count + 10 and time.time() * 1000 > paused + 1_500,
    )
    assert trd.one("SELECT waiting_count FROM campaigns WHERE id = ?", ids[0]) > 0
    trd.ok_here("campaign", "resume", ids[0])
    resumed = acted(trd, "resume", ids[0])
    late_of_fir = between(peer, "Fir", paused, resumed)
    assert between(peer, "Oak", paused, resumed)

    with capsys.disabled():
        print(f"\nact to last call: stop {max(late, default=0)} ms, pause {max(late_of_fir, default=0)} ms")
    assert max(late, default=0) < 1_000
    assert max(late_of_fir, default=0) < 1_000
    assert running.end() == 0
    trd.ok("run", "--until-idle", "--speed", "600")  # what is left, sooner than twenty a second
    assert judge(peer.sent(), {**fir.expected(), **oak.expected()}) == []
    trd.ok_here("verify")
