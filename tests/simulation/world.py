"""One simulated world: a database, a carrier, an engine that may die, and people who act on campaigns."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Literal

from sqlalchemy import Connection, text

from tests.simulation.carrier import Fate, SeededCarrier
from tests.simulation.loop import CrashError, Process, SimulatedClock, SimulatedLoop, process, simulated_time
from tests.simulation.scenario import UNCLEAR
from tests.simulation.store import TurnDatabase
from tests.support.drip import SENDER, Person
from trd_tui.carriers.protocol import SendRequest
from trd_tui.domain.definition import CampaignDefinition, parse_definition
from trd_tui.domain.frequency import Caps
from trd_tui.engine import checkpoints
from trd_tui.engine.options import EngineOptions
from trd_tui.engine.scheduler import Engine
from trd_tui.services import campaigns, control, editing, imports, review, undo
from trd_tui.services.actor import Actor
from trd_tui.services.views import ActResult
from trd_tui.store import control as control_row
from trd_tui.store import senders, suppressions, verify
from trd_tui.store.downtime import USUAL

STEP_S = 0.5
"""How far time moves at once while something is to be done but nothing is on its way."""

TURNS = 40_000
"""Turns of the loop after which a simulation has evidently lost its way."""

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

_STANDING = text(
    "SELECT (SELECT count(*) FROM scheduled_messages WHERE state IN ('sending','unknown')),"
    " (SELECT count(*) FROM campaigns WHERE plan_kind IS NOT NULL AND status = 'active'),"
    " (SELECT min(next_due_at) FROM campaigns WHERE status = 'active' AND deleted_at IS NULL),"
    " coalesce((SELECT stopped FROM control WHERE id = 1), 0)"
)
_OPEN = text("SELECT id FROM campaigns WHERE status = 'active' AND deleted_at IS NULL")
_STOPPED = text("SELECT coalesce((SELECT stopped FROM control WHERE id = 1), 0)")
_WHOSE = text("SELECT campaign_id FROM scheduled_messages WHERE attempt_id = :attempt")
_KNOWN = text("SELECT 1 FROM scheduled_messages WHERE sid = :sid")
_CONTACT = text("SELECT 1 FROM contacts WHERE number = :number")
_HELD_UNCALLED = text(
    "SELECT m.id FROM scheduled_messages m JOIN contacts c ON c.id = m.contact_id"
    " WHERE m.campaign_id = :id AND c.number = :number AND m.state = 'held' AND m.attempts = 0"
)
_MEMBER_OF = text(
    "SELECT e.campaign_id FROM enrolments e JOIN contacts c ON c.id = e.contact_id WHERE c.number = :number"
)
_FREE_LEASE = text("UPDATE leases SET expires_at = 0")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to the world, for whoever judges it: ``pause``, ``down``, ``out`` ..."""

    at: int
    kind: str
    subject: str = ""


