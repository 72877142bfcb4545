"""One database, one carrier and the campaigns on them, for victims to work on."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text

from tests.peer.server import ACCOUNT, KEY_SECRET
from tests.support.command import Command
from tests.support.drip import SENDER, Drip, people
from tests.support.peer_process import PeerProcess, peer_process
from tests.support.templates import new_sqlite
from tests.torture.launcher import Launcher, Victim, now_ms
from tests.torture.ledgers import Book, PeerLedger, SimulatedBook
from trd_tui.clock import Anchor
from trd_tui.store.control import set_anchor
from trd_tui.store.database import SyncDatabase

MONDAY = "2024-01-15T14:00:00Z"
"""09:00 in New York."""

SENDERS = (SENDER, "+12125550100", "MG" + "0" * 32)

DAYS = (1, 2, 4)

SOON = {"TRD_CARRIER_TIMEOUT_S": "1", "TRD_RECONCILE_OVER_S": "1.5", "TRD_LEASE_S": "1"}
"""A call is given up after 1 s; a lost message is looked for from 1.3 s after its attempt until 2.3 s."""

STORM: dict[str, Any] = {
    "latency_ms": 10,
    "spread_ms": 200,
    "delivery_ms": 50,
    "delivery_spread_ms": 300,
    "slow_ms": 500,
    "listing_lag_ms": 200,
    "stale": 0.1,
    "repeated": 0.05,
    "calls": {
        "slow": 0.01,
        "timeout_after_accept": 0.002,
        "error_after_accept": 0.005,
        "drop_after_accept": 0.005,
        "garbage": 0.002,
        "throttle": 0.004,
        "throttle_bare": 0.004,
        "hang": 0.001,
        "drop_before_accept": 0.002,
        "error_before_accept": 0.002,
        "html": 0.001,
    },
    "lists": {"error_before_accept": 0.05, "drop_before_accept": 0.03, "throttle": 0.02, "garbage": 0.02},
}
"""Whatever the peer takes it has taken within 0.7 s and lists 0.2 s later: before anybody looks for it."""

CARRIER_STORM: dict[str, object] = {
    "latency_ms": 60,
    "timeout_ms": 900,
    "reply_rate": 0.01,
    "faults": {
        "timeout_after_accept": 0.003,
        "error_after_accept": 0.008,
        "drop_after_accept": 0.008,
        "throttle": 0.004,
        "throttle_bare": 0.004,
    },
}


@dataclass(slots=True)
class Scene:
    """What the victims work on.

    Attributes:
        folder: of everything.
        url: the database.
        launcher: starts the product.
        peer: the carrier, when it is the peer.
        store: the test's own connections.
        drips: the campaigns.
        simulated: how the simulated carrier behaves.
        rate: texts that each sender may start in a campaign second.
        days: of the touches of every campaign.
    """

    folder: Path
    url: str
    launcher: Launcher
    peer: PeerProcess | None
    settings: dict[str, str]
    store: SyncDatabase
    read_book: Callable[[], Book]
    drips: list[Drip] = field(default_factory=list)
    simulated: dict[str, object] = field(default_factory=dict)
    rate: int = 2
    days: Sequence[int] = DAYS

    def environment(self, key: str = "") -> dict[str, str]:
        """The environment of a process that sends with a key of its own."""
        given = Command(self.folder, **self.settings).environment
        given["TRD_DATABASE_URL"] = self.url
        if self.peer is not None and key:
            given |= {"TRD_TWILIO_API_KEY_SID": key, "TRD_TWILIO_API_KEY_SECRET": KEY_SECRET}
        return {**given, "TERM": "xterm-256color"}

    def sender(self, *words: object, **options: Any) -> Victim:
        """Start a process that sends; ``trd run`` unless ``words`` say otherwise."""
        key = f"SK{len(self.launcher.victims):032x}"
        return self.launcher.start(
            self.environment(key), *words, key=key, simulated=self.simulated, **options
        )

    def trd(self, *words: object) -> Victim:
        """Run another command to its end."""
        ran = self.launcher.start(self.environment(), *words, counted=False)
        ran.finish()
        return ran

    def ok(self, *words: object) -> str:
        """Run a command that must succeed; returns what it said."""
        ran = self.trd(*words)
        assert ran.status() == 0, f"trd {' '.join(map(str, words))}: {ran.said()}"
        return ran.said()

    def set_clock(self, start: str = MONDAY, speed: float = 1.0) -> None:
        """Let the database's campaign time begin at an instant."""
        virtual = int(datetime.fromisoformat(start).timestamp() * 1000)
        self.store.write(set_anchor, Anchor(now_ms(), virtual, speed))

    def add_campaign(self, count: int, *, repliers: int = 0) -> Drip:
        """Create and start one more campaign with people of its own; every n-th of them answers."""
        number = len(self.drips)
        first = sum(len(drip.audience) for drip in self.drips)
        drip = Drip(
            f"T{number}",
            people(count, first),
            days=self.days,
            sender=SENDERS[number % len(SENDERS)],
            window_days="mon-sun",
        )
        if repliers and self.peer is not None:
            answers = {
                person.number: {"after": 1 + turn % len(self.days), "body": ("Call me", "STOP")[turn % 2]}
                for turn, person in enumerate(drip.audience[::repliers])
            }
            drip.replies_after.update({number: int(str(how["after"])) for number, how in answers.items()})
            self.peer.tell("repliers", answers)
        definition, contacts = drip.write(self.folder)
        self.ok("campaign", "create", definition, "--contacts", contacts, "--start")
        self.drips.append(drip)
        self.set_rates(self.rate)
        return drip

    def set_rates(self, per_second: int) -> None:
        """Let every sender start so many texts in a campaign second."""
        self.store.write(
            lambda connection: connection.execute(
                text("UPDATE senders SET rate_milli = :rate"), {"rate": per_second * 1000}
            )
        )

    def rows(self, statement: str, **values: object) -> list[tuple[Any, ...]]:
        """Read the database beside the product."""
        return self.store.read(
            lambda connection: [tuple(row) for row in connection.execute(text(statement), values)]
        )

    def states(self) -> dict[str, int]:
        """How many messages are in each state."""
        return dict(self.rows("SELECT state, count(*) FROM scheduled_messages GROUP BY state"))

    def left(self) -> int:
        """How many touches are still to come, of contacts whose next one is known to be unsent."""
        statement = (
            "SELECT sum(e.touches_planned - e.touches_resolved) FROM enrolments e JOIN scheduled_messages m"
            " ON m.enrolment_id = e.id AND m.state = 'scheduled' JOIN campaigns c ON c.id = m.campaign_id"
            " WHERE e.status = 'active' AND c.status = 'active'"
        )
        return int(self.rows(statement)[0][0] or 0)


