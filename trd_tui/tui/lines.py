"""A line of words that can be clicked: the top line, the tabs and the hints are made of it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.strip import Strip
from textual.widget import Widget

from trd_tui.tui.tones import tone

if TYPE_CHECKING:
    from textual.content import Content
    from textual.widgets import Static


def update(widget: Static, content: Content) -> None:
    """Say something else; the same again repaints nothing."""
    if widget.content != content:
        widget.update(content)


class Part(NamedTuple):
    """A piece of a line.

    Attributes:
        text: what it says.
        tone: one of the table of tones; empty for the line's own colour.
        action: what a click runs, in Textual's notation; empty for nothing.
    """

    text: str
    tone: str = ""
    action: str = ""


def placed(left: Sequence[Part], right: Sequence[Part], width: int) -> tuple[Part, ...]:
    """All parts with the gap between; where it is tight, the left ones give way from their end."""
    room = width - sum(cell_len(part.text) for part in right)
    fitting: list[Part] = []
    used = 0
    for _action, group in groupby(left, lambda part: part.action or id(part)):
        parts = list(group)  # a key and its word stay together
        size = sum(cell_len(part.text) for part in parts)
        if used + size > room:
            break
        fitting += parts
        used += size
    return (*fitting, Part(" " * max(0, room - used)), *right)


class ActionLine(Widget):
    """One line; parts to the left, parts to the right. Repaints only when what it says has changed."""

    DEFAULT_CSS = "ActionLine { height: 1; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._left: tuple[Part, ...] = ()
        self._right: tuple[Part, ...] = ()

    @property
    def text(self) -> str:
        """What the line says, for tests."""
        left = "".join(part.text for part in self._left)
        right = "".join(part.text for part in self._right)
        return f"{left}  {right}".rstrip()

    def show(self, left: Sequence[Part], right: Sequence[Part] = ()) -> None:
        """Say something else."""
        if (tuple(left), tuple(right)) != (self._left, self._right):
            self._left, self._right = tuple(left), tuple(right)
            self.refresh()

    def _placed(self) -> tuple[Part, ...]:
        return placed(self._left, self._right, self.size.width)

    def render_line(self, y: int) -> Strip:
        """Draw the line."""
        base = self.rich_style
        segments = []
        for part in self._placed():
            style = base
            if part.tone:
                style = base + tone(self.app, part.tone)
            segments.append(Segment(part.text, style))
        return Strip(segments).adjust_cell_length(self.size.width, base)

    async def on_click(self, event: events.Click) -> None:
        """Run what was clicked."""
        x = 0
        for part in self._placed():
            x += cell_len(part.text)
            if event.x < x:
                if part.action:
                    await self.screen.run_action(part.action)
                return
