"""The judge: from the carrier's book and the scenario alone, which touch had to go to whom, and when.

It knows nothing of the product's plans. It asks the database only for what it says of itself in the end:
counters, statuses, what is held for a person, and at which instant an acceptance was recorded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

from tests.simulation.calendars import DAY_MS, GAP_MS, Calendar
from tests.simulation.carrier import Call
from tests.simulation.paths import SLACK_MS, Disturbances, Span
from tests.simulation.scenario import HOUR_MS, WINDOWS, CampaignPlan, Scenario
from tests.simulation.world import World
from tests.support.drip import Person

PERMANENT = (21211, 21610)


class Judge:
    """Judges one finished world."""

    def __init__(self, scenario: Scenario, world: World) -> None:
        self.scenario = scenario
        self.world = world
        self.complaints = list(world.faults)
        self.calls: dict[tuple[str, str, int], list[Call]] = defaultdict(list)
        for call in world.carrier.calls:
            campaign, touch = world.whose(call.request)
            self.calls[campaign, call.request.to, touch].append(call)
        self.blocks = sorted([*self._spans(("crash", "down"), "up"), *self._spans(("stop",), "start all")])
        self.disturbances = Disturbances(self.blocks)
        self.doubts: dict[str, int] = {}
        """Since when contacts have perhaps opted out; in a simulation nobody decides about it."""
        self.gone: dict[str, int] = {}
        for event in world.events:
            if event.kind == "out":
                self._leaves(event.subject, event.at)
            elif event.kind == "doubt":
                self.doubts.setdefault(event.subject, event.at)
        for call in world.carrier.calls:
            if call.fate.code in PERMANENT:
                self._leaves(f" {call.request.to}", call.at)

    def _leaves(self, who: str, at: int) -> None:
        self.gone[who] = min(self.gone.get(who, at), at)

    def _spans(self, begins: tuple[str, ...], ends: str, subject: str = "") -> Iterator[Span]:
        since: int | None = None
        for event in self.world.events:
            if subject and event.subject != subject:
                continue
            if event.kind in begins and since is None:
                since = event.at
            elif event.kind == ends and since is not None:
                yield since, event.at
                since = None

    def judge(self) -> list[str]:
        """Everything that is wrong, a sentence each."""
        self.complaints += self.world.differences()
        for plan in self.scenario.campaigns:
            (id_,) = self.world.names[plan.name]
            begun = self._when("start", id_)
            # A campaign that everybody has left takes no more contacts.
            joins = plan.joins[: self._times("enrol", id_) - 1]
            joined = [self._when("enrol", id_, nth) for nth in range(1, 1 + len(joins))]
            pauses = list(self._spans(("pause",), "resume", id_))
            groups = [(begun, plan.people)]
            groups += [(at, people) for at, (_, people) in zip(joined, joins, strict=True)]
            for since, people in groups:
                for person in people:
                    self._enrolment(plan, id_, person, since, pauses)
            self._campaign(plan, id_)
        self._rest()
        return self.complaints

    def _when(self, kind: str, id_: str, nth: int = 0) -> int:
        return [event.at for event in self.world.events if (event.kind, event.subject) == (kind, id_)][nth]

    def _times(self, kind: str, id_: str) -> int:
        return sum((event.kind, event.subject) == (kind, id_) for event in self.world.events)

    def _enrolment(
        self, plan: CampaignPlan, id_: str, person: Person, begun: int, pauses: list[Span]
    ) -> None:
        cal = Calendar(ZoneInfo(person.zone or plan.zone), frozenset(WINDOWS[plan.window]))
        left = [self.gone.get(f"{campaign} {person.number}") for campaign in (id_, "")]
        gone = min((at for at in left if at is not None), default=None)
        recorded = self._recorded(id_, person)
        # Who joins a campaign that is paused begins when it goes on.
        begun = next((until for since, until in pauses if since <= begun < until), begun)
        pauses = [(since, until) for since, until in pauses if until > begun]
        enrolled = cal.wall(begun).date()
        shift, last, before, certain = 0, None, None, True
        edited = next((e.at for e in self.world.events if (e.kind, e.subject) == ("edit", id_)), None)
        for position, old, new in plan.steps():
            where = f"touch {position} of {plan.name} to {person.number}"
            day = new if edited is not None and edited <= begun else old
            if edited is not None and edited > begun and old != new:
                # What would not have left before the edit goes by the new days.
                day = new
                if old is not None:
                    soonest, latest = self.disturbances.paths(cal, enrolled, old, shift, last, begun, pauses)
                    day = old if latest.at < edited else new
                    near = soonest.at - SLACK_MS <= edited <= latest.at + SLACK_MS
                    certain = certain and not near and latest.shift == shift
            if day is None:
                if recorded.get(position) == "held":
                    return  # an edit leaves to the person what waits for one
                continue
            soonest, latest = self.disturbances.paths(cal, enrolled, day, shift, last, begun, pauses)
            # What is slow just before the last minute comes into it, and goes at the next opening.
            slow = latest.at + SLACK_MS
            certain = certain and soonest.shift == latest.shift and cal.opens(slow) == slow
            shift = latest.shift
            calls = self.calls.pop((id_, person.number, position), [])
            taken = [call for call in calls if call.sid is not None]
            if len(taken) > 1:
                self.complaints.append(f"{where} was accepted {len(taken)} times")
            for call in calls:
                if not cal.is_open(call.at):
                    self.complaints.append(f"{where} was called outside the window, at {cal.wall(call.at)}")
            if calls and certain and not soonest.at - 1_000 <= calls[0].at <= latest.at + SLACK_MS:
                when = f"{cal.wall(soonest.at)} to {cal.wall(latest.at)}"
                self.complaints.append(f"{where} left at {cal.wall(calls[0].at)}, but it was due from {when}")
            if not taken:
                out = gone is not None and (not certain or gone <= latest.at + SLACK_MS or bool(calls))
                # What was in doubt waits for a person, or is given up when the contact leaves meanwhile.
                # Who has perhaps opted out gets nothing from then on, and is held, or given up like that.
                doubted = self.doubts.get(person.number, latest.at + DAY_MS) <= latest.at + SLACK_MS
                waits = recorded.get(position) == "held" or (
                    (doubted or self._in_doubt(latest.at)) and gone is not None
                )
                if not out and not waits:
                    why = f"{len(calls)} calls, {recorded.get(position)}, due {cal.wall(latest.at)}"
                    self.complaints.append(f"{where} never reached the carrier ({why})")
                return
            at = taken[0].taken_at or 0
            if before is not None and at - before < GAP_MS:
                self.complaints.append(f"{where} came {(at - before) / HOUR_MS:.1f} h after the one before")
            before = at
            last = self._noted(where, recorded.get(position), at)
            moving = [*pauses, *self.disturbances.silences]
            if len(calls) > 1 and any(calls[0].at - SLACK_MS <= end and at >= since for since, end in moving):
                certain = False

    def _in_doubt(self, at: int) -> bool:
        """Whether a process that died about then may have left a message of which nobody knows."""
        near = any(since - SLACK_MS <= at <= until + SLACK_MS for since, until in self.blocks)
        return near and self.scenario.unknown_policy == "hold"

    def _recorded(self, id_: str, person: Person) -> dict[int, object]:
        """What the database says of each touch: the instant of acceptance, else the state."""
        rows = self.world.rows(
            "SELECT m.touch, m.sent_at, m.state FROM scheduled_messages m JOIN contacts c ON c.id ="
            " m.contact_id WHERE m.campaign_id = :id AND c.number = :number",
            id=id_,
            number=person.number,
        )
        return {int(str(touch)): state if sent is None else sent for touch, sent, state in rows}

    def _noted(self, where: str, recorded: object, taken: int) -> int:
        """The recorded instant of an acceptance; late only where the process died over it."""
        latest = taken + 20_000
        for since, until in self.blocks:
            if since - SLACK_MS <= latest and until > taken:
                latest = max(latest, until + 20_000)
        if not isinstance(recorded, int) or not taken <= recorded <= latest:
            self.complaints.append(f"{where} was accepted at {taken}, but the database says {recorded}")
            return taken
        return recorded

    def _campaign(self, plan: CampaignPlan, id_: str) -> None:
        accepted = sum(
            call.sid is not None
            for call in self.world.carrier.calls
            if self.world.whose(call.request)[0] == id_
        )
        ((status, sent, held),) = self.world.rows(
            "SELECT status, sent_count, held_count FROM campaigns WHERE id = :id", id=id_
        )
        if sent != accepted:
            self.complaints.append(f"{plan.name}: {sent} sent by its own count, the carrier has {accepted}")
        if status != ("active" if held else "completed"):
            self.complaints.append(f"{plan.name} is {status} in the end, with {held} held")

    def _rest(self) -> None:
        for id_, number, touch in self.calls:
            self.complaints.append(f"touch {touch} of {id_} to {number} was called and should not have been")
        flying = self.world.count("state IN ('sending','unknown','scheduled')")
        if flying:
            self.complaints.append(f"{flying} messages still wait or are in flight in the end")
        numbers = self.world.rows(
            "SELECT c.number FROM scheduled_messages m JOIN contacts c ON c.id = m.contact_id"
            " WHERE m.state = 'held'"
        )
        held = sum(str(number) not in self.doubts for (number,) in numbers)
        lost = sum(call.fate.kind == "lost request" for call in self.world.carrier.calls)
        crashes = _count(self.world, "crash") * self.world.options.concurrency
        most = lost + crashes if self.world.options.unknown_policy == "hold" else 0
        if held > most:
            self.complaints.append(f"{held} messages are held, but at most {most} were in doubt")


def _count(world: World, kind: str) -> int:
    return sum(event.kind == kind for event in world.events)


def ledger(calls: Iterable[Call]) -> str:
    """The carrier's book as text: the same seed gives the same, byte by byte."""
    return "".join(f"{call}\n" for call in calls)
