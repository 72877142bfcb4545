"""Search as one types, the same on every screen that lists something.

The field is mounted when it is first wanted: until then a few words stand in its place, which cost the first
paint nothing.
"""

from __future__ import annotations

import asyncio
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from trd_tui.tui.actions import shown
from trd_tui.tui.base import DeskScreen
from trd_tui.tui.lines import Part

if TYPE_CHECKING:
    from textual.widget import Widget
    from textual.widgets import Input

CLOSE_S = 0.05
"""Seconds within which a letter follows closely: only after the last of such letters there is a search."""


class SearchingScreen(DeskScreen):
    """A screen with a search field in its line of tabs."""

    SEARCHES = "search"
    """What stands where the field will be."""

    _letter_at = 0.0

    def search_for(self, text: str) -> None:
        """Show what matches; empty for all."""

    def list_to_focus(self) -> Widget:
        """Where the keys go after the search.

        Raises:
            NotImplementedError: the screen has not said.
        """
        raise NotImplementedError

    def say_tabs(self) -> None:
        """Say the line of tabs again: the field has come or gone."""

    def search_field(self) -> Input | None:
        """The field, once it was wanted."""
        from textual.widgets import Input

        for field in self.query("#search").results(Input):
            return field
        return None

    def search_parts(self) -> list[Part]:
        """The words in the field's place while it is not shown."""
        if any(field.display for field in self.query("#search")):
            return []
        words = self.SEARCHES if self.app.size.width >= 100 else "search"
        return [Part(f"  {shown('search', '/')}", "key", "search"), Part(f" {words} ", "quiet", "search")]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """In a field, the key of the search is a letter like any other."""
        if action == "search" and self.focused is not None and self.focused.check_consume_key("slash", "/"):
            return False
        return super().check_action(action, parameters)

    def action_search(self) -> None:
        """Into the search field."""
        from textual.widgets import Input

        field = self.search_field()
        if field is None:
            field = Input(placeholder=self.SEARCHES, id="search", compact=True)
            self.query_one("#tabline").mount(field)
        field.display = True
        self.say_tabs()
        self.set_focus(field)  # now, not later: the next key of a fast typist belongs to the field

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search as one types."""
        if event.input.id == "search":
            now = monotonic()
            follows, self._letter_at = now - self._letter_at < CLOSE_S, now
            search = partial(self._search, event.value.strip(), CLOSE_S if follows else 0.0)
            self.launch(search, group="search", exclusive=True)

    async def _search(self, text: str, wait: float) -> None:
        await asyncio.sleep(wait)  # a newer letter calls it off
        self.search_for(text)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes from the field to the list."""
        if event.input.id == "search":
            self.list_to_focus().focus()

    def on_input_blurred(self, _event: Input.Blurred) -> None:
        """An empty field makes room."""
        field = self.search_field()
        if field is not None and not field.value:
            field.display = False
            self.say_tabs()

    def leave_search(self) -> bool:
        """Clear the search and go to the list; answers whether there was anything to leave."""
        field = self.search_field()
        if field is None or not (field.value or field.has_focus):
            return False
        field.value = ""
        self.list_to_focus().focus()
        if not field.has_focus:
            field.display = False
            self.say_tabs()
        return True
