"""A page whose list has a panel beside it: contacts, replies, acts."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from trd_tui.tui.campaign.panel import PanelPage
from trd_tui.tui.table.window_table import WindowTable

if TYPE_CHECKING:
    from textual.widget import Widget


class ListPage(PanelPage):
    """Reads the rows in view when it is shown and when something changed."""

    TABLE: ClassVar[str]
    """The id of its list."""

    @property
    def table(self) -> WindowTable:
        """The list."""
        return self.query_one(f"#{self.TABLE}", WindowTable)

    def to_focus(self) -> Widget:
        """The list."""
        return self.table

    def shown(self) -> None:
        """Read the rows in view."""
        self.table.on_resize()
        self.table.reload()

    def live(self) -> None:
        """Read them again."""
        super().live()
        self.table.poll()
