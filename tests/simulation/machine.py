"""A Hypothesis state machine: people, a carrier and crashes at work on real services, store and engine.

The model is a few dictionaries: which campaigns there are and what they may do, who is in them. Which texts
were taken stands in the carrier's book. After every step the database must agree with both.
A further act is a rule of a few lines: do it through `World`, say what the model makes of it.
"""

from __future__ import annotations

import sys
from collections import defaultdict, deque
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.simulation.calendars import GAP_MS, Calendar
from tests.simulation.carrier import Fate
from tests.simulation.judge import PERMANENT
from tests.simulation.scenario import UNCLEAR, WINDOWS, ZONES
from tests.simulation.slots import Slots
from tests.simulation.world import OPTIONS, World
from tests.support.drip import Person
from tests.support.world import instant, number
from trd_tui.carriers.protocol import SendRequest
from trd_tui.domain.policies import RESUME_POLICIES
from trd_tui.engine.checkpoints import POINTS
from trd_tui.services.editing import EditError

SECOND_MS = 1_000
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

# A Monday morning in winter, and the days before clocks go forward and back.
STARTS = tuple(instant(day) for day in ("2026-01-12T14:00", "2026-03-06T15:30", "2026-10-30T13:00"))
TICKS = (4, 30, 300, 5 * SECOND_MS, 600 * SECOND_MS, 5 * HOUR_MS, DAY_MS, 2 * DAY_MS, 9 * DAY_MS)
DAYS = (1, 2, 4)
LAST_DAY = 8
SEND_TIMES = ("09:00", "13:30", "19:00")
CROWD = 6

FAULTS = (
    Fate("lost answer", 0, 0.02, 0.01),
    Fate("lost answer", 0, 0.2, 0.0, hangs=True),
    Fate("lost request", 0, 0.02, 0.01),
    Fate("lost request", 0, 0.02, 0.0, hangs=True),
    Fate("refused", 20429, 0.02, 0.01),
    Fate("refused", 30001, 0.02, 0.01),
    Fate("refused", 21211, 0.02, 0.01),
    Fate("refused", 21610, 0.02, 0.01),
    Fate("refused", 21617, 0.02, 0.01),
    Fate("taken", 0, 0.02, 0.3, lists=((400, "delivered", None),)),
    Fate("taken", 0, 0.02, 0.01, lists=((DAY_MS, "undelivered", 30003),)),
    Fate("taken", 0, 0.02, 0.01, lists=((20, "undelivered", 30005), (3 * DAY_MS, "delivered", None))),
    Fate("taken", 0, 0.02, 0.3, reply=(1, "STOP")),
    Fate("taken", 0, 0.02, 0.01, reply=(HOUR_MS, "Yes, tell me more")),
)

ALLOWED = {
    "start": {"draft": "active"},
    "pause": {"active": "paused"},
    "resume": {"paused": "active"},
    "archive": {"draft": "archived", "paused": "archived", "completed": "archived"},
}
# Right before a call nobody can come between any more: the engine has looked, and then it calls.
BEFORE_CALLS = ("claim begins", "intent committed", "call answered", "record begins", "recorded")
FINAL = ("delivered", "undelivered", "failed", "cancelled", "skipped")
AFTER_SENT = ("sent", "delivered", "undelivered", "failed")

_ZONES_OF = {number(at): ("", *ZONES)[at % 4] for at in range(CROWD)}

MakeDatabase = Callable[[], AbstractContextManager[str]]


@dataclass(slots=True)
class Campaign:
    """What the model knows of a campaign."""

    name: str
    policy: str
    zone: str
    window: str
    status: str = "draft"
    deleted: bool = False
    paused_at: int = 0
    people: dict[str, int] = field(default_factory=dict)
    """Their numbers, and how often the running campaign had been edited when they came."""
    slots: Slots = field(default_factory=lambda: Slots(DAYS))
    send_time: str = SEND_TIMES[0]

    def settings(self) -> dict[str, Any]:
        """What an edit leaves as it is, and the time of day."""
        window = {"days": self.window, "from": "09:00", "to": "20:00"}
        settings = {"zone": self.zone, "window": window, "resume_policy": self.policy}
        return {**settings, "send_time": self.send_time}


