"""The overview, home of the app: what its keys do."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from trd_tui.tui.actions import OVERVIEW, bindings
from trd_tui.tui.hint_lines import is_empty_draft
from trd_tui.tui.overview.lines import TABS
from trd_tui.tui.overview.list import OverviewList
from trd_tui.tui.table.window_table import WindowTable

if TYPE_CHECKING:
    from trd_tui.services.views import CampaignRow
    from trd_tui.tui.menu import Menu


class OverviewScreen(OverviewList):
    """The home screen."""

    BINDINGS = bindings(OVERVIEW)
    AUTO_FOCUS = "#campaigns"
    SEARCHES = "search campaigns"
    name_in_table = OVERVIEW
    _menu_row: CampaignRow | None = None
    """Which campaign the open menu is about, whatever the cursor is on by then."""

    def action_tab(self, number: int) -> None:
        """Another filter tab."""
        if self.query_now is not None and number <= len(TABS):
            self.show_list(replace(self.query_now, status=TABS[number - 1][0]))

    def search_for(self, text: str) -> None:
        """Show the campaigns whose name holds it."""
        if self.query_now is not None and text != self.query_now.search:
            self.show_list(replace(self.query_now, search=text))

    def list_to_focus(self) -> WindowTable:
        """The campaigns."""
        return self.table

    def action_back(self) -> None:
        """Clear the search, else call off what is under way, else take the marks away."""
        if not self.leave_search() and not self.cancel_act() and self.table.marks:
            self.table.set_marks([])

    def action_sort(self) -> None:
        """The menu of columns; a letter chooses."""
        from trd_tui.tui.table.sort_menu import open_sort_menu

        open_sort_menu(self.menu(), self.table)

    def action_menu(self) -> None:
        """What can be done with this campaign."""
        from trd_tui.tui.row_menu import row_choices

        row = self._menu_row = self.table.aimed_at("campaign")
        if row is None:
            return
        region = self.table.region
        y = region.y + 2 + self.table.cursor - self.table.first_visible
        others = len(self.table.marks - {row.id})
        other = "other " if row.id in self.table.marks else ""
        title = f"{row.name} · not the {other}{others:,} marked" if others else row.name
        self.menu().open(title, row_choices(row, openable=True), x=region.x + 6, y=y)

    def on_menu_chosen(self, event: Menu.Chosen) -> None:
        """The menu was answered."""
        if self.focused is None or self.focused is event.menu:
            self.table.focus()
        if event.id is None:
            return
        if event.id.startswith("sort:"):
            self.sort_by(event.id.removeprefix("sort:"))
            return
        row, self._menu_row = self._menu_row, None
        if event.id == "open" and row is not None:
            self._open_campaign(row.id)  # the tabs, also of a draft: its steps have a line of their own
        elif event.id == "steps" and row is not None:
            self.steps_of(row)
        elif row is not None:
            # The menu is about its row, also when others are marked.
            start = event.id == "resume" and row.status == "draft"
            self.perform("start" if start else event.id, [row.id])

    def action_open(self) -> None:
        """The campaign's own screen; a draft that nobody is in, or whose steps were left, its steps."""
        row = self.current()
        if row is not None and row.status == "draft" and self.desk is not None:
            self.trd.begin_question(self, partial(self._open_draft, row), group="open-draft")
        elif row is not None and self.desk is not None:
            self._open_campaign(row.id)
        else:
            self.say_no_target()

    def _open_campaign(self, campaign_id: str) -> None:
        from trd_tui.tui.campaign.screen import CampaignScreen

        self.app.push_screen(CampaignScreen(campaign_id))

    async def _open_draft(self, row: CampaignRow) -> None:
        if is_empty_draft(row) or await self.ready.new_campaign.unfinished(row.id):
            self.take_steps(row.id)
        else:
            self._open_campaign(row.id)

    def action_mark(self) -> None:
        """Mark this campaign."""
        self.table.toggle_mark()

    def action_mark_down(self) -> None:
        """Mark downwards."""
        self.table.extend_mark(1)

    def action_mark_up(self) -> None:
        """Mark upwards."""
        self.table.extend_mark(-1)

    def action_mark_all(self) -> None:
        """Mark all that match."""
        self.launch(self._mark_all, group="mark-all")

    async def _mark_all(self) -> None:
        if self.desk is not None:
            self.table.set_marks(await self.desk.ids(self.listed))

    def action_unmark(self) -> None:
        """Take all marks away."""
        self.table.set_marks([])

    def action_pause_all(self) -> None:
        """Pause all active campaigns."""
        self.trd.begin_question(self, partial(self._all_of, "active", "pause"), group="acts")

    def action_resume_all(self) -> None:
        """Resume all paused campaigns."""
        self.trd.begin_question(self, partial(self._all_of, "paused", "resume"), group="acts")

    async def _all_of(self, status: str, act: str) -> None:
        if self.desk is None:
            return
        from trd_tui.services.views import ListQuery

        ids = await self.desk.ids(ListQuery(status=status))
        if ids:
            self.perform(act, ids)
        else:
            self.app.notify(f"No campaign is {status}.", severity="warning")

    def on_window_table_opened(self, _event: WindowTable.Opened) -> None:
        """A double click opens."""
        self.action_open()
