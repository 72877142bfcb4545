"""What can be done on the page of a campaign's replies."""

from __future__ import annotations

from trd_tui.tui.actions.table import Action, scrolls

ACTIONS: tuple[Action, ...] = (
    *scrolls("reply"),
    Action("reply_open", "enter", "enter", "answer", "Open the conversation in the inbox; esc comes back",
           "Move", hint=1, runs="on_page('open')"),
    Action("reply_look", "w", "w", "whole", "The whole conversation beside the list; esc closes", "Find",
           hint=2, runs="on_page('look')"),
    Action("reply_filter", "f", "f", "filter", "Show replies of one kind: f, then its letter", "Find",
           hint=3, runs="on_page('filter')"),
    Action("reply_touch", "t", "t", "touch", "Show who answered one touch: t, then its number", "Find",
           hint=4, runs="on_page('touch')"),
    Action("reply_export", "e", "e", "export", "Export the replies that are listed here", "Act", hint=12,
           runs="on_page('export')"),
)  # fmt: skip
"""Its actions."""
