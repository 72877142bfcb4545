"""The ways between the parts of the app, and to what has its place in one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trd_tui.tui.leaving import leave

if TYPE_CHECKING:
    from trd_tui.tui.app import TrdApp

HOME = "overview"
"""The part in which campaigns are opened and made."""


class Ways:
    """Leads through the app; what is open in a part stays open beneath what is opened there."""

    def __init__(self, app: TrdApp) -> None:
        self._app = app

    def go(self, area: str) -> None:
        """To another part; where one is already, back to its first screen."""
        if (front := self._app.front) is not None:
            front.came_from = ""  # one goes on by oneself
        if area != self._app.current_mode:
            self._to(area)
        elif self._opened():
            leave(self._app, self._app.screen_stack[1:], self._to_first_screen)

    def home(self) -> None:
        """Back to the overview, or to what was opened there last."""
        self._to(HOME)

    def campaign(self, campaign_id: str) -> None:
        """A campaign's own screen."""
        if not self._to(HOME):
            return
        from trd_tui.tui.campaign.screen import CampaignScreen

        front = self._app.front
        if not (isinstance(front, CampaignScreen) and front.campaign_id == campaign_id):
            self._app.push_screen(CampaignScreen(campaign_id))
            self.stand_on(campaign_id)

    def new_campaign(self) -> None:
        """The steps of a new campaign; what was left half typed goes on. Leaving them leads back here."""
        here = self._app.current_mode
        if not self._to(HOME):
            return
        from trd_tui.tui.new_campaign.screen import NewCampaignScreen

        steps = self._app.front
        if not (isinstance(steps, NewCampaignScreen) and not steps.sheet.campaign_id):
            steps = NewCampaignScreen()
            self._app.push_screen(steps)
        if here != HOME:
            steps.came_from = here

    def back(self, area: str) -> None:
        """To the part from which one was led elsewhere, as it was left; empty where one was not."""
        if area:
            self._to(area)

    def stand_on(self, campaign_id: str) -> None:
        """The overview's cursor stands on what is open over it, so that one comes back to that."""
        from trd_tui.tui.overview.screen import OverviewScreen

        home = self._app._screen_stacks[HOME][0]
        if isinstance(home, OverviewScreen):
            home.stand_on(campaign_id)

    def own_pauses_changed(self) -> None:
        """The overview marks who has paused by itself."""
        from trd_tui.tui.overview.screen import OverviewScreen

        home = self._app._screen_stacks[HOME][0]
        if isinstance(home, OverviewScreen) and home.is_mounted:
            home.own_pauses_changed()

    def conversation(self, number: str) -> None:
        """A conversation in the inbox; leaving it leads back to where one is now."""
        app, here = self._app, self._app.current_mode

        async def open_it() -> None:
            await app.switch_mode("inbox")
            self._to_first_screen()
            from trd_tui.tui.inbox.screen import InboxScreen

            if isinstance(app.screen, InboxScreen):
                await app.screen.open_from_elsewhere(number, lambda: self._to(here))

        if self._opened():
            app.begin_question(app, open_it, group="open")

    def _opened(self) -> bool:
        """Whether the product is open; else it is said."""
        if self._app.desk is None:
            self._app.notify("The product is still opening; try again in a moment.", severity="warning")
        return self._app.desk is not None

    def _to(self, area: str) -> bool:
        """To a part, as it was left; answers whether one can go anywhere yet."""
        app = self._app
        if not self._opened():
            return False
        if area != app.current_mode:
            known = area in app._screen_stacks  # a new one reads for itself when it is mounted
            app.switch_mode(area)
            if known:
                app.read_again()
        return True

    def _to_first_screen(self) -> None:
        while len(self._app.screen_stack) > 1:
            self._app.pop_screen()