@contextmanager
def scene(
    folder: Path,
    carrier: str,
    url: str | None = None,
    *,
    weather: dict[str, Any] | None = None,
    **settings: str,
) -> Iterator[Scene]:
    """A database and a carrier; everything on them ends with the block.

    Args:
        folder: an empty one.
        carrier: ``peer`` or ``simulated``.
        url: a PostgreSQL database with tables; a new SQLite file when missing.
        weather: what the peer does to every request.
        settings: the product's.
    """
    with ExitStack() as stack:
        database = folder / "trd.db"
        if url is None:
            new_sqlite(database)
        address = url or f"sqlite:///{database}"
        store = SyncDatabase(address)
        stack.callback(store.close)
        launcher = stack.enter_context(Launcher(folder))
        peer: PeerProcess | None = None
        given = {"TRD_CARRIER": "simulated", **settings}
        if carrier == "peer":
            peer = stack.enter_context(peer_process(folder, "--number", SENDERS[1]))
            assert peer.settings["TRD_TWILIO_ACCOUNT_SID"] == ACCOUNT
            given |= peer.settings
            if weather:
                peer.tell("settings", weather)
            read = PeerLedger(peer.ledger).book
        else:
            home = folder / ".local" / "share" / "trd" / "simulated.carrier"
            read = SimulatedBook(Path(f"{database}.carrier") if url is None else home).book
        made = Scene(folder, address, launcher, peer, given, store, read)
        if carrier != "peer":
            made.simulated = dict(weather or {})
        made.set_clock()
        yield made


def clean_folder(folder: Path) -> Path:
    """The folder, empty."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
