"""The contacts of one campaign: a window on them, their search and the filter by state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from trd_tui.services.views import ContactQuery, ContactRow
from trd_tui.tui.acts import ActingScreen
from trd_tui.tui.campaign.lines import STATES, state_parts
from trd_tui.tui.lines import ActionLine
from trd_tui.tui.searching import SearchingScreen
from trd_tui.tui.table.window_table import WindowTable


class CampaignContacts(SearchingScreen, ActingScreen):
    """A screen that has a campaign's contacts on one of its pages."""

    def __init__(self, campaign_id: str) -> None:
        super().__init__()
        self.campaign_id = campaign_id
        self.query_now = ContactQuery()
        self.state_counts: Mapping[str, int] = {}

    def show_contacts_page(self) -> None:
        """The page of the contacts, where it is not shown.

        Raises:
            NotImplementedError: the screen has not said.
        """
        raise NotImplementedError

    @property
    def table(self) -> WindowTable:
        """The contacts."""
        return self.query_one("#contact-table", WindowTable)

    async def read_contacts(self, offset: int, limit: int) -> tuple[Sequence[ContactRow], int]:
        """A page of the rows, and how many there are."""
        query = replace(self.query_now, offset=offset, limit=limit)
        page = await self.ready.contacts(self.campaign_id, query)
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
        if self.desk is not None:
            self.state_counts = await self.desk.contact_counts(self.campaign_id)
            self.say_states()

    def say_states(self) -> None:
        """The states with their counts."""
        line = self.query_one("#states", ActionLine)
        line.show(state_parts(self.state_counts, self.query_now.status))

    def list_to_focus(self) -> WindowTable:
        """The contacts."""
        return self.table

    def action_filter(self) -> None:
        """The menu of states; a letter chooses."""
        from trd_tui.tui.menu import Choice

        self.show_contacts_page()
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
                self.show_contacts(replace(self.query_now, status=status))
