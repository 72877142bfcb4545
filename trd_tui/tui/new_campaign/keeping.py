"""What is typed in the steps: it is kept as it is typed, and stored in the draft as far as it is right."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from textual.css.query import NoMatches
from textual.timer import Timer

from trd_tui.domain.sheet import REVIEW, STEPS, WHENCE, Fault, Sheet
from trd_tui.domain.sheet_meet import changed, follow
from trd_tui.tui.new_campaign.afresh import tell_not_stored
from trd_tui.tui.new_campaign.frame import NOT_YET, StepsFrame
from trd_tui.tui.new_campaign.pane import Pane
from trd_tui.tui.work import begin

NOT_STARTED = "Not started"
"""The title of why there was no start; it is taken back when something is typed."""


class StepsKeeping(StepsFrame):
    """Steps whose sheet is read, kept and stored, beside others who do the same."""

    KEPT_AFTER = 0.3
    """Seconds without a letter after which what is typed is checked and kept."""

    def __init__(self, campaign_id: str = "", step: int = 0) -> None:
        super().__init__(campaign_id)
        self._first = step
        self._kept: Sheet | None = None
        self._empty: Sheet | None = None
        self._timer: Timer | None = None
        self._storing = asyncio.Lock()

    def on_mount(self) -> None:
        """Read what was typed before."""
        self.trd.begin_question(self, self._open, group="open-sheet")

    async def _open(self) -> None:
        from trd_tui.services.stored_draft import NoDraftError

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
        if id_:
            self.trd.ways.stand_on(id_)
        if left and id_:
            await self.news.hear()
            tell_not_stored(self)
        if left and not id_:
            self.notify("This is what you typed the last time; ctrl+o begins afresh.")
        await self._show(self.sheet.step)

    # From step to step

    def go_to(self, step: int) -> None:
        """Another step; the one that is left is stored as far as it is right."""
        left = self.sheet.step
        if step == left or step not in STEPS or self._kept is None:
            return
        if self.pane is not None:
            self.pane.settle()  # before it is stored; its field is left only behind that
        self.typed(step=step, seen=tuple(sorted({*self.sheet.seen, left})))
        self.launch(partial(self._gone, step), group="step")

    async def _gone(self, step: int) -> None:
        await self.store()
        await self._show(step)

    def action_tab(self, number: int) -> None:
        """A step by its digit."""
        self.go_to(number)

    def action_next_step(self) -> None:
        """The next one."""
        self.go_to(self.sheet.step + 1)

    def action_previous_step(self) -> None:
        """The one before."""
        self.go_to(self.sheet.step - 1)

    # Typing and keeping

    def typed(self, **changes: Any) -> None:
        """Something was typed: it is checked and kept a moment later."""
        if WHENCE & changes.keys():
            changes = {"imported": (), **changes}  # what was imported came from elsewhere
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

    async def keep_typed(self) -> None:
        """It is left, or the app ends: keep what is typed. It may have no lines any more to say a word on."""
        await self._keep()

    async def store(self) -> bool:
        """Store in the draft what is right; answers whether the step in front is."""
        async with self._storing:
            await self.news.hear()
            if self.news.ended or self.news.over:
                return False
            begun = self.sheet
            stored, self.faults = await self.ready.new_campaign.save(begun)
            self._kept = stored
            self.sheet = follow(self.sheet, begun, stored)  # letters that came meanwhile stay
            if not begun.campaign_id:
                self.trd.ways.stand_on(stored.campaign_id)
        if self.is_open:
            self.say()
        return not any(fault.step == self.sheet.step for fault in self.faults)

    def live(self) -> None:
        """Somebody may have changed the draft: what is theirs shows, what is typed stays."""
        if self.sheet.campaign_id and self._kept is not None:
            self.launch(self._hear, group="hear", exclusive=True)

    async def hear_news(self) -> None:
        """Take over what others have stored."""
        async with self._storing:
            await self.news.hear()

    async def _hear(self) -> None:
        await self.hear_news()
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

    # Saving

    def action_save_step(self) -> None:
        """Check the step, store it, and go on; first whose text stands, where two have changed one."""
        if self.news.refuses() or self.news.asks():
            return
        step = self.sheet.step
        self.typed(seen=tuple(sorted({*self.sheet.seen, step})))
        begin(self.trd, partial(self._save_as_long_as_open, step), group="save-step")  # an import outlives it

    async def _save_as_long_as_open(self, step: int) -> None:
        from trd_tui.services.stored_draft import NoDraftError

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
