"""One campaign: its figures, the funnel of its touches, and its contacts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import ContentSwitcher, Static

from trd_tui.services.views import ActResult, CampaignDetail, CampaignRow, ContactQuery, ContactRow
from trd_tui.tui.actions import CAMPAIGN, bindings
from trd_tui.tui.campaign_lines import contact_tab_parts, hint_parts, settings_content, status_content
from trd_tui.tui.columns import contact_columns
from trd_tui.tui.funnel import funnel_content
from trd_tui.tui.lines import ActionLine
from trd_tui.tui.searching import SearchingScreen
from trd_tui.tui.topbar import TopBar
from trd_tui.tui.window_table import Source, WindowTable

if TYPE_CHECKING:
    from trd_tui.tui.menu import Menu

PAGES = ("summary", "contacts")


class CampaignScreen(SearchingScreen):
    """A campaign's own screen, with two pages: its summary and its contacts."""

    CSS_PATH = "campaign.tcss"
    BINDINGS = bindings(CAMPAIGN)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - Textual's own attribute
    AUTO_FOCUS = "#summary"
    SEARCHES = "search contacts"
    name_in_table = CAMPAIGN

    def __init__(self, campaign_id: str) -> None:
        super().__init__()
        self.campaign_id = campaign_id
        self.detail: CampaignDetail | None = None
        self.query_now = ContactQuery()
        self.page = "summary"

    def compose(self) -> ComposeResult:
        """The frame."""
        yield TopBar(id="topbar")
        yield Static("", id="headline", markup=False)
        with Horizontal(id="tabline"):
            yield ActionLine(id="tabs")
        with ContentSwitcher(initial="summary", id="pages"):
            with VerticalScroll(id="summary"):
                with Vertical(id="funnel-box", classes="box") as box:
                    box.border_title = "Touches"
                    yield Static("", id="funnel", markup=False)
                with Vertical(id="settings-box", classes="box") as box:
                    box.border_title = "Settings"
                    yield Static("", id="settings", markup=False)
            with Vertical(id="contacts"):
                yield WindowTable((), id="contact-table", markable=False, empty="No contacts.")
        yield ActionLine(id="hints")

    @property
    def table(self) -> WindowTable:
        """The contacts."""
        return self.query_one("#contact-table", WindowTable)

    def on_mount(self) -> None:
        """Read the campaign."""
        desk = self.ready
        self.table.columns = contact_columns(desk.zone)
        self.table.now = desk.now
        self.table.source = Source(self._contacts, self._rank, lambda row: row.enrolment_id)
        self._say_lines()
        self.launch(self._read, group="detail", exclusive=True)

    # Reading

    async def _contacts(self, offset: int, limit: int) -> tuple[Sequence[ContactRow], int]:
        query = replace(self.query_now, offset=offset, limit=limit)
        page = await self.ready.contacts(self.campaign_id, query)
        return page.rows, page.total

    async def _rank(self, enrolment_id: int) -> int | None:
        """Contacts are listed in the order they joined, so a row stays where it is while it matches."""
        table = self.table
        rows, _total = await self._contacts(table.cursor, 1)
        return table.cursor if rows and rows[0].enrolment_id == enrolment_id else None

    async def _read(self) -> None:
        if self.desk is None:
            return
        detail = await self.desk.detail(self.campaign_id)
        if detail is None:
            self.app.notify("This campaign is gone; another person has deleted it.", severity="warning")
            self.dismiss()
            return
        self.detail = detail
        self._say()

    def live(self) -> None:
        """Somebody changed the database."""
        self.launch(self._read, group="detail", exclusive=True)
        if self.page == "contacts":
            self.table.poll()

    def tick(self) -> None:
        """Time has passed."""
        self.query_one(TopBar).tick()
        if self.page == "contacts":
            self.table.redraw_aged()
        self._say_headline()

    # Saying

    def _say(self) -> None:
        self._say_headline()
        self._say_lines()
        detail, desk = self.detail, self.desk
        if detail is None or desk is None:
            return
        funnel = self.query_one("#funnel", Static)
        self._update(
            funnel, funnel_content(detail.touches, max(40, funnel.size.width or self.size.width - 6))
        )
        self._update(self.query_one("#settings", Static), settings_content(detail, desk.now(), desk.zone))

    @staticmethod
    def _update(widget: Static, content: Content) -> None:
        if widget.content != content:
            widget.update(content)

    def _say_headline(self) -> None:
        if self.detail is not None and self.desk is not None:
            content = status_content(self.detail, self.desk.now(), self.desk.zone, self.size.width - 2)
            self._update(self.query_one("#headline", Static), content)

    def _say_lines(self) -> None:
        detail = self.detail
        self.query_one("#tabs", ActionLine).show(
            contact_tab_parts(detail, self.page, self.query_now.status, wide=self.app.size.width >= 100),
            self.search_parts(),
        )
        row = None if detail is None else detail.row
        left, right = hint_parts(row, undo=self.trd.last_done is not None, progress=self.trd.progress_text)
        self.query_one("#hints", ActionLine).show(left, right)

    say_hints = _say_lines
    say_tabs = _say_lines

    def on_resize(self) -> None:
        """The funnel takes the room there is."""
        self.call_after_refresh(self._say)

    # Acting

    def targets(self) -> Sequence[str]:
        """This campaign."""
        return [self.campaign_id]

    def in_view(self) -> Collection[str]:
        """This campaign."""
        return [self.campaign_id]

    def current(self) -> CampaignRow | None:
        """This campaign."""
        return None if self.detail is None else self.detail.row

    def acted(self, act: str, results: Sequence[ActResult]) -> None:
        """After a deletion there is nothing to look at."""
        if act == "delete" and any(result.ok for result in results):
            self.dismiss()
        else:
            self.live()

    def action_tab(self, number: int) -> None:
        """Another page."""
        if number <= len(PAGES):
            self.page = PAGES[number - 1]
            self.query_one("#pages", ContentSwitcher).current = self.page
            if self.page == "contacts":
                self.table.on_resize()
                self.table.reload()
                self.table.focus()
            else:
                self.query_one("#summary").focus()
            self._say_lines()

    def action_search(self) -> None:
        """Into the search field, on the page of the contacts."""
        if self.page != "contacts":
            self.action_tab(2)
        super().action_search()

    def search_for(self, text: str) -> None:
        """Show the contacts whose name or number holds it."""
        if text != self.query_now.search:
            self.query_now = replace(self.query_now, search=text)
            self.table.empty_text = f"No contacts that match “{text}”." if text else "No contacts."
            self.table.reload(to_top=True)

    def list_to_focus(self) -> WindowTable:
        """The contacts."""
        return self.table

    def action_back(self) -> None:
        """Clear the search, then go back."""
        if not self.leave_search():
            self.dismiss()

    def action_menu(self) -> None:
        """What can be done with this campaign."""
        from trd_tui.tui.row_menu import row_choices

        row = self.current()
        if row is not None:
            self.menu().open(row.name, row_choices(row, openable=False), x=4, y=3)

    def on_menu_chosen(self, event: Menu.Chosen) -> None:
        """The menu was answered."""
        if self.focused is None or self.focused is event.menu:
            self.query_one("#summary" if self.page == "summary" else "#contact-table").focus()
        row = self.current()
        if event.id is not None and row is not None:
            start = event.id == "resume" and row.status == "draft"
            self.launch(partial(self.perform, "start" if start else event.id, [row.id]))
