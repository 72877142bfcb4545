"""Changing the name, sender, schedule and limits of a campaign that was started."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.timer import Timer
from textual.widgets import Static

from trd_tui.services.term_views import typed_parts
from trd_tui.tui.actions import bindings, shown
from trd_tui.tui.actions.schedule_and_limits import SCHEDULE_AND_LIMITS
from trd_tui.tui.base import DeskScreen
from trd_tui.tui.campaign.headline import say_headline
from trd_tui.tui.leaving import leave
from trd_tui.tui.lines import ActionLine, update
from trd_tui.tui.new_campaign.news import said_of
from trd_tui.tui.terms.form import TermsForm
from trd_tui.tui.terms.lines import hint_parts, state_content, unsaved_said
from trd_tui.tui.topbar import TopBar

if TYPE_CHECKING:
    from textual.widget import Widget

    from trd_tui.domain.sheet import Sheet
    from trd_tui.services.draft_news import Change
    from trd_tui.services.term_views import Terms
    from trd_tui.services.views import CampaignDetail


class TermsScreen(DeskScreen):
    """What is typed is kept until it is saved or discarded; nobody else's work replaces it unasked."""

    CSS_PATH = ["terms.tcss", "../new_campaign/fields.tcss"]
    BINDINGS = bindings(SCHEDULE_AND_LIMITS)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]
    AUTO_FOCUS = ""
    name_in_table = SCHEDULE_AND_LIMITS
    kept_where = "its schedule and limits"
    KEPT_AFTER = 0.3
    """Seconds without a letter after which what is typed is checked and kept."""

    def __init__(self, campaign_id: str) -> None:
        super().__init__()
        self.campaign_id = campaign_id
        self.found: Terms | None = None
        self.detail: CampaignDetail | None = None
        self.saving = False
        self._kept: Sheet | None = None
        self._crossed: tuple[Change, ...] = ()
        self._timer: Timer | None = None
        self._reading = asyncio.Lock()

    def compose(self) -> ComposeResult:
        """The frame and the fields."""
        yield TopBar(id="topbar")
        yield Static("", id="headline", markup=False)
        yield Static("", id="terms-state", markup=False)
        yield TermsForm(self.typed)
        yield ActionLine(id="hints")

    @property
    def form(self) -> TermsForm:
        """The fields."""
        return self.query_one(TermsForm)

    def on_mount(self) -> None:
        """Read what is stored, and what was typed at the last look."""
        self.form.disabled = True
        self.trd.begin_question(self, self._open, group="open-terms")

    async def _open(self) -> None:
        await self.read()
        found = self.found
        if found is None:
            return
        self.form.disabled = False
        self.form.show_senders(
            await self.ready.new_campaign.senders(),
            found.sheet.sender,
            simulated=self.ready.carrier == "simulated",
        )
        self.form.first(found).focus()
        if found.was_kept:
            self._kept = found.sheet
            key = shown("discard_terms", "ctrl+o")
            self.notify(f"This is what you changed the last time and did not save; {key} discards it.")

    # Reading

    async def read(self) -> None:
        """Read what is stored; what others changed shows where nothing else is typed, and is told."""
        async with self._reading:
            desk = self.desk
            if desk is None:
                return
            while True:
                before = self.found
                found = await desk.terms.read(self.campaign_id, None if before is None else before.sheet)
                if self.found is before:  # else a letter came meanwhile, and is not part of what was read
                    break
            self.detail = await desk.detail(self.campaign_id)
            if not self.is_open:
                return
            if found is None:
                self.notify("This campaign is gone; another person has deleted it.", severity="warning")
                self.found = None
                self.over()
                return
            self._show(found, None if before is None else before.sheet)

    def _show(self, found: Terms, before: Sheet | None) -> None:
        self.found = found
        if found.sheet != before:
            self.form.put(found.sheet)
        self.say()
        new = set(found.crossed) - set(self._crossed)
        self._crossed = found.crossed
        if found.taken and before is not None:
            self.notify(f"{said_of(found.taken, self.ready)} It shows here now.")
        if new:
            key = shown("save_terms", "ctrl+s")
            told = f"{said_of(found.crossed, self.ready)} You have typed the same: {key} shows both."
            self.notify(told, severity="warning")

    def live(self) -> None:
        """Somebody may have changed it, or it has paused."""
        if self.found is not None and not self.saving:
            self.launch(self.read, group="read")

    def tick(self) -> None:
        """Time has passed."""
        self.query_one(TopBar).tick()
        say_headline(self, self.detail)

    # Typing and keeping

    def typed(self, **changes: Any) -> None:
        """Something was typed: it is checked and kept a moment later."""
        found = self.found
        if found is None:
            return
        self.found = replace(found, sheet=replace(found.sheet, **changes))
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(self.KEPT_AFTER, lambda: self.launch(self._look, group="look"))
        self.say()

    async def _look(self) -> None:
        await self.read()
        await self.keep_typed()

    async def keep_typed(self) -> None:
        """Keep what is not saved, where it is not kept yet."""
        found, desk = self.found, self.desk
        if found is None or desk is None or self.saving:
            return
        unsaved = found.sheet if typed_parts(found.sheet) else None
        if unsaved != self._kept:
            self._kept = unsaved
            await desk.terms.keep(self.campaign_id, unsaved)

    def unsaved(self) -> str | None:
        """What is not saved."""
        return None if self.found is None else unsaved_said(self.found)

    def forget(self) -> None:
        """What is typed is discarded: what is stored is read as if for the first time."""
        self.found = self._kept = None

    # Saying

    def say(self) -> None:
        """What is wrong beside each field, and what is not saved."""
        found = self.found
        if found is not None and self.desk is not None:
            self.form.say(found, self.desk)
            update(self.query_one("#terms-state", Static), state_content(found, saving=self.saving))
        say_headline(self, self.detail)
        self.say_hints()

    def say_hints(self) -> None:
        """The keys that work."""
        focused = self.focused
        typing = focused is not None and focused.check_consume_key("exclamation_mark", "!")
        left, right = hint_parts(
            changed=self.unsaved() is not None,
            long_act=self.trd.long_act,
            width=self.app.size.width,
            stopped=self.trd.halted,
            typing=typing,
        )
        self.query_one("#hints", ActionLine).show(left, right)

    def on_descendant_focus(self) -> None:
        """The next key is about something else."""
        self.say_hints()

    def on_resize(self) -> None:
        """Everything takes the room there is."""
        self.call_after_refresh(self.say)

    # Acting

    def hold(self, saving: bool) -> None:
        """While it is being saved nothing is typed into it."""
        at: Widget | None = self.focused
        self.saving = saving
        self.form.disabled = saving
        if not saving and self.found is not None and at is None:
            self.form.first(self.found).focus()
        self.say()

    def action_save_terms(self) -> None:
        """Say what it would do, ask, and save."""
        from trd_tui.tui.terms.saving import save

        if self.found is not None and not self.saving:
            self.trd.begin_question(self.app, partial(save, self), group="acts")

    def action_discard_terms(self) -> None:
        """Ask, then show what is stored."""
        from trd_tui.tui.terms.saving import discard

        if self.unsaved() is None:
            self.notify("Everything is as it is stored.", severity="warning")
        elif not self.saving:
            self.trd.begin_question(self.app, partial(discard, self), group="acts")

    def action_scroll_terms(self, by: int) -> None:
        """By a page; what stands below the fields has no cursor to lead there."""
        fields = self.query_one(".fields")
        fields.scroll_relative(y=by * max(1, fields.size.height - 2), animate=False)

    def action_back(self) -> None:
        """Call off what is under way, else leave; what is typed is kept."""
        if not self.cancel_act():
            leave(self.trd, [self], self.dismiss)
