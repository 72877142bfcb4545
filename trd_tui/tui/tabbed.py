"""A screen of tabs that share one list: another tab gives it other columns and other rows."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from trd_tui.services.report_views import in_order
from trd_tui.tui import format as show
from trd_tui.tui.actions import RIGHT, hints
from trd_tui.tui.hint_lines import action_parts, right_parts
from trd_tui.tui.lines import ActionLine, Part
from trd_tui.tui.searching import SearchingScreen
from trd_tui.tui.table.column import TableColumn
from trd_tui.tui.table.window_table import Source, WindowTable
from trd_tui.tui.topbar import TopBar

EVERY_S = 2.0
"""Seconds between two readings while the database changes: these figures are looked at, not watched."""

SHARE = 20
"""A reading that takes long is repeated after so many times as long."""


class TabbedScreen(SearchingScreen):
    """Tabs over one list, a headline above and notes below; read again at leisure while things change."""

    TABS: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Name and word of each tab."""

    AUTO_FOCUS = "#rows"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]

    def __init__(self) -> None:
        super().__init__()
        self.page = self.TABS[0][0]
        self.rows: tuple[Any, ...] = ()
        self._changed = True
        self._read_at = 0.0
        self._took = 0.0

    def compose(self) -> ComposeResult:
        """The frame."""
        yield TopBar(id="topbar")
        yield Static("", id="headline", markup=False)
        with Horizontal(id="tabline"):
            yield ActionLine(id="tabs")
        yield from self.compose_body()
        yield WindowTable((), id="rows", markable=False)
        yield Static("", id="notes", markup=False)
        yield ActionLine(id="hints")

    def compose_body(self) -> ComposeResult:
        """What stands in the list's place on some tabs."""
        yield from ()

    @property
    def table(self) -> WindowTable:
        """The list."""
        return self.query_one("#rows", WindowTable)

    def on_mount(self) -> None:
        """Show the first tab."""
        self.table.now = self.ready.now
        self.table.followed = self._followed
        self.show_page()

    # What a screen says of itself

    def columns(self) -> tuple[TableColumn, ...]:
        """Of the tab that is shown.

        Raises:
            NotImplementedError: the screen has not said.
        """
        raise NotImplementedError

    def empty(self) -> str:
        """The sentence where there are no rows."""
        return "Nothing here."

    async def read_page(self) -> None:
        """Read what the tab shows and say it.

        Raises:
            NotImplementedError: the screen has not said.
        """
        raise NotImplementedError

    def source(self) -> Source:
        """Where the rows of the tab come from: those that were read, unless a screen has a window on more."""
        return Source(self._slice, self._place)

    def fits(self, action: str) -> bool:
        """Whether an action of the table works on this tab and row."""
        return True

    def show_page(self) -> None:
        """Show the tab: other columns, then its rows as soon as they are read."""
        table = self.table
        table.columns = self.columns()
        table.sort_key = ""
        self.say_tabs()
        self.say_hints()
        self.read_again(to_top=True)

    def whole_of(self, _row: Any) -> str | None:
        """What the row under the cursor says that its cells may cut; ``None`` on tabs that cut nothing."""
        return None

    def notes(self) -> tuple[str, ...]:
        """Sentences that belong to the tab."""
        return ()

    # Reading

    def read_again(self, *, to_top: bool = False) -> None:
        """Read now, whatever was read before."""
        self._changed = False
        if to_top:
            self.rows = ()
            self.table.forget()
        self.launch(self._read, group="page", exclusive=True)

    async def _read(self) -> None:
        if self.desk is None:
            return
        begun = time.monotonic()
        await self.read_page()
        self._read_at = time.monotonic()
        self._took = self._read_at - begun
        table = self.table
        table.empty_text = self.empty()
        if table.source is None:
            table.source = self.source()
            table.reload(to_top=True)
        else:
            table.poll()
        self.say_tabs()
        self.say_hints()
        self.say_notes()

    def live(self) -> None:
        """Somebody changed the database: it is read again when the last reading is old enough."""
        self._changed = True

    def on_screen_resume(self) -> None:
        """Back from another screen: things may have changed meanwhile."""
        self.live()

    def tick(self) -> None:
        """Time has passed."""
        self.query_one(TopBar).tick()
        self.table.redraw_aged()
        if self._changed and time.monotonic() - self._read_at >= max(EVERY_S, SHARE * self._took):
            self.read_again()

    async def _slice(self, offset: int, limit: int) -> tuple[Sequence[Any], int]:
        return self.rows[offset : offset + limit], len(self.rows)

    async def _place(self, key: object) -> int | None:
        return next((at for at, row in enumerate(self.rows) if row.id == key), None)

    # Saying

    def _followed(self, _row: Any) -> None:
        self.say_hints()
        self.say_notes()
        self.trd.place_toasts()

    def say_notes(self) -> None:
        """What the row under the cursor says as a whole, and the tab's own sentences.

        Where rows have something to say the room for it stays the same: the list must not jump about.
        """
        row = self.table.row
        whole = self.whole_of(row) if row is not None and self.rows_are_lists else None
        self.query_one("#notes").set_class(whole is not None, "-whole")
        parts: list[str | tuple[str, str]] = [] if whole is None else [(whole, "$foreground")]
        for note in self.notes():
            parts += ["\n", note] if parts else [note]
        self.say(self.query_one("#notes", Static), Content.assemble(*parts))

    @property
    def rows_are_lists(self) -> bool:
        """The list is shown."""
        return bool(self.table.display)

    @staticmethod
    def say(widget: Static, content: Content) -> None:
        """Update it, where it reads differently."""
        if widget.content != content:
            widget.update(content)

    def say_tabs(self) -> None:
        """The tabs, and the search's place where there is one."""
        wide = self.app.size.width >= 100
        parts = [Part(" ")]
        for number, (key, word) in enumerate(self.TABS, 1):
            if number > 1:
                parts.append(Part(" │ " if wide else "", "quiet"))
            action = f"tab({number})"
            label = f" {word}{self.figure(key)} "
            if key == self.page:
                parts.append(Part(f" {number}{label}", "chosen", action))
            else:
                parts += [Part(f" {number}", "key", action), Part(label, "", action)]
        searched = self.search_parts() if self.fits("search") else []
        self.query_one("#tabs", ActionLine).show(parts, searched)

    def figure(self, _tab: str) -> str:
        """A count beside a tab's word, with a blank before it."""
        return ""

    def say_hints(self) -> None:
        """The keys that work now, or how far a long act is."""
        running, width = self.trd.long_act, self.app.size.width
        line = self.query_one("#hints", ActionLine)
        if running is not None and running.shown:
            line.show(
                running.parts(width),
                right_parts(self.name_in_table, stopped=self.trd.halted, only_stop=width < 100),
            )
            return
        left: list[Part] = [Part(" ")]
        for action in hints(self.name_in_table):
            if action.hint < RIGHT and self.fits(action.id):
                left += action_parts(action, self.word_of(action.id) or action.label)
        line.show(left, right_parts(self.name_in_table, stopped=self.trd.halted))

    def word_of(self, _action: str) -> str:
        """Another word for an action, where it does something else on this tab."""
        return ""

    def on_resize(self) -> None:
        """Lines take the room there is."""
        self.say_tabs()
        self.say_hints()
        self.call_after_refresh(self.trd.place_toasts)

    # Keys

    def list_to_focus(self) -> WindowTable:
        """The list."""
        return self.table

    def action_tab(self, number: int) -> None:
        """Another tab."""
        if number <= len(self.TABS) and self.TABS[number - 1][0] != self.page:
            self.page = self.TABS[number - 1][0]
            self.show_page()

    def sort_by(self, key: str) -> None:
        """Sort by a column, figures from the largest; the same again turns it round."""
        table = self.table
        down = not table.sort_descending if key == table.sort_key else key not in ("name", "status", "id")
        table.sort_key, table.sort_descending = key, down
        self.sorted_anew()

    def sorted_anew(self) -> None:
        """Show the rows in their new order."""
        self.rows = self.ordered(self.rows)
        self.table.reload()

    def ordered(self, rows: Sequence[Any]) -> tuple[Any, ...]:
        """Rows in the order that was chosen."""
        return in_order(rows, self.table.sort_key, descending=self.table.sort_descending)

    def on_window_table_header_clicked(self, event: WindowTable.HeaderClicked) -> None:
        """A click on a heading sorts."""
        self.sort_by(event.key)


def known(value: int | None, width: int = 0) -> str:
    """A figure, or a dash where it is not kept."""
    return "-" if value is None else show.count(value, width)