class Machine(RuleBasedStateMachine):
    """Everything that can happen to a handful of campaigns.

    Args:
        make_database: gives the URL of an empty database for as long as its context lasts.
    """

    def __init__(self, make_database: MakeDatabase) -> None:
        super().__init__()
        self.database = make_database()
        self.folder = TemporaryDirectory(prefix="trd-machine-")
        self.campaigns: dict[str, Campaign] = {}
        self.faults: deque[Fate] = deque()
        self.crash_at: str | None = None
        self.stopped = False
        self.backwards_ms = 0
        self.texts = len(DAYS)
        self.looked = 0
        self.states: dict[int, tuple[str, object]] = {}
        self.world: World | None = None

    @initialize(
        start=st.sampled_from(STARTS), policy=st.sampled_from(("retry", "hold")), seed=st.integers(0, 9)
    )
    def begin(self, start: int, policy: str, seed: int) -> None:
        """A new database, an engine on it, and one campaign that runs."""
        options = replace(OPTIONS, unknown_policy=cast("Literal['hold', 'retry']", policy))
        url = self.database.__enter__()
        self.world = World(Path(self.folder.name), url, start, seed, self._fate, self._crash, options)
        self.world.run(self._launch())
        self.create(0, 4, 0, "mon-sun", RESUME_POLICIES[0])
        self.act("start", 0)

    @property
    def sim(self) -> World:
        assert self.world is not None
        return self.world

    def _fate(self, _request: SendRequest, _repeats: int) -> Fate:
        return self.faults.popleft() if self.faults else Fate("taken", 0, 0.01, 0.01)

    def _crash(self, point: str) -> bool:
        if point != self.crash_at:
            return False
        self.crash_at = None
        return True

    def _one(self, which: int) -> str:
        return list(self.campaigns)[which % len(self.campaigns)]

    async def _launch(self) -> None:
        self.sim.launch()

    async def _kill(self) -> None:
        self.sim.kill()

    # People

    @rule(
        first=st.integers(0, CROWD - 1),
        many=st.integers(1, 4),
        zone=st.integers(0, len(ZONES) - 1),
        window=st.sampled_from(tuple(WINDOWS)),
        policy=st.sampled_from(RESUME_POLICIES),
    )
    def create(self, first: int, many: int, zone: int, window: str, policy: str) -> None:
        """A draft with some of the same few people."""
        name = f"C{len(self.campaigns)}"
        people = _people(first, many)
        made = Campaign(name, policy, ZONES[zone], window, people={person.number: 0 for person in people})
        work = self.sim.create(name, people, days=DAYS, **made.settings())
        self.campaigns[self.sim.run(work)] = made

    @rule(which=st.integers(0, 9), first=st.integers(0, CROWD - 1), many=st.integers(1, 3))
    def enrol(self, which: int, first: int, many: int) -> None:
        """More people, also into a campaign that runs."""
        id_ = self._one(which)
        campaign = self.campaigns[id_]
        if campaign.deleted or campaign.status in ("completed", "archived"):
            return
        people = _people(first, many)
        self.sim.run(self.sim.enrol(id_, people))
        for person in people:
            campaign.people.setdefault(person.number, campaign.slots.edits)

    @rule(name=st.sampled_from(tuple(ALLOWED)), which=st.integers(0, 9))
    def act(self, name: str, which: int) -> None:
        """Start, pause, resume or archive; refused where the life cycle says so."""
        id_ = self._one(which)
        campaign = self.campaigns[id_]
        self._follow()
        (result,) = self.sim.run(self.sim.act(name, id_))
        if "completed" in result.message:
            return  # by itself, just now or before
        status = None if campaign.deleted else ALLOWED[name].get(campaign.status)
        assert result.ok == (status is not None), f"{name} of {campaign}: {result.message}"
        if status is not None:
            campaign.status = status
            campaign.paused_at = self.sim.clock.now() if name == "pause" else campaign.paused_at

    @rule(which=st.integers(0, 9))
    def pause_or_resume(self, which: int) -> None:
        """What the campaign's status calls for; these two in turn make the longest stories."""
        self._follow()
        self.act("resume" if self.campaigns[self._one(which)].status == "paused" else "pause", which)

    @rule(which=st.integers(0, 9))
    def undo_pause(self, which: int) -> None:
        """Take a pause back while it is fresh."""
        id_ = self._one(which)
        campaign = self.campaigns[id_]
        (result,) = self.sim.run(self.sim.act("unpause", id_))
        fresh = self.sim.clock.now() - campaign.paused_at <= HOUR_MS
        assert result.ok == (campaign.status == "paused" and not campaign.deleted and fresh), result.message
        if result.ok:
            campaign.status = "active"

    @rule(which=st.integers(0, 9))
    def delete_or_bring_back(self, which: int) -> None:
        """Hide a campaign, or undo that; one that ran comes back paused."""
        id_ = self._one(which)
        campaign = self.campaigns[id_]
        self._follow()
        (result,) = self.sim.run(self.sim.act("undelete" if campaign.deleted else "delete", id_))
        assert result.ok, result.message
        if campaign.status == "active":
            campaign.status, campaign.paused_at = "paused", self.sim.clock.now()
        campaign.deleted = not campaign.deleted

    @rule(which=st.integers(0, 9))
    def duplicate(self, which: int) -> None:
        """A draft with the same texts and people."""
        id_ = self._one(which)
        campaign = self.campaigns[id_]
        if not campaign.deleted and len(self.campaigns) < 6:
            copy = self.sim.run(self.sim.duplicate(id_, campaign.name))
            people, slots = dict.fromkeys(campaign.people, 0), campaign.slots.copy()
            self.campaigns[copy] = replace(campaign, status="draft", paused_at=0, people=people, slots=slots)

    @rule(
        which=st.integers(0, 9),
        kind=st.sampled_from(("add", "remove", "move", "text", "time")),
        slot=st.integers(0, 5),
        day=st.integers(1, LAST_DAY),
    )
    def edit(self, which: int, kind: str, slot: int, day: int) -> None:
        """One touch or the time of day becomes another, also while the campaign runs."""
        id_ = self._one(which)
        campaign = self.campaigns[id_]
        edited = self._edited(campaign, kind, slot, day)
        if edited is None:
            return
        self._follow()
        refused = ""
        try:
            self.sim.run(self.sim.edit(id_, campaign.name, edited.slots.texts(), **edited.settings()))
        except EditError as error:
            refused = str(error)
        if "is completed" in refused:
            return  # by itself, just now or before
        assert bool(refused) == (campaign.deleted or campaign.status == "archived"), f"{campaign}: {refused}"
        if not refused:
            campaign.slots, campaign.send_time = edited.slots, edited.send_time

    def _edited(self, campaign: Campaign, kind: str, slot: int, day: int) -> Campaign | None:
        if kind == "time":
            return replace(campaign, send_time=SEND_TIMES[day % len(SEND_TIMES)])
        self.texts += 1
        draft = campaign.status == "draft"
        slots = campaign.slots.edited(kind, slot, day, self.texts, draft=draft)
        return None if slots is None else replace(campaign, slots=slots)

    @rule()
    def stop_or_release(self) -> None:
        """The emergency stop, on and off."""
        self.sim.run(self.sim.release() if self.stopped else self.sim.emergency_stop())
        self.stopped = not self.stopped

    @rule(who=st.integers(0, CROWD - 1), body=st.sampled_from(("STOP", "Yes please", UNCLEAR, UNCLEAR)))
    def reply(self, who: int, body: str) -> None:
        """A contact writes to us; the next poll brings it."""
        self.sim.carrier.replies(number(who), body, "+15005550006", self.sim.clock.now())

    @rule(who=st.integers(0, CROWD - 1))
    def suppress(self, who: int) -> None:
        """Somebody asks by phone to be left alone."""
        self.sim.run(self.sim.suppress(number(who)))

    @precondition(lambda self: self.world is not None and self.sim.doubts)
    @rule(which=st.integers(0, CROWD - 1), decision=st.sampled_from(("send", "skip")))
    def decide(self, which: int, decision: Literal["send", "skip"]) -> None:
        """A person looks at a contact who has perhaps opted out: what is held goes or is left out."""
        self._decide(sorted(self.sim.doubts)[which % len(self.sim.doubts)], decision)

    def _decide(self, who: str, decision: Literal["send", "skip"]) -> None:
        self._follow()
        for id_, campaign in self.campaigns.items():
            if campaign.status in ("active", "paused") and not campaign.deleted:
                self.sim.run(self.sim.decide(id_, who, decision))

    @precondition(lambda self: self.world is not None and self.sim.engine is not None)
    @rule(
        point=st.sampled_from(BEFORE_CALLS),
        name=st.sampled_from(("pause", "stop", "suppress", "edit")),
        which=st.integers(0, 9),
        ms=st.sampled_from(TICKS),
    )
    def act_between(self, point: str, name: str, which: int, ms: int) -> None:
        """Somebody acts in another process between two steps of the engine, as before a call."""
        id_, campaign = self._one(which), self.campaigns[self._one(which)]
        done: list[str] = []
        edited = self._edited(campaign, "text", which, 0)
        assert edited is not None

        async def act() -> None:
            if name == "pause":
                (result,) = await self.sim.act("pause", id_)
                done.extend([name] if result.ok else [])
            elif name == "stop":
                await self.sim.emergency_stop()
                done.append(name)
            elif name == "edit":
                with suppress(EditError):
                    await self.sim.edit(id_, campaign.name, edited.slots.texts(), **edited.settings())
                    done.append(name)
            else:
                await self.sim.suppress(number(which % CROWD))

        self.sim.between(point, act)
        began = self.sim.clock.now()
        self.tick(ms)
        self.sim.between(point, _nothing)
        if "pause" in done:
            campaign.status, campaign.paused_at = "paused", began
        if "edit" in done:
            campaign.slots = edited.slots
        self.stopped = self.stopped or "stop" in done

    # The world

    @rule(which=st.lists(st.sampled_from(FAULTS), min_size=1, max_size=3))
    def carrier_fault(self, which: list[Fate]) -> None:
        """What becomes of the next calls."""
        self.faults.extend(which)

    @rule(ms=st.sampled_from(TICKS))
    def tick(self, ms: int) -> None:
        """Let time pass."""
        self.sim.run(self.sim.until(self.sim.clock.now() + ms))
        self._bury()

    @rule(ms=st.sampled_from((600_000, 3 * HOUR_MS, 26 * HOUR_MS, -HOUR_MS)))
    def clock_jump(self, ms: int) -> None:
        """Somebody sets the system's clock."""
        self.sim.clock.epoch += ms
        self.backwards_ms += max(0, -ms)

    @precondition(lambda self: self.world is not None and self.sim.engine is not None)
    @rule(point=st.sampled_from(POINTS), ms=st.sampled_from(TICKS))
    def crash(self, point: str, ms: int) -> None:
        """The process dies when it next gets to a point of the send path."""
        self.crash_at = point
        self.tick(ms)
        self.crash_at = None

    @precondition(lambda self: self.world is not None and self.sim.engine is not None)
    @rule(gracefully=st.booleans())
    def end(self, gracefully: bool) -> None:
        """The process ends where it is: killed, or on request."""
        if gracefully:
            self.sim.run(self.sim.end_gracefully())
        else:
            self.sim.run(self._kill())
            self._bury()

    @precondition(lambda self: self.world is not None and self.sim.engine is None)
    @rule()
    def recover(self) -> None:
        """A new engine, with a lease of its own."""
        self.sim.run(self._launch())

    def _bury(self) -> None:
        if self.sim.died.is_set() and self.sim.engine is not None:
            self.sim.run(self.sim.bury())
        elif self.sim.engine is not None:
            self.sim.check_engine()

    # What must hold

    @invariant()
    def nothing_was_called_that_must_not(self) -> None:
        """No call after a stop, a pause, a reply, an opt-out or a suppression was committed."""
        if self.world is None:
            return
        assert self.world.faults == []
        for call in self.world.carrier.calls[self.looked :]:
            campaign = self.campaigns[self.sim.whose(call.request)[0]]
            zone = _ZONES_OF[call.request.to] or campaign.zone
            cal = Calendar(ZoneInfo(zone), frozenset(WINDOWS[campaign.window]))
            assert cal.opens(call.at) == call.at, f"{call} is outside the window, at {cal.wall(call.at)}"
        self.looked = len(self.world.carrier.calls)

    @invariant()
    def every_touch_is_taken_once_in_order_and_apart(self) -> None:
        """The carrier's book: per campaign and contact each touch once, ascending, twenty hours apart."""
        if self.world is None:
            return
        for (id_, who), taken in self._taken().items():
            texts = [text for text, _ in taken]
            places = self.campaigns[id_].slots.places(texts)
            assert places == sorted(set(places)), f"{id_} to {who}: texts {texts} of places {places}"
            for (_, before), (text, at) in pairwise(taken):
                assert at - before >= GAP_MS - self.backwards_ms, f"text {text} of {id_} came too soon"

    @invariant()
    def the_database_agrees(self) -> None:
        """Counters and invariants hold, statuses are the model's, no state of a message goes backwards."""
        if self.world is None:
            return
        assert self.world.differences() == []
        self._follow()
        taken = self._taken()
        for id_, sent in self.world.rows("SELECT id, sent_count FROM campaigns"):
            most = sum(len(touches) for (campaign, _), touches in taken.items() if campaign == id_)
            assert int(str(sent)) <= most
        rows = self.world.rows("SELECT id, state, sid FROM scheduled_messages")
        for row, state, sid in rows:
            before, known = self.states.get(int(str(row)), ("", None))
            assert known in (None, sid), f"message {row} was {known} and is {sid}"
            assert before not in FINAL or state == before, f"message {row} was {before} and is {state}"
            assert before != "sent" or state in AFTER_SENT, f"message {row} was sent and is {state}"
            self.states[int(str(row))] = (str(state), sid)

    def _follow(self) -> None:
        """Statuses are the model's; only completion comes by itself, and only when nobody is left."""
        for id_, status, left in self.sim.rows("SELECT id, status, open_count FROM campaigns"):
            campaign = self.campaigns[str(id_)]
            if status == "completed" and campaign.status == "active":
                assert left == 0
                campaign.status = "completed"
            assert status == campaign.status, f"{campaign}: the database says {status}"

    def _taken(self) -> dict[tuple[str, str], list[tuple[int, int]]]:
        found: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
        for call in self.sim.carrier.calls:
            if call.taken_at is not None:
                campaign, touch = self.sim.whose(call.request)
                found[campaign, call.request.to].append((touch, call.taken_at))
        return found

    def teardown(self) -> None:
        """Let everything go on to its end: whoever is not out and not held has got every touch."""
        try:
            # A step that has failed is what counts, not what would have come of it.
            if self.world is not None and sys.exc_info()[0] is None:
                self._to_the_end()
        finally:
            if self.world is not None:
                self.world.close()
                self.database.__exit__(None, None, None)
            self.folder.cleanup()

    def _to_the_end(self) -> None:
        self.faults.clear()
        if self.stopped:
            self.stop_or_release()
        for at, campaign in enumerate(self.campaigns.values()):
            if campaign.status == "paused" and not campaign.deleted:
                self.act("resume", at)
        if self.sim.engine is None:
            self.recover()
        for who in sorted(self.sim.doubts):
            self._decide(who, "send")
        self.sim.quiet.clear()
        self.sim.run(self.sim.quiet.wait())
        self.sim.check_engine()
        self.sim.run(self.sim.end_gracefully())
        self.nothing_was_called_that_must_not()
        self.every_touch_is_taken_once_in_order_and_apart()
        self.the_database_agrees()
        assert self.sim.count("state IN ('sending','unknown')") == 0
        taken = self._taken()
        refused = {call.request.to for call in self.sim.carrier.calls if call.fate.code in PERMANENT}
        out = {who for _, who in self.sim.out} | refused
        for id_, campaign in self.campaigns.items():
            if campaign.deleted or campaign.status in ("draft", "archived"):
                continue
            for who, since in campaign.people.items():
                got = [text for text, _ in taken[id_, who]]
                owed = campaign.slots.owed(since, got)
                if owed and who not in out and not self._explained(id_, who):
                    note(f"{campaign}: {who} has got {got}, but not {owed}")
                    raise AssertionError(f"{who} has not got every touch of {campaign.name}: {got}")

    def _explained(self, id_: str, who: str) -> bool:
        """Whether a touch that never came waits for a person, or was skipped by the campaign's policy."""
        rows = self.sim.rows(
            "SELECT m.state FROM scheduled_messages m JOIN contacts c ON c.id = m.contact_id"
            " WHERE m.campaign_id = :id AND c.number = :who AND m.state IN ('held','skipped')",
            id=id_,
            who=who,
        )
        return bool(rows) or self.campaigns[id_].policy in ("skip", "catch_up_one")


async def _nothing() -> None:
    return None


def _people(first: int, many: int) -> list[Person]:
    numbers = sorted({(first + at) % CROWD for at in range(many)})
    return [Person(number(at), f"Ann{at}", zone=_ZONES_OF[number(at)]) for at in numbers]
