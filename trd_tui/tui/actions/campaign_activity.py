"""What can be done on the page of what was done to a campaign."""

from __future__ import annotations

from trd_tui.tui.actions.table import Action, scrolls

ACTIONS: tuple[Action, ...] = (
    *scrolls("act"),
    Action("act_open", "enter", "enter", "open", "Every figure of this act; esc closes", "Move",
           hint=1, runs="on_page('open')"),
    Action("act_export", "e", "e", "export", "Export what was done to this campaign", "Act", hint=12,
           runs="on_page('export')"),
)  # fmt: skip
"""Its actions."""
