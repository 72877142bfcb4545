"""What must hold for every campaign after every step, whatever people, carrier and crashes have done."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

from hypothesis import note
from hypothesis.stateful import RuleBasedStateMachine, invariant

from tests.simulation.calendars import GAP_MS
from tests.simulation.judge import PERMANENT
from tests.simulation.model import Campaign
from tests.simulation.world import World

FINAL = ("delivered", "undelivered", "failed", "cancelled", "skipped")
AFTER_SENT = ("sent", "delivered", "undelivered", "failed")


class Promises(RuleBasedStateMachine):
    """A world, the model of it, and how they must agree."""

    def __init__(self) -> None:
        super().__init__()
        self.campaigns: dict[str, Campaign] = {}
        self.backwards_ms = 0
        """How far the clock was put back in all."""
        self.looked = 0
        self.states: dict[int, tuple[str, object]] = {}
        self.world: World | None = None

    @property
    def sim(self) -> World:
        assert self.world is not None
        return self.world

    @invariant()
    def nothing_was_called_that_must_not(self) -> None:
        """No call after a stop, a pause, a reply, an opt-out or a suppression was committed."""
        if self.world is None:
            return
        assert self.world.faults == []
        for call in self.world.carrier.calls[self.looked :]:
            campaign = self.campaigns[self.sim.whose(call.request)[0]]
            cal = campaign.calendar(call.request.to)
            assert cal.is_open(call.at), f"{call} is outside the window, at {cal.wall(call.at)}"
        self.looked = len(self.world.carrier.calls)

    @invariant()
    def every_touch_is_taken_once_in_order_and_apart(self) -> None:
        """The carrier's book: per campaign and contact each touch once, ascending, twenty hours apart."""
        if self.world is None:
            return
        for (id_, who), taken in self.taken().items():
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
        self.follow()
        taken = self.taken()
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

    def follow(self) -> None:
        """Statuses are the model's; only completion comes by itself, and only when nobody is left."""
        for id_, status, left in self.sim.rows("SELECT id, status, open_count FROM campaigns"):
            campaign = self.campaigns[str(id_)]
            if status == "completed" and campaign.status == "active":
                assert left == 0
                campaign.status = "completed"
            assert status == campaign.status, f"{campaign}: the database says {status}"

    def taken(self) -> dict[tuple[str, str], list[tuple[int, int]]]:
        found: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
        for call in self.sim.carrier.calls:
            if call.taken_at is not None:
                campaign, touch = self.sim.whose(call.request)
                found[campaign, call.request.to].append((touch, call.taken_at))
        return found

    def every_touch_came(self) -> None:
        """In the end: whoever is not out and not held has got every touch."""
        taken = self.taken()
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
