"""A table that is a window on a query: only the rows in view are held, the rest stays in the database.

Filling Textual's DataTable with 10,000 campaigns takes 1,890 ms to the first paint; this takes a page's time.
Cursor and marks are kept by id, so that live figures, a sort or a filter never move the cursor off its row.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import Any, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from trd_tui.tui.table_column import GAP, PlacedColumn, Span, TableColumn, fit, place_columns
from trd_tui.tui.window_pages import PAGE, Pages
from trd_tui.tui.work import begin

GUTTER = 3
"""Cells before the first column: the cursor's bar, the mark and a blank."""

TONES = ("quiet", "good", "warn", "bad", "info", "bar", "track", "strong")


@dataclass(frozen=True)
class Source:
    """Where the rows come from; both are awaited in a worker, never on a key.

    Attributes:
        page: offset and limit -> rows and the number of all rows.
        rank: id -> its position, ``None`` when it is not among the rows.
        key: row -> its id, stable and hashable.
    """

    page: Callable[[int, int], Awaitable[tuple[Sequence[Any], int]]]
    rank: Callable[[Any], Awaitable[int | None]]
    key: Callable[[Any], Any] = attrgetter("id")


class WindowTable(ScrollView, can_focus=True):
    """The table. Its owner gives it columns and a source, and calls ``reload`` and ``poll``."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "table--header", "table--sorted", "table--cursor", "table--cursor-blurred", "table--mark",
        *(f"table--{tone}" for tone in TONES),
    }  # fmt: skip

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "down", show=False),
        Binding("k,up", "move(-1)", "up", show=False),
        Binding("g,home", "jump(0)", "first", show=False),
        Binding("G,end", "jump(-1)", "last", show=False),
        Binding("pagedown,ctrl+f", "page(1)", "page down", show=False),
        Binding("pageup,ctrl+b", "page(-1)", "page up", show=False),
    ]

    @dataclass
    class Highlighted(Message):
        """The cursor stands on another row, or its row has other figures; ``None`` without rows."""

        table: WindowTable
        row: Any | None

        @property
        def control(self) -> WindowTable:
            """The table."""
            return self.table

    @dataclass
    class Opened(Message):
        """A row was asked for by a double click."""

        table: WindowTable
        row: Any

        @property
        def control(self) -> WindowTable:
            """The table."""
            return self.table

    @dataclass
    class HeaderClicked(Message):
        """A heading was clicked."""

        table: WindowTable
        key: str

        @property
        def control(self) -> WindowTable:
            """The table."""
            return self.table

    @dataclass
    class MarksChanged(Message):
        """Marks were set or taken away."""

        table: WindowTable

        @property
        def control(self) -> WindowTable:
            """The table."""
            return self.table

    def __init__(
        self,
        columns: Sequence[TableColumn],
        source: Source | None = None,
        *,
        now: Callable[[], int] = lambda: 0,
        markable: bool = True,
        empty: str = "Nothing here.",
        id: str | None = None,  # noqa: A002 - Textual's own name
    ) -> None:
        super().__init__(id=id)
        self.columns = tuple(columns)
        self.source = source
        self.now = now
        self.markable = markable
        self.empty_text = empty
        self.total: int | None = None
        self.cursor = 0
        self.cursor_id: Any = None
        self.marks: set[Any] = set()
        self.sort_key = ""
        self.sort_descending = False
        self._pages = Pages()
        self._layout_columns: tuple[PlacedColumn, ...] = ()
        self._tones: dict[str, Style] = {}
        self._drawn: dict[int, Strip] = {}
        self._generation = 0
        self._stale = False
        self._anchor: int | None = None

    # What is shown

    @property
    def row(self) -> Any | None:
        """The row under the cursor, where it is held."""
        return self._pages.get(self.cursor)

    @property
    def body_height(self) -> int:
        """Lines for rows: all but the header's."""
        return max(1, self.size.height - 1)

    @property
    def first_visible(self) -> int:
        """Index of the topmost row in view."""
        return int(self.scroll_offset.y)

    def _key(self, row: Any) -> Any:
        return row if self.source is None else self.source.key(row)

    def loaded_rows(self) -> list[Any]:
        """The rows in view that are held; for tests and for the dialog that counts what is not shown."""
        span = range(self.first_visible, self.first_visible + self.body_height)
        return [row for row in map(self._pages.get, span) if row is not None]

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
        self.post_message(self.Highlighted(self, row))

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
        self.post_message(self.Highlighted(self, row))

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

    # Drawing

    def _refresh_row(self, index: int) -> None:
        y = index - self.first_visible + 1
        if 1 <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    def redraw_changed(self) -> None:
        """Repaint only the lines that look different: bytes are what is dear over a slow line."""
        if not self._drawn:
            self.refresh()
            return
        for y in range(self.size.height):
            before = self._drawn.get(y)
            if before is None or before != self._line(y):
                self.refresh(Region(0, y, self.size.width, 1))

    def on_resize(self) -> None:
        """Share out the columns again and keep the cursor in view."""
        self._layout_columns = place_columns(self.columns, max(10, self.size.width - GUTTER - 1))
        self._drawn.clear()
        if self.total is not None:
            self.virtual_size = Size(self.size.width, self.total + 1)
            if not self.first_visible <= self.cursor < self.first_visible + self.body_height:
                self._scroll_rows(max(0, self.cursor - self.body_height // 2))
            self._fetch_missing()

    def notify_style_update(self) -> None:
        """Forget the tones of the old theme."""
        self._tones.clear()
        super().notify_style_update()

    def on_focus(self) -> None:
        """The cursor's colour depends on the focus."""
        self._refresh_row(self.cursor)

    def on_blur(self) -> None:
        """The cursor's colour depends on the focus."""
        self._refresh_row(self.cursor)

    def _tone(self, name: str) -> Style:
        style = self._tones.get(name)
        if style is None:
            style = (
                self.rich_style if not name else self.get_component_rich_style(f"table--{name}", partial=True)
            )
            self._tones[name] = style
        return style

    def render_line(self, y: int) -> Strip:
        """Draw one line of the window."""
        strip = self._line(y)
        self._drawn[y] = strip
        return strip

    def _line(self, y: int) -> Strip:
        width = self.size.width
        if y == 0:
            return self._header(width)
        index = self.first_visible + y - 1
        if self.total is None:
            return self._text_line("Reading …" if y == 2 else "", width)
        if self.total == 0:
            return self._text_line(self.empty_text if y == 2 else "", width)
        if index >= self.total:
            return Strip.blank(width, self.rich_style)
        return self._row_line(index, width)

    def _text_line(self, text: str, width: int) -> Strip:
        style = self.rich_style + self._tone("quiet")
        return Strip([Segment(" " * GUTTER + text, style)]).adjust_cell_length(width, style)

    def _header(self, width: int) -> Strip:
        base = self.rich_style + self._tone("header")
        spans: list[Span] = [(" " * GUTTER, "")]
        for placed in self._layout_columns:
            column = placed.column
            label, tone = column.label, ""
            if column.key == self.sort_key:
                label, tone = f"{label} {'▼' if self.sort_descending else '▲'}", "sorted"
            spans += [*fit([(label, tone)], placed.width, right=column.right), (" " * GAP, "")]
        return self._strip(spans, base, width)

    def _row_line(self, index: int, width: int) -> Strip:
        row = self._pages.get(index)
        on_cursor = index == self.cursor
        base = self.rich_style
        if on_cursor:
            base += self._tone("cursor" if self.has_focus else "cursor-blurred")
        bar = "▌" if on_cursor else " "
        if row is None:
            return self._strip([(bar, "sorted"), ("  …", "quiet")], base, width)
        marked = self._key(row) in self.marks
        spans: list[Span] = [(bar, "sorted"), ("✓ " if marked else "  ", "mark")]
        now = self.now()
        for placed in self._layout_columns:
            column = placed.column
            cell = column.draw(row, placed.width, now)
            spans += [*fit(cell, placed.width, right=column.right), (" " * GAP, "")]
        return self._strip(spans, base, width)

    def _strip(self, spans: Sequence[Span], base: Style, width: int) -> Strip:
        segments = [Segment(text, base + self._tone(tone) if tone else base) for text, tone in spans]
        return Strip(segments).adjust_cell_length(width, base).simplify()

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
