"""A table that is a window on a query: only the rows in view are held, the rest stays in the database.

Filling Textual's DataTable with 10,000 campaigns takes 1,890 ms to the first paint; this takes a page's time.
Cursor and marks are kept by id, so that live figures, a sort or a filter never move the cursor off its row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message

from trd_tui.tui.table_column import GAP
from trd_tui.tui.window_pages import PAGE, Pages
from trd_tui.tui.window_view import GUTTER, Source, WindowView
from trd_tui.tui.work import begin

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


class WindowTable(WindowView):
    """The table. Its owner gives it columns and a source, and calls ``reload`` and ``poll``."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "down", show=False),
        Binding("k,up", "move(-1)", "up", show=False),
        Binding("g,home", "jump(0)", "first", show=False),
        Binding("G,end", "jump(-1)", "last", show=False),
        Binding("pagedown,ctrl+f", "page(1)", "page down", show=False),
        Binding("pageup,ctrl+b", "page(-1)", "page up", show=False),
    ]

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

    _generation = 0
    _stale = False
    followed: Callable[[Any | None], None] | None = None
    """Called with the row under the cursor when it, or its figures, changed; ``None`` without rows."""

    _anchor: int | None = None

    # Loading

    def reload(self, *, to_top: bool = False) -> None:
        """Read again after another filter, search or sort; the cursor stays on its row where there is one."""
        self._generation += 1
        if to_top:
            self.cursor_id = None
            self.cursor = 0
        begin(self, partial(self._load, self._generation), group=f"window-{self.id}", exclusive=True)

    def poll(self) -> None:
        """Read the rows in view again; called when something changed. Never overlaps with itself."""
        if self._stale or self.source is None:
            return
        self._stale = True
        begin(self, self._refresh_live, group=f"window-live-{self.id}")

    async def _refresh_live(self) -> None:
        try:
            await self._load(self._generation)
        finally:
            self._stale = False

    async def _load(self, generation: int) -> None:
        """Find the cursor's row again, read the pages in view, then swap everything at once."""
        source = self.source
        if source is None:
            return
        kept, index = self.cursor_id, self.cursor
        found = await source.rank(kept) if kept is not None else None
        if found is not None:
            index = found
        # The cursor's line on the screen stays where it is: the rows move around it.
        line = min(max(0, self.cursor - self.first_visible), self.body_height - 1)
        top = max(0, index - line)
        pages = Pages()
        total = await self._read_pages(source, pages, top, self.body_height)
        if total and index >= total:
            index = total - 1
            top = max(0, index - line)
            total = await self._read_pages(source, pages, top, self.body_height)
        if generation != self._generation:
            return
        if kept != self.cursor_id:  # a key moved the cursor meanwhile; it stays where the key put it
            index, top = self.cursor, self.first_visible
            await self._read_pages(source, pages, top, self.body_height)
            if generation != self._generation:
                return
        self._swap(pages, total, index, top)

    async def _read_pages(self, source: Source, pages: Pages, top: int, height: int) -> int:
        total = 0
        for number in range(top // PAGE, (top + height) // PAGE + 1):
            if number and number * PAGE >= total and total:
                break
            if number in pages:
                total = pages.total
                continue
            rows, total = await source.page(number * PAGE, PAGE)
            pages.put(number, rows, total)
        return total

    def _swap(self, pages: Pages, total: int, index: int, top: int) -> None:
        resized = total != self.total
        self._pages, self.total = pages, total
        self.cursor = max(0, min(index, total - 1))
        if resized:
            self.virtual_size = Size(self.size.width, total + 1)
        self._scroll_rows(min(top, max(0, total - self.body_height)))
        self._settle()
        self.redraw_changed()

    def _settle(self) -> None:
        """Take the id of the row under the cursor, and tell the owner."""
        row = self.row
        if row is not None:
            self.cursor_id = self._key(row)
        elif self.total == 0:
            self.cursor_id = None
        self.follow(row)

    def _fetch_missing(self) -> None:
        """Fetch what a scroll has brought into view."""
        if self.total and self._pages.missing(self.first_visible, self.body_height, self.total):
            generation = self._generation
            begin(self, partial(self._fill, generation), group=f"window-fill-{self.id}", exclusive=True)

    async def _fill(self, generation: int) -> None:
        source = self.source
        if source is None:
            return
        for number in self._pages.missing(self.first_visible, self.body_height, self.total or 0):
            rows, total = await source.page(number * PAGE, PAGE)
            if generation != self._generation:
                return
            self._pages.put(number, rows, total)
        self._pages.keep_near(self.first_visible // PAGE)
        self._settle()
        self.redraw_changed()

    # Moving

    def _scroll_rows(self, top: int) -> None:
        if top != self.first_visible:
            self.scroll_to(y=top, animate=False, force=True, immediate=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for the rows that came into view."""
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self._fetch_missing()

    def move_to(self, index: int) -> None:
        """Put the cursor on a row; at an edge the view jumps by half a page.

        Every scrolled line repaints the whole table (20 KB): over a slow line a held key would paint on.
        """
        if not self.total:
            return
        index = max(0, min(index, self.total - 1))
        old, self.cursor = self.cursor, index
        height, top = self.body_height, self.first_visible
        if not top <= index < top + height:
            half = height // 2
            near = (
                index - half if abs(index - old) > 1 or index >= top + height else index - height + 1 + half
            )
            self._scroll_rows(max(0, min(near, self.total - height)))
        row = self.row
        if row is None:
            self._fetch_missing()
        else:
            self.cursor_id = self._key(row)
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

    def on_resize(self) -> None:
        """Share out the columns again and keep the cursor in view."""
        self._lay_out()
        self._drawn.clear()
        if self.total is not None:
            self.virtual_size = Size(self.size.width, self.total + 1)
            if not self.first_visible <= self.cursor < self.first_visible + self.body_height:
                self._scroll_rows(max(0, self.cursor - self.body_height // 2))
            self._fetch_missing()

    # Marks

    def follow(self, row: Any | None) -> None:
        """Tell who follows the cursor, in the same frame."""
        if self.followed is not None:
            self.followed(row)

    def toggle_mark(self) -> None:
        """Mark or unmark the row under the cursor, and go on to the next."""
        if self.markable and self.cursor_id is not None:
            self.marks ^= {self.cursor_id}
            self._marks_changed()
            self.action_move(1)

    def extend_mark(self, by: int) -> None:
        """Mark a range: the row under the cursor and the one the cursor moves to."""
        if not self.markable or self.cursor_id is None:
            return
        if self._anchor is None:
            self._anchor = self.cursor
        before, left = self.cursor, self.cursor_id
        self.move_to(self.cursor + by)
        shrinking = abs(self.cursor - self._anchor) < abs(before - self._anchor)
        self.marks.add(self.cursor_id)
        if shrinking:
            self.marks.discard(left)
        else:
            self.marks.add(left)
        self._refresh_row(before)
        self._marks_changed()

    def set_marks(self, ids: Sequence[Any]) -> None:
        """Mark exactly these."""
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
