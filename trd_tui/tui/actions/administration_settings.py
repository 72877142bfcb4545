"""What can be done on the page of settings."""

from __future__ import annotations

from trd_tui.tui.actions.table import Action

ACTIONS: tuple[Action, ...] = (
    Action("setting_edit", "enter", "enter", "edit", "Change this setting in your settings file", "Act",
           hint=1, runs="on_page('edit')"),
    Action("setting_unset", "x", "x", "unset", "Take this setting out of your file: back to its default",
           "Act", hint=2, runs="on_page('unset')", dangerous=True),
    Action("setting_names", "o", "o", "names", "Show what a keymap can name: every action and its key",
           "Find", hint=3, runs="on_page('names')"),
)  # fmt: skip
"""Its actions."""
