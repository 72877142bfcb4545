"""The screen of reports: what its tabs show and what its keys do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from textual.widgets import Static

from trd_tui.domain.sentences import closed, part
from trd_tui.services.report_views import Page, Report, ReportQuery, Span, list_query
from trd_tui.tui.actions import bindings
from trd_tui.tui.actions.table import REPORTS
from trd_tui.tui.reports.columns import columns_of
from trd_tui.tui.reports.lines import empty_text, headline
from trd_tui.tui.tabbed import TabbedScreen
from trd_tui.tui.table.column import TableColumn
from trd_tui.tui.table.window_table import Source, WindowTable

if TYPE_CHECKING:
    from trd_tui.tui.menu import Menu

SPANS = ((Span.TODAY, "d", "Today"), (Span.WEEK, "w", "7 days"), (Span.MONTH, "m", "30 days"),
         (Span.ALL, "a", "All time"))  # fmt: skip
"""A span, its letter in the menu, and its name."""


class ReportsScreen(TabbedScreen):
    """Figures over all campaigns, or of one."""

    CSS_PATH = "../tabbed.tcss"
    BINDINGS = bindings(REPORTS)
    SEARCHES = "search campaigns"
    TABS = (
        (Page.CAMPAIGNS, "Campaigns"), (Page.TOUCHES, "Touches"), (Page.DAYS, "Days"),
        (Page.PEOPLE, "People"), (Page.ERRORS, "Errors"), (Page.COST, "Cost"),
    )  # fmt: skip
    name_in_table = REPORTS

    def __init__(self) -> None:
        self.asked = ReportQuery()
        self.chosen_name = ""
        self.report: Report | None = None
        super().__init__()

    # Reading

    @property
    def query_now(self) -> ReportQuery:
        """What is shown, in its order."""
        table = self.table
        page = Page(self.page)
        one = None if page is Page.CAMPAIGNS else self.asked.campaign_id
        search = self.asked.search if page is Page.CAMPAIGNS else ""
        return replace(
            self.asked, page=page, campaign_id=one, search=search, sort=table.sort_key,
            descending=table.sort_descending if table.sort_key else True,
        )  # fmt: skip

    @property
    def _listed(self) -> bool:
        """The tab is the list of campaigns of all time, of which only the rows in view are read."""
        return self.page == Page.CAMPAIGNS and self.asked.span is Span.ALL

    async def read_page(self) -> None:
        """Read the tab's figures, and say them."""
        report = await self.ready.reports.read(self.query_now)
        self.report = report
        self.rows = self.ordered(report.rows)
        if self.page != Page.CAMPAIGNS and self.asked.campaign_id and report.whole.name:
            self.chosen_name = report.whole.name
        self._say()

    def source(self) -> Source:
        """A window on the list of campaigns, else the rows that were read."""
        return Source(self._campaigns, self._rank) if self._listed else super().source()

    async def _campaigns(self, offset: int, limit: int) -> tuple[Sequence[Any], int]:
        page = await self.ready.page(list_query(self.query_now, limit=limit, offset=offset))
        return page.rows, page.total

    async def _rank(self, campaign_id: str) -> int | None:
        return await self.ready.rank(campaign_id, list_query(self.query_now))

    def columns(self) -> tuple[TableColumn, ...]:
        """Of the tab."""
        kept = self.asked.span is Span.ALL
        return columns_of(self.page, self.ready.zone, kept=kept, most=self._busiest)

    def _busiest(self) -> int:
        return max((row.sent_count or 0 for row in self.rows), default=0)

    # Saying

    def empty(self) -> str:
        """Why there are no rows, and what to do."""
        return empty_text(self.query_now, self.chosen_name)

    def _say(self) -> None:
        report, desk = self.report, self.desk
        if report is None or desk is None:
            return
        one = self.page != Page.CAMPAIGNS and self.asked.campaign_id
        name = self.chosen_name if one else "All campaigns"
        who = ""
        if self.page == Page.PEOPLE and one:
            who = "who has not answered" if self.asked.silent else "who has answered"
        content = headline(report, name, self.asked.span, desk.zone, self.size.width, who=who)
        self.say(self.query_one("#headline", Static), content)

    def notes(self) -> tuple[str, ...]:
        """What is not counted and why, and what a difference means."""
        return () if self.report is None else self.report.notes

    def whole_of(self, row: Any) -> str | None:
        """A code with all that follows from it."""
        return f"{part(row.name)}: {closed(row.action)}" if self.page == Page.ERRORS else None

    def on_resize(self) -> None:
        """The headline takes the room there is."""
        super().on_resize()
        self.call_after_refresh(self._say)

    def fits(self, action: str) -> bool:
        """What works on this tab."""
        one = self.asked.campaign_id is not None
        match action:
            case "search":
                return self.page == Page.CAMPAIGNS
            case "report_open":
                return self.page == Page.CAMPAIGNS or (self.page == Page.COST and not one)
            case "report_all":
                return one and self.page != Page.CAMPAIGNS
            case "report_who":
                return one and self.page == Page.PEOPLE
        return True

    def word_of(self, action: str) -> str:
        """The filter says what it would show."""
        if action == "report_who":
            return "who has answered" if self.asked.silent else "who has not answered"
        return ""

    # Keys

    def _ask(self, query: ReportQuery) -> None:
        self.asked = query
        self.show_page()

    def search_for(self, text: str) -> None:
        """Show the campaigns whose name holds it."""
        if text != self.asked.search:
            self.asked = replace(self.asked, search=text)
            self.read_again()
            if self._listed and self.table.source is not None:
                self.table.reload(to_top=True)

    def action_search(self) -> None:
        """Campaigns can be searched, on their own tab."""
        if self.page != Page.CAMPAIGNS:
            self.action_tab(1)
        super().action_search()

    def action_back(self) -> None:
        """Clear the search, call off a long act, report on all campaigns again, else go to the overview."""
        if self.leave_search() or self.cancel_act():
            return
        if self.asked.campaign_id is not None:
            self.action_report_all()
        else:
            self.trd.ways.home()

    def action_report_open(self) -> None:
        """Report on the campaign under the cursor."""
        row = self.table.aimed_at("campaign") if self.fits("report_open") else None
        if row is not None:
            self.chosen_name = row.name
            if self.page == Page.CAMPAIGNS:
                self.page = Page.TOUCHES
            self._ask(replace(self.asked, campaign_id=row.id))

    def on_window_table_opened(self, _event: WindowTable.Opened) -> None:
        """A double click opens."""
        self.action_report_open()

    def action_report_all(self) -> None:
        """All campaigns again."""
        if self.asked.campaign_id is not None:
            self._ask(replace(self.asked, campaign_id=None))

    def action_report_time(self) -> None:
        """The menu of spans."""
        from trd_tui.tui.menu import Choice

        choices = tuple(
            Choice(f"span:{span}", letter, word, "●" if span is self.asked.span else "")
            for span, letter, word in SPANS
        )
        at = next(place for place, (span, *_) in enumerate(SPANS) if span is self.asked.span)
        region = self.table.region
        self.menu().open("Of what time", choices, x=region.x + 2, y=region.y + 1, highlighted=at)

    def action_report_who(self) -> None:
        """Who has answered, or who has not."""
        if self.fits("report_who"):
            self._ask(replace(self.asked, silent=not self.asked.silent))

    def action_report_sort(self) -> None:
        """The menu of columns."""
        from trd_tui.tui.table.sort_menu import open_sort_menu

        open_sort_menu(self.menu(), self.table)

    def sorted_anew(self) -> None:
        """The list of campaigns is sorted where it lies; its columns say by what."""
        if self._listed:
            self.table.reload()
            self.table.redraw_changed()
        else:
            super().sorted_anew()

    def on_menu_chosen(self, event: Menu.Chosen) -> None:
        """The menu was answered."""
        if self.focused is None or self.focused is event.menu:
            self.table.focus()
        kind, _, value = (event.id or "").partition(":")
        if kind == "span":
            self._ask(replace(self.asked, span=Span(value)))
        elif kind == "sort":
            self.sort_by(value)

    def action_report_again(self) -> None:
        """Read the figures again."""
        self.read_again()

    def action_report_export(self) -> None:
        """Write what is shown into a file."""
        self.launch(self._export, group="acts")

    async def _export(self) -> None:
        if self.trd.acting:
            return
        if self.page == Page.PEOPLE and self.asked.campaign_id is None:
            self.notify(self.empty(), title="Nothing to export", severity="warning")
            return
        self.trd.acting = True
        try:
            file, rows = await self.ready.reports.export(self.query_now)
        finally:
            self.trd.acting = False
        what = f"{rows:,} row" if rows == 1 else f"{rows:,} rows"
        folder, _, name = file.rpartition("/")  # a toast is too narrow for both, and would break the name
        self.app.notify(f"As CSV, in {folder}:\n{name}", title=f"Exported {what}", timeout=15)
