"""How a window table gets its rows: pages in workers, swapped in at once, the cursor found by its id."""

from __future__ import annotations

from asyncio import sleep as rest  # by a name of its own: tests count the rests
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from textual.geometry import Size

from trd_tui.tui.table.window_pages import PAGE, Pages
from trd_tui.tui.table.window_view import Source, WindowView
from trd_tui.tui.work import TypingApp, begin

REST_S = 0.05
"""Seconds between two readings of what goes on changing: a slow database has more to do than this list."""

TRIES = 8
"""Readings after which a row that moves on from each of them is taken for one that has left the list."""


class WindowLoader(WindowView):
    """A view that reads what it shows."""

    _generation = 0
    _begun = _shown = 0
    """Readings that have begun, and the latest of them that is shown: an older one is not shown after it."""
    _moves = 0
    """How often a key has moved the cursor."""
    _stale = _again = False
    _or_first = False
    _hold: object | None = None
    """What keys wait for: the row to which one has moved the cursor, and which is not read yet."""
    _to_id: Any = None
    """Where the cursor shall be once that is read; until then it stays where it is seen."""
    followed: Callable[[Any | None], None] | None = None
    """Called with the row under the cursor when it, or its figures, changed; ``None`` without rows."""

    def reload(self, *, to_top: bool = False, or_first: bool = False) -> None:
        """Read again after another filter, search or sort; the cursor stays on its row.

        Args:
            to_top: it goes to the first row in any case.
            or_first: it goes to the first row where its own is not among them, and does not stay in its line.
        """
        self._generation += 1
        self._or_first = or_first
        if to_top:
            self.aim.strayed(self.row)
            self.cursor_id = None
            self.cursor = 0
        begin(self, partial(self._read, self._generation), group=f"window-{self.id}", exclusive=True)

    def forget(self) -> None:
        """Become a list of other things: columns, rows, cursor and marks of before mean nothing any more."""
        self._generation += 1
        self._pages, self.source, self.total = Pages(), None, None
        self.cursor, self.cursor_id, self.marks = 0, None, set()
        self._to_id, self._or_first = None, False
        self._let_keys_go()
        self.aim.went()
        self._scroll_rows(0)
        self.on_resize()
        self.refresh()

    async def stand_on(self, id_: Any) -> None:
        """Put the cursor on a row where it is among the rows; else, or where a key moved it, it stays."""
        moves = self._moves
        if self.source is None or id_ == self.cursor_id or await self.source.rank(id_) is None:
            return
        if self._moves == moves:
            self._generation += 1
            self._to_id = id_
            await self._read(self._generation)

    def poll(self) -> None:
        """Read the rows in view again; called when something changed. Never overlaps with itself."""
        if self.source is None:
            return
        self._again = True  # what is being read may be of before the change
        if not self._stale:
            self._stale = True
            begin(self, self._refresh_live, group=f"window-live-{self.id}")

    async def _refresh_live(self) -> None:
        try:
            while self._again:
                self._again = False
                await self._read(self._generation)
                if self._again:
                    await rest(REST_S)
        finally:
            self._stale = False

    # Keys that wait for a row

    def _let_keys_wait(self) -> None:
        """Those behind a key that has moved the cursor to an unread row are about that one."""
        self._let_keys_go()
        if isinstance(self.app, TypingApp):
            self._hold = self.app.hold()

    def _let_keys_go(self) -> None:
        if self._hold is not None and isinstance(self.app, TypingApp):
            self.app.release(self._hold)
        self._hold = None

    def on_unmount(self) -> None:
        """Nothing arrives here any more."""
        self._let_keys_go()

    def arrived(self) -> None:
        """The row under the cursor is held."""
        self._let_keys_go()

    def aimed_at(self, noun: str) -> Any | None:
        """The row that an act is about; where there is none, a sentence says why.

        Args:
            noun: what the rows are, one of them.
        """
        row = self.aimed
        if row is None:
            self.say_no_row(noun)
        return row

    def say_no_row(self, noun: str) -> None:
        """Say why a key has found no row to be about."""
        if self.total == 0:
            said = f"There is no {noun} under the cursor."
        else:
            said = "The list is still being read; press the key again in a moment."
            self._fetch_missing()  # where that has failed
        self.app.notify(said, severity="warning")

    # Reading

    @contextmanager
    def _or_let_keys_go(self) -> Iterator[None]:
        """What cannot be read does not arrive: nothing waits for it."""
        try:
            yield
        except Exception:
            self._let_keys_go()
            raise

    async def _read(self, generation: int) -> None:
        with self._or_let_keys_go():
            await self._load(generation)

    async def _load(self, generation: int) -> None:
        """Find the cursor's row again, read the pages in view, then swap everything at once.

        Its place and the pages are read one after the other, and a key may move the cursor meanwhile: the
        row is looked for in what was read, and where it is not there, everything is read once more.
        """
        source = self.source
        self._begun += 1
        begun = self._begun
        for left in reversed(range(TRIES)):
            if source is None:
                return
            moves, wanted = self._moves, self._wanted
            found = await source.rank(wanted) if wanted is not None else None
            if generation != self._generation:
                return
            if found is None and self._to_id is not None:
                self._to_id = None
                continue
            at = found if found is not None else 0 if self._or_first else self.cursor
            # The cursor's line on the screen stays where it is: the rows move around it.
            line = min(max(0, self.cursor - self.first_visible), self.body_height - 1)
            pages = Pages()
            total = await self._read_pages(source, pages, max(0, at - line), self.body_height)
            if total and at >= total:
                at = total - 1
                total = await self._read_pages(source, pages, max(0, at - line), self.body_height)
            if generation != self._generation or begun < self._shown:
                return
            # From here on nothing is waited for: what is found now is so when it is shown.
            missed = found is None and wanted == self._wanted
            index = self._index_in(pages, at, moves, gone=missed or not left)
            if index is not None:
                self._shown = begun
                line = min(max(0, self.cursor - self.first_visible), self.body_height - 1)
                self._swap(pages, total, index, max(0, index - line))
                return
        self.poll()  # keys have moved the cursor each time

    @property
    def _wanted(self) -> Any:
        """The id of the row on which the cursor shall be; ``None`` where its index alone says that."""
        return self.cursor_id if self._to_id is None else self._to_id

    def _index_in(self, pages: Pages, at: int, moves: int, *, gone: bool) -> int | None:
        """At which index of these pages the cursor's row is; ``None`` where it must be looked for again.

        Args:
            pages: just read.
            at: where the row was before they were read, or where the cursor goes without it.
            moves: of the cursor, when that was asked.
            gone: it was not in the list any more.
        """
        wanted = self._wanted
        if wanted is not None:
            index = pages.index_of(wanted, self._key)
            if index is not None:
                return index
        if moves != self._moves:  # to a row that is on none of these pages, or that nobody has read yet
            return self.cursor if wanted is None and pages.get(self.cursor) is not None else None
        return at if wanted is None or gone else None

    async def _read_pages(self, source: Source, pages: Pages, top: int, height: int) -> int:
        total = pages.total
        for number in range(top // PAGE, (top + height) // PAGE + 1):
            if number and number * PAGE >= total and total:
                break
            if number not in pages:
                rows, total = await source.page(number * PAGE, PAGE)
                pages.put(number, rows, total)
        return total

    def _swap(self, pages: Pages, total: int, index: int, top: int) -> None:
        before, resized = self.row, total != self.total
        self._pages, self.total = pages, total
        self.cursor = max(0, min(index, total - 1))
        self._to_id, self._or_first = None, False
        if resized:
            self.virtual_size = Size(self.size.width, total + 1)
        self._scroll_rows(min(top, max(0, total - self.body_height)))
        self._settle(before)
        self.redraw_changed()
        self._fetch_missing()  # where the view was scrolled meanwhile

    def _settle(self, before: Any | None) -> None:
        """Take the id of the row under the cursor, and tell the owner.

        Args:
            before: the row that was under it.
        """
        row, known = self.row, self.cursor_id if before is None else self._key(before)
        if row is not None:
            self.cursor_id = self._key(row)
        elif self.total == 0:
            self.cursor_id = None
        if known is not None and known != self.cursor_id:  # else it was moved there before the row was read
            self.aim.strayed(before)
        if self.aim.unseen:
            self._refresh_row(self.cursor)
        if row is not None or self.total == 0:
            self.arrived()
        self.follow(row)

    def _missing(self) -> list[int]:
        """Numbers of the pages that are to be read: the cursor's, for which keys wait, and those in view."""
        total = self.total or 0
        found = self._pages.missing(self.first_visible, self.body_height, total)
        own = self._pages.missing(self.cursor, 1, total) if self.cursor_id is None else []
        return [*own, *(number for number in found if number not in own)]

    def _fetch_missing(self) -> None:
        """Fetch what a scroll or a leap of the cursor has brought into view."""
        if self._missing():
            work = partial(self._fill, self._generation)
            begin(self, work, group=f"window-fill-{self.id}", exclusive=True)

    async def _fill(self, generation: int) -> None:
        with self._or_let_keys_go():
            await self._fill_in(generation)

    async def _fill_in(self, generation: int) -> None:
        source, pages = self.source, self._pages
        if source is None:
            return
        for number in self._missing():
            rows, total = await source.page(number * PAGE, PAGE)
            if generation != self._generation or pages is not self._pages:
                return
            before = self.row
            row = rows[self.cursor % PAGE] if self.cursor // PAGE == number and self.cursor < total else None
            if before is None and row is not None and self.cursor_id not in (None, self._key(row)):
                self.poll()  # the cursor's row was put by, and others have come before it since
                return
            pages.put(number, rows, total)
            self._settle(before)
            if self.row is None and self.cursor // PAGE == number:
                self.poll()  # the list has become shorter than where the cursor was sent
        pages.keep_near(self.first_visible // PAGE, self.cursor // PAGE)
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
