"""What was done to one campaign, newest first: who, what, when, and the figures before and after."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from textual.content import Content

from trd_tui.services.administration_views import AuditEntry
from trd_tui.tui import format as show
from trd_tui.tui.actions import page_bindings
from trd_tui.tui.campaign.list_page import ListPage
from trd_tui.tui.columns_people import activity_columns, changes
from trd_tui.tui.lines import Part
from trd_tui.tui.table.window_table import Source, WindowTable

if TYPE_CHECKING:
    from textual.widget import Widget

EMPTY = "Nothing was done to this campaign yet. Every act on it is written down here, with who did it."


class ActivityPage(ListPage):
    """The page."""

    TABLE = "activity-table"

    BINDINGS = page_bindings("campaign_activity")
    NOTHING = "There is no act under the cursor."

    def walked(self) -> Widget:
        """The list."""
        return WindowTable((), id="activity-table", markable=False, empty=EMPTY)

    def on_mount(self) -> None:
        """Say where the rows come from."""
        table, desk = self.table, self.desk
        table.columns = activity_columns(desk.zone)
        table.now = desk.now
        table.followed = self.followed
        table.source = Source(self._page, partial(desk.people.activity_rank, self.campaign_id))

    def tick(self) -> None:
        """Instants grow older."""
        super().tick()
        self.table.redraw_aged()

    async def _page(self, offset: int, limit: int) -> tuple[Sequence[AuditEntry], int]:
        page = await self.desk.people.activity(self.campaign_id, offset, limit)
        told = f" {show.plural(page.total, 'act')}, newest first; real time, also of a demonstration"
        self.line.show([Part(told if self.desk.speed != 1 else told.partition(";")[0], "quiet")])
        return page.rows, page.total

    # One act

    def chosen_one(self) -> AuditEntry | None:
        """The act under the cursor."""
        return cast("AuditEntry | None", self.table.row)

    def key_of(self, chosen: Any) -> Any:
        """By its row."""
        return chosen.id

    async def look_at(self, chosen: AuditEntry) -> AuditEntry:
        """All of it is in its row."""
        return chosen

    def told(self, found: AuditEntry, width: int) -> tuple[str, Content]:
        """Every change on a line of its own."""
        desk = self.desk
        facts = [
            ("when", show.moment(found.at, desk.now(), desk.zone)),
            ("who", found.actor),
            ("login", found.login),
            ("what", found.act.replace("_", " ")),
        ]
        parts: list[str | tuple[str, str]] = []
        for word, value in facts:
            parts += [(f"{word:<10}", "$trd-quiet"), value, "\n"]
        for place, change in enumerate(changes(found)):
            parts += [(f"{'' if place else 'changed':<10}", "$trd-quiet"), change, "\n"]
        return f"Act {found.id:,}", Content.assemble(*parts).rstrip()

    def action_open(self) -> None:
        """Open the act, or close it."""
        self.turn_panel()

    def on_window_table_opened(self, event: WindowTable.Opened) -> None:
        """A double click opens, too."""
        event.stop()
        self.open_panel()

    def action_export(self) -> None:
        """Write the acts into a file."""
        from trd_tui.tui.campaign.exporting import export

        export(self, "acts", partial(self.desk.people.export_activity, self.campaign_id))
