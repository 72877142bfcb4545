"""A table that is a window on a query: only the rows in view are held, the rest stays in the database.

Filling Textual's DataTable with 10,000 campaigns takes 1,890 ms to the first paint; this takes a page's time.
Cursor and marks are kept by id, so that live figures, a sort or a filter never move the cursor off its row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual import events
from textual.binding import BindingType
from textual.message import Message

from trd_tui.tui.actions.everywhere import moves
from trd_tui.tui.table.column import GAP
from trd_tui.tui.table.window_loader import WindowLoader
from trd_tui.tui.table.window_view import GUTTER, Source

__all__ = ["Source", "WindowTable"]


class TableMessage(Message):
    """Something that a table tells its owner. Plain, because a dataclass costs a millisecond."""

    def __init__(self, table: WindowTable) -> None:
        super().__init__()
        self.table = table

    @property
    def control(self) -> WindowTable:
        """The table."""
        return self.table


class WindowTable(WindowLoader):
    """The table. Its owner gives it columns and a source, and calls ``reload`` and ``poll``."""

    BINDINGS: ClassVar[list[BindingType]] = moves(
        move_down="move(1)", move_up="move(-1)", move_first="jump(0)", move_last="jump(-1)",
        page_down="page(1)", page_up="page(-1)",
    )  # fmt: skip

    class Opened(TableMessage):
        """A row was asked for by a double click."""

        def __init__(self, table: WindowTable, row: Any) -> None:
            super().__init__(table)
            self.row = row

    class HeaderClicked(TableMessage):
        """A heading was clicked."""

        def __init__(self, table: WindowTable, key: str) -> None:
            super().__init__(table)
            self.key = key

    class MarksChanged(TableMessage):
        """Marks were set or taken away."""

    _anchor: int | None = None
    _marks_arriving = False
    """The cursor was swept to a row that is not read yet: it is marked when it is."""

    # Moving

    def move_to(self, index: int) -> None:
        """Put the cursor on a row; at an edge the view scrolls by a line, which the terminal does by itself.

        A leap puts the row half way down.
        """
        if not self.total:
            return
        index = max(0, min(index, self.total - 1))
        old, self.cursor = self.cursor, index
        if index != old:
            self._moves += 1
        self._to_id, self._marks_arriving = None, False
        height, top = self.body_height, self.first_visible
        if not top <= index < top + height:
            if abs(index - old) > 1:
                near = index - height // 2
            else:
                near = index if index < top else index - height + 1
            self._scroll_rows(max(0, min(near, self.total - height)))
        self.aim.went()
        row = self.row
        self.cursor_id = None if row is None else self._key(row)
        if row is None:
            self._let_keys_wait()
            self._fetch_missing()
        else:
            self.arrived()
        self._refresh_row(old)
        self._refresh_row(index)
        self.follow(row)

    def action_move(self, by: int) -> None:
        """Move the cursor by rows."""
        self._anchor = None
        self.move_to(self.cursor + by)

    def action_page(self, by: int) -> None:
        """Move the cursor by pages."""
        self._anchor = None
        self.move_to(self.cursor + by * self.body_height)

    def action_jump(self, to: int) -> None:
        """Go to the first (0) or last (-1) row."""
        self._anchor = None
        self.move_to(to if to >= 0 else (self.total or 1) - 1)

    # Marks

    def toggle_mark(self) -> None:
        """Mark or unmark the row under the cursor, and go on to the next."""
        row = self.aimed_at("row") if self.markable else None
        if row is not None and row is self.row:  # a row that has just gone is not marked
            self.marks ^= {self.cursor_id}
            self._marks_changed()
            self.action_move(1)

    def extend_mark(self, by: int) -> None:
        """Mark a range: the row under the cursor and the one the cursor moves to."""
        if not self.markable:
            return
        if self.row is None:
            self.say_no_row("row")
            return
        if self._anchor is None:
            self._anchor = self.cursor
        before, left = self.cursor, self.cursor_id
        self.move_to(self.cursor + by)
        shrinking = abs(self.cursor - self._anchor) < abs(before - self._anchor)
        if shrinking:
            self.marks.discard(left)
        else:
            self.marks.add(left)
        if self.cursor_id is not None:
            self.marks.add(self.cursor_id)
        else:
            self._marks_arriving = True
        self._refresh_row(before)
        self._marks_changed()

    def arrived(self) -> None:
        """Mark the row where it was swept before it was read."""
        if self._marks_arriving and self.cursor_id is not None:
            self._marks_arriving = False
            self.marks.add(self.cursor_id)
            self._marks_changed()
        super().arrived()

    def forget(self) -> None:
        """Nothing was swept there."""
        self._anchor, self._marks_arriving = None, False
        super().forget()

    def set_marks(self, ids: Sequence[Any]) -> None:
        """Mark exactly these."""
        self._marks_arriving = False
        self.marks = set(ids)
        self.refresh()
        self._marks_changed()

    def _marks_changed(self) -> None:
        self._refresh_row(self.cursor)
        self.post_message(self.MarksChanged(self))

    # Mouse

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor, on the mark's place marks, on a heading sorts; a double click opens."""
        if event.y == 0:
            for placed in self._layout_columns:
                if placed.x <= event.x - GUTTER < placed.x + placed.width + GAP and placed.column.letter:
                    self.post_message(self.HeaderClicked(self, placed.column.key))
            return
        index = self.first_visible + event.y - 1
        if not self.total or index >= self.total:
            return
        self._anchor = None
        self.move_to(index)
        if event.x < GUTTER:
            if self.markable and self.cursor_id is not None:
                self.marks ^= {self.cursor_id}
                self._marks_changed()
        elif event.chain == 2 and self.row is not None:
            self.post_message(self.Opened(self, self.row))
