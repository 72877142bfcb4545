"""How a window table gets its rows: pages in workers, swapped in at once, the cursor found by its id."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from textual.geometry import Size

from trd_tui.tui.table.window_pages import PAGE, Pages
from trd_tui.tui.table.window_view import Source, WindowView
from trd_tui.tui.work import begin


class WindowLoader(WindowView):
    """A view that reads what it shows."""

    _generation = 0
    _stale = False
    followed: Callable[[Any | None], None] | None = None
    """Called with the row under the cursor when it, or its figures, changed; ``None`` without rows."""

    def reload(self, *, to_top: bool = False, or_first: bool = False) -> None:
        """Read again after another filter, search or sort; the cursor stays on its row.

        Args:
            to_top: it goes to the first row in any case.
            or_first: it goes to the first row where its own is not among them, and does not stay in its line.
        """
        self._generation += 1
        if to_top:
            self.cursor_id = None
            self.cursor = 0
        begin(
            self, partial(self._load, self._generation, or_first), group=f"window-{self.id}", exclusive=True
        )

    def forget(self) -> None:
        """Become a list of other things: columns, rows, cursor and marks of before mean nothing any more."""
        self._generation += 1
        self._pages, self.source, self.total = Pages(), None, None
        self.cursor, self.cursor_id, self.marks = 0, None, set()
        self._scroll_rows(0)
        self.on_resize()
        self.refresh()

    async def stand_on(self, id_: Any) -> None:
        """Put the cursor on a row where it is among the rows; else, or where a key moved it, it stays."""
        before = self.cursor_id
        if self.source is None or id_ == before or await self.source.rank(id_) is None:
            return
        if self.cursor_id == before:
            self._generation += 1
            self.cursor_id = id_
            await self._load(self._generation)

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

    async def _load(self, generation: int, or_first: bool = False) -> None:
        """Find the cursor's row again, read the pages in view, then swap everything at once."""
        source = self.source
        if source is None:
            return
        kept, index = self.cursor_id, self.cursor
        found = await source.rank(kept) if kept is not None else None
        if found is not None:
            index = found
        elif or_first:
            index = 0
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

    def follow(self, row: Any | None) -> None:
        """Tell who follows the cursor, in the same frame."""
        if self.followed is not None:
            self.followed(row)

    def _scroll_rows(self, top: int) -> None:
        if top != self.first_visible:
            self.scroll_to(y=top, animate=False, force=True, immediate=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for the rows that came into view."""
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self._fetch_missing()

    def on_resize(self) -> None:
        """Share out the columns again and keep the cursor in view."""
        self._lay_out()
        self._drawn.clear()
        if self.total is not None:
            self.virtual_size = Size(self.size.width, self.total + 1)
            if not self.first_visible <= self.cursor < self.first_visible + self.body_height:
                self._scroll_rows(max(0, self.cursor - self.body_height // 2))
            self._fetch_missing()
