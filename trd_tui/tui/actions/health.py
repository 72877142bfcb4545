"""What can be done about the machine's health."""

from __future__ import annotations

from trd_tui.tui.actions.table import HEALTH, Action

HERE = frozenset({HEALTH})

ACTIONS: tuple[Action, ...] = (
    Action("held_mark", "space", "space", "mark", "Mark or unmark this message", "Mark", HERE, hint=3,
           command=False),
    Action("held_mark_all", "asterisk", "*", "mark all", "Mark every held message, up to 1,000", "Mark",
           HERE),
    Action("held_unmark", "backslash", "\\", "unmark", "Take all marks away", "Mark", HERE),
    Action("held_release", "r", "r", "release",
           "Release the marked held messages, else this one: they are sent, as trd campaign review --send",
           "Act", HERE, hint=1, dangerous=True),
    Action("held_give_up", "x", "x", "give up",
           "Give the marked held messages up, else this one: skipped, as trd campaign review --skip", "Act",
           HERE, hint=2, dangerous=True),
    Action("held_campaign", "enter", "enter", "campaign", "Open the campaign of this message", "Move", HERE,
           hint=4, command=False),
    Action("verify", "v", "v", "verify", "Recompute every counter and check every rule; esc calls it off",
           "Act", HERE, hint=5),
    Action("health_again", "u", "u", "read again", "Look again, now", "Act", HERE, hint=6),
)  # fmt: skip
"""The actions of health."""
