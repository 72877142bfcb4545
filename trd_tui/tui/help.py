"""Help for a screen, made from the table of actions."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from trd_tui.tui.actions import Action

LEGEND = (
    ("● active   ‖ paused   ✔ completed   ○ draft   □ archived", "campaigns"),
    ("▌ cursor   ✓ marked   ▲▼ sorted", "list"),
    ("● sending here   ◎ another process sends   ◌ starting   ■ stopped", "top line"),
)


class HelpScreen(ModalScreen[None]):
    """Every key of the screen beneath; any of the usual keys closes it."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar = [
        ("escape,question_mark,q,enter,f1", "close", "close"),
        ("exclamation_mark", "app.emergency", "emergency stop"),
    ]

    def __init__(self, title: str, actions: list[Action]) -> None:
        super().__init__()
        self._title, self._actions = title, actions

    def compose(self) -> ComposeResult:
        """The page."""
        with Vertical(id="help") as box:
            box.border_title = f"Help · {self._title}"
            box.border_subtitle = "esc closes"
            with VerticalScroll(id="help-scroll"):
                yield Static(self.content_of(), id="help-text", markup=False)

    def content_of(self) -> Content:
        """Keys under their headings, then what the symbols mean."""
        parts: list[str | tuple[str, str]] = []
        group = ""
        for action in self._actions:
            if not action.shown:
                continue
            if action.group != group:
                group = action.group
                parts += ["\n" if parts else "", (group, "bold $primary"), "\n"]
            parts += [(f"  {action.shown:<13}", "bold $accent"), action.help, "\n"]
        parts += ["\n", ("Symbols", "bold $primary"), "\n"]
        for symbols, where in LEGEND:
            parts += [f"  {symbols}", (f"   ({where})\n", "$trd-quiet")]
        return Content.assemble(*parts)

    def on_mount(self) -> None:
        """The keys scroll."""
        self.query_one("#help-scroll").focus()

    def action_close(self) -> None:
        """Back."""
        self.dismiss()
