"""A Hypothesis state machine: people, a carrier and crashes at work on real services, store and engine.

The model (`model`) is a few dictionaries: which campaigns there are and what they may do, who is in them.
Which texts were taken stands in the carrier's book. After every step the database must agree with both
(`promises`), and after an edit each contact must wait for what they should (`moves`). A further act is a rule
of a few lines: do it through `World`, say what the model makes of it (`acts`).
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, cast

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from tests.simulation.acts import BEYOND, DISTANCES, EDIT, Acts, Edit
from tests.simulation.carrier import Fate
from tests.simulation.model import CROWD, EDITS, FAULTS, STARTS, TICKS, number_of
from tests.simulation.scenario import HOUR_MS
from tests.simulation.world import OPTIONS, World
from trd_tui.carriers.protocol import SendRequest
from trd_tui.domain.policies import RESUME_POLICIES
from trd_tui.engine.checkpoints import POINTS
from trd_tui.services.editing import EditError

# Right before a call nobody can come between any more: the engine has looked, and then it calls.
BEFORE_CALLS = ("claim begins", "intent committed", "call answered", "record begins", "recorded")

MakeDatabase = Callable[[], AbstractContextManager[str]]


class Machine(Acts):
    """Everything that can happen to a handful of campaigns.

    Args:
        make_database: gives the URL of an empty database for as long as its context lasts.
    """

    def __init__(self, make_database: MakeDatabase) -> None:
        super().__init__()
        self.database = make_database()
        self.folder = TemporaryDirectory(prefix="trd-machine-")
        self.faults: deque[Fate] = deque()
        self.crash_at: str | None = None

    @initialize(
        start=st.sampled_from(STARTS),
        policy=st.sampled_from(("retry", "hold")),
        seed=st.integers(0, 9),
        edits=st.lists(EDIT, min_size=1, max_size=3),
    )
    def begin(self, start: int, policy: str, seed: int, edits: list[Edit]) -> None:
        """A new database, an engine on it, and one campaign that runs and is edited from wave to wave.

        Left to chance, most runs would have no edit at a time at which it means something.
        """
        options = replace(OPTIONS, unknown_policy=cast("Literal['hold', 'retry']", policy))
        url = self.database.__enter__()
        self.world = World(Path(self.folder.name), url, start, seed, self._fate, self._crash, options)
        self.world.run(self._launch())
        self.create(0, 4, 0, "mon-sun", RESUME_POLICIES[0])
        self.act("start", 0)
        for edit in edits:
            self.edit_under_way(0, edit)

    def _fate(self, _request: SendRequest, _repeats: int) -> Fate:
        return self.faults.popleft() if self.faults else Fate("taken", 0, 0.01, 0.01)

    def _crash(self, point: str) -> bool:
        if point != self.crash_at:
            return False
        self.crash_at = None
        return True

    async def _launch(self) -> None:
        self.sim.launch()

    async def _kill(self) -> None:
        self.sim.kill()

    @precondition(lambda self: self.world is not None and self.sim.engine is not None)
    @rule(
        point=st.sampled_from(BEFORE_CALLS),
        name=st.sampled_from(("pause", "stop", "suppress", "edit")),
        which=st.integers(0, 9),
        kinds=st.sampled_from(EDITS),
        by=DISTANCES,
        ms=st.sampled_from(TICKS),
    )
    def act_between(
        self, point: str, name: str, which: int, kinds: tuple[str, ...], by: int, ms: int
    ) -> None:
        """Somebody acts in another process between two steps of the engine, as before a call."""
        id_, campaign = self.one(which), self.campaigns[self.one(which)]
        done: list[str] = []
        self.texts += 1
        edited = campaign.edited(kinds, which, by, self.texts)

        async def act() -> None:
            if name == "pause":
                (result,) = await self.sim.act("pause", id_)
                done.extend([name] if result.ok else [])
            elif name == "stop":
                await self.sim.emergency_stop()
                done.append(name)
            elif name == "edit":
                if edited is None:
                    return
                with suppress(EditError):
                    await self.sim.edit(id_, campaign.name, edited.slots.texts(), **edited.settings())
                    done.append(name)
            else:
                await self.sim.suppress(number_of(which % CROWD))

        self.sim.between(point, act)
        began = self.sim.clock.now()
        self.tick(ms)
        self.sim.between(point, _nothing)
        if "pause" in done:
            campaign.status, campaign.paused_at = "paused", began
        if "edit" in done and edited is not None:
            campaign.slots, campaign.send_time = edited.slots, edited.send_time
        self.stopped = self.stopped or "stop" in done

    @rule(which=st.lists(st.sampled_from(FAULTS), min_size=1, max_size=3))
    def carrier_fault(self, which: list[Fate]) -> None:
        """What becomes of the next calls."""
        self.faults.extend(which)

    @rule(ms=st.sampled_from(TICKS))
    def tick(self, ms: int) -> None:
        """Let time pass."""
        self.let_pass(ms)

    @precondition(lambda self: self.world is not None and self.sim.engine is not None)
    @rule(beyond=BEYOND)
    def wave(self, beyond: int) -> None:
        """Let time pass until the next texts have gone: stories are made of these."""
        self.let_a_wave_go(beyond)

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
            self.bury()

    @precondition(lambda self: self.world is not None and self.sim.engine is None)
    @rule()
    def recover(self) -> None:
        """A new engine, with a lease of its own."""
        self.sim.run(self._launch())

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
            self.decide_about(who, "send")
        self.sim.quiet.clear()
        self.sim.run(self.sim.quiet.wait())
        self.sim.check_engine()
        self.sim.run(self.sim.end_gracefully())
        self.nothing_was_called_that_must_not()
        self.every_touch_is_taken_once_in_order_and_apart()
        self.the_database_agrees()
        assert self.sim.count("state IN ('sending','unknown')") == 0
        self.every_touch_came()


async def _nothing() -> None:
    return None
