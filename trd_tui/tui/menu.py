"""A small menu on a layer of the same screen: a modal screen would cost twice the bytes over a slow line."""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from trd_tui.tui.actions import move_keys
from trd_tui.tui.rows import Rows


@dataclass(frozen=True)
class Choice:
    """One line of a menu.

    Attributes:
        id: what is answered.
        key: the letter that chooses it.
        label: what it says.
        note: what stands beside it; the reason where it cannot be chosen.
        disabled: it cannot be chosen now.
    """

    id: str
    key: str
    label: str
    note: str = ""
    disabled: bool = False


class Menu(Rows):
    """A menu; its letters work, what cannot be chosen stays with its reason."""

    @dataclass
    class Chosen(Message):
        """A line was chosen; ``id`` is ``None`` when the menu was left."""

        menu: Menu
        id: str | None

        @property
        def control(self) -> Menu:
            """The menu."""
            return self.menu

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.choices: tuple[Choice, ...] = ()
        self.display = False

    def open(self, title: str, choices: tuple[Choice, ...], *, x: int, y: int, highlighted: int = 0) -> None:
        """Show the menu at a place of the screen, moved to where it fits."""
        self.choices = choices
        self.border_title = title
        self.clear_options()
        self.add_options(
            [Option(self._line(choice), id=choice.id, disabled=choice.disabled) for choice in choices]
        )
        lines = [len(title) - 7, *(len(choice.label) + len(choice.note) for choice in choices)]
        width = min(max(lines) + 13, self.screen.size.width - 4)
        height = len(choices) + 2
        self.styles.width = width
        self.styles.height = height
        size = self.screen.size
        self.styles.offset = (max(0, min(x, size.width - width)), max(0, min(y, size.height - height - 1)))
        self.display = True
        enabled = [i for i, c in enumerate(choices) if not c.disabled]
        self.highlighted = highlighted if highlighted in enabled else (enabled[0] if enabled else None)
        self.focus()

    def action_page_down(self) -> None:
        """To the end: a menu is one page."""
        self.action_last()

    def action_page_up(self) -> None:
        """To the beginning."""
        self.action_first()

    @staticmethod
    def _line(choice: Choice) -> Content:
        return Content.assemble(
            (f" {choice.key or ' '} ", "bold $accent" if not choice.disabled else ""), f" {choice.label}",
            (f"  {choice.note}" if choice.note else "", "$trd-quiet"),
        )  # fmt: skip

    def leave(self, chosen: str | None = None) -> None:
        """Close the menu and answer."""
        if self.display:
            self.display = False
            self.post_message(self.Chosen(self, chosen))

    def on_key(self, event: events.Key) -> None:
        """Letters choose, the keys that move move; every other key of the screen waits until it is closed."""
        if event.key == "escape":
            event.stop()
            event.prevent_default()
            self.leave()
            return
        if event.character is None or not event.is_printable:
            return
        if event.character == "!":  # the emergency stop works from everywhere
            self.leave()
            return
        if event.character == " ":
            return
        for choice in self.choices:
            if choice.key == event.character:
                event.stop()
                event.prevent_default()
                if choice.disabled:
                    self.app.notify(choice.note, severity="warning", markup=False)
                else:
                    self.leave(choice.id)
                return
        if event.key not in move_keys():
            event.stop()
            event.prevent_default()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click chooses."""
        event.stop()
        self.leave(event.option_id)

    def on_blur(self) -> None:
        """A click elsewhere leaves the menu."""
        self.leave()
