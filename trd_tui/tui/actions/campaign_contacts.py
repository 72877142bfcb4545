"""What can be done on the page of a campaign's contacts."""

from __future__ import annotations

from trd_tui.tui.actions.table import Action, scrolls

ACTIONS: tuple[Action, ...] = (
    *scrolls("contact"),
    Action("filter", "f", "f", "filter",
           "Contacts of one state, by its letter; opted out are also those whom a person or a list bars",
           "Find", hint=9, runs="on_page('filter')"),
    Action("contact_why", "w,enter", "w enter", "why", "Which rule decides for this contact now; esc closes",
           "Find", hint=1, runs="on_page('why')"),
    Action("contact_row", "full_stop", ".", "contact", "What can be done about this contact, and why not",
           "Act", hint=2, command=False, runs="on_page('row')"),
    Action("contact_export", "e", "e", "export", "Export the contacts that are listed here", "Act", hint=12,
           runs="on_page('export')"),
)  # fmt: skip
"""Its actions."""
