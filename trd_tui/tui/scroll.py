"""A text longer than its place: the keys of a list scroll it."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.containers import VerticalScroll

from trd_tui.tui.actions.everywhere import moves


class Scroll(VerticalScroll, can_focus=True):
    """Scrolls by lines and pages."""

    BINDINGS: ClassVar[list[BindingType]] = moves(
        move_down="scroll_down", move_up="scroll_up", move_first="scroll_home", move_last="scroll_end",
        page_down="page_down", page_up="page_up",
    )  # fmt: skip
