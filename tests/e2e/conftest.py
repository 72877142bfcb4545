"""The command and the peer, each a process."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path

import pytest

from tests.support.command import Command, command
from tests.support.drip import Drip
from tests.support.peer_process import PeerProcess, peer_process
from tests.support.templates import new_sqlite

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
    """A new database as `trd run --until-idle --start` leaves it: on a virtual clock."""
    new_sqlite(trd.database)
    virtual = int(datetime.fromisoformat(start).timestamp() * 1000)
    with closing(sqlite3.connect(trd.database)) as connection:
        connection.execute(
            "UPDATE control SET anchor_real = ?, anchor_virtual = ?, speed_milli = 1000",
            (time.time_ns() // 1_000_000, virtual),
        )
        connection.commit()


def create(trd: Command, drip: Drip) -> str:
    """Create and start a campaign; return its ID."""
    definition, contacts = drip.write(trd.home)
    return trd.ok_here("campaign", "create", definition, "--contacts", contacts, "--start").out.strip()
