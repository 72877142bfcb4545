"""What can be done on the page of a campaign's contacts."""

from __future__ import annotations

from trd_tui.tui.actions.table import Action

ACTIONS: tuple[Action, ...] = (
    Action("filter", "f", "f", "filter", "Show the contacts of one state: f, then its letter", "Find",
           hint=9, runs="on_page('filter')"),
)  # fmt: skip
"""Its actions."""
