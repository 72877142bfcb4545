"""A small world for tests of the engine: a database with campaigns, contacts and a plan, put in directly."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, text

from tests.support.templates import new_sqlite
from trd_tui.domain.sequence import Sequence as TouchSequence
from trd_tui.domain.sequence import Touch
from trd_tui.store import counters, planning, senders, variants
from trd_tui.store.counters import CampaignDelta
from trd_tui.store.database import SyncDatabase

SENDER = "+15005550006"
ZONE = "America/New_York"


def instant(text_: str) -> int:
    """``2024-01-15T14:00`` in UTC as epoch milliseconds."""
    return int(datetime.fromisoformat(text_).replace(tzinfo=UTC).timestamp() * 1000)


START = instant("2024-01-15T14:00")  # a Monday, 09:00 in New York


def short_sequence(*days: int) -> TouchSequence:
    """One touch on each day, with texts that differ."""
    return TouchSequence(
        tuple(
            Touch(position, day, f"Hi {{{{first_name|there}}}}, touch {position}.")
            for position, day in enumerate(days, 1)
        )
    )


class World:
    """A database file and what a test wants in it."""

    def __init__(self, folder: Path, name: str = "trd.db", *, url: str | None = None) -> None:
        self.file = folder / name
        self.url = url or f"sqlite:///{self.file}"
        if url is None and not self.file.exists():
            new_sqlite(self.file)
        self.db = SyncDatabase(self.url)

    def sender(self, address: str = SENDER, *, rate_milli: int = 0) -> None:
        """Add a sender; without a rate it has no limit."""
        self.db.write(senders.add_sender, address, "long_code", rate_milli, 0)

    def campaign(
        self,
        campaign_id: str = "camp_1",
        *,
        contacts: int = 1,
        first: int = 0,
        days: Sequence[int] = (1, 3, 5),
        sequence: TouchSequence | None = None,
        sender: str = SENDER,
        start: int | None = START,
        priority: int = 3,
        daily_cap: int | None = None,
        budget_micros: int | None = None,
        fields: dict[str, str] | None = None,
    ) -> str:
        """Add a campaign with ``contacts`` contacts, numbered from ``first``; started at ``start``."""
        touches = sequence or short_sequence(*days)
        self.sender(sender)
        self.db.write(
            _insert,
            campaign_id,
            touches,
            [number(first + at) for at in range(contacts)],
            sender,
            start,
            priority,
            daily_cap,
            budget_micros,
            fields or {},
        )
        if start is not None:
            self.db.write(planning.begin_plan, campaign_id, "start", start)
            while not self.db.write(planning.plan_chunk, campaign_id, start, 2_000).finished:
                pass
        return campaign_id

    def rows(self, statement: str, **values: object) -> list[tuple[object, ...]]:
        """Read with plain SQL."""
        return self.db.read(
            lambda connection: [tuple(row) for row in connection.execute(text(statement), values)]
        )

    def one(self, statement: str, **values: object) -> object:
        """Read one value."""
        return self.rows(statement, **values)[0][0]

    def run(self, statement: str, **values: object) -> None:
        """Change something with plain SQL."""
        self.db.write(lambda connection: connection.execute(text(statement), values).rowcount)

    def close(self) -> None:
        """Give the connection back."""
        self.db.close()


def number(at: int) -> str:
    """The number of the how-manieth contact; valid in the North American plan."""
    return f"+1212{2_000_000 + at:07d}"


def _insert(
    connection: Connection,
    campaign_id: str,
    touches: TouchSequence,
    numbers: Sequence[str],
    sender: str,
    start: int | None,
    priority: int,
    daily_cap: int | None,
    budget_micros: int | None,
    fields: dict[str, str],
) -> None:
    connection.execute(
        text(
            "INSERT INTO campaigns (id, name, name_folded, status, sender, timezone, send_time, window_days,"
            " window_from, window_to, priority, daily_cap, budget_micros, created_at, started_at,"
            " last_activity_at) VALUES (:id, :id, :id, :status, :sender, :zone, 540, 127, 540, 1200,"
            " :priority, :cap, :budget, 0, :start, 0)"
        ),
        {
            "id": campaign_id,
            "status": "draft" if start is None else "active",
            "sender": sender,
            "zone": ZONE,
            "priority": priority,
            "cap": daily_cap,
            "budget": budget_micros,
            "start": start,
        },
    )
    connection.execute(
        text(
            "INSERT INTO touches (campaign_id, position, day, body, active)"
            " VALUES (:id, :position, :day, :body, :active)"
        ),
        [
            {
                "id": campaign_id,
                "position": touch.position,
                "day": touch.day,
                "body": touch.body,
                "active": int(touch.active),
            }
            for touch in touches.touches
        ],
    )
    variants.put(connection, campaign_id, 1, touches.touches, afresh=True)
    connection.execute(
        text(
            "INSERT INTO contacts (number, first_name, created_at, updated_at)"
            " VALUES (:number, :first_name, 0, 0) ON CONFLICT (workspace_id, number) DO NOTHING"
        ),
        [{"number": each, "first_name": fields.get("first_name", "Ann")} for each in numbers],
    )
    connection.execute(
        text(
            "INSERT INTO enrolments (campaign_id, contact_id, touches_planned, created_at, updated_at)"
            " SELECT :id, id, :planned, 0, 0 FROM contacts WHERE number = :number"
        ),
        [{"id": campaign_id, "planned": touches.planned, "number": each} for each in numbers],
    )
    counters.move_status(connection, campaign_id, None, "draft" if start is None else "active")
    counters.apply(
        connection,
        {
            campaign_id: CampaignDelta(
                contact_count=len(numbers),
                open_count=len(numbers),
                touches_planned=len(numbers) * touches.planned,
            )
        },
        0,
    )
