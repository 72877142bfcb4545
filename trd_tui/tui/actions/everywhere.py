"""What every screen has."""

from __future__ import annotations

from trd_tui.tui.actions.table import HEALTH, LISTS, Action, only_said
from trd_tui.tui.areas import AREAS

BUT_ITSELF = LISTS | {HEALTH}
"""The screens from which a new campaign is begun: all but that of its own steps."""

ACTIONS: tuple[Action, ...] = (
    only_said("move", "j k ↓ ↑", "move", "Move the cursor by a row"),
    only_said("jump", "g G", "first, last", "Go to the first or the last row"),
    only_said("page", "pgup pgdn", "page", "Move the cursor by a page"),
    Action("back", "escape", "esc", "back",
           "Clear the search, call off a long act, then go back, in the end to the overview", "Move",
           command=False),
    Action("search", "slash", "/", "search", "Search as you type; esc clears", "Find", LISTS, hint=25),
    Action("tab", "", "1-6", "tabs", "Another tab: the campaigns of one status, or another page", "Find",
           command=False),
    *(
        Action(f"go_{area.name}", area.key, area.key, area.label, area.help, "Go", runs=f"go('{area.name}')")
        for area in AREAS
    ),
    Action("new", "n", "n", "new campaign", "A new campaign in five steps; what was left half typed goes on",
           "Go", BUT_ITSELF, hint=9),
    Action("stop", "exclamation_mark", "!", "stop", "Emergency stop, at once; again asks for its release",
           "Everywhere", hint=40),
    Action("palette", "colon,ctrl+p", ": ctrl+p", "commands", "Every command by name", "Everywhere",
           command=False),
    Action("messages", "m", "m", "messages", "Recent messages: what was said and what went wrong",
           "Everywhere"),
    Action("copy", "y", "y", "copy", "Copy the number or the name under the cursor to your own clipboard",
           "Everywhere"),
    Action("redraw", "ctrl+l", "ctrl+l", "redraw", "Paint the screen anew, after something else wrote on it",
           "Everywhere"),
    Action("connected", "", "", "who is here", "Who else has the app open, from where and since when",
           "Everywhere"),
    Action("help", "question_mark,f1", "?", "help", "This page", "Everywhere", hint=41),
    Action("faster", "plus", "+", "faster", "Let the demonstration clock run twice as fast", "Everywhere"),
    Action("slower", "minus", "-", "slower", "Let the demonstration clock run half as fast", "Everywhere"),
    Action("quit", "ctrl+q,q", "q", "quit", "Drain what is being sent, then leave", "Everywhere"),
)  # fmt: skip
"""The actions of every screen."""
