"""Leaving the steps: everything is kept; what was begun afresh or started needs no keeping any more."""

from __future__ import annotations

from dataclasses import replace

from trd_tui.domain.sheet import SENDER
from trd_tui.tui.actions import shown
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
