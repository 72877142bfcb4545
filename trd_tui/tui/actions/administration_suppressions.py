"""What can be done on the page of suppressions."""

from __future__ import annotations

from trd_tui.tui.actions.table import Action

ACTIONS: tuple[Action, ...] = (
    Action("suppress_open", "enter", "enter", "look", "Show all that is known of this suppression", "Move",
           hint=6, runs="on_page('open')", command=False),
    Action("suppress_add", "a", "a", "add", "Suppress a number: it is texted no more, from this moment on",
           "Act", hint=1, runs="on_page('add')", dangerous=True),
    Action("suppress_lift", "x", "x", "lift", "Lift this suppression, with a reason; what ended stays ended",
           "Act", hint=2, runs="on_page('lift')", dangerous=True),
    Action("suppress_reason", "f", "f", "reason", "Show the suppressions of one reason", "Find", hint=3,
           runs="on_page('filter')"),
    Action("suppress_import", "i", "i", "import", "Suppress all numbers of a CSV file", "Act", hint=4,
           runs="on_page('import')", dangerous=True),
    Action("suppress_export", "e", "e", "export", "Write the whole list into a CSV file", "Act", hint=5,
           runs="on_page('export')"),
)  # fmt: skip
"""Its actions."""
