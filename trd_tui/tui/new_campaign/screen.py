"""A new campaign in five steps. What is typed is kept as it is typed; what is right is stored as a draft."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar, cast

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.css.query import NoMatches
from textual.timer import Timer
from textual.widgets import Input, TextArea

from trd_tui.domain.sheet import REVIEW, SENDER, STEPS, TOUCHES, Fault, Sheet
from trd_tui.domain.sheet_meet import changed, follow
from trd_tui.tui.actions import bindings, shown
from trd_tui.tui.actions.new_campaign import NEW_CAMPAIGN
from trd_tui.tui.acts import ActingScreen
from trd_tui.tui.lines import ActionLine, Part
from trd_tui.tui.long_act import LongAct
from trd_tui.tui.new_campaign.lines import hint_parts, mark_of, step_parts
from trd_tui.tui.new_campaign.news import News
from trd_tui.tui.new_campaign.pane import Pane
from trd_tui.tui.topbar import TopBar
from trd_tui.tui.work import begin

if TYPE_CHECKING:
    from trd_tui.services.views import ActResult
    from trd_tui.tui.desk.new_campaign import Watch
    from trd_tui.tui.menu import Menu

_PANES = {
    1: "sender:SenderPane",
    2: "audience:AudiencePane",
    3: "touches:TouchesPane",
    4: "schedule:SchedulePane",
    5: "review:ReviewPane",
}

_IN_TOUCHES = ("touch_add", "touch_remove", "touch_switch", "touch_set", "reader")

NOT_YET = "Not yet"
"""The title of what is told of something that is missing; it is taken back when something is typed."""

NOT_STARTED = "Not started"

T = TypeVar("T")


class NewCampaignScreen(ActingScreen):
    """The steps of one draft; without an id, of a campaign that is still to be made."""

    CSS_PATH = ["new_campaign.tcss", "fields.tcss"]
    BINDINGS = bindings(NEW_CAMPAIGN)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]
    AUTO_FOCUS = ""
    name_in_table = NEW_CAMPAIGN
    KEPT_AFTER = 0.3
    """Seconds without a letter after which what is typed is checked and kept."""

    def __init__(self, campaign_id: str = "", step: int = 0) -> None:
        super().__init__()
        self._first = step
        self.sheet = Sheet(campaign_id=campaign_id)
        self.faults: Sequence[Fault] = ()
        self.reviewed = False
        self.touched: set[str] = set()
        self.contacts: int | None = None
        """How many are in the draft, as far as it was heard."""
        self.news = News(self)
        self._kept: Sheet | None = None
        self._empty: Sheet | None = None
        self._timer: Timer | None = None
        self._storing = asyncio.Lock()
        self._showing = asyncio.Lock()

    def compose(self) -> ComposeResult:
        """The frame."""
        yield TopBar(id="topbar")
        with Horizontal(id="tabline"):
            yield ActionLine(id="tabs")
        yield Vertical(id="pages")
        yield ActionLine(id="hints")

    def on_mount(self) -> None:
        """Read what was typed before."""
        self.trd.begin_question(self, self._open, group="open-sheet")

    async def _open(self) -> None:
        from trd_tui.services.new_campaign import NoDraftError

        desk = self.ready.new_campaign
        id_ = self.sheet.campaign_id
        try:
            self.sheet = self._kept = await desk.open(id_)
            if self._first:
                self.sheet = replace(self.sheet, step=self._first)
            left = await desk.unfinished(id_)
            self._empty = None if left or id_ else self.sheet
        except NoDraftError as error:
            self.notify(str(error), severity="warning")
            self.over()
            return
        self.faults = await desk.check(self.sheet)
        if left and id_:
            await self.news.hear()
        if left and not id_:
            self.notify("This is what you typed the last time; ctrl+o begins afresh.")
        await self._show(self.sheet.step)

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
                each.display = each is panes[0]
            panes[0].put(self.sheet)
            panes[0].entered()
        self.say()

    def go_to(self, step: int) -> None:
        """Another step; the one that is left is stored as far as it is right."""
        left = self.sheet.step
        if step == left or step not in STEPS or self._kept is None:
            return
        self.typed(step=step, seen=tuple(sorted({*self.sheet.seen, left})))
        self.launch(partial(self._gone, step), group="step")

    async def _gone(self, step: int) -> None:
        await self.store()
        await self._show(step)

    def was_seen(self, step: int) -> bool:
        """Whether a step was left once, or stored: only then is what it lacks called a fault."""
        return step in self.sheet.seen

    def action_tab(self, number: int) -> None:
        """A step by its digit."""
        self.go_to(number)

    def action_next_step(self) -> None:
        """The next one."""
        self.go_to(self.sheet.step + 1)

    def action_previous_step(self) -> None:
        """The one before."""
        self.go_to(self.sheet.step - 1)

    def lacks(self, sentence: str) -> None:
        """Say what is missing, until something is typed."""
        self.trd.take_back(NOT_YET)
        self.notify(sentence, title=NOT_YET, severity="warning")

    # Typing and keeping

    def typed(self, **changes: Any) -> None:
        """Something was typed: it is checked and kept a moment later."""
        self.sheet = replace(self.sheet, **changes)
        self.touched |= changes.keys()
        self.trd.take_back(NOT_YET)
        if "step" not in changes:
            self.reviewed = False
            self.trd.take_back(NOT_STARTED)
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(self.KEPT_AFTER, lambda: self.launch(self.keep, group="keep"))

    async def keep(self) -> None:
        """Check and keep what is typed, and say what is wrong in it."""
        await self._keep()
        if self.is_open:
            self.say()

    async def _keep(self) -> None:
        desk = self.desk
        if desk is None or self._kept is None:
            return
        async with self._storing:
            sheet = self.sheet
            if sheet != self._kept:
                await desk.new_campaign.keep(sheet)
                self._kept = sheet
                self.faults = await desk.new_campaign.check(sheet)

    async def store(self) -> bool:
        """Store in the draft what is right; answers whether the step in front is."""
        async with self._storing:
            await self.news.hear()
            if self.news.ended:
                return False
            begun = self.sheet
            stored, self.faults = await self.ready.new_campaign.save(begun)
            self._kept = stored
            self.sheet = follow(self.sheet, begun, stored)  # letters that came meanwhile stay
        if self.is_open:
            self.say()
        return not any(fault.step == self.sheet.step for fault in self.faults)

    def live(self) -> None:
        """Somebody may have changed the draft: what is theirs shows, what is typed stays."""
        if self.sheet.campaign_id and self._kept is not None:
            self.launch(self._hear, group="hear", exclusive=True)

    async def _hear(self) -> None:
        async with self._storing:
            await self.news.hear()
        if self.is_open:
            self.say()
            if self.pane is not None:
                self.pane.heard()

    def met(self, sheet: Sheet, faults: Sequence[Fault]) -> None:
        """The sheet with what others have changed; only what differs is drawn, and no cursor moves."""
        self.faults = faults
        if sheet == self.sheet:
            return
        self.reviewed = self.reviewed and not changed(sheet, self.sheet)
        self.sheet = sheet
        for pane in self.query(Pane):
            if pane.whole:
                pane.put(sheet)

    def action_save_step(self) -> None:
        """Check the step, store it, and go on; first whose text stands, where two have changed one."""
        if self.news.refuses() or self.news.asks():
            return
        step = self.sheet.step
        self.typed(seen=tuple(sorted({*self.sheet.seen, step})))
        begin(self.trd, partial(self._save_as_long_as_open, step), group="save-step")  # an import outlives it

    async def _save_as_long_as_open(self, step: int) -> None:
        from trd_tui.services.new_campaign import NoDraftError

        try:
            await self._save(step)
        except NoMatches:
            if self.is_open:
                raise
        except NoDraftError:
            await self._hear()
            if not self.news.refuses():
                raise

    async def _save(self, step: int) -> None:
        pane = self.pane
        if pane is None:
            return
        fine = await pane.save()
        if not self.is_open or self.sheet.step != step:
            return
        if not fine:
            self._blame_first()
        elif step < REVIEW:
            self.go_to(step + 1)

    def _blame_first(self) -> None:
        for fault in self.faults:
            if fault.step == self.sheet.step and self.pane is not None:
                self.pane.to_fault(fault)
                return

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
        works = {a for a in ("next_step", "previous_step", "save_step", *letters) if self._works(a)}
        left, right = hint_parts(
            works, saves, long_act, self.app.size.width, stopped=self.trd.halted, typing=typing
        )
        self.query_one("#hints", ActionLine).show(left, right)

    def _works(self, action: str) -> bool:
        step = self.sheet.step
        if action in _IN_TOUCHES:
            return step == TOUCHES
        if action == "next_step":
            return step < REVIEW
        return {"previous_step": step > SENDER, "begin": step == REVIEW}.get(action, True)

    async def keep_typed(self) -> None:
        """It is left, or the app ends: keep what is typed. It may have no lines any more to say a word on."""
        await self._keep()

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

    # Leaving

    def action_back(self) -> None:
        """Call off what is long, else leave a text for its list, else leave; everything is kept."""
        pane = self.pane
        if self.cancel_act() or (pane is not None and pane.left()):
            return
        if self.news.ended:
            begin(self.trd, self.news.leave, group="keep")
            return
        begin(self.trd, self.keep, group="keep")
        self.dismiss()
        if self._kept is not None and self._is_typed:
            self.app.notify(self._where_kept, title="Kept")

    @property
    def _is_typed(self) -> bool:
        """Whether there is more than at the beginning; to have looked at other steps is nothing."""
        empty = self._empty
        return empty is None or replace(self.sheet, step=empty.step, seen=empty.seen) != empty

    @property
    def _where_kept(self) -> str:
        """Where what was typed is found again."""
        if self.sheet.campaign_id:
            name = self.sheet.name.strip() or "It"
            return f"{name} is a draft in the list; enter on it goes on with these steps."
        return f"What you typed is kept; {shown('new', 'n')} goes on with it, also after the next login."

    def cancel_act(self) -> bool:
        """Call off what is under way, here or in the app."""
        own = self.pane.own if self.pane is not None else None
        if own is not None and own.shown and not own.cancelled:
            own.cancel()
            return True
        return super().cancel_act()

    def action_afresh(self) -> None:
        """Throw away what is typed and begin anew."""
        self.trd.begin_question(self, self._afresh, group="afresh")

    async def _afresh(self) -> None:
        from trd_tui.tui.dialogs import Confirm

        if self.sheet.campaign_id:
            self.notify("This is a draft already; n on the overview begins another one.", severity="warning")
            return
        sentence = "What is typed in all five steps is thrown away."
        if await self.app.push_screen_wait(Confirm("Begin afresh?", sentence, "Throw away", danger=True)):
            async with self._storing:
                await self.ready.new_campaign.finish(self.sheet)
                self.sheet = self._kept = self._empty = await self.ready.new_campaign.open("")
                self.faults = await self.ready.new_campaign.check(self.sheet)
            await self.query(Pane).remove()
            await self._show(SENDER)

    async def finish(self, told: str) -> None:
        """The steps are over: the draft alone is kept."""
        await self.ready.new_campaign.finish(self.sheet)
        self._kept = self.sheet
        if self._timer is not None:
            self._timer.stop()
        if told:
            stays = f"{self.sheet.name} stays a draft; x deletes it."
            self.trd.did_for_good(f"the keeping of {self.sheet.name}", stays)
            self.notify(told)
        if self.is_running:
            self.over()

    # Acting

    def targets(self) -> Sequence[str]:
        """The draft."""
        return [self.sheet.campaign_id] if self.sheet.campaign_id else []

    def action_begin(self) -> None:
        """Start it, when every step is right."""
        self.trd.begin_question(self, self._begin, group="begin")

    def looked_at(self) -> Mapping[str, int]:
        """A start is of what the review has shown, not of what somebody makes of it meanwhile."""
        return {self.sheet.campaign_id: self.sheet.version}

    async def _begin(self) -> None:
        await self.store()
        if self.news.refuses():
            return
        if self.pane is not None and self.pane.outdated():
            self.notify(
                "The draft is not what the dry run went through; it runs again. Look at it, then start.",
                title=NOT_STARTED, severity="warning",
            )  # fmt: skip
            self.pane.heard()
            return
        if self.faults:
            fault = self.faults[0]
            self.notify(
                f"Step {fault.step} is not right yet: {fault.message}.",
                title=NOT_STARTED,
                severity="warning",
            )
            return
        self.perform("start", self.targets())

    def acted(self, act: str, results: Sequence[ActResult]) -> None:
        """Started: there is nothing more to type."""
        if act == "start" and any(result.ok for result in results):
            self.launch(partial(self.finish, ""), group="finish")

    async def carried(self, doing: str, unit: str, work: Callable[[Watch], Awaitable[T]]) -> T | None:
        """Do something long to the database: one at a time, with progress; it may be called off."""
        app = self.trd
        if app.acting:
            self.notify("The last act is still under way; esc calls it off.", severity="warning")
            return None
        app.acting = True
        app.long_act = LongAct(doing, unit, lambda: app.call_later(app.say_progress))
        try:
            return await work(app.long_act)
        finally:
            app.acting = False
            app.long_act = None
            stays = f"Who is in the draft {self.sheet.name} stays as it is; its second step changes that."
            app.did_for_good(f"{doing.lower()} {unit}", stays)

    def action_empty_audience(self) -> None:
        """Take everybody out of the draft."""
        from trd_tui.tui.new_campaign.audience import empty_audience

        self.trd.begin_question(self, partial(empty_audience, self), group="acts")

    # The list of touches

    def _touches(self, name: str, *args: Any) -> None:
        pane = self.pane
        if pane is not None and not isinstance(self.focused, Input | TextArea):
            getattr(pane, name)(*args)

    def action_touch_add(self) -> None:
        """One more touch."""
        self._touches("add")

    def action_touch_remove(self) -> None:
        """One touch less."""
        self._touches("remove_touch")

    def action_touch_switch(self) -> None:
        """Send this touch, or pass it over."""
        self._touches("switch")

    def action_touch_set(self) -> None:
        """A whole set of touches."""
        self._touches("choose_set")

    def action_reader(self) -> None:
        """Read as another contact."""
        self._touches("next_reader")

    def on_menu_chosen(self, event: Menu.Chosen) -> None:
        """A menu of the step was answered."""
        pane = self.pane
        if self.news.answered(event.id):
            if pane is not None:
                pane.refocus()
        elif pane is not None and hasattr(pane, "chosen"):
            pane.chosen(event.id)
