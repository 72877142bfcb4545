"""A question that is answered with a line of text, checked while it is typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from trd_tui.tui.work import Opened

if TYPE_CHECKING:
    from textual.app import ComposeResult

Check = Callable[[str], "str | None"]
"""What is wrong with a text, as a sentence; ``None`` when nothing is. It must be quick: every key asks."""


def nothing_wrong(_text: str) -> str | None:
    """Every text will do."""
    return None


class Ask(ModalScreen["str | None"]):
    """Asks for a line; answers ``None`` when it was left."""

    CSS_PATH = "../dialogs.tcss"
    BINDINGS: ClassVar = [("escape", "cancel", "cancel")]

    def __init__(
        self,
        title: str,
        sentence: str,
        verb: str,
        *,
        value: str = "",
        check: Check = nothing_wrong,
        secret: bool = False,
        empty: bool = False,
        wrong: str = "",
    ) -> None:
        super().__init__()
        self._title, self._sentence, self._verb, self._value = title, sentence, verb, value
        self._check, self._secret, self._empty = check, secret, empty
        self._wrong = wrong

    def compose(self) -> ComposeResult:
        """The question, the line, and what is wrong with it."""
        with Vertical(id="dialog") as box:
            box.border_title = self._title
            yield Static(self._sentence, id="dialog-sentence", markup=False)
            yield self.line()
            said = f"✗ {self._wrong}" if self._wrong else ""  # why the line was not taken the last time
            yield Static(said, id="dialog-wrong", classes="dialog-note", markup=False)
            yield Static(f"enter: {self._verb} · esc: cancel", classes="dialog-note", markup=False)

    def line(self) -> Input:
        """Where it is typed."""
        return Input(self._value, id="dialog-input", compact=True, password=self._secret)

    def on_mount(self) -> None:
        """Write at once."""
        self.query_one(Input).focus()
        self.post_message(Opened())

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say at once what is wrong; nothing is, before anything is typed."""
        event.stop()
        text = event.value.strip()
        if text == self._value and self._wrong:
            return
        wrong = self._check(text) if text and text != self._value else None
        self.query_one("#dialog-wrong", Static).update(f"✗ {wrong}" if wrong else "")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take a line with which nothing is wrong."""
        event.stop()
        text = event.value.strip()
        wrong = self._check(text) if text else None if self._empty else "write something, or leave with esc"
        if wrong:
            self.query_one("#dialog-wrong", Static).update(f"✗ {wrong}")
        elif self.is_current:
            self.dismiss(text)

    def action_cancel(self) -> None:
        """Do nothing."""
        if self.is_current:
            self.dismiss(None)
