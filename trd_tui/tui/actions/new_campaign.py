"""What can be done in the steps of a new campaign."""

from __future__ import annotations

from trd_tui.tui.actions.table import Action

NEW_CAMPAIGN = "new_campaign"

HERE = frozenset({NEW_CAMPAIGN})

ACTIONS: tuple[Action, ...] = (
    Action("next_step", "pagedown", "pgdn", "next step", "The next step; what is typed is kept", "Move", HERE,
           hint=2),
    Action("previous_step", "pageup", "pgup", "step before", "The step before; what is typed is kept", "Move",
           HERE, hint=3),
    Action("save_step", "ctrl+s", "ctrl+s", "save", "Check the step and store it; once more goes on", "Act",
           HERE, hint=1),
    Action("begin", "r", "r", "start", "In the last step: start the campaign; asks before it does", "Act",
           HERE, hint=4, dangerous=True),
    Action("touch_add", "a", "a", "add touch", "In the list of touches: add one; its day places it", "Act",
           HERE, hint=5),
    Action("touch_remove", "x", "x", "take out", "In the list of touches: take this one out", "Act", HERE,
           hint=6),
    Action("touch_back", "z", "z", "bring back", "In the list of touches: bring back what was taken out last",
           "Act", HERE),
    Action("touch_switch", "space", "space", "on/off", "In the list of touches: send it, or pass it over",
           "Act", HERE, hint=7),
    Action("touch_set", "t", "t", "touches from …",
           "Nine touches of the house, those of another campaign, or none", "Act", HERE, hint=8),
    Action("reader", "right_square_bracket", "]", "as another", "Read the text as the next contact", "Act",
           HERE, hint=9),
    Action("empty_audience", "ctrl+r", "ctrl+r", "take all out", "Take everybody out of the draft; asks",
           "Act", HERE, dangerous=True),
    Action("afresh", "ctrl+o", "ctrl+o", "begin afresh", "Throw away what is typed and begin anew; asks",
           "Act", HERE, dangerous=True),
)  # fmt: skip
"""The actions of the steps."""
