"""What a row of the table of actions is."""

from __future__ import annotations

from typing import NamedTuple

OVERVIEW = "overview"
CAMPAIGN = "campaign"
REPORTS = "reports"
HEALTH = "health"
INBOX = "inbox"
ADMINISTRATION = "administration"

LISTS = frozenset({OVERVIEW, CAMPAIGN, REPORTS, INBOX, ADMINISTRATION})
"""The screens whose list can be searched."""

EVERYWHERE: frozenset[str] = frozenset()
"""The screens of an action that every screen has."""

GROUPS = ("Move", "Find", "Mark", "Act", "Go", "Everywhere")
"""The headings of the help, in its order."""


class Action(NamedTuple):
    """Something a person can do.

    Attributes:
        id: its name in code, in the keymap and in Textual's notation.
        keys: the keys that do it, as Textual names them, separated by commas.
        shown: the key as people read it.
        label: a word or two, for hints and menus.
        help: a sentence, for help and palette.
        group: the heading it stands under in the help.
        screens: where it works; ``EVERYWHERE`` on every screen.
        hint: its place in the hint line; 0 = not there.
        act: the service act behind it where it acts on campaigns.
        dangerous: it asks before it does anything.
        command: it is in the palette.
        runs: what it runs, in Textual's notation, where that is not its ``id``.
        moves: its keys are bound by the lists, each in its own way.
    """

    id: str
    keys: str
    shown: str
    label: str
    help: str
    group: str
    screens: frozenset[str] = EVERYWHERE
    hint: int = 0
    act: str = ""
    dangerous: bool = False
    command: bool = True
    runs: str = ""
    moves: bool = False


def move(name: str, keys: str, shown: str, label: str, sentence: str) -> Action:
    """A way to move; a keymap changes its keys in all lists."""
    return Action(name, keys, shown, label, sentence, "Move", command=False, moves=True)


def scrolls(page: str) -> tuple[Action, Action]:
    """The ways to scroll what is opened beside a page's list, while the list keeps the keys."""
    return (
        Action(f"{page}_scroll_down", "J,ctrl+down", "J", "scroll", "Scroll what is open beside the list; tab"
               " goes into it", "Move", hint=5, command=False, runs="on_page('scroll', 1)"),
        Action(f"{page}_scroll_up", "K,ctrl+up", "K", "scroll up", "Scroll it back", "Move", command=False,
               runs="on_page('scroll', -1)"),
    )  # fmt: skip
