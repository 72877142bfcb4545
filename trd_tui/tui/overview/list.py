"""What the overview shows: figures, tabs and the list, read in workers and kept live."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.containers import Horizontal

from trd_tui.tui.acts import ActingScreen
from trd_tui.tui.columns import campaign_columns
from trd_tui.tui.hindrance import NOTHING, Standing
from trd_tui.tui.lines import ActionLine
from trd_tui.tui.overview.figures import Figures
from trd_tui.tui.overview.lines import empty_text, hint_parts, tab_parts
from trd_tui.tui.searching import SearchingScreen
from trd_tui.tui.table.window_table import Source, WindowTable
from trd_tui.tui.topbar import TopBar

if TYPE_CHECKING:
    from trd_tui.services.views import ActResult, CampaignRow, ListQuery, Overview
    from trd_tui.tui.overview.side import SidePane

BROAD = 150
"""Columns from which the side pane stands beside the list."""

_DESCENDING_FIRST = frozenset({"progress", "contacts", "sent", "replies", "rate", "activity"})
"""Columns of which people want the largest first."""


class OverviewList(SearchingScreen, ActingScreen):
    """Paints its frame at once, and fills it when the desk is open."""

    def __init__(self) -> None:
        super().__init__()
        self.query_now: ListQuery | None = None
        self.overview: Overview | None = None
        self._standing = NOTHING

    def compose(self) -> ComposeResult:
        """The frame."""
        yield TopBar(id="topbar")
        yield Figures(id="figures")
        with Horizontal(id="tabline"):
            yield ActionLine(id="tabs")
        with Horizontal(id="body"):
            yield WindowTable(
                campaign_columns("UTC", self._shown_standing, self._paused_alone),
                empty="No campaigns.",
                id="campaigns",
            )
        yield ActionLine(id="hints")

    @property
    def table(self) -> WindowTable:
        """The list."""
        return self.query_one("#campaigns", WindowTable)

    def on_mount(self) -> None:
        """What can be said before anything is known."""
        self.say_tabs()
        self.say_hints()
        if self.desk is not None:
            self.desk_opened()

    def _with_side(self, use: Callable[[SidePane], object]) -> None:
        """The side pane, mounted when a terminal is wide enough for the first time."""
        for pane in self.query("#side"):
            pane.display = self.app.size.width >= BROAD
            use(cast("SidePane", pane))
            return
        if self.query_now is not None and self.app.size.width >= BROAD:
            from trd_tui.tui.overview.side import SidePane

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
        table.columns = campaign_columns(desk.zone, self._shown_standing, self._paused_alone)
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
        self.trd.unread = self.overview.unread
        self._say_figures()
        self._say_standing()
        self.say_tabs()
        self._say_empty()
        self.query_one(TopBar).tick()

    def live(self) -> None:
        """Somebody changed the database: read what is in view again."""
        self.table.poll()
        self._read_overview()
        self._with_side(lambda pane: pane.poll())

    def tick(self) -> None:
        """What depends on the time of day; repaints only what reads differently."""
        self.query_one(TopBar).tick()
        self.table.redraw_aged()
        self._say_standing()
        self._say_figures()

    def on_screen_resume(self) -> None:
        """Back from another screen: things may have changed meanwhile."""
        if self.desk is not None and self.table.source is not None:
            self.live()

    # Saying

    def _say_figures(self) -> None:
        if self.overview is not None and self.desk is not None:
            self.query_one(Figures).show(self.overview, self.desk.now(), self.desk.zone, self.trd.standing)

    def _shown_standing(self) -> Standing:
        return self._standing

    def _paused_alone(self) -> Container[str]:
        return self.trd.own_pauses.reasons

    def own_pauses_changed(self) -> None:
        """Other campaigns have paused by themselves."""
        self.table.redraw_changed()

    def _say_standing(self) -> None:
        """The rows say when they send next only while anything is sent; those that do not send stay."""
        if self._standing != self.trd.standing:
            self._standing = self.trd.standing
            self.table.redraw_changed()

    def on_resize(self) -> None:
        """Figures and tabs take the room there is."""
        self.call_after_refresh(self._say_figures)
        self.say_tabs()
        self.say_hints()
        self._with_side(lambda pane: pane.poll())
        self.call_after_refresh(self.trd.place_toasts)

    def say_tabs(self) -> None:
        """The tabs with their counts, and the search's place."""
        counts = self.overview.counts if self.overview is not None else {}
        status = None if self.query_now is None else self.query_now.status
        place = self.search_parts()
        taken = sum(len(part.text) for part in place) or min(26, self.app.size.width // 5) + 1
        tabs = tab_parts(counts, status, room=self.app.size.width - taken)
        self.query_one("#tabs", ActionLine).show(tabs, place)

    def say_hints(self) -> None:
        """The keys that work now, or how far a long act is."""
        table = self.table
        row: CampaignRow | None = table.row if table.source is not None else None
        left, right = hint_parts(
            marked=len(table.marks),
            row=row,
            undo=self.trd.can_undo,
            stopped=self.trd.halted,
            long_act=self.trd.long_act,
            width=self.app.size.width,
        )
        self.query_one("#hints", ActionLine).show(left, right)

    # The list

    def targets(self) -> Sequence[str]:
        """The marks, else the campaign under the cursor."""
        if self.table.marks:
            return sorted(self.table.marks)
        row = self.current()
        return [] if row is None else [row.id]

    def say_no_target(self) -> None:
        """There is no campaign yet, or none at all."""
        self.table.say_no_row("campaign")

    def rows_in_view(self) -> Sequence[CampaignRow]:
        """Campaigns that can be seen."""
        return self.table.loaded_rows()

    def current(self) -> CampaignRow | None:
        """The campaign under the cursor, as it was painted when the key came."""
        row: CampaignRow | None = self.table.aimed
        return row

    def acted(self, act: str, results: Sequence[ActResult]) -> None:
        """Read again; what was acted on is no longer marked."""
        done = {result.campaign_id for result in results if result.ok}
        self.table.set_marks([mark for mark in self.table.marks if mark not in done])
        self.live()

    def _followed(self, row: CampaignRow | None) -> None:
        """Hints, side pane and toasts follow the cursor."""
        self.say_hints()
        self.trd.place_toasts()
        self._with_side(lambda pane: pane.show_campaign(row))

    def on_window_table_marks_changed(self, _event: WindowTable.MarksChanged) -> None:
        """The hints count the marks."""
        self.say_hints()

    def on_window_table_header_clicked(self, event: WindowTable.HeaderClicked) -> None:
        """A click on a heading sorts."""
        self.sort_by(event.key)

    def show_list(self, query: ListQuery) -> None:
        """Show another list; the cursor stays on its campaign, or goes to the first where it is not in it."""
        self.query_now = query
        self.say_tabs()
        self._say_empty()
        if self.table.source is not None:
            self.table.reload(or_first=True)

    def _say_empty(self) -> None:
        """What stands in a list without rows: why, and on a new database what one can do."""
        counts = {} if self.overview is None else self.overview.counts
        text = empty_text(counts, self.listed.status, self.listed.search, self.ready.carrier)
        if text != self.table.empty_text:
            self.table.empty_text = text
            self.table.redraw_changed()

    def stand_on(self, campaign_id: str) -> None:
        """The cursor goes to a campaign that is opened over the list, where the list shows it."""
        self.launch(partial(self.table.stand_on, campaign_id), group="stand-on", exclusive=True)

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
