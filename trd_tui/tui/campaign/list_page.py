"""A page whose list has a panel beside it: contacts, replies, acts."""

from __future__ import annotations

from typing import ClassVar

from trd_tui.tui.campaign.panel import PanelPage
from trd_tui.tui.listed import ListedPage
from trd_tui.tui.table.window_table import WindowTable


class ListPage(ListedPage, PanelPage):
    """Its list has an id of its own, under which marks and cursor are kept."""

    TABLE: ClassVar[str]
    """The id of its list."""

    @property
    def table(self) -> WindowTable:
        """The list."""
        return self.query_one(f"#{self.TABLE}", WindowTable)