class World:
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
        self.folder = folder
        self.url = url
        self.options = options
        self.crash = crash
        self.loop = SimulatedLoop(Random(f"hops {seed}"))
        self.loop.goal = self._goal
        self.clock = SimulatedClock(self.loop, start)
        self.carrier = SeededCarrier(self.loop, self.clock, fate)
        self.carrier.before_call = self._before_call
        self.db = TurnDatabase(url)
        self.db.committed = self._committed
        self.actor = Actor(1, "ann", "ann.login")
        self.events: list[Event] = []
        self.faults: list[str] = []
        """What must never happen and has."""
        self.out: dict[tuple[str, str], str] = {}
        """Campaign and number of whom nothing may be called any more, as far as the database has been told.

        With the reason; an empty campaign stands for every one, also those to come.
        """
        self.doubts: set[str] = set()
        """Numbers that have perhaps opted out, as far as the database has been told: a person decides."""
        self.open: set[str] = set()
        self.stopped = False
        self.names: dict[str, list[str]] = {}
        """Ids of the campaigns whose texts begin with this name."""
        self.engine: Process | None = None
        self.quiet = asyncio.Event()
        self.died = asyncio.Event()
        self._ending = asyncio.Event()
        self._engine_task: asyncio.Task[None] | None = None
        self._machine: Engine | None = None
        self._engines = 0
        self._up_at = 0
        self._off_until = 0
        self._turns = 0
        self._appointments: list[float] = []
        self._callers: dict[str, str] = {}
        self._soft: dict[str, int] = {}
        self._merged_lines: set[str] = set()
        self._between: dict[str, Callable[[], Coroutine[Any, Any, object]]] = {}
        self._on_commit: list[Callable[[], None]] = []

    # Time

    def run(self, work: Any) -> Any:
        """Run something to its end in the simulated loop."""
        checkpoints.hook = self._reached
        try:
            with simulated_time(self.loop):
                return self.loop.run_until_complete(work)
        finally:
            checkpoints.hook = None

    def close(self) -> None:
        """Give files back."""
        self.run(self._raze())
        self.loop.close()

    async def _raze(self) -> None:
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        if self.engine is not None:
            self.kill()
            await self.bury()
        await self.db.close()

    async def until(self, instant: int) -> None:
        """Wait for an instant; the world does not leap over it."""
        when = max(self.clock.seconds_at(instant), self.loop.time())
        heapq.heappush(self._appointments, when)
        come: asyncio.Future[None] = self.loop.create_future()
        self.loop.call_at(when, come.set_result, None)
        try:
            await come
        finally:
            self._appointments.remove(when)
            heapq.heapify(self._appointments)

    def _goal(self) -> float:
        """Up to which instant of the loop nothing can happen."""
        self._turns += 1
        if self._turns > TURNS:
            raise AssertionError("the simulation does not come to rest")
        now = self.loop.seconds
        if self.carrier.open:
            return now
        flying, planning, due, stopped = self.db.sync.read(_read_standing)
        running = self.engine is not None
        if running and (flying or planning):
            return now + STEP_S
        wanted = list(self._appointments[:1])
        line = self.carrier.next_at()
        if running and line is not None:
            wanted.append(self.clock.seconds_at(line))
        if running and due is not None and not stopped:
            wanted.append(self.clock.seconds_at(due))
        if not wanted:
            self.quiet.set()
            return now
        return max(min(wanted), now + STEP_S) if min(wanted) <= now else min(wanted)

    # The engine

    def launch(self) -> None:
        """Start an engine, as a process of its own."""
        self._engines += 1
        own = self.engine = Process(f"engine {self._engines}")
        self._ending = asyncio.Event()
        self.died.clear()
        engine = Engine(self.url, lambda: self.carrier, self.clock, self.options, description=own.name)
        self._machine = engine
        self._engine_task = self.loop.begin(own, engine.run(self._ending))
        self._up_at = self.clock.now()
        self._note("up")

    async def end_gracefully(self) -> bool:
        """Let the engine end as on SIGTERM; whether it did, or died on the way."""
        assert self._engine_task is not None
        self._ending.set()
        await self._over()
        if self.died.is_set():
            await self.bury()
            return False
        self._sign_of_life()
        self.engine = None
        self._note("down")
        if self.count("state = 'sending'"):
            self.faults.append("an engine that ended gracefully has left messages in sending")
        return True

    async def _over(self) -> None:
        """Wait until the engine's process has died or its run is over."""
        assert self._engine_task is not None
        died = asyncio.ensure_future(self.died.wait())
        await asyncio.wait({died, self._engine_task}, return_when=asyncio.FIRST_COMPLETED)
        died.cancel()
        if not self.died.is_set() and (error := self._engine_task.exception()) is not None:
            raise AssertionError("the engine has ended by an error of its own") from error

    def check_engine(self) -> None:
        """Make sure that the engine is still at work.

        Raises:
            AssertionError: it has ended by itself.
        """
        if self._engine_task is not None and self._engine_task.done():
            raise AssertionError("the engine has ended by itself") from self._engine_task.exception()

    async def keep_running(self, over: asyncio.Event, rests: Iterator[int]) -> None:
        """Keep an engine running.

        Args:
            over: ends it gracefully.
            rests: how many milliseconds it stays away after one crash after the other.
        """
        while True:
            self.launch()
            ends = asyncio.ensure_future(over.wait())
            lives = asyncio.ensure_future(self._over())
            await asyncio.wait({ends, lives}, return_when=asyncio.FIRST_COMPLETED)
            ends.cancel()
            if not lives.done():
                lives.cancel()
                if await self.end_gracefully():
                    return
            else:
                await lives
                await self.bury()
            await self.until(self.clock.now() + next(rests))
            while self.clock.now() < self._off_until:
                await self.until(self._off_until)

    async def switch_off(self, until: int) -> None:
        """Take the machine's power away until an instant; ``keep_running`` starts an engine after it."""
        self._off_until = until
        if self.engine is not None:
            self._note("crash", "power")
            self.kill()
            await self._over()

    def _sign_of_life(self) -> None:
        """The last one of the signs that a living engine leaves every few seconds; time leaps over them.

        Who has only just begun leaves none of its own accord: its first claim does.
        """
        now = self.clock.now()
        if self.engine is not None and not self.stopped and now - self._up_at > USUAL.downtime_ms:
            self.db.sync.write(control_row.beat, now)

    async def bury(self) -> None:
        """What is left after a crash: the lease, which runs out, and whatever was committed."""
        assert self.engine is not None
        self._sign_of_life()
        await self.engine.bury()
        # The system lets go of a dead process's files, and with them of the lock on its call journal.
        if (journal := getattr(self._machine, "journal", None)) is not None:
            journal.close()
        self.engine = None
        self.carrier.listed = []
        self.db.sync.write(lambda connection: connection.execute(_FREE_LEASE).rowcount)
        self._note("down")

    def kill(self) -> None:
        """Crash the engine from outside, wherever its tasks are."""
        assert self.engine is not None
        self.engine.die()
        self.died.set()

    def _reached(self, point: str) -> None:
        own = process.get()
        if own is None or own is not self.engine:
            return
        if own.dead:
            raise CrashError
        if point == "changes merged":
            self._merged()
        if point in self._between:
            self._act_now(self._between.pop(point))
        if self.crash(point):
            self._note("crash", point)
            self.kill()
            raise CrashError

    def between(self, point: str, act: Callable[[], Coroutine[Any, Any, object]]) -> None:
        """Let somebody act, in another process, when the engine next reaches a point of the send path."""
        self._between[point] = act

    def _act_now(self, act: Callable[[], Coroutine[Any, Any, object]]) -> None:
        self.db.at_once = True
        try:
            act().send(None)
        except StopIteration:
            return
        finally:
            self.db.at_once = False
        raise AssertionError("an act between two steps of the engine must not wait")

    def _merged(self) -> None:
        """What the last poll listed is committed: who has answered must not hear more of us."""
        for message in self.carrier.listed:
            number = str(message.sender) if message.inbound else message.to
            mark = f"{message.sid} {message.status}"
            if mark in self._merged_lines:
                continue
            self._merged_lines.add(mark)
            if message.inbound and message.body == "STOP":
                self.leaves(number, "opted out")
            elif message.inbound and message.body == UNCLEAR:
                if self.rows(_CONTACT, number=number):
                    self.doubts.add(number)
                    self._note("doubt", number)
            elif message.inbound:
                # Whoever enrols them again after that means it.
                for (campaign,) in self.rows(_MEMBER_OF, number=number):
                    self.leaves(number, "replied", str(campaign))
            elif not self.rows(_KNOWN, sid=message.sid):
                # Not adopted yet: the product cannot know whose status this is; a later poll lists it again.
                self._merged_lines.discard(mark)
            elif message.error_code == 30005:
                self.leaves(number, "a bad number")
            elif message.error_code == 30003:
                self._soft[number] = self._soft.get(number, 0) + 1
                if self._soft[number] == 3:
                    self.leaves(number, "a bad number")
            elif message.status == "delivered":
                self._soft[number] = 0
        self.carrier.listed = []

    def leaves(self, number: str, reason: str, campaign: str = "") -> None:
        """From now on nothing of a campaign, or nothing at all, may go to a number."""
        if (campaign, number) not in self.out:
            self.out[campaign, number] = reason
            self._note("out", f"{campaign} {number}")

    def _before_call(self, request: SendRequest) -> None:
        campaign, touch = self.whose(request)
        what = f"call {len(self.carrier.calls) + 1}: touch {touch} of {campaign} to {request.to}"
        if self.stopped:
            self.faults.append(f"{what} during the emergency stop")
        if campaign not in self.open:
            self.faults.append(f"{what} although the campaign does not run")
        if request.to in self.doubts:
            self.faults.append(f"{what} although they have perhaps opted out")
        for reason in (self.out.get((campaign, request.to)), self.out.get(("", request.to))):
            if reason is not None:
                self.faults.append(f"{what} although they have {reason}")

    def whose(self, request: SendRequest) -> tuple[str, int]:
        """Campaign and text of a call: by what it says, and by its row where a copy has the same text."""
        name, number = request.body.split(":", 1)[0].split(" ")
        if len(self.names[name]) == 1:
            return self.names[name][0], int(number)
        # The row knows of its last attempt only: looked up before the call, and remembered.
        if request.attempt_id not in self._callers:
            ((campaign,),) = self.rows(_WHOSE, attempt=request.attempt_id)
            self._callers[request.attempt_id] = str(campaign)
        return self._callers[request.attempt_id], int(number)

    # What people do

    def _committed(self) -> None:
        """An act has been committed: look what may send from now on."""
        self.open, self.stopped = self.db.sync.read(_read_open)
        for mark in self._on_commit:
            mark()
        self._on_commit.clear()

    def _note(self, kind: str, subject: str = "") -> None:
        self.events.append(Event(self.clock.now(), kind, subject))

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
        self._note("enrol", campaign)

    async def act(self, name: str, *ids: str) -> list[ActResult]:
        """One of the acts on campaigns."""
        done: list[ActResult] = await _ACTS[name](self.db, self.clock, self.actor, ids)
        for result in done:
            if result.ok:
                self._note(name, result.campaign_id)
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
        self._on_commit.append(lambda: self._note("edit", campaign))
        try:
            await editing.edit(self.db, self.clock, self.actor, campaign, wanted)
        finally:
            self._on_commit.clear()

    async def decide(self, campaign: str, number: str, decision: Literal["send", "skip"]) -> None:
        """A person decides about what is held of a contact, unless it may have been sent."""
        held = self.rows(_HELD_UNCALLED, id=campaign, number=number)
        if not held:
            return

        def decided() -> None:
            if self.rows(_HELD_UNCALLED, id=campaign, number=number) != held:
                self.doubts.discard(number)
                self._note("decide", f"{campaign} {number}")

        self._on_commit.append(decided)
        try:
            await review.review(self.db, self.clock, self.actor, campaign, decision, [number])
        finally:
            self._on_commit.clear()

    async def emergency_stop(self) -> None:
        """Stop all sending."""
        self._sign_of_life()
        await control.stop(self.db, self.clock, self.actor, "simulated")
        self._note("stop")

    async def release(self) -> None:
        """Release the emergency stop."""
        await control.start(self.db, self.clock, self.actor)
        self._note("start all")

    async def suppress(self, number: str) -> None:
        """Put a number on the do-not-contact list."""
        self._on_commit.append(lambda: self.leaves(number, "been suppressed"))
        await self.db.write(_suppress, number, self.clock.now())

    # Looking

    def rows(self, statement: Any, **values: object) -> list[tuple[object, ...]]:
        """Read with SQL."""
        asked = text(statement) if isinstance(statement, str) else statement
        return self.db.sync.read(lambda c: [tuple(row) for row in c.execute(asked, values)])

    def count(self, condition: str) -> int:
        """How many messages fulfil a condition."""
        found = self.rows(f"SELECT count(*) FROM scheduled_messages WHERE {condition}")
        return int(str(found[0][0]))

    def differences(self) -> list[str]:
        """What does not add up in the database.

        A crash leaves messages behind in flight, and the world frees the lease at once: the next sender
        looks after them, and only its absence is what `trd verify` would tell.
        """
        found = self.db.sync.read(verify.differences, self.clock.real())
        return [line for line in found if "nobody holds the lease" not in line]


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


def _read_standing(connection: Connection) -> tuple[int, int, int | None, int]:
    flying, planning, due, stopped = connection.execute(_STANDING).one()
    return flying, planning, due, stopped


def _read_open(connection: Connection) -> tuple[set[str], bool]:
    return {row[0] for row in connection.execute(_OPEN)}, bool(connection.execute(_STOPPED).scalar_one())
