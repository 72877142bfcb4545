"""The overview: figures, tabs, search and the list of campaigns. Home of the app."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.containers import Horizontal

from trd_tui.tui.actions import OVERVIEW, bindings
from trd_tui.tui.columns import campaign_columns
from trd_tui.tui.figures import Figures
from trd_tui.tui.lines import ActionLine
from trd_tui.tui.overview_lines import TABS, hint_parts, tab_parts
from trd_tui.tui.searching import SearchingScreen
from trd_tui.tui.topbar import TopBar
from trd_tui.tui.window_table import Source, WindowTable

if TYPE_CHECKING:
    from trd_tui.services.views import ActResult, CampaignRow, ListQuery, Overview
    from trd_tui.tui.menu import Menu
    from trd_tui.tui.side import SidePane

BROAD = 150
"""Columns from which the side pane stands beside the list."""

_DESCENDING_FIRST = frozenset({"progress", "contacts", "sent", "replies", "rate", "activity"})
"""Columns of which people want the largest first."""


class OverviewScreen(SearchingScreen):
    """The home screen. It paints its frame at once and fills it when the desk is open."""

    BINDINGS = bindings(OVERVIEW)
    AUTO_FOCUS = "#campaigns"
    SEARCHES = "search campaigns"
    name_in_table = OVERVIEW

    def __init__(self) -> None:
        super().__init__()
        self.query_now: ListQuery | None = None
        self.overview: Overview | None = None

    def compose(self) -> ComposeResult:
        """The frame."""
        yield TopBar(id="topbar")
        yield Figures(id="figures")
        with Horizontal(id="tabline"):
            yield ActionLine(id="tabs")
        with Horizontal(id="body"):
            yield WindowTable(campaign_columns("UTC"), empty="No campaigns.", id="campaigns")
        yield ActionLine(id="hints")

    @property
    def table(self) -> WindowTable:
        """The list."""
        return self.query_one("#campaigns", WindowTable)

    def on_mount(self) -> None:
        """What can be said before anything is known."""
        self.say_tabs()
        self._say_hints()
        if self.desk is not None:
            self.desk_opened()

    def _with_side(self, use: Callable[[SidePane], object]) -> None:
        """The side pane, mounted when a terminal is wide enough for the first time."""
        for pane in self.query("#side"):
            pane.display = self.app.size.width >= BROAD
            use(cast("SidePane", pane))
            return
        if self.query_now is not None and self.app.size.width >= BROAD:
            from trd_tui.tui.side import SidePane

            self.query_one("#body").mount(SidePane(id="side"))
            self.call_after_refresh(self._show_side)

    def _show_side(self) -> None:
        for pane in self.query("#side"):
            cast("SidePane", pane).show_campaign(self.table.row)

    # Reading

    def desk_opened(self) -> None:
        """The desk is open: fill the frame."""
        from trd_tui.services.views import ListQuery

        desk = self.ready
        self.query_now = ListQuery()
        table = self.table
        table.columns = campaign_columns(desk.zone)
        table.now = desk.now
        table.followed = self._followed
        table.source = Source(self._page, self._rank)
        table.on_resize()
        table.reload(to_top=True)
        self._read_overview()
        self.query_one(TopBar).tick()

    async def _page(self, offset: int, limit: int) -> tuple[Sequence[CampaignRow], int]:
        page = await self.ready.page(replace(self.listed, offset=offset, limit=limit))
        return page.rows, page.total

    async def _rank(self, campaign_id: str) -> int | None:
        return await self.ready.rank(campaign_id, self.listed)

    @property
    def listed(self) -> ListQuery:
        """Which list is shown.

        Raises:
            RuntimeError: the product is still opening.
        """
        if self.query_now is None:
            raise RuntimeError("The product is still opening; try again in a moment.")
        return self.query_now

    def _read_overview(self) -> None:
        self.launch(self._overview, group="overview", exclusive=True)

    async def _overview(self) -> None:
        desk = self.desk
        if desk is None:
            return
        self.overview = await desk.overview()
        self.trd.stopped = self.overview.stopped
        self._say_figures()
        self.say_tabs()
        self.query_one(TopBar).tick()

    def live(self) -> None:
        """Somebody changed the database: read what is in view again."""
        self.table.poll()
        self._read_overview()
        self._with_side(lambda pane: pane.poll())

    def tick(self) -> None:
        """What depends on the time of day; repaints only what reads differently."""
        self.query_one(TopBar).tick()
        self.table.redraw_changed()
        self._say_figures()

    def on_screen_resume(self) -> None:
        """Back from another screen: things may have changed meanwhile."""
        if self.desk is not None and self.table.source is not None:
            self.live()

    # Saying

    def _say_figures(self) -> None:
        if self.overview is not None and self.desk is not None:
            self.query_one(Figures).show(self.overview, self.desk.now(), self.desk.zone)

    def on_resize(self) -> None:
        """Figures and tabs take the room there is."""
        self.call_after_refresh(self._say_figures)
        self.say_tabs()
        self._say_hints()
        self._with_side(lambda pane: pane.poll())

    def say_tabs(self) -> None:
        """The tabs with their counts, and the search's place."""
        counts = self.overview.counts if self.overview is not None else {}
        status = None if self.query_now is None else self.query_now.status
        wide = self.app.size.width >= 100
        self.query_one("#tabs", ActionLine).show(tab_parts(counts, status, wide=wide), self.search_parts())

    def _say_hints(self) -> None:
        table = self.table
        row: CampaignRow | None = table.row if table.source is not None else None
        left, right = hint_parts(
            marked=len(table.marks),
            row=row,
            undo=self.trd.last_done is not None,
            progress=self.trd.progress_text,
        )
        self.query_one("#hints", ActionLine).show(left, right)

    say_hints = _say_hints

    # The list

    def targets(self) -> Sequence[str]:
        """The marks, else the campaign under the cursor."""
        table = self.table
        if table.marks:
            return sorted(table.marks)
        return [table.cursor_id] if table.cursor_id is not None else []

    def in_view(self) -> Collection[str]:
        """Campaigns that can be seen."""
        return {row.id for row in self.table.loaded_rows()}

    def current(self) -> CampaignRow | None:
        """The campaign under the cursor."""
        row: CampaignRow | None = self.table.row
        return row

    def acted(self, act: str, results: Sequence[ActResult]) -> None:
        """Read again; what was acted on is no longer marked."""
        done = {result.campaign_id for result in results if result.ok}
        self.table.set_marks([mark for mark in self.table.marks if mark not in done])
        self.live()

    def _followed(self, row: CampaignRow | None) -> None:
        """The hints and the side pane follow the cursor."""
        self._say_hints()
        self._with_side(lambda pane: pane.show_campaign(row))

    def on_window_table_marks_changed(self, _event: WindowTable.MarksChanged) -> None:
        """The hints count the marks."""
        self._say_hints()

    def on_window_table_opened(self, _event: WindowTable.Opened) -> None:
        """A double click opens."""
        self.action_open()

    def on_window_table_header_clicked(self, event: WindowTable.HeaderClicked) -> None:
        """A click on a heading sorts."""
        self.sort_by(event.key)

    def show_list(self, query: ListQuery) -> None:
        """Show another list; the cursor stays on its campaign where that is in it."""
        self.query_now = query
        self.say_tabs()
        searching = f" that match “{query.search}”" if query.search else ""
        self.table.empty_text = f"No {query.status + ' ' if query.status else ''}campaigns{searching}."
        if self.table.source is not None:
            self.table.reload()

    def sort_by(self, key: str) -> None:
        """Sort by a column; the same again turns it round."""
        if self.query_now is None:
            return
        from trd_tui.services.views import SortKey

        sort = SortKey(key)
        descending = key in _DESCENDING_FIRST
        if self.table.sort_key == key:
            descending = not self.query_now.descending
        self.table.sort_key, self.table.sort_descending = key, descending
        self.show_list(replace(self.query_now, sort=sort, descending=descending))

    # Actions

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
        """Clear the search, else the marks."""
        if not self.leave_search() and self.table.marks:
            self.table.set_marks([])

    def action_sort(self) -> None:
        """The menu of columns; a letter chooses."""
        table = self.table
        from trd_tui.tui.menu import Choice

        choices = tuple(
            Choice(
                f"sort:{column.key}", column.letter, column.label,
                ("▼" if table.sort_descending else "▲") if column.key == table.sort_key else "",
            )
            for column in table.columns
        )  # fmt: skip
        region = table.region
        self.menu().open("Sort by", choices, x=region.x + 2, y=region.y + 1)

    def action_menu(self) -> None:
        """What can be done with this campaign."""
        row = self.current()
        if row is None:
            return
        region = self.table.region
        y = region.y + 2 + self.table.cursor - self.table.first_visible
        self.menu().open(row.name, self.row_choices(row), x=region.x + 6, y=y)

    def on_menu_chosen(self, event: Menu.Chosen) -> None:
        """The menu was answered."""
        if self.focused is None or self.focused is event.menu:
            self.table.focus()
        if event.id is None:
            return
        if event.id.startswith("sort:"):
            self.sort_by(event.id.removeprefix("sort:"))
            return
        row = self.current()
        if event.id == "open":
            self.action_open()
        elif row is not None:
            # The menu is about its row, also when others are marked.
            start = event.id == "resume" and row.status == "draft"
            self.launch(partial(self.perform, "start" if start else event.id, [row.id]))

    def action_open(self) -> None:
        """The campaign's own screen."""
        if self.table.cursor_id is not None and self.desk is not None:
            from trd_tui.tui.campaign import CampaignScreen

            self.app.push_screen(CampaignScreen(self.table.cursor_id))

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
        self.launch(partial(self._all_of, "active", "pause"))

    def action_resume_all(self) -> None:
        """Resume all paused campaigns."""
        self.launch(partial(self._all_of, "paused", "resume"))

    async def _all_of(self, status: str, act: str) -> None:
        if self.desk is None:
            return
        from trd_tui.services.views import ListQuery

        ids = await self.desk.ids(ListQuery(status=status))
        if ids:
            await self.perform(act, ids)
        else:
            self.app.notify(f"No campaign is {status}.", severity="warning")
