"""The contacts of one campaign: a window on them, their search and the filter by state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from trd_tui.services.views import ContactQuery, ContactRow
from trd_tui.tui.actions import page_bindings
from trd_tui.tui.campaign.lines import STATES, state_parts
from trd_tui.tui.campaign.page import CampaignPage
from trd_tui.tui.columns import contact_columns
from trd_tui.tui.lines import ActionLine
from trd_tui.tui.table.window_table import Source, WindowTable

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widget import Widget


class ContactsPage(CampaignPage):
    """The page."""

    BINDINGS = page_bindings("campaign_contacts")
    SEARCHES = "search contacts"

    def __init__(self, campaign_id: str, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(campaign_id, id=id)
        self.query_now = ContactQuery()
        self.state_counts: Mapping[str, int] = {}

    def compose(self) -> ComposeResult:
        """The states over the list."""
        yield ActionLine(id="states")
        yield WindowTable((), id="contact-table", markable=False, empty="No contacts.")

    def on_mount(self) -> None:
        """Say where the rows come from."""
        table, desk = self.table, self.desk
        table.columns = contact_columns(desk.zone)
        table.now = desk.now
        table.followed = lambda _row: self.campaign.trd.place_toasts()
        table.source = Source(self.read_contacts, self.contact_rank, lambda row: row.enrolment_id)

    @property
    def table(self) -> WindowTable:
        """The contacts."""
        return self.query_one("#contact-table", WindowTable)

    def to_focus(self) -> Widget:
        """The contacts."""
        return self.table

    def shown(self) -> None:
        """Read the rows in view and the counts."""
        self.table.on_resize()
        self.table.reload()
        self.count_states()

    def live(self) -> None:
        """Read the rows in view and the counts again."""
        self.table.poll()
        self.count_states()

    def tick(self) -> None:
        """Instants grow older."""
        self.table.redraw_aged()

    async def read_contacts(self, offset: int, limit: int) -> tuple[Sequence[ContactRow], int]:
        """A page of the rows, and how many there are."""
        query = replace(self.query_now, offset=offset, limit=limit)
        page = await self.desk.contacts(self.campaign_id, query)
        return page.rows, page.total

    async def contact_rank(self, enrolment_id: int) -> int | None:
        """Contacts are listed in the order they joined, so a row stays where it is while it matches."""
        table = self.table
        rows, _total = await self.read_contacts(table.cursor, 1)
        return table.cursor if rows and rows[0].enrolment_id == enrolment_id else None

    def search_for(self, text: str) -> None:
        """Show the contacts whose name or number holds it."""
        if text != self.query_now.search:
            self.show_contacts(replace(self.query_now, search=text))

    def show_contacts(self, query: ContactQuery) -> None:
        """Show those of a query."""
        self.query_now = query
        state = f"{query.status.replace('_', ' ')} " if query.status else ""
        matching = f" that match “{query.search}”" if query.search else ""
        self.table.empty_text = f"No {state}contacts{matching}."
        self.table.reload(to_top=True)
        self.say_states()

    def count_states(self) -> None:
        """Count again how many are in each state."""
        self.launch(self._count_states, group="states", exclusive=True)

    async def _count_states(self) -> None:
        if self.campaign.desk is not None:
            self.state_counts = await self.desk.contact_counts(self.campaign_id)
            self.say_states()

    def say_states(self) -> None:
        """The states with their counts."""
        line = self.query_one("#states", ActionLine)
        line.show(state_parts(self.state_counts, self.query_now.status))

    def action_filter(self) -> None:
        """The menu of states; a letter chooses."""
        from trd_tui.tui.menu import Choice

        counts = self.state_counts
        choices = tuple(
            Choice(f"state:{letter}", letter, word.capitalize(),
                   f"{sum(counts.values()) if key is None else counts.get(key, 0):,}")
            for key, word, letter in STATES
        )  # fmt: skip
        self.campaign.menu().open("Show contacts", choices, x=self.region.x + 1, y=self.region.y + 1)

    def chosen(self, id: str) -> bool:  # noqa: A002 - as the menu calls it
        """A state was chosen."""
        if not id.startswith("state:"):
            return False
        self.action_state(id.removeprefix("state:"))
        return True

    def action_state(self, letter: str) -> None:
        """Show the contacts of one state."""
        for status, _word, key in STATES:
            if key == letter:
                self.show_contacts(replace(self.query_now, status=status))
