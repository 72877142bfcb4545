"""The contacts of one campaign: a window on them, their search, the filter by state, and why."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from trd_tui.services.views import ContactQuery, ContactRow
from trd_tui.tui.actions import page_bindings, shown
from trd_tui.tui.campaign.lines import STATES, state_parts
from trd_tui.tui.campaign.list_page import ListPage
from trd_tui.tui.columns import contact_columns
from trd_tui.tui.table.window_table import Source, WindowTable

if TYPE_CHECKING:
    from textual.content import Content
    from textual.widget import Widget

    from trd_tui.services.why_views import Why
    from trd_tui.tui.desk.people import ContactAct

COUNTED_EVERY = 20
"""The states are counted again after so many times what that takes: it goes through every contact."""


class ContactsPage(ListPage):
    """The page."""

    TABLE = "contact-table"

    BINDINGS = page_bindings("campaign_contacts")
    SEARCHES = "search contacts"
    NOTHING = "Nobody is under the cursor, or they are not in this campaign any more."
    line_id = "states"

    def __init__(self, campaign_id: str, *, id: str) -> None:
        super().__init__(campaign_id, id=id)
        self.query_now = ContactQuery()
        self.state_counts: Mapping[str, int] = {}
        self._count_again = 0.0
        self._menu_row: ContactRow | None = None
        """Whom the open menu is about, whoever the cursor is on by then."""

    def walked(self) -> Widget:
        """The list."""
        return WindowTable((), id="contact-table", markable=False, empty="No contacts.")

    def on_mount(self) -> None:
        """Say where the rows come from."""
        table, desk = self.table, self.desk
        table.columns = contact_columns(desk.zone)
        table.now = desk.now
        table.followed = self.followed
        table.source = Source(self.read_contacts, self.contact_rank, self.key_of)
        self._say_empty()

    def shown(self) -> None:
        """Read the rows in view and the counts."""
        super().shown()
        self.count_states()

    def say(self) -> None:
        """What an empty list says depends on the campaign."""
        super().say()
        self._say_empty()

    def live(self) -> None:
        """Read the rows in view and the counts again."""
        super().live()
        if time.monotonic() >= self._count_again:
            self.count_states()

    def tick(self) -> None:
        """Instants grow older."""
        super().tick()
        self.table.redraw_aged()

    # The list

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
        self._say_empty()
        self.table.reload(to_top=True)
        self.say_states()

    def _say_empty(self) -> None:
        query = self.query_now
        state = f"{query.status.replace('_', ' ')} " if query.status else ""
        if query.search:
            said = f"No {state}contacts that match “{query.search}”. esc clears the search."
        elif state:
            said = f"No {state}contacts. f, then a, shows all."
        else:
            key = shown("import_contacts", "i")
            said = (
                f"No contacts yet. {key} imports a file.\nOr from a shell:\n\n"
                f"  trd contact import FILE.csv --campaign {self.campaign_id}\n\n"
                "They appear here by themselves."
            )
        if said != self.table.empty_text:
            self.table.empty_text = said
            self.table.refresh()

    def count_states(self) -> None:
        """Count again how many are in each state."""
        self.launch(self._count_states, group="states", exclusive=True)

    async def _count_states(self) -> None:
        if self.campaign.desk is not None:
            begun = time.monotonic()
            self.state_counts = await self.desk.contact_counts(self.campaign_id)
            ended = time.monotonic()
            self._count_again = ended + COUNTED_EVERY * (ended - begun)
            self.say_states()

    def say_states(self) -> None:
        """The states with their counts."""
        self.line.show(state_parts(self.state_counts, self.query_now.status))

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

    def action_state(self, letter: str) -> None:
        """Show the contacts of one state."""
        for status, _word, key in STATES:
            if key == letter:
                self.show_contacts(replace(self.query_now, status=status))

    # One contact

    def chosen_one(self) -> ContactRow | None:
        """The contact under the cursor."""
        return cast("ContactRow | None", self.table.row)

    def key_of(self, chosen: Any) -> Any:
        """By their enrolment."""
        return chosen.enrolment_id

    async def look_at(self, chosen: ContactRow) -> Why | None:
        """Ask the rules."""
        return await self.desk.people.why(self.campaign_id, chosen.number)

    def told(self, found: Why, width: int) -> tuple[str, Content]:
        """Which rule decides, and all the rest."""
        from trd_tui.tui.campaign.why_lines import why_content

        title = f"Why · {f'{found.name} {found.number}'.strip()}"
        return title, why_content(found, self.desk.now(), self.desk.zone, width)

    def action_why(self) -> None:
        """Open the panel; it follows the cursor."""
        self.turn_panel()

    def on_window_table_opened(self, event: WindowTable.Opened) -> None:
        """A double click asks why, too."""
        event.stop()
        self.open_panel()

    def action_row(self) -> None:
        """What can be done about this contact."""
        from trd_tui.tui.campaign.contact_acts import contact_choices

        row, table = self.table.aimed_at("contact"), self.table
        if row is None:
            return
        self._menu_row = row
        y = table.region.y + 2 + table.cursor - table.first_visible
        listed = self._found.suppressed if self.panel is not None and self._found is not None else None
        choices = contact_choices(row, self.detail, listed=listed)
        self.campaign.menu().open(row.name or row.number, choices, x=table.region.x + 6, y=y)

    def chosen(self, id: str) -> bool:
        """A state or an act was chosen."""
        kind, _, name = id.partition(":")
        if kind == "state":
            self.action_state(name)
        elif kind == "contact" and name == "why":
            self.open_panel()
        elif kind == "contact":
            self._act(cast("ContactAct", name))
        return kind in ("state", "contact")

    def _act(self, act: ContactAct) -> None:
        from trd_tui.tui.campaign.contact_acts import perform

        row, app = self._menu_row, self.campaign.trd
        if row is not None:
            app.begin_question(app, partial(perform, self, act, row), group="acts")

    def action_export(self) -> None:
        """Write what is listed into a file."""
        from trd_tui.tui.campaign.exporting import export

        query = self.query_now
        export(self, "contacts", partial(self.desk.people.export_contacts, self.campaign_id, query))
