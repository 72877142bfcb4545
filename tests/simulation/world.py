"""One simulated world: a database, a carrier, an engine that may die, and people who act on campaigns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import Connection, text

from tests.simulation.carrier import Fate
from tests.simulation.host import Host
from tests.support.drip import SENDER, Person
from trd_tui.carriers.protocol import SendRequest
from trd_tui.domain.definition import CampaignDefinition, parse_definition
from trd_tui.domain.frequency import Caps
from trd_tui.engine.options import EngineOptions
from trd_tui.services import campaigns, control, editing, imports, review, undo
from trd_tui.services.actor import Actor
from trd_tui.services.views import ActResult
from trd_tui.store import control as control_row
from trd_tui.store import senders, suppressions

OPTIONS = EngineOptions(
    concurrency=8,
    batch=20,
    # Time leaps over days here: a lease of seconds would be lost at each of them.
    lease_s=90 * 86_400.0,
    carrier_timeout_s=0.5,
    reconcile_over_s=3.0,
    listing_lag_s=0.5,
    unknown_policy="retry",
    poll_busy_s=2.0,
    poll_idle_s=2.0,
    # Here campaigns that share contacts shall not wait for each other; the caps have tests of their own.
    caps=Caps(0, 0),
)

_HELD_UNCALLED = text(
    "SELECT m.id FROM scheduled_messages m JOIN contacts c ON c.id = m.contact_id"
    " WHERE m.campaign_id = :id AND c.number = :number AND m.state = 'held' AND m.attempts = 0"
)


class World(Host):
    """Everything of one simulation.

    Args:
        folder: for contacts files.
        url: a database with this version's tables.
        start: the first instant, epoch milliseconds.
        seed: draws how tasks interleave.
        fate: what becomes of each call to the carrier.
        crash: asked at each checkpoint of the send path whether the process dies there.
        options: of the engine.
    """

    def __init__(
        self,
        folder: Path,
        url: str,
        start: int,
        seed: int,
        fate: Callable[[SendRequest, int], Fate] = lambda _request, _repeats: Fate(),
        crash: Callable[[str], bool] = lambda _point: False,
        options: EngineOptions = OPTIONS,
    ) -> None:
        super().__init__(url, start, seed, fate, crash, options)
        self.folder = folder
        self.actor = Actor(1, "ann", "ann.login")

    async def create(
        self, name: str, people: Sequence[Person], *, days: Sequence[int], zone: str, **more: Any
    ) -> str:
        """Create a campaign with contacts; its texts begin with its name and the touch's number."""
        await self.db.write(senders.add_sender, SENDER, "long_code", 0, self.clock.now())
        wanted = _definition(name, list(enumerate(days, 1)), zone, more)
        id_ = await campaigns.create(self.db, self.clock, self.actor, wanted)
        self.names.setdefault(name, []).append(id_)
        if people:
            await self.enrol(id_, people)
        return id_

    async def enrol(self, campaign: str, people: Sequence[Person]) -> None:
        """Import contacts into a campaign, whether it runs or not."""
        file = self.folder / "people.csv"
        lines = ["phone,first_name,timezone", *(f"{p.number},{p.first_name},{p.zone}" for p in people)]
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        looked = imports.look_through(file)
        await imports.import_contacts(self.db, self.clock, self.actor, looked, campaign_id=campaign)
        self.note("enrol", campaign)

    async def act(self, name: str, *ids: str) -> list[ActResult]:
        """One of the acts on campaigns."""
        done: list[ActResult] = await _ACTS[name](self.db, self.clock, self.actor, ids)
        for result in done:
            if result.ok:
                self.note(name, result.campaign_id)
        return done

    async def duplicate(self, campaign: str, name: str) -> str:
        """Copy a campaign with its contacts; the copy's texts begin with the original's name."""
        result = await campaigns.duplicate(
            self.db, self.clock, self.actor, campaign, None, with_contacts=True
        )
        copy = str(result.figures["new_campaign_id"])
        self.names[name].append(copy)
        return copy

    async def edit(
        self, campaign: str, name: str, texts: Sequence[tuple[int, int]], *, zone: str, **more: Any
    ) -> None:
        """Give a campaign other texts: number and day of each.

        Raises:
            EditError: it cannot be edited.
        """
        wanted = _definition(name, texts, zone, more)
        self.on_commit.append(lambda: self.note("edit", campaign))
        try:
            await editing.edit(self.db, self.clock, self.actor, campaign, wanted)
        finally:
            self.on_commit.clear()

    async def decide(self, campaign: str, number: str, decision: Literal["send", "skip"]) -> None:
        """A person decides about what is held of a contact, unless it may have been sent."""
        held = self.rows(_HELD_UNCALLED, id=campaign, number=number)
        if not held:
            return

        def decided() -> None:
            if self.rows(_HELD_UNCALLED, id=campaign, number=number) != held:
                self.doubts.discard(number)
                self.note("decide", f"{campaign} {number}")

        self.on_commit.append(decided)
        try:
            await review.review(self.db, self.clock, self.actor, campaign, decision, [number])
        finally:
            self.on_commit.clear()

    async def emergency_stop(self) -> None:
        """Stop all sending."""
        self.sign_of_life()
        await control.stop(self.db, self.clock, self.actor, "simulated")
        self.note("stop")

    async def release(self) -> None:
        """Release the emergency stop."""
        await control.start(self.db, self.clock, self.actor)
        self.note("start all")

    async def suppress(self, number: str) -> None:
        """Put a number on the do-not-contact list."""
        self.on_commit.append(lambda: self.leaves(number, "been suppressed"))
        await self.db.write(_suppress, number, self.clock.now())


def _definition(
    name: str, texts: Sequence[tuple[int, int]], zone: str, more: Mapping[str, Any]
) -> CampaignDefinition:
    touches = [
        {"day": day, "body": f"{name} {number}: Hi {{{{first_name|there}}}}. Reply STOP to opt out."}
        for number, day in texts
    ]
    return parse_definition({"name": name, "sender": SENDER, "timezone": zone, "touch": touches, **more})


_ACTS: Mapping[str, Callable[..., Any]] = {
    "start": campaigns.start,
    "pause": campaigns.pause,
    "resume": campaigns.resume,
    "archive": campaigns.archive,
    "delete": campaigns.delete,
    "undelete": campaigns.undelete,
    "unpause": undo.unpause,
}


def _suppress(connection: Connection, number: str, now: int) -> None:
    suppressions.suppress(connection, [number], "asked by phone", "operator", now)
    control_row.bump_fence(connection)
