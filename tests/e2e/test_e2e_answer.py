"""A person's own answer whose sender is killed: the scheduler finds it at the carrier, and it goes once."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.conftest import Launch, set_clock
from tests.support.command import Command, eventually

CONTACT, OURS = "+12122000000", "+15005550006"
SOON = {"TRD_RECONCILE_OVER_S": "1", "TRD_CARRIER_TIMEOUT_S": "1", "TRD_LEASE_S": "2"}

# The command itself, but its process is killed at the named place.
_VICTIM = """
import os, signal, sys
from trd_tui.carriers import twilio
from trd_tui.cli.main import main

place = sys.argv.pop(1)

def die():
    os.kill(os.getpid(), signal.SIGKILL)

class Doomed(twilio.TwilioCarrier):
    async def send(self, request, begin=lambda: None):
        if place == "before the call":
            die()
        outcome = await super().send(request, begin)
        assert place == "after the call"
        die()

twilio.TwilioCarrier = Doomed
sys.exit(main(sys.argv[1:]))
"""


def wrote_to_us(trd: Command) -> None:
    """A conversation: somebody has written to us, who is no contact."""
    with closing(sqlite3.connect(trd.database)) as connection:
        connection.execute(
            "INSERT INTO replies (sid, sender, recipient, body, received_at, carrier_at)"
            " VALUES ('SM1', ?, ?, 'Call me', 1, 1)",
            (CONTACT, OURS),
        )
        connection.commit()


def killed(trd: Command, place: str) -> int:
    """Answer, and be killed."""
    words = [sys.executable, "-c", _VICTIM, place, "reply", "send", CONTACT, "When?", "--yes"]
    ended = subprocess.run(
        words,
        cwd=Path(__file__).parents[2],
        env=trd.environment,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode < 0, ended.stderr
    return ended.returncode


def state(trd: Command) -> str:
    return str(trd.one("SELECT state FROM answers ORDER BY id DESC LIMIT 1"))


@pytest.mark.parametrize(
    ("place", "becomes", "arrived"), [("before the call", "held", 0), ("after the call", "", 1)]
)
def test_a_kill_neither_doubles_nor_loses_it(launch: Launch, place: str, becomes: str, arrived: int) -> None:
    trd, peer = launch(**SOON)
    set_clock(trd)
    wrote_to_us(trd)
    assert killed(trd, place) == -9
    assert state(trd) == "sending"
    assert len(peer.sent()) == arrived
    again = trd.here("reply", "send", CONTACT, "When?", "--yes")
    assert (again.status, "is under way, and nobody knows yet whether it was sent" in again.err) == (1, True)
    running = trd.begin("run")
    running.wait_for("the scheduler has found out", lambda: state(trd) not in ("sending", "unknown"))
    if becomes:
        assert state(trd) == becomes
        assert "perhaps sent (ask them" in trd.ok_here("reply", "show", CONTACT).out
    else:
        eventually("it is delivered", lambda: state(trd) == "delivered")
    assert running.end() == 0
    assert len(peer.sent()) == arrived
    trd.ok_here("verify")
