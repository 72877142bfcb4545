"""The field in which the text of a touch is written."""

from __future__ import annotations

from textual.widgets import TextArea


class TouchText(TextArea):
    """The text of a touch. It does not blink: an idle line stays idle."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, compact=True, highlight_cursor_line=False)
        self.cursor_blink = False
