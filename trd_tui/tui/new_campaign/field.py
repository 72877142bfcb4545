"""The fields of the steps: a label, what is typed, and below it what it means - or what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from trd_tui.domain.sheet import WEEK, has_day, with_day


class Field(Vertical):
    """One field in two lines. A fault, with its mark, stands in the place of the explanation."""

    BINDINGS: ClassVar = [
        ("down", "app.focus_next", "next field"),
        ("up", "app.focus_previous", "field before"),
    ]

    def __init__(self, key: str, label: str, *controls: Widget, note: str) -> None:
        super().__init__(id=f"field-{key}", classes="field")
        self.key, self.label = key, label
        self._controls, self._note = controls, note
        self._fault = ""

    def compose(self) -> ComposeResult:
        """The two lines."""
        with Horizontal(classes="field-line"):
            yield Static(self.label, classes="label", markup=False)
            yield from self._controls
        yield Static(self._note, classes="note", markup=False)

    @property
    def control(self) -> Widget:
        """Where it is typed."""
        return self._controls[0]

    def explain(self, note: str) -> None:
        """Another explanation."""
        if note != self._note:
            self._note = note
            self._say()

    def blame(self, fault: str) -> None:
        """What is wrong with it; nothing shows the explanation again."""
        if fault != self._fault:
            self._fault = fault
            self._say()

    def _say(self) -> None:
        note = self.query_one(".note", Static)
        note.set_class(bool(self._fault), "-wrong")
        note.update(Content(f"✗ {self._fault}" if self._fault else self._note))


class Line(Input):
    """A line to type in; Enter goes on to the next field."""

    def __init__(self, id: str, placeholder: str = "") -> None:
        super().__init__(id=id, placeholder=placeholder, compact=True, select_on_focus=False)
        self.cursor_blink = False  # two hundred bytes a second over a line on which nothing happens

    def put(self, text: str) -> None:
        """Show what was typed before."""
        if self.value != text:
            at = min(self.cursor_position, len(text)) if self.has_focus else len(text)
            with self.prevent(Input.Changed):
                self.value = text
            self.cursor_position = at


class Pick(Widget, can_focus=True):
    """One of a few; left and right choose.

    No letter does: who types into the wrong field must not choose another kind of consent.
    """

    BINDINGS: ClassVar = [
        ("left", "turn(-1)", "the one before"),
        ("right", "turn(1)", "the next one"),
        ("enter", "app.focus_next", "next field"),
    ]

    @dataclass
    class Picked(Message):
        """Another one was chosen."""

        pick: Pick
        value: str

    def __init__(self, options: Sequence[tuple[str, str]], *, id: str) -> None:
        super().__init__(id=id, classes="pick")
        self._options = tuple(options)
        self.value = self._options[0][0]

    def put(self, value: str) -> None:
        """Show what was chosen before."""
        if value != self.value:
            self.value = value
            self.refresh()

    def render(self) -> Content:
        """What is chosen."""
        label = next((label for value, label in self._options if value == self.value), self.value)
        return Content.assemble(("‹ ", "$accent"), label, (" ›", "$accent"))

    def action_turn(self, by: int) -> None:
        """The next one, round the end."""
        values = [value for value, _ in self._options]
        at = values.index(self.value) if self.value in values else -by
        self.put(values[(at + by) % len(values)])
        self.post_message(self.Picked(self, self.value))


class Days(Widget, can_focus=True):
    """The days of the week; left and right move, space chooses."""

    BINDINGS: ClassVar = [
        ("left", "move(-1)", "the day before"),
        ("right", "move(1)", "the next day"),
        ("space", "switch", "this day"),
        ("enter", "app.focus_next", "next field"),
    ]

    @dataclass
    class Changed(Message):
        """Other days are chosen."""

        value: str

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, classes="pick")
        self.value = ""
        self._at = 0

    def put(self, value: str) -> None:
        """Show what was chosen before."""
        if value != self.value:
            self.value = value
            self.refresh()

    def render(self) -> Content:
        """All seven."""
        parts: list[tuple[str, str]] = []
        for number, day in enumerate(WEEK):
            chosen = has_day(self.value, number)
            style = "$foreground" if chosen else "$trd-quiet"
            if self.has_focus and number == self._at:
                style += " reverse"
            parts += [(f"{'✓' if chosen else '·'} {day}", style), ("  ", "")]
        return Content.assemble(*parts)

    def on_focus(self) -> None:
        """The day that space would change shows."""
        self.refresh()

    def on_blur(self) -> None:
        """No day shows."""
        self.refresh()

    def action_move(self, by: int) -> None:
        """Another day."""
        self._at = (self._at + by) % 7
        self.refresh()

    def action_switch(self) -> None:
        """Choose the day, or do not."""
        self.put(with_day(self.value, self._at))
        self.post_message(self.Changed(self.value))
