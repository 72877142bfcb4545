"""The app over a real SSH line that drops in the middle of a send: nothing is sent twice, nothing is lost."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path

import pytest

from tests.ssh.host import GROUP, TRD, Host, Line, Step, drop
from tests.support.command import eventually
from tests.support.drip import Drip, people
from tests.support.peer_process import PeerProcess, judge, peer_process, twice

pytestmark = pytest.mark.system

MONDAY = datetime.fromisoformat("2024-01-15T14:00:00Z")
"""09:00 in New York."""

SPEED = 30
"""A sender's one segment a second becomes thirty texts a second."""


def use(host: Host, settings: str, peer: PeerProcess) -> None:
    """Let a settings file that ``trd init`` has written name the peer as the carrier."""
    keys = {name.removeprefix("TRD_").lower(): value for name, value in peer.settings.items()}
    file = host.path(settings)
    kept = [line for line in file.read_text().splitlines() if line.partition(" ")[0] not in keys]
    file.write_text("\n".join([*kept, *(f'{key} = "{value}"' for key, value in keys.items()), ""]))


def set_clock(host: Host, database: str) -> None:
    """Let campaign time begin on a Monday morning, and run fast."""
    real, virtual = time.time_ns() // 1_000_000, int(MONDAY.timestamp() * 1000)
    host.sql(database, "INSERT INTO control (id) VALUES (1) ON CONFLICT (id) DO NOTHING")
    anchor = "UPDATE control SET anchor_real = ?, anchor_virtual = ?, speed_milli = ?"
    host.sql(database, anchor, real, virtual, SPEED * 1000)


def draft(host: Host, user: str, drip: Drip, folder: Path) -> None:
    """Let a user write a campaign, not started."""
    for file in drip.write(folder):
        host.give(user, file.name, file.read_text("utf-8"))
    host.ok(user, "campaign", "create", f"{drip.name}.toml", "--contacts", f"{drip.name}.csv")


def open_app(line: Line, shown: str = "sending here") -> None:
    """Type the command at the prompt, and wait until the app says who sends."""
    line.press(b"trd\r", shown)


def wait_for_sends(peer: PeerProcess, campaign: str) -> None:
    """Wait until some more texts of a campaign have come to the carrier."""
    before = peer.count(campaign)
    eventually("it sends", lambda: peer.count(campaign) > before + 20)


def leave(line: Line, user: str) -> None:
    """Quit by key: the app drains, and the shell's prompt is back."""
    line.press(b"q", f"{user}@")


# What stands on the screen when the line drops.


def half_typed_search(line: Line) -> None:
    line.press(b"/zqx", "zqx")


def open_question(line: Line) -> None:
    line.press(b"P", "Pause?")


ASKED, ANSWER = "Is it still for sale?", "Yes, and you may see it on"


def half_written_answer(line: Line) -> None:
    line.press(b"\x1bOR", ASKED)  # f3, the inbox
    line.press(b"a")
    line.press(ANSWER.encode(), ANSWER)


AT_THE_DROP: tuple[Step, ...] = (half_written_answer, half_typed_search, open_question)


def test_a_dropped_line_loses_and_doubles_nothing(host: Host, tmp_path: Path) -> None:
    drip = Drip("Elm", people(500), days=(1,))
    with peer_process(tmp_path, "--latency-ms", 60) as peer:
        host.ok("eve", "init")
        use(host, "/home/eve/.config/trd/config.toml", peer)
        database = "/home/eve/.local/share/trd/trd.db"
        set_clock(host, database)
        draft(host, "eve", drip, tmp_path)
        for turn, on_screen in enumerate(AT_THE_DROP):
            with host.login("eve") as line:
                open_app(line)
                if turn == 0:
                    line.press(b"r", "Start?")
                    line.press(b"y")
                wait_for_sends(peer, "Elm")
                if on_screen is half_written_answer:
                    peer.tell("inbound", {"from": peer.sent()[0].number, "body": ASKED})
                drop(line, on_screen)
            host.wait_until_gone("eve")
            assert not twice(peer.sent())
            left = dict(host.sql(database, "SELECT state, count(*) FROM scheduled_messages GROUP BY state"))
            assert set(left) <= {"scheduled", "sent", "delivered"}, "what was under way has been drained"
            assert left["scheduled"] == len(drip.audience) - len(peer.sent()) > 0
        assert "verified" in host.ok("eve", "verify").out
        with host.login("eve") as line:
            open_app(line)
            eventually("the rest is sent", lambda: peer.count("Elm") == len(drip.audience))
            line.until("completed")
            line.press(b"\x1bOR", "Nothing is unread")
            line.press(b"2", ASKED)
            line.press(b"a", ANSWER)  # what was half written is there again, and was not sent
            line.press(b"\x1b\x1bOQ", "completed")
            leave(line, "eve")
        assert judge(peer.sent(), drip.expected()) == []
    assert host.sql(database, "SELECT body FROM reply_drafts") == [[ANSWER]]
    assert "verified" in host.ok("eve", "verify").out


def test_two_operators_share_a_database(host: Host, tmp_path: Path) -> None:
    """One sends, the other watches, acts, and goes on where the first one's line has dropped."""
    drip = Drip("Oak", people(200), days=(1,))
    with peer_process(tmp_path, "--latency-ms", 60) as peer:
        said = host.as_root(*TRD, "init", "--shared", "/srv/trd", "--group", GROUP)
        assert f"with the group {GROUP}: ann, bob" in said
        use(host, "/etc/trd/config.toml", peer)
        database = "/srv/trd/trd.db"
        set_clock(host, database)
        draft(host, "ann", drip, tmp_path)
        with host.login("bob") as bob:
            with host.login("ann") as ann:
                open_app(ann)
                open_app(bob, "watching")
                bob.until("+ ann")
                ann.until("+ bob")
                bob.press(b"r", "Start?")
                bob.press(b"y")
                wait_for_sends(peer, "Oak")  # bob has started it, and ann's app sends
                bob.press(b"!", "STOPPED")
                ann.until("STOPPED")
                bob.press(b"!", "Release the emergency stop?")
                bob.press(b"y")
                wait_for_sends(peer, "Oak")  # ann's app goes on
                drop(ann, half_typed_search)
            bob.until("sending here")  # at once: ann's has drained and given the lease back
            eventually("the rest is sent", lambda: peer.count("Oak") == len(drip.audience))
            bob.until("completed")
            leave(bob, "bob")
        host.wait_until_gone("ann")
        assert judge(peer.sent(), drip.expected()) == []
    assert "verified" in host.ok("ann", "verify").out
    assert host.sql(database, "SELECT id FROM sessions") == [], "who has left is here no more"
    acts = map(tuple, host.sql(database, "SELECT act, actor, login FROM audit"))
    assert {("create", "ann", "ann"), ("start", "bob", "bob"), ("stop", "bob", "bob")} <= set(acts)
