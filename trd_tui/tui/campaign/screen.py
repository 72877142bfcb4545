"""One campaign: its figures, the funnel of its touches, and its contacts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import ContentSwitcher, Static

from trd_tui.services.views import ActResult, CampaignDetail, CampaignRow
from trd_tui.tui.actions import CAMPAIGN, bindings
from trd_tui.tui.campaign.contacts import CampaignContacts
from trd_tui.tui.campaign.funnel import funnel_content
from trd_tui.tui.campaign.lines import (
    hint_parts,
    page_parts,
    settings_content,
    status_content,
)
from trd_tui.tui.columns import contact_columns
from trd_tui.tui.lines import ActionLine
from trd_tui.tui.table.window_table import Source, WindowTable
from trd_tui.tui.topbar import TopBar

if TYPE_CHECKING:
    from trd_tui.tui.menu import Menu

PAGES = ("summary", "contacts")

FRAME = 5
"""Cells beside the funnel: its border, its padding and the place of the scrollbar."""


class CampaignScreen(CampaignContacts):
    """A campaign's own screen, with two pages: its summary and its contacts."""

    CSS_PATH = "campaign.tcss"
    BINDINGS = bindings(CAMPAIGN)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - Textual's own attribute
    AUTO_FOCUS = "#summary"
    SEARCHES = "search contacts"
    name_in_table = CAMPAIGN

    def __init__(self, campaign_id: str) -> None:
        super().__init__(campaign_id)
        self.detail: CampaignDetail | None = None
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
                yield ActionLine(id="states")
                yield WindowTable((), id="contact-table", markable=False, empty="No contacts.")
        yield ActionLine(id="hints")

    def on_mount(self) -> None:
        """Read the campaign."""
        desk = self.ready
        self.table.columns = contact_columns(desk.zone)
        self.table.now = desk.now
        self.table.followed = lambda _row: self.trd.place_toasts()
        self.table.source = Source(self.read_contacts, self.contact_rank, lambda row: row.enrolment_id)
        self.say_hints()
        self.launch(self._read, group="detail", exclusive=True)

    # Reading

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
            self.count_states()

    def tick(self) -> None:
        """Time has passed."""
        self.query_one(TopBar).tick()
        if self.page == "contacts":
            self.table.redraw_aged()
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
                self.count_states()
            else:
                self.query_one("#summary").focus()
            self.say_hints()

    def show_contacts_page(self) -> None:
        """The page of the contacts, where it is not shown."""
        if self.page != "contacts":
            self.action_tab(2)

    def action_search(self) -> None:
        """Into the search field, on the page of the contacts."""
        self.show_contacts_page()
        super().action_search()

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
        elif event.id == "steps":
            self.take_steps(self.campaign_id)
        elif event.id is not None and row is not None:
            start = event.id == "resume" and row.status == "draft"
            self.perform("start" if start else event.id, [row.id])
