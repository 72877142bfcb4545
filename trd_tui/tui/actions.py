"""The one table of actions: keys, hints, row menu, palette and help are all made from it."""

from __future__ import annotations

from typing import NamedTuple

from textual.binding import Binding, BindingType

OVERVIEW = "overview"
CAMPAIGN = "campaign"
BOTH = frozenset({OVERVIEW, CAMPAIGN})
_HOME = frozenset({OVERVIEW})


class Action(NamedTuple):
    """Something a person can do.

    Attributes:
        id: its name in code, in the keymap and in Textual's notation.
        keys: the keys that do it, as Textual names them, separated by commas.
        shown: the key as people read it.
        label: a word or two, for hints and menus.
        help: a sentence, for help and palette.
        group: the heading it stands under in the help.
        screens: where it works.
        hint: its place in the hint line; 0 = not there.
        act: the service act behind it where it acts on campaigns.
        dangerous: it asks before it does anything.
        command: it is in the palette.
    """

    id: str
    keys: str
    shown: str
    label: str
    help: str
    group: str
    screens: frozenset[str] = BOTH
    hint: int = 0
    act: str = ""
    dangerous: bool = False
    command: bool = True


def _move(name: str, shown: str, label: str, sentence: str) -> Action:
    return Action(name, "", shown, label, sentence, "Move", command=False)


ACTIONS: tuple[Action, ...] = (
    _move("move", "j k ↓ ↑", "move", "Move the cursor by a row"),
    _move("jump", "g G", "first, last", "Go to the first or the last row"),
    _move("page", "pgup pgdn", "page", "Move the cursor by a page"),
    Action("open", "enter", "enter", "open", "Open the campaign: its funnel and its contacts", "Move",
           _HOME, hint=6),
    Action("back", "escape", "esc", "back", "Clear the search, call off a long act, then go back", "Move",
           command=False),
    Action("search", "slash", "/", "search", "Search as you type; esc clears", "Find", hint=25),
    Action("sort", "s", "s", "sort", "Sort: s, then a column's letter; again turns it round", "Find",
           _HOME, hint=26),
    Action("filter", "f", "f", "filter", "Show the contacts of one state: f, then its letter", "Find",
           frozenset({CAMPAIGN}), hint=9),
    Action("tab", "", "1-6", "tabs", "Show the campaigns of one status, or another page of a campaign",
           "Find", command=False),
    Action("mark", "space", "space", "mark", "Mark or unmark this campaign", "Mark", _HOME, hint=28,
           command=False),
    Action("mark_down", "shift+down", "shift+↓", "mark range", "Mark a range downwards", "Mark", _HOME,
           command=False),
    Action("mark_up", "shift+up", "shift+↑", "mark range", "Mark a range upwards", "Mark", _HOME,
           command=False),
    Action("mark_all", "asterisk", "*", "mark all", "Mark every campaign that matches", "Mark", _HOME),
    Action("unmark", "backslash", "\\", "unmark", "Take all marks away", "Mark", _HOME),
    Action("menu", "full_stop", ".", "actions", "What can be done with this campaign, and why not", "Act",
           hint=5, command=False),
    Action("pause", "p", "p", "pause", "Pause the marked campaigns, else this one", "Act", hint=1,
           act="pause", dangerous=True),
    Action("resume", "r", "r", "resume", "Resume the marked campaigns, else this one; starts a draft",
           "Act", hint=2,
           act="resume", dangerous=True),
    Action("duplicate", "d", "d", "duplicate", "Copy settings, touches and texts into a new draft", "Act",
           hint=3,
           act="duplicate", dangerous=True),
    Action("delete", "x", "x", "delete", "Delete: hides the campaign and stops it, keeps its messages",
           "Act", hint=4,
           act="delete", dangerous=True),
    Action("archive", "", "", "archive", "Put finished campaigns out of sight", "Act", act="archive",
           dangerous=True),
    Action("export", "e", "e", "export",
           "Export contacts and messages of the marked campaigns, else of this one", "Act", hint=8,
           act="export"),
    Action("pause_all", "P", "P", "pause all", "Pause all active campaigns", "Act", _HOME, act="pause",
           dangerous=True),
    Action("resume_all", "R", "R", "resume all", "Resume all paused campaigns", "Act", _HOME, act="resume",
           dangerous=True),
    Action("undo", "z", "z", "undo", "Undo the last act while nothing was sent because of it", "Act",
           hint=7),
    Action("stop", "exclamation_mark", "!", "stop", "Emergency stop, at once; again asks for its release",
           "Everywhere", hint=40),
    Action("palette", "colon,ctrl+p", ": ctrl+p", "commands", "Every command by name", "Everywhere",
           command=False),
    Action("messages", "m", "m", "messages", "Recent messages: what was said and what went wrong",
           "Everywhere"),
    Action("help", "question_mark,f1", "?", "help", "This page", "Everywhere", hint=41),
    Action("faster", "plus", "+", "faster", "Let the demonstration clock run twice as fast", "Everywhere"),
    Action("slower", "minus", "-", "slower", "Let the demonstration clock run half as fast", "Everywhere"),
    Action("quit", "ctrl+q,q", "q", "quit", "Drain what is being sent, then leave", "Everywhere"),
)  # fmt: skip
"""Every action, in the order of the help."""

BY_ID = {action.id: action for action in ACTIONS}

ROW_ACTS = ("pause", "resume", "export", "duplicate", "archive", "delete")
"""What the row menu offers, the safest first and the destructive last."""

RIGHT = 40
"""Hints from this place on stand at the right end of their line."""

_TABS = "123456"


_AT_ONCE = frozenset({"search"})
"""Handled before the next key is read: what a fast typist types after the slash belongs to the search."""


def bindings(screen: str) -> list[BindingType]:
    """The keys of a screen."""
    keys: list[BindingType] = [
        Binding(
            action.keys, action.id, action.label, show=False, id=action.id, priority=action.id in _AT_ONCE
        )
        for action in ACTIONS
        if action.keys and screen in action.screens
    ]
    keys += [Binding(digit, f"tab({digit})", f"tab {digit}", show=False) for digit in _TABS]
    return keys


def for_screen(screen: str) -> list[Action]:
    """The actions that a screen has."""
    return [action for action in ACTIONS if screen in action.screens]


def hints(screen: str) -> list[Action]:
    """Those that the hint line shows, in its order."""
    return sorted((a for a in for_screen(screen) if a.hint), key=lambda a: a.hint)
