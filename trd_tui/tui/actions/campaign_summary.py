"""What can be done on the summary of a campaign."""

from __future__ import annotations

from trd_tui.tui.actions.table import Action

ACTIONS: tuple[Action, ...] = (
    Action("forecast", "f", "f", "forecast", "Count what is still to come and what it costs", "Find", hint=9,
           runs="on_page('forecast')"),
)  # fmt: skip
"""Its actions."""
