"""One campaign: its figures, the funnel of its touches, and its contacts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import ContentSwitcher, Static

from trd_tui.services.views import ActResult, CampaignDetail, CampaignRow, ContactQuery, ContactRow
from trd_tui.tui.actions import CAMPAIGN, bindings
from trd_tui.tui.campaign_lines import (
    STATES,
    hint_parts,
    page_parts,
    settings_content,
    state_parts,
    status_content,
)
from trd_tui.tui.columns import contact_columns
from trd_tui.tui.funnel import funnel_content
from trd_tui.tui.lines import ActionLine
from trd_tui.tui.searching import SearchingScreen
from trd_tui.tui.topbar import TopBar
from trd_tui.tui.window_table import Source, WindowTable

if TYPE_CHECKING:
    from trd_tui.tui.menu import Menu

PAGES = ("summary", "contacts")

FRAME = 5
"""Cells beside the funnel: its border, its padding and the place of the scrollbar."""


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
        self.state_counts: Mapping[str, int] = {}

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
                yield ActionLine(id="states")
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
        self.table.followed = lambda _row: self.trd.place_toasts()
        self.table.source = Source(self._contacts, self._rank, lambda row: row.enrolment_id)
        self.say_hints()
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
            self._count()

    def tick(self) -> None:
        """Time has passed."""
        self.query_one(TopBar).tick()
        if self.page == "contacts":
            self.table.redraw_changed()
        self._say_headline()

    # Saying

    def _say(self) -> None:
        self._say_headline()
        self.say_hints()
        detail, desk = self.detail, self.desk
        if detail is None or desk is None:
            return
        funnel = self.query_one("#funnel", Static)
        self._update(funnel, funnel_content(detail.touches, max(40, self.size.width - FRAME)))
        self._update(self.query_one("#settings", Static), settings_content(detail, desk.now(), desk.zone))

    @staticmethod
    def _update(widget: Static, content: Content) -> None:
        if widget.content != content:
            widget.update(content)

    def _say_headline(self) -> None:
        if self.detail is not None and self.desk is not None:
            content = status_content(self.detail, self.desk.now(), self.desk.zone, self.size.width - 2)
            self._update(self.query_one("#headline", Static), content)

    def say_hints(self) -> None:
        """Tabs and hints."""
        detail = self.detail
        self.query_one("#tabs", ActionLine).show(
            page_parts(detail, self.page, wide=self.app.size.width >= 100),
            self.search_parts(),
        )
        row = None if detail is None else detail.row
        left, right = hint_parts(
            row,
            self.page,
            undo=self.trd.last_done is not None,
            long_act=self.trd.long_act,
            width=self.app.size.width,
        )
        self.query_one("#hints", ActionLine).show(left, right)

    say_tabs = say_hints

    def on_resize(self) -> None:
        """The funnel takes the room there is."""
        self.call_after_refresh(self._say)

    # Acting

    def targets(self) -> Sequence[str]:
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
                self._count()
            else:
                self.query_one("#summary").focus()
            self.say_hints()

    def action_search(self) -> None:
        """Into the search field, on the page of the contacts."""
        if self.page != "contacts":
            self.action_tab(2)
        super().action_search()

    def search_for(self, text: str) -> None:
        """Show the contacts whose name or number holds it."""
        if text != self.query_now.search:
            self._show_contacts(replace(self.query_now, search=text))

    def _show_contacts(self, query: ContactQuery) -> None:
        self.query_now = query
        state = f"{query.status.replace('_', ' ')} " if query.status else ""
        matching = f" that match “{query.search}”" if query.search else ""
        self.table.empty_text = f"No {state}contacts{matching}."
        self.table.reload(to_top=True)
        self._say_states()

    def _count(self) -> None:
        self.launch(self._count_states, group="states", exclusive=True)

    async def _count_states(self) -> None:
        if self.desk is not None:
            self.state_counts = await self.desk.contact_counts(self.campaign_id)
            self._say_states()

    def _say_states(self) -> None:
        line = self.query_one("#states", ActionLine)
        line.show(state_parts(self.state_counts, self.query_now.status))

    def action_filter(self) -> None:
        """The menu of states; a letter chooses."""
        from trd_tui.tui.menu import Choice

        if self.page != "contacts":
            self.action_tab(2)
        counts = self.state_counts
        choices = tuple(
            Choice(f"state:{letter}", letter, word.capitalize(),
                   f"{sum(counts.values()) if key is None else counts.get(key, 0):,}")
            for key, word, letter in STATES
        )  # fmt: skip
        region = self.query_one("#pages").region
        self.menu().open("Show contacts", choices, x=region.x + 1, y=region.y + 1)

    def action_state(self, letter: str) -> None:
        """Show the contacts of one state."""
        for status, _word, key in STATES:
            if key == letter:
                self._show_contacts(replace(self.query_now, status=status))

    def list_to_focus(self) -> WindowTable:
        """The contacts."""
        return self.table

    def action_back(self) -> None:
        """Clear the search, call off what is under way, then go back."""
        if not self.leave_search() and not self.cancel_act():
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
        if event.id is not None and event.id.startswith("state:"):
            self.action_state(event.id.removeprefix("state:"))
        elif event.id is not None and row is not None:
            start = event.id == "resume" and row.status == "draft"
            self.perform("start" if start else event.id, [row.id])
