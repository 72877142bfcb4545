"""The command and the peer, each a process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.command import Command, command
from tests.support.drip import Drip
from tests.support.peer_process import PeerProcess, peer_process

MONDAY = "2024-01-15T14:00:00Z"
"""09:00 in New York."""

Launch = Callable[..., tuple[Command, PeerProcess]]


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Launch]:
    """Start a peer with options, and a command that knows it; both end with the test."""
    with ExitStack() as stack:

        def start(*options: object, **settings: str) -> tuple[Command, PeerProcess]:
            peer = stack.enter_context(peer_process(tmp_path, *options))
            return stack.enter_context(command(tmp_path, **peer.settings, **settings)), peer

        yield start


def set_clock(trd: Command, start: str = MONDAY) -> None:
    """A new database that runs on a virtual clock from an instant on."""
    trd.ok("init")
    trd.ok("run", "--until-idle", "--start", start, TRD_CARRIER="simulated")


def create(trd: Command, drip: Drip) -> str:
    """Create and start a campaign; return its ID."""
    definition, contacts = drip.write(trd.home)
    return trd.ok("campaign", "create", definition, "--contacts", contacts, "--start").out.strip()
