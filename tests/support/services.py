"""A desk for tests of services: what a person would do, in few words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import text

from tests.support.world import START
from trd_tui.clock import Anchor, VirtualClock, real_now
from trd_tui.domain.definition import CampaignDefinition, parse_definition
from trd_tui.services import campaigns, imports, verify
from trd_tui.services.actor import Actor
from trd_tui.services.imports import ImportReport
from trd_tui.services.views import ActResult
from trd_tui.store.database import Database

HOUR = 3_600_000
DAY = 24 * HOUR


def definition(name: str = "Spring", **more: Any) -> CampaignDefinition:
    """A definition with three touches."""
    touches = [{"day": day, "body": f"Hi {{{{first_name|there}}}}, day {day}."} for day in (1, 3, 5)]
    given = {"name": name, "sender": "+15005550006", "timezone": "America/New_York", "touch": touches}
    return parse_definition(given | more)


class Desk:
    """A database, a clock that stands still, and Ann."""

    def __init__(self, db: Database, folder: Path) -> None:
        self.db = db
        self.folder = folder
        self.clock = VirtualClock(Anchor(real_now(), START, 0.0), jumps=True)
        self.actor = Actor(1, "ann", "ann.login")

    def later(self, ms: int) -> None:
        """Move the clock on."""
        self.clock.jump_to(self.clock.now() + ms)

    def file(self, content: str | bytes, name: str = "contacts.csv") -> Path:
        """Write a file."""
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    async def draft(self, name: str = "Spring", **more: Any) -> str:
        """Create a campaign without contacts."""
        return await campaigns.create(self.db, self.clock, self.actor, definition(name, **more))

    async def load(self, content: str | bytes, campaign: str | None = None, **more: Any) -> ImportReport:
        """Import a file of this content."""
        looked = imports.look_through(self.file(content))
        return await imports.import_contacts(
            self.db, self.clock, self.actor, looked, campaign_id=campaign, **more
        )

    async def filled(self, name: str = "Spring", contacts: int = 3, first: int = 0, **more: Any) -> str:
        """Create a draft with contacts."""
        campaign = await self.draft(name, **more)
        await self.load(people(contacts, first), campaign)
        return campaign

    async def running(self, name: str = "Spring", contacts: int = 3, first: int = 0, **more: Any) -> str:
        """Create and start a campaign."""
        campaign = await self.filled(name, contacts, first, **more)
        (result,) = await self.do("start", campaign)
        assert result.ok, result.message
        return campaign

    async def do(self, act: str, *ids: str) -> list[ActResult]:
        """One of the acts on several campaigns."""
        done: list[ActResult] = await getattr(campaigns, act)(self.db, self.clock, self.actor, ids)
        return done

    async def rows(self, statement: str, **values: object) -> list[tuple[Any, ...]]:
        """Read with plain SQL."""
        return await self.db.read(lambda conn: [tuple(row) for row in conn.execute(text(statement), values)])

    async def one(self, statement: str, **values: object) -> Any:
        """Read one value."""
        return (await self.rows(statement, **values))[0][0]

    async def sound(self) -> None:
        """Every counter and invariant holds."""
        assert await verify.differences(self.db) == []


def people(count: int, first: int = 0) -> str:
    """A contacts file of so many people with numbers that exist."""
    lines = ["phone,first_name,last_name,city"]
    lines += [
        f"(212) 2{at // 10_000:02}-{at % 10_000:04},First{at},Last{at},Town"
        for at in range(first, first + count)
    ]
    return "\n".join(lines) + "\n"
