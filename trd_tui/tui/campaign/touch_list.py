"""The list of touches beside their editor."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.widgets import OptionList, TextArea

from trd_tui.tui.actions.everywhere import moves


class TouchList(OptionList):
    """Moves by the keys of every list."""

    BINDINGS: ClassVar[list[BindingType]] = moves(
        move_down="cursor_down", move_up="cursor_up", move_first="first", move_last="last",
        page_down="page_down", page_up="page_up",
    )  # fmt: skip


class TouchText(TextArea):
    """The text of a touch. It does not blink: an idle line stays idle."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id, compact=True, highlight_cursor_line=False)
        self.cursor_blink = False
