"""A short list; the usual keys move."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, ClassVar

from textual.binding import BindingType
from textual.widgets import OptionList

from trd_tui.tui.actions.everywhere import moves


class Rows(OptionList):
    """A list whose lines are all there."""

    BINDINGS: ClassVar[list[BindingType]] = moves(
        move_down="cursor_down", move_up="cursor_up", move_first="first", move_last="last",
        page_down="page_down", page_up="page_up",
    )  # fmt: skip

    def _move_page(self, direction: Any) -> None:
        """Move by a page; before the list is painted Textual does not know its lines: the key is void."""
        with suppress(KeyError):
            super()._move_page(direction)
