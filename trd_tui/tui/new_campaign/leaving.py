"""Leaving the steps: everything is kept; what was begun afresh or started needs no keeping any more."""

from __future__ import annotations

from dataclasses import replace

from trd_tui.domain.sheet import SENDER
from trd_tui.tui.actions import shown
from trd_tui.tui.new_campaign.afresh import asked
from trd_tui.tui.new_campaign.keeping import StepsKeeping
from trd_tui.tui.new_campaign.pane import Pane
from trd_tui.tui.work import begin


class StepsLeaving(StepsKeeping):
    """Steps that are left by a key, thrown away, or over."""

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
        self.trd.ways.back(self.came_from)
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
        """Throw away what is typed, or, in a draft, what of it is not stored."""
        self.trd.begin_question(self, self._afresh, group="acts")

    async def _afresh(self) -> None:
        if not await asked(self):
            return
        desk, step, id_ = self.ready.new_campaign, self.sheet.step, self.sheet.campaign_id
        async with self._storing:
            await desk.finish(self.sheet)
            self.sheet = self._kept = replace(await desk.open(id_), step=step if id_ else SENDER)
            self._empty = None if id_ else self.sheet
            self.touched, self.reviewed = set(), False
            self.faults = await desk.check(self.sheet)
            await self.news.hear()
        await self.query(Pane).remove()
        await self._show(self.sheet.step)
        if id_:
            self.notify("What is stored is shown.", title="Thrown away")

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
