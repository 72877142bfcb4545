"""The frame of the steps: which of them is in front, and what the lines above and below it say."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from trd_tui.domain.not_stored import audience_words
from trd_tui.domain.sheet import REVIEW, SENDER, STEPS, TOUCHES, Fault, Sheet
from trd_tui.domain.sheet_meet import changed
from trd_tui.tui.acts import ActingScreen
from trd_tui.tui.lines import ActionLine, Part
from trd_tui.tui.new_campaign.lines import hint_parts, mark_of, step_parts
from trd_tui.tui.new_campaign.news import News
from trd_tui.tui.new_campaign.pane import Pane
from trd_tui.tui.topbar import TopBar

if TYPE_CHECKING:
    from trd_tui.tui.new_campaign.screen import NewCampaignScreen

_PANES = {
    1: "sender:SenderPane",
    2: "audience.pane:AudiencePane",
    3: "touches.pane:TouchesPane",
    4: "schedule:SchedulePane",
    5: "review:ReviewPane",
}

_IN_TOUCHES = ("touch_add", "touch_remove", "touch_switch", "touch_set", "touch_back", "reader")

NOT_YET = "Not yet"
"""The title of what is told of something that is missing; it is taken back when something is typed."""


class StepsFrame(ActingScreen):
    """What is typed, and the step of it that is in front."""

    def __init__(self, campaign_id: str) -> None:
        super().__init__()
        self.sheet = Sheet(campaign_id=campaign_id)
        self.faults: Sequence[Fault] = ()
        self.reviewed = False
        self.started = False
        self.touched: set[str] = set()
        self.contacts: int | None = None
        """How many are in the draft, as far as it was heard."""
        self.news = News(cast("NewCampaignScreen", self))
        self._showing = asyncio.Lock()

    def compose(self) -> ComposeResult:
        """The frame."""
        yield TopBar(id="topbar")
        with Horizontal(id="tabline"):
            yield ActionLine(id="tabs")
        yield Vertical(id="pages")
        yield ActionLine(id="hints")

    # The steps

    @property
    def pane(self) -> Pane | None:
        """The step in front, once it is whole."""
        for pane in self.query(Pane):
            if self.sheet.step == pane.STEP and pane.whole:
                return pane
        return None

    async def _show(self, step: int) -> None:
        async with self._showing:
            panes = [pane for pane in self.query(Pane) if step == pane.STEP]
            if not panes:
                module, _, name = _PANES[step].partition(":")
                module = f"trd_tui.tui.new_campaign.{module}"
                panes = [cast("Pane", getattr(import_module(module), name)(self))]
                await self.query_one("#pages").mount(panes[0])
                panes[0].whole = True
            if self.sheet.step != step:
                return  # a faster key went further meanwhile
            for each in self.query(Pane):
                if each.display and each is not panes[0]:
                    self.trd.undo_changed()  # z is about the touches where they are listed
                each.display = each is panes[0]
            panes[0].put(self.sheet)
            panes[0].entered()
        self.say()

    def was_seen(self, step: int) -> bool:
        """Whether a step was left once, or stored: only then is what it lacks called a fault."""
        return step in self.sheet.seen

    def lacks(self, sentence: str) -> None:
        """Say what is missing, until something is typed."""
        self.trd.take_back(NOT_YET)
        self.notify(sentence, title=NOT_YET, severity="warning")

    # Saying

    def say(self) -> None:
        """The line of steps, the hints, and what is wrong beside each field."""
        faulty = {fault.step for fault in self.faults}
        seen = {*self.sheet.seen, *self.news.crossed_steps()}
        marks = {step: mark_of(step, faulty, seen, reviewed=self.reviewed) for step in STEPS}
        name = self.sheet.name.strip() or "new campaign"
        state = "draft" if self.sheet.campaign_id else "not a draft yet"
        right = [Part(f"{name} ", "strong"), Part(f"○ {state} ", "quiet")]
        if self.news.ended:
            right = [Part(f"! {self.news.status}, no draft any more ", "warn")]
        elif self.app.size.width < 100:
            right = [Part(f"○ {'draft' if self.sheet.campaign_id else 'not yet'} ", "quiet")]
        self.query_one("#tabs", ActionLine).show(step_parts(marks, self.sheet.step), right)
        if (pane := self.pane) is not None:
            pane.blame(self.faults)
            pane.drawn()
        self.say_hints()

    def say_hints(self) -> None:
        """The keys that work."""
        pane = self.pane
        long_act = self.trd.long_act or (pane.own if pane is not None else None)
        saves = pane.SAVES if pane is not None else "save"
        focused = self.focused
        typing = focused is not None and focused.check_consume_key("exclamation_mark", "!")
        start = () if self.faults else ("begin",)  # with faults it would say them, and so does the review
        letters = () if typing else (*start, *_IN_TOUCHES)
        ended = bool(self.news.ended)
        acts = () if ended else ("save_step", "afresh", *letters)
        works = {a for a in ("next_step", "previous_step", *acts) if self._works(a)}
        left, right = hint_parts(
            works, saves, long_act, self.app.size.width,
            stopped=self.trd.halted, typing=typing, kept=not ended,
        )  # fmt: skip
        self.query_one("#hints", ActionLine).show(left, right)

    def _works(self, action: str) -> bool:
        step = self.sheet.step
        if action in _IN_TOUCHES:
            return step == TOUCHES
        if action == "next_step":
            return step < REVIEW
        if action == "afresh":  # before there is a draft it is all that one is about
            base = self.sheet.base
            return base is not None and bool(changed(base, self.sheet) or audience_words(self.sheet))
        return {"previous_step": step > SENDER, "begin": step == REVIEW}.get(action, True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys of one step do nothing in another; what is typed into a field never acts."""
        if action in (*_IN_TOUCHES, "begin", "next_step") and not self._works(action):
            return False
        if action in ("next_step", "previous_step") and self._pages_inside(action):
            return False
        return super().check_action(action, parameters)

    def _pages_inside(self, action: str) -> bool:
        """A menu pages by itself, and so does the review until it is at its top again."""
        focused = self.focused
        if focused is not None and focused.id == "review-scroll":
            return action == "previous_step" and focused.scroll_offset.y > 0
        return focused is not None and focused.id == "menu"

    def on_descendant_focus(self) -> None:
        """The next key is about something else."""
        self.say_hints()

    def on_resize(self) -> None:
        """Everything takes the room there is."""
        self.call_after_refresh(self.say)

    def tick(self) -> None:
        """Time has passed."""
        self.query_one(TopBar).tick()
