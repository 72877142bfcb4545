"""Help for a screen, made from the table of actions."""

from __future__ import annotations

from textwrap import wrap
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from trd_tui.tui.actions import Action, title
from trd_tui.tui.scroll import Scroll

KEYS = 15
"""Cells of the keys before their sentences."""

LEGEND = (
    ("● active   ‖ paused   ✔ completed   ○ draft   □ archived", "campaign"),
    ("▌ cursor   ✓ marked   ▲▼ sorted", "list"),
    ("● unread   ○ open   ◆ unclear   z put off   ✎ draft", "inbox"),
    ("● sending here   ◎ another process sends   ◌ starting   ■ stopped   ●5 unread", "top line"),
)


class PageScreen(ModalScreen[None]):
    """A page to read; any of the usual keys closes it."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar = [
        ("escape,question_mark,q,enter,f1", "close", "close"),
        ("exclamation_mark", "app.emergency", "emergency stop"),
    ]

    def __init__(self, heading: str) -> None:
        super().__init__()
        self._title = heading

    def compose(self) -> ComposeResult:
        """The page."""
        with Vertical(id="help") as box:
            box.border_title = self._title
            box.border_subtitle = "↑ ↓ scroll · esc closes"
            with Scroll(id="help-scroll"):
                yield Static(self.content_of(), id="help-text", markup=False)

    @property
    def room(self) -> int:
        """Cells of a line."""
        return min(92, self.app.size.width * 96 // 100) - 8

    def content_of(self) -> Content:
        """What it says.

        Raises:
            NotImplementedError: the page has not said.
        """
        raise NotImplementedError

    def on_mount(self) -> None:
        """The keys scroll."""
        self.query_one("#help-scroll").focus()

    def action_close(self) -> None:
        """Back."""
        self.dismiss()


class HelpScreen(PageScreen):
    """Every key of the screen beneath."""

    def __init__(self, screen: str, actions: list[Action]) -> None:
        super().__init__(f"Help · {title(screen)}")
        self._actions = actions

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
            lines = wrap(action.help, max(20, self.room - KEYS))
            parts += [(f"  {action.shown:<{KEYS - 2}}", "bold $accent"), f"\n{'':{KEYS}}".join(lines), "\n"]
        parts += ["\n", ("Symbols", "bold $primary"), "\n"]
        for symbols, where in LEGEND:
            parts += [(f"  {where:<{KEYS - 2}}", "$trd-quiet"), symbols, "\n"]
        return Content.assemble(*parts)
