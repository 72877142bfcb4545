"""What a person has set for themselves, colours and keys: put in force, and said where it cannot be."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from trd_tui.tui.base import DeskScreen
from trd_tui.tui.keymap import apply
from trd_tui.tui.searching import SearchingScreen
from trd_tui.tui.theme import THEMES, choose

if TYPE_CHECKING:
    from trd_tui.tui.app import TrdApp


class Wishes:
    """The settings that hold at once."""

    def __init__(self, app: TrdApp) -> None:
        self._app = app

    def unknown_theme(self, name: str) -> None:
        """Say that there is none of this name."""
        known = ", ".join(theme.name for theme in THEMES)
        self._cannot_be(f"theme: there is no theme {name}; known are {known} and Textual's")

    def bind_keys(self, keymap: Sequence[tuple[str, str]]) -> None:
        """Put a person's own keys in force, and say what of them cannot be."""
        for problem in apply(self._app, keymap):
            self._cannot_be(problem)
        for screen in self._app.screen_stack:
            if isinstance(screen, DeskScreen):
                screen.say_hints()
            if isinstance(screen, SearchingScreen):
                screen.say_tabs()

    def changed(self, key: str, value: object) -> None:
        """A setting was edited: what can hold at once does."""
        app = self._app
        if key == "theme":
            wished = None if app.no_color else value
            app.theme = str(wished or choose(os.environ, no_colour=app.no_color))
        elif key == "keymap":
            self.bind_keys(value if isinstance(value, tuple) else ())

    def _cannot_be(self, problem: str) -> None:
        said = f"{problem}. f6, then 3, changes it."
        self._app.notify(said, title="Settings", severity="warning", timeout=10)
