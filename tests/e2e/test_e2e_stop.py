"""Acts of another process reach the one that sends: in a second, and exactly."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import Launch, create, set_clock
from tests.support.command import Background, Command
from tests.support.drip import Drip, people
from tests.support.peer_process import PeerProcess, judge

SPEED = "60"
"""A sender's one segment a second becomes sixty texts a second."""


def sending(trd: Command, peer: PeerProcess, drip: Drip) -> tuple[str, Background]:
    """A campaign in the middle of its first touch."""
    campaign = create(trd, drip)
    running = trd.begin("run", "--speed", SPEED)
    running.wait_for("it sends", lambda: peer.count(drip.name) >= 20)
    return campaign, running


def test_stop_from_another_process_ends_the_calls(launch: Launch, capsys: pytest.CaptureFixture[str]) -> None:
    trd, peer = launch("--latency-ms", 20)
    set_clock(trd)
    drip = Drip("Emergency", people(400), days=(1,))
    _, running = sending(trd, peer, drip)
    trd.ok("stop", "--reason", "wrong text")
    trd.ok("verify")  # and a second passes
    stopped = peer.count()
    acted = trd.one("SELECT max(at) FROM audit WHERE act = 'stop' AND subject = 'control'")
    last = peer.sent()[-1].at - acted
    with capsys.disabled():
        print(f"\ntrd stop -> last call: {last} ms")
    assert stopped < 400
    assert last < 1_000
    assert "sending" not in trd.states()
    trd.ok("start")
    running.wait_for("it goes on", lambda: peer.count() > stopped)
    released = trd.one("SELECT max(at) FROM audit WHERE act = 'start' AND subject = 'control'")
    assert [each for each in peer.sent() if acted + 1_000 < each.at < released] == []
    assert running.end() == 0
    trd.ok("run", "--until-idle")
    assert judge(peer.sent(), drip.expected()) == []
    trd.ok("verify")


def test_pause_from_another_process_ends_that_campaign_only(
    launch: Launch, capsys: pytest.CaptureFixture[str]
) -> None:
    service = "MG" + "0" * 32
    trd, peer = launch("--latency-ms", 20)
    set_clock(trd)
    other = Drip("Other", people(400, first=5_000), days=(1,), sender=service)
    create(trd, other)
    drip = Drip("Paused", people(400), days=(1,))
    campaign, running = sending(trd, peer, drip)
    trd.ok("campaign", "pause", campaign)
    trd.ok("verify")
    ours = [each for each in peer.sent() if each.body.startswith("Paused")]
    acted = trd.one("SELECT max(at) FROM audit WHERE act = 'pause' AND subject_id = ?", campaign)
    last = ours[-1].at - acted
    with capsys.disabled():
        print(f"\ntrd campaign pause -> last call: {last} ms")
    assert len(ours) < 400
    assert last < 1_000
    assert peer.sent()[-1].body.startswith("Other")
    trd.ok("campaign", "resume", campaign)
    assert running.end() == 0
    trd.ok("run", "--until-idle")
    assert judge(peer.sent(), {**drip.expected(), **other.expected()}) == []
    trd.ok("verify")
