"""The step itself: its list and editor, and where what is typed and each key lead."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Input, OptionList, Static, TextArea

from trd_tui.domain.sheet import TOUCHES, Fault, Sheet
from trd_tui.tui.new_campaign.field import Field, Line
from trd_tui.tui.new_campaign.touches.sets import TouchesSets
from trd_tui.tui.rows import Rows
from trd_tui.tui.touches.text import TouchText


class TouchesPane(TouchesSets):
    """The step."""

    STEP: ClassVar = TOUCHES

    def compose(self) -> ComposeResult:
        """The list, and beside it the touch under its cursor."""
        yield Field("values", "Own values", Line("values", "agent=Ann; office=Acme Homes"),
                    note="what texts may name besides, as {{agent}}; several with ;")  # fmt: skip
        with Horizontal(id="touch-body"):
            yield Rows(id="touch-list")
            with Vertical(id="touch-editor"):
                with Horizontal(id="touch-line"):
                    yield Static("Day", classes="label", markup=False)
                    yield Line("touch-day", "1")
                    yield Static("", id="touch-state", markup=False)
                yield TouchText(id="touch-text")
                yield Static("", id="touch-size", markup=False)
                with VerticalScroll(id="touch-reading", can_focus=False):
                    yield Static("", id="touch-preview", markup=False)
                    yield Static("", id="touch-lint", markup=False)

    # Showing

    def put(self, sheet: Sheet) -> None:
        """Show what was typed before."""
        super().put(sheet)
        self._list()
        self._fill()
        if self.display and self.steps.is_open:
            self._read()

    def entered(self) -> None:
        """The cursor to the list."""
        self.query_one("#touch-list").focus()
        self._read()

    def drawn(self) -> None:
        """Other faults."""
        self._list()
        self._say_reading()

    def refocus(self) -> None:
        """A menu over it was answered."""
        self.steps.set_focus(self.steps.news.focused or self.query_one("#touch-list"))

    def to_fault(self, fault: Fault) -> None:
        """To the touch that is wrong."""
        super().to_fault(fault)
        if fault.field.startswith("touch["):
            self.at = int(fault.field[6:].partition("]")[0]) - 1
            self._list()
            self._fill()
            self._read()
            self.query_one("#touch-day" if fault.field.endswith(".day") else "#touch-text").focus()
            self.notify(fault.message, title=f"Touch {self.at + 1}", severity="warning")

    def left(self) -> bool:
        """A text is left for its list."""
        if isinstance(self.screen.focused, TextArea) or getattr(self.screen.focused, "id", "") == "touch-day":
            self.query_one("#touch-list").focus()
            return True
        return False

    # Typing

    def input_typed(self, line: Input, value: str) -> None:
        """A day, or the own values."""
        if line.id != "touch-day":
            super().input_typed(line, value)
            self._read()
        elif (touch := self.touch) is not None and not self._filling:
            self._replace(replace(touch, day=value))

    def on_input_blurred(self, event: Input.Blurred) -> None:
        """The day is left: the touch goes to its place among the others, and the cursor with it."""
        if event.input.id == "touch-day":
            event.stop()
            self.settle()

    async def save(self) -> bool:
        """Store them in their order, and show them so: ctrl+s leaves no field."""
        self.settle()
        return await super().save()

    def entered_in(self, line: Input) -> None:
        """Enter goes on from the day to the text."""
        self.query_one("#touch-text" if line.id == "touch-day" else "#touch-list").focus()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """A text."""
        event.stop()
        touch = self.touch
        if touch is not None and not self._filling and not touch.variants:
            self._replace(replace(touch, body=event.text_area.text))

    # The list

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Another touch is under the cursor."""
        if event.option_list.id == "touch-list" and event.option_index != self.at:
            event.stop()
            self.at = event.option_index
            self._fill()
            self._read()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter writes the text."""
        if event.option_list.id == "touch-list":
            event.stop()
            self.query_one("#touch-text").focus()
