"""What can be done with the schedule and limits of a campaign that was started."""

from __future__ import annotations

from trd_tui.tui.actions.table import Action

SCHEDULE_AND_LIMITS = "schedule_and_limits"

HERE = frozenset({SCHEDULE_AND_LIMITS})

ACTIONS: tuple[Action, ...] = (
    Action("save_terms", "ctrl+s", "ctrl+s", "save",
           "Save what is changed: first it says which contacts are moved and what caps and budgets leave",
           "Act", HERE, hint=1, dangerous=True),
    Action("discard_terms", "ctrl+o", "ctrl+o", "discard", "Discard what is not saved; asks first", "Act",
           HERE, hint=2, dangerous=True),
    Action("terms_down", "pagedown", "pgdn", "scroll", "Scroll to what stands below the fields", "Move", HERE,
           hint=3, runs="scroll_terms(1)"),
    Action("terms_up", "pageup", "pgup", "scroll back", "Scroll back", "Move", HERE,
           runs="scroll_terms(-1)"),
)  # fmt: skip
"""Its actions."""
