"""A page whose list has the keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trd_tui.tui.paged import ScreenPage
from trd_tui.tui.table.window_table import WindowTable

if TYPE_CHECKING:
    from textual.widget import Widget


class ListedPage(ScreenPage):
    """Reads the rows in view when it is shown and when something changed."""

    @property
    def table(self) -> WindowTable:
        """The list."""
        return self.query_one(WindowTable)

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
