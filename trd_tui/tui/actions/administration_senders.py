"""What can be done on the page of senders."""

from __future__ import annotations

from trd_tui.tui.actions.table import Action

ACTIONS: tuple[Action, ...] = (
    Action("sender_open", "enter", "enter", "campaigns", "Show the campaigns that use this sender", "Move",
           hint=1, runs="on_page('open')", command=False),
    Action("sender_add", "a", "a", "add", "Add a sender: a number or a messaging service", "Act", hint=2,
           runs="on_page('add')"),
    Action("sender_rate", "t", "t", "rate", "Change how fast this sender may send", "Act", hint=3,
           runs="on_page('rate')"),
    Action("sender_pause", "p", "p", "pause", "Pause this sender: nothing starts from it until it is resumed",
           "Act", hint=4, runs="on_page('pause')", dangerous=True),
    Action("sender_resume", "r", "r", "resume", "Let this sender send again", "Act", hint=5,
           runs="on_page('resume')", dangerous=True),
    Action("sender_remove", "x", "x", "remove", "Remove a sender that no campaign uses", "Act", hint=6,
           runs="on_page('remove')", dangerous=True),
    Action("sender_check", "v", "v", "check", "Check credentials, webhooks and senders with the carrier",
           "Act", hint=7, runs="on_page('check')"),
)  # fmt: skip
"""Its actions."""
