"""A new campaign in five steps. What is typed is kept as it is typed; what is right is stored as a draft."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from textual.widgets import Input, TextArea

from trd_tui.tui.actions import bindings
from trd_tui.tui.actions.new_campaign import NEW_CAMPAIGN
from trd_tui.tui.carrying import carry
from trd_tui.tui.new_campaign.keeping import NOT_STARTED
from trd_tui.tui.new_campaign.leaving import StepsLeaving

if TYPE_CHECKING:
    from trd_tui.services.views import ActResult
    from trd_tui.tui.desk.new_campaign import Watch
    from trd_tui.tui.menu import Menu

T = TypeVar("T")


class NewCampaignScreen(StepsLeaving):
    """The steps of one draft; without an id, of a campaign that is still to be made."""

    CSS_PATH = ["new_campaign.tcss", "fields.tcss"]
    BINDINGS = bindings(NEW_CAMPAIGN)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]
    AUTO_FOCUS = ""
    name_in_table = NEW_CAMPAIGN

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
        app, draft = self.trd, self.sheet.campaign_id
        app.begin_question(app, partial(self.news.start, draft), group="acts")

    def acted(self, act: str, results: Sequence[ActResult]) -> None:
        """Started: there is nothing more to type."""
        self.started = act == "start" and any(result.ok for result in results)
        if self.started:
            self.launch(partial(self.finish, ""), group="finish")

    async def carried(self, doing: str, unit: str, work: Callable[[Watch], Awaitable[T]]) -> T | None:
        """Do something long to the database: one at a time, with progress; it may be called off."""
        app = self.trd
        busy = app.acting
        try:
            return await carry(app, doing, unit, work)
        finally:
            stays = f"Who is in the draft {self.sheet.name} stays as it is; its second step changes that."
            if not busy:
                app.did_for_good(f"{doing.lower()} {unit}", stays)

    def action_empty_audience(self) -> None:
        """Take everybody out of the draft."""
        from trd_tui.tui.new_campaign.audience.emptying import empty_audience

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

    def action_touch_back(self) -> None:
        """What was taken out comes back."""
        self._touches("bring_back")

    def action_reader(self) -> None:
        """Read as another contact."""
        self._touches("next_reader")

    # The menu

    def on_menu_chosen(self, event: Menu.Chosen) -> None:
        """A menu of the step was answered."""
        pane = self.pane
        if self.news.answered(event.id):
            if pane is not None:
                pane.refocus()
        elif pane is not None and hasattr(pane, "chosen"):
            pane.chosen(event.id)
