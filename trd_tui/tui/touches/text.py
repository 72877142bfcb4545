"""The field in which the text of a touch is written."""

from __future__ import annotations

from textual.events import Key
from textual.widgets import TextArea


class TouchText(TextArea):
    """The text of a touch. It does not blink: an idle line stays idle."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, compact=True, highlight_cursor_line=False)
        self.cursor_blink = False

    def on_key(self, event: Key) -> None:
        """A letter that is typed while nothing can be written is no key of the screen, but for the stop."""
        if self.read_only and event.is_printable and event.character != "!":
            event.stop()
            event.prevent_default()
