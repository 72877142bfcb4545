"""What can be done on the page of the audit."""

from __future__ import annotations

from trd_tui.tui.actions.table import Action

ACTIONS: tuple[Action, ...] = (
    Action("audit_open", "enter", "enter", "whole entry", "Show all of this act: who, what, before and after",
           "Move", hint=1, runs="on_page('open')", command=False),
    Action("audit_filter", "f", "f", "filter", "Show the acts of one person, of one kind or on one campaign",
           "Find", hint=2, runs="on_page('filter')"),
    Action("audit_campaign", "o", "o", "campaign", "Open the campaign of this act", "Move", hint=3,
           runs="on_page('campaign')"),
    Action("audit_export", "e", "e", "export", "Write the acts that are listed into a CSV file", "Act",
           hint=4, runs="on_page('export')"),
)  # fmt: skip
"""Its actions."""
