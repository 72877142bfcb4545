"""The menu of columns by which a table can be sorted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trd_tui.tui.menu import Choice

if TYPE_CHECKING:
    from trd_tui.tui.menu import Menu
    from trd_tui.tui.table.window_table import WindowTable


def open_sort_menu(menu: Menu, table: WindowTable) -> None:
    """Open it over the table; a letter chooses, and the column that sorts now says which way."""
    choices = tuple(
        Choice(
            f"sort:{column.key}", column.letter, column.label,
            ("▼" if table.sort_descending else "▲") if column.key == table.sort_key else "",
        )
        for column in table.columns
        if column.letter
    )  # fmt: skip
    if choices:
        menu.open("Sort by", choices, x=table.region.x + 2, y=table.region.y + 1)
