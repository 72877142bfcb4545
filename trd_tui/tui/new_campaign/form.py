"""Fields that show what was typed of a campaign, and tell what is typed into them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Input

from trd_tui.tui.new_campaign.field import Days, Field, Line, Pick

if TYPE_CHECKING:
    from trd_tui.domain.sheet import Sheet


class Form(Vertical):
    """Some fields; each is named as the part of a sheet that it is for."""

    def typed(self, **changes: str) -> None:
        """Something was typed.

        Raises:
            NotImplementedError: nobody is told.
        """
        raise NotImplementedError

    def put(self, sheet: Sheet) -> None:
        """Show what was typed before."""
        for field in self.query(Field):
            value = getattr(sheet, field.key, None)
            if value is not None and isinstance(field.control, Line | Pick | Days):
                field.control.put(value)

    def to_field(self, key: str) -> None:
        """Put the cursor into a field."""
        for field in self.query(Field):
            if field.key == key:
                field.control.focus()

    # Typing. Textual calls a message's method of every class of the family, so only this one has them.

    def on_input_changed(self, event: Input.Changed) -> None:
        """Something was typed."""
        event.stop()
        self.input_typed(event.input, event.value)

    def on_pick_picked(self, event: Pick.Picked) -> None:
        """Another one was chosen."""
        event.stop()
        self.picked(event.pick, event.value)

    def on_days_changed(self, event: Days.Changed) -> None:
        """Other days were chosen."""
        event.stop()
        self.typed(days=event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter."""
        event.stop()
        self.entered_in(event.input)

    def input_typed(self, line: Input, value: str) -> None:
        """Something was typed into a line."""
        self._typed(line, value)

    def picked(self, pick: Pick, value: str) -> None:
        """Another one of a few was chosen."""
        self._typed(pick, value)

    def entered_in(self, line: Input) -> None:
        """Enter goes on."""
        self.screen.focus_next()

    def _typed(self, control: Widget, value: str) -> None:
        for parent in control.ancestors:
            if isinstance(parent, Field):
                self.typed(**{parent.key: value})
                return
