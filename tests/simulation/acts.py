"""What people do to campaigns and contacts, and what the model makes of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.simulation.calendars import DAY_MS
from tests.simulation.model import ALLOWED, CROWD, DAYS, EDITS, SECOND_MS, Campaign, crowd, number_of
from tests.simulation.moves import complaints, look, under_way
from tests.simulation.promises import Promises
from tests.simulation.scenario import HOUR_MS, UNCLEAR, WINDOWS, ZONES
from trd_tui.domain.policies import RESUME_POLICIES
from trd_tui.services.editing import EditError

DISTANCES = st.integers(-3, 3)
"""Days by which an edit moves a touch, or from a touch to one that it adds."""

BEYOND = st.sampled_from((60 * SECOND_MS, 5 * HOUR_MS, DAY_MS))
"""Milliseconds after which a wave of texts is over, and others are not due yet."""

Edit = tuple[tuple[str, ...], int, int, int]
EDIT = st.tuples(st.sampled_from(EDITS), st.integers(0, 5), DISTANCES, BEYOND)
"""Kinds of changes, a place, days from it, and how long after a wave of texts."""


class Acts(Promises):
    """Everything that people can do."""

    def __init__(self) -> None:
        super().__init__()
        self.stopped = False
        self.texts = len(DAYS)

    def one(self, which: int) -> str:
        """The id of one of the campaigns."""
        return list(self.campaigns)[which % len(self.campaigns)]

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
        people = crowd(first, many)
        made = Campaign(name, policy, ZONES[zone], window, people={person.number: 0 for person in people})
        work = self.sim.create(name, people, days=DAYS, **made.settings())
        self.campaigns[self.sim.run(work)] = made

    @rule(which=st.integers(0, 9), first=st.integers(0, CROWD - 1), many=st.integers(1, 3))
    def enrol(self, which: int, first: int, many: int) -> None:
        """More people, also into a campaign that runs."""
        id_ = self.one(which)
        campaign = self.campaigns[id_]
        if campaign.deleted or campaign.status in ("completed", "archived"):
            return
        people = crowd(first, many)
        self.sim.run(self.sim.enrol(id_, people))
        for person in people:
            campaign.people.setdefault(person.number, campaign.slots.edits)

    @rule(name=st.sampled_from(tuple(ALLOWED)), which=st.integers(0, 9))
    def act(self, name: str, which: int) -> None:
        """Start, pause, resume or archive; refused where the life cycle says so."""
        id_ = self.one(which)
        campaign = self.campaigns[id_]
        self.follow()
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
        self.follow()
        self.act("resume" if self.campaigns[self.one(which)].status == "paused" else "pause", which)

    @rule(which=st.integers(0, 9))
    def undo_pause(self, which: int) -> None:
        """Take a pause back while it is fresh."""
        id_ = self.one(which)
        campaign = self.campaigns[id_]
        (result,) = self.sim.run(self.sim.act("unpause", id_))
        fresh = self.sim.clock.now() - campaign.paused_at <= HOUR_MS
        assert result.ok == (campaign.status == "paused" and not campaign.deleted and fresh), result.message
        if result.ok:
            campaign.status = "active"

    @rule(which=st.integers(0, 9))
    def delete_or_bring_back(self, which: int) -> None:
        """Hide a campaign, or undo that; one that ran comes back paused."""
        id_ = self.one(which)
        campaign = self.campaigns[id_]
        self.follow()
        (result,) = self.sim.run(self.sim.act("undelete" if campaign.deleted else "delete", id_))
        assert result.ok, result.message
        if campaign.status == "active":
            campaign.status, campaign.paused_at = "paused", self.sim.clock.now()
        campaign.deleted = not campaign.deleted

    @rule(which=st.integers(0, 9))
    def duplicate(self, which: int) -> None:
        """A draft with the same texts and people."""
        id_ = self.one(which)
        campaign = self.campaigns[id_]
        if not campaign.deleted and len(self.campaigns) < 6:
            copy = self.sim.run(self.sim.duplicate(id_, campaign.name))
            people, slots = dict.fromkeys(campaign.people, 0), campaign.slots.copy()
            self.campaigns[copy] = replace(campaign, status="draft", paused_at=0, people=people, slots=slots)

    @rule(which=st.integers(0, 9), kinds=st.sampled_from(EDITS), slot=st.integers(0, 5), by=DISTANCES)
    def edit(self, which: int, kinds: tuple[str, ...], slot: int, by: int) -> None:
        """A touch or two, or the time of day, become others."""
        self._edit(self.one(which), kinds, slot, by)

    @precondition(lambda self: any(campaign.runs for campaign in self.campaigns.values()))
    @rule(which=st.integers(0, 9), edit=EDIT)
    def edit_under_way(self, which: int, edit: Edit) -> None:
        """The same where contacts have just had a touch and wait for the next one."""
        kinds, slot, by, beyond = edit
        if self.sim.engine is not None:
            self.let_a_wave_go(beyond)
        self.follow()
        under = [id_ for id_, campaign in self.campaigns.items() if campaign.runs]
        if under:
            self._edit(under[which % len(under)], kinds, slot, by)

    def _edit(self, id_: str, kinds: tuple[str, ...], slot: int, by: int) -> None:
        self.follow()
        campaign = self.campaigns[id_]
        self.texts += 1
        edited = campaign.edited(kinds, slot, by, self.texts)
        if edited is None:
            return
        before, clear = look(self.sim, id_), not under_way(self.sim, id_)
        refused = ""
        try:
            self.sim.run(self.sim.edit(id_, campaign.name, edited.slots.texts(), **edited.settings()))
        except EditError as error:
            refused = str(error)
        if "is completed" in refused:
            return  # by itself, just now or before
        assert bool(refused) == (campaign.deleted or campaign.status == "archived"), f"{campaign}: {refused}"
        if refused:
            return
        if campaign.runs and clear:
            now = self.sim.clock.now()
            sends = self.sim.engine is not None and not self.stopped and campaign.status == "active"
            assert complaints(campaign, edited, before, look(self.sim, id_), now, sends=sends) == []
        self.campaigns[id_] = edited

    def bury(self) -> None:
        """Take away what is left of an engine that has died."""
        if self.sim.died.is_set() and self.sim.engine is not None:
            self.sim.run(self.sim.bury())
        elif self.sim.engine is not None:
            self.sim.check_engine()

    def let_pass(self, ms: int) -> None:
        """Let time pass, and bury who dies in it."""
        self.sim.run(self.sim.until(self.sim.clock.now() + ms))
        self.bury()

    def let_a_wave_go(self, beyond: int) -> None:
        """Let time pass until the next texts are due, and some more."""
        ((due,),) = self.sim.rows(
            "SELECT min(next_due_at) FROM campaigns WHERE status = 'active' AND deleted_at IS NULL"
        )
        now = self.sim.clock.now()
        self.let_pass(max(0, int(str(due)) - now if due is not None else 0) + beyond)

    @rule()
    def stop_or_release(self) -> None:
        """The emergency stop, on and off."""
        self.sim.run(self.sim.release() if self.stopped else self.sim.emergency_stop())
        self.stopped = not self.stopped

    @rule(who=st.integers(0, CROWD - 1), body=st.sampled_from(("STOP", "Yes please", UNCLEAR, UNCLEAR)))
    def reply(self, who: int, body: str) -> None:
        """A contact writes to us; the next poll brings it."""
        self.sim.carrier.replies(number_of(who), body, "+15005550006", self.sim.clock.now())

    @rule(who=st.integers(0, CROWD - 1))
    def suppress(self, who: int) -> None:
        """Somebody asks by phone to be left alone."""
        self.sim.run(self.sim.suppress(number_of(who)))

    @precondition(lambda self: self.world is not None and self.sim.doubts)
    @rule(which=st.integers(0, CROWD - 1), decision=st.sampled_from(("send", "skip")))
    def decide(self, which: int, decision: Literal["send", "skip"]) -> None:
        """A person looks at a contact who has perhaps opted out: what is held goes or is left out."""
        self.decide_about(sorted(self.sim.doubts)[which % len(self.sim.doubts)], decision)

    def decide_about(self, who: str, decision: Literal["send", "skip"]) -> None:
        """Decide about what is held of a contact in every campaign."""
        self.follow()
        for id_, campaign in self.campaigns.items():
            if campaign.status in ("active", "paused") and not campaign.deleted:
                self.sim.run(self.sim.decide(id_, who, decision))
