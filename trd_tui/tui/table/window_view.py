"""What a window table shows and how it is drawn, line by line; moving and loading are the table's own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from operator import attrgetter
from textwrap import wrap
from time import monotonic
from typing import Any, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.scroll_view import ScrollView
from textual.strip import Strip

from trd_tui.tui.table.column import GAP, PlacedColumn, Span, TableColumn, fit, place_columns
from trd_tui.tui.table.window_pages import Pages
from trd_tui.tui.tones import tone
from trd_tui.tui.work import TypingApp

GUTTER = 3
"""Cells before the first column: the cursor's bar, the mark and a blank."""

AGES_MS = 5_000
"""Campaign milliseconds in which nothing that is shown grows visibly older."""


class Source(NamedTuple):
    """Where the rows come from; both are awaited in a worker, never on a key.

    Attributes:
        page: offset and limit -> rows and the number of all rows.
        rank: id -> its position, ``None`` when it is not among the rows.
        key: row -> its id, stable and hashable.
    """

    page: Callable[[int, int], Awaitable[tuple[Sequence[Any], int]]]
    rank: Callable[[Any], Awaitable[int | None]]
    key: Callable[[Any], Any] = attrgetter("id")


def _wrapped(line: str, width: int) -> list[str]:
    """A line of the empty list's sentence in the width there is; what goes on stands under it."""
    inset = line[: len(line) - len(line.lstrip())]
    return wrap(line, max(20, width - GUTTER - 1), subsequent_indent=inset) or [""]


class Aim:
    """What a key is about: the row on which the cursor was painted when the key was pressed.

    Where a row leaves the list, the cursor comes to another one by itself, and for a moment nobody has seen
    that. It stands here and not in a module of its own, which would cost the first paint its share.
    """

    def __init__(self) -> None:
        self._before: Any | None = None
        """What the cursor was on when it was painted last; ``None`` where that was no row."""
        self.unseen = False
        """Nobody has seen the cursor where it is now."""
        self._seen_at = 0.0

    def went(self) -> None:
        """A key or a click has moved the cursor: who does that knows where it goes."""
        self._before, self.unseen, self._seen_at = None, False, 0.0

    def strayed(self, before: Any | None) -> None:
        """The cursor has come to another row by itself.

        Args:
            before: the row that it was on.
        """
        if not self.unseen:
            self._before, self.unseen = before, True

    def painted(self) -> None:
        """The row under the cursor has just been painted."""
        if self.unseen:
            self.unseen, self._seen_at = False, monotonic()

    def at(self, row: Any | None, pressed: float | None) -> Any | None:
        """What a key is about.

        Args:
            row: under the cursor now.
            pressed: the moment at which the key came; ``None`` for now.
        """
        too_early = pressed is not None and pressed < self._seen_at
        return self._before if self.unseen or too_early else row


class WindowView(ScrollView, can_focus=True):
    """The state of the table and its picture."""

    def __init__(
        self,
        columns: Sequence[TableColumn],
        source: Source | None = None,
        *,
        now: Callable[[], int] = lambda: 0,
        markable: bool = True,
        empty: str = "Nothing here.",
        id: str | None = None,
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
        """Of the row under the cursor; ``None`` where a key took it to a row that is not read yet."""
        self.aim = Aim()
        self.marks: set[Any] = set()
        self.sort_key = ""
        self.sort_descending = False
        self._pages = Pages()
        self._layout_columns: tuple[PlacedColumn, ...] = ()
        self._layout_width = -1
        self._tones: dict[str, Style] = {}
        self._drawn: dict[int, Strip] = {}
        self._age = -1

    # What is shown

    @property
    def row(self) -> Any | None:
        """The row under the cursor, where it is held."""
        return self._pages.get(self.cursor)

    @property
    def aimed(self) -> Any | None:
        """The row that an act is about: that on which the cursor was painted when its key was pressed."""
        return self.aim.at(self.row, self.app.pressed_at if isinstance(self.app, TypingApp) else None)

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

    # Drawing

    def _refresh_row(self, index: int) -> None:
        y = index - self.first_visible + 1
        if 1 <= y < self.size.height:
            self.refresh(Region(0, y, self.size.width, 1))

    def redraw_aged(self) -> None:
        """Repaint the lines that time alone has changed. They speak in minutes: every few seconds will do."""
        age = self.now() // AGES_MS
        if age != self._age:
            self._age = age
            self.redraw_changed()

    def redraw_changed(self) -> None:
        """Repaint only the lines that look different: bytes are what is dear over a slow line."""
        if not self._drawn:
            self.refresh()
            return
        for y in range(self.size.height):
            before = self._drawn.get(y)
            if before is None or before != self._line(y):
                self.refresh(Region(0, y, self.size.width, 1))

    def _lay_out(self) -> None:
        self._layout_width = self.size.width
        self._layout_columns = place_columns(self.columns, max(10, self.size.width - GUTTER - 1))

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
            style = tone(self.app, name) if name else self.rich_style
            self._tones[name] = style
        return style

    def render_line(self, y: int) -> Strip:
        """Draw one line of the window."""
        strip = self._line(y)
        self._drawn[y] = strip
        if y and self.first_visible + y - 1 == self.cursor:
            self.aim.painted()
        return strip

    def _line(self, y: int) -> Strip:
        width = self.size.width
        if width != self._layout_width:  # the first paint comes before the first resize
            self._lay_out()
        if y == 0:
            return self._header(width)
        index = self.first_visible + y - 1
        if self.total is None:
            return self._text_line("Reading …" if y == 2 else "", width)
        if self.total == 0:
            lines = [part for line in self.empty_text.split("\n") for part in _wrapped(line, width)]
            return self._text_line(lines[y - 2] if 2 <= y < len(lines) + 2 else "", width)
        if index >= self.total:
            return Strip.blank(width, self._tone(""))
        return self._row_line(index, width)

    def _text_line(self, text: str, width: int) -> Strip:
        style = self._tone("") + self._tone("quiet")
        return Strip([Segment(" " * GUTTER + text, style)]).adjust_cell_length(width, style)

    def _header(self, width: int) -> Strip:
        base = self._tone("") + self._tone("header")
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
        base = self._tone("")
        if on_cursor:
            base += self._tone("cursor" if self.has_focus else "cursor-blurred")
            if self.app.current_theme.ansi:  # of sixteen colours none is sure to be read on the cursor's
                return self._strip([(text, "") for text, _ in self._cells(row, index)], base, width)
        return self._strip(self._cells(row, index), base, width)

    def _cells(self, row: Any | None, index: int) -> list[Span]:
        bar = "▌" if index == self.cursor else " "
        if row is None:
            return [(bar, "sorted"), ("  …", "quiet")]
        marked = self._key(row) in self.marks
        spans: list[Span] = [(bar, "sorted"), ("✓ " if marked else "  ", "mark")]
        now = self.now()
        for placed in self._layout_columns:
            column = placed.column
            cell = column.draw(row, placed.width, now)
            spans += [*fit(cell, placed.width, right=column.right), (" " * GAP, "")]
        return spans

    def _strip(self, spans: Sequence[Span], base: Style, width: int) -> Strip:
        segments = [Segment(text, base + self._tone(tone) if tone else base) for text, tone in spans]
        return Strip(segments).adjust_cell_length(width, base).simplify()
