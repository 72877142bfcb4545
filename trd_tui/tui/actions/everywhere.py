"""What every screen has."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from trd_tui.tui.actions.table import ADMINISTRATION, HEALTH, LISTS, REPORTS, Action, move
from trd_tui.tui.areas import AREAS

BUT_ITSELF = LISTS | {HEALTH}
"""The screens from which a new campaign is begun: all but that of its own steps."""

NOT_ABOUT_CAMPAIGNS = frozenset({REPORTS, HEALTH, ADMINISTRATION})
"""The screens that show no act which could be taken back at once."""

MOVES: tuple[Action, ...] = (
    move("move_down", "j,down", "j ↓", "down", "Move the cursor down by a row"),
    move("move_up", "k,up", "k ↑", "up", "Move the cursor up by a row"),
    move("move_first", "g,home", "g home", "first", "Go to the first row"),
    move("move_last", "G,end", "G end", "last", "Go to the last row"),
    move("page_down", "pagedown,ctrl+f", "pgdn", "page down", "Move the cursor down by a page"),
    move("page_up", "pageup,ctrl+b", "pgup", "page up", "Move the cursor up by a page"),
)
"""The ways to move that every list has."""


def moves(*more: Action, **runs: str) -> list[BindingType]:
    """The bindings of a list: what each move runs there, by its name, in Textual's notation.

    Args:
        more: ways to move that this list has besides.
        runs: by name of the move.
    """
    known = {action.id: action for action in (*MOVES, *more)}
    return [
        Binding(known[name].keys, run, known[name].label, show=False, id=name) for name, run in runs.items()
    ]


ACTIONS: tuple[Action, ...] = (
    *MOVES,
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
    Action("undo_elsewhere", "z", "z", "undo", "Take the last act back, wherever it was done; asks first",
           "Act", NOT_ABOUT_CAMPAIGNS),
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
    Action("quit", "ctrl+q,q", "q", "quit",
           "Drain what is being sent, then leave; asks where only this app sends and messages wait",
           "Everywhere", hint=27),
)  # fmt: skip
"""The actions of every screen."""
