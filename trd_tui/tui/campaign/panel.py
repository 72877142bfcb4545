"""What stands beside a list of a campaign: everything about the row under its cursor."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from trd_tui.tui.campaign.page import CampaignPage
from trd_tui.tui.lines import ActionLine, update
from trd_tui.tui.scroll import Scroll
from trd_tui.tui.table.window_view import AGES_MS

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widget import Widget

BESIDE = 150
"""Columns from which the panel stands at the right; below, it takes the lower half."""

SETTLE = 0.12
"""Seconds that the cursor must rest on a row before the panel reads about it."""


class Panel(Scroll):
    """The panel. Tab goes into it, and the keys of a list scroll it."""

    def __init__(self, say: Callable[[], None], fits_or_not: Callable[[], None]) -> None:
        super().__init__(classes="panel")
        self._say, self._fits_or_not = say, fits_or_not

    def compose(self) -> ComposeResult:
        """The text."""
        yield Static("", classes="panel-text", markup=False)

    def on_resize(self) -> None:
        """The text takes the width there is; just mounted, there was none."""
        self._say()

    def watch_show_vertical_scrollbar(self) -> None:
        """More lies below than is seen, or no longer: the line of hints says how to get there."""
        self._fits_or_not()

    def show(self, title: str, content: Content) -> None:
        """Say something else; the same again repaints nothing."""
        if self.border_title != title:
            self.border_title = title
            self.scroll_home(animate=False)
        update(self.query_one(".panel-text", Static), content)


class PanelPage(CampaignPage):
    """A page with a line, something to walk through, and a panel that follows its cursor while it is open."""

    _found: Any = None
    _found_of: Any = None
    _age = -1

    def compose(self) -> ComposeResult:
        """The line over what one walks through; the panel is mounted when it is first wanted."""
        yield ActionLine(id=self.line_id)
        yield from self.between()
        with Vertical(classes="split"):
            yield self.walked()

    # What a page says of itself

    @property
    def line_id(self) -> str:
        """The id of its line."""
        return f"{self.id}-line"

    def between(self) -> ComposeResult:
        """What stands between the line and what one walks through."""
        yield from ()

    def walked(self) -> Widget:
        """What the cursor walks through.

        Raises:
            NotImplementedError: the page has not said.
        """
        raise NotImplementedError

    def chosen_one(self) -> Any:
        """What is under the cursor; ``None`` for nothing."""
        raise NotImplementedError

    def key_of(self, chosen: Any) -> Any:
        """What tells it from the others."""
        return chosen

    async def look_at(self, chosen: Any) -> Any:
        """Read everything about it; ``None`` when there is nothing any more."""
        raise NotImplementedError

    def told(self, found: Any, width: int) -> tuple[str, Content]:
        """What the panel says of it: a title, and a text of so many cells."""
        raise NotImplementedError

    NOTHING = "There is nothing under the cursor."
    """What the panel says then."""

    # The panel

    @property
    def line(self) -> ActionLine:
        """The line over the list."""
        return self.query_one(f"#{self.line_id}", ActionLine)

    @property
    def panel(self) -> Panel | None:
        """The panel while it is open."""
        for panel in self.query(Panel):
            return panel if panel.display else None
        return None

    def open_panel(self) -> None:
        """Open it, and read about what is under the cursor."""
        for panel in self.query(Panel):
            panel.display = True
            self._read(0)
            self._place()
            return
        self.query_one(".split").mount(Panel(self.say_panel, self._say_hints))
        self._place()
        self._read(0)

    def turn_panel(self) -> None:
        """Open it, or close it."""
        if not self.close_panel():
            self.open_panel()

    def offers(self, action: str) -> bool:
        """What lies below the panel's end is scrolled to."""
        panel = self.panel
        return "_scroll_" not in action or (panel is not None and panel.show_vertical_scrollbar)

    def _say_hints(self) -> None:
        if self.is_attached:
            self.campaign.say_hints()

    def action_scroll(self, by: int) -> None:
        """Scroll the panel by a line; the keys stay where they are."""
        if self.panel is not None:
            self.panel.scroll_relative(y=by, animate=False)

    def leave(self) -> bool:
        """Close the panel."""
        return self.close_panel()

    def close_panel(self) -> bool:
        """Close it; answers whether it was open."""
        panel = self.panel
        if panel is None:
            return False
        panel.display = False
        self._place()
        self.to_focus().focus()
        return True

    def _place(self) -> None:
        """At the right or below; the list keeps its cursor in view."""
        self.query_one(".split").set_class(self.app.size.width >= BESIDE, "-beside")
        self.campaign.say_hints()

    def followed(self, chosen: Any) -> None:
        """The cursor is on another row, or its figures have changed."""
        self.campaign.trd.place_toasts()
        if self.panel is not None and (chosen is None or self.key_of(chosen) != self._found_of):
            self._read(SETTLE)

    def _read(self, delay: float) -> None:
        self.launch(partial(self._look, delay), group=f"{self.id}-panel", exclusive=True)

    async def _look(self, delay: float) -> None:
        if delay:
            await asyncio.sleep(delay)
        chosen = self.chosen_one()
        found = None if chosen is None else await self.look_at(chosen)
        self._found, self._found_of = found, None if chosen is None else self.key_of(chosen)
        self.say_panel()

    def say_panel(self) -> None:
        """Say what was found, in the width that there is."""
        panel = self.panel
        if panel is None or not panel.size.width:
            return
        if self._found is None:
            panel.show("", Content(self.NOTHING))
        else:
            panel.show(*self.told(self._found, max(30, panel.size.width - 5)))

    # What the screen tells

    def say(self) -> None:
        """The size may have changed."""
        if self.panel is not None:
            self._place()
            self.call_after_refresh(self.say_panel)

    def live(self) -> None:
        """What the panel says may have changed."""
        if self.panel is not None:
            self._read(0)

    def tick(self) -> None:
        """Instants grow older, in minutes: every few seconds will do."""
        age = self.desk.now() // AGES_MS
        if age != self._age:
            self._age = age
            self.aged()

    def aged(self) -> None:
        """Enough time has passed that something may read differently."""
        self.say_panel()
