"""The one table of actions: keys, hints, row menu, palette and help are all made from it."""

from __future__ import annotations

from importlib import import_module

from textual.binding import Binding, BindingType

from trd_tui.tui.actions import campaigns, everywhere
from trd_tui.tui.actions.campaigns import ROW_ACTS
from trd_tui.tui.actions.table import CAMPAIGN, GROUPS, INBOX, OVERVIEW, Action

__all__ = [
    "CAMPAIGN",
    "INBOX",
    "OVERVIEW",
    "RIGHT",
    "ROW_ACTS",
    "Action",
    "bindings",
    "every",
    "for_screen",
    "hints",
    "known",
]

_HOME = frozenset({OVERVIEW, CAMPAIGN})

LATER: tuple[str, ...] = ("inbox",)
"""Modules of this folder with the actions of one screen each, named as it is; imported when it is wanted."""


def _own(screen: str) -> tuple[Action, ...]:
    """What a screen has besides what every screen has."""
    if screen in _HOME:
        return campaigns.ACTIONS
    if screen in LATER:
        found: tuple[Action, ...] = import_module(f"{__name__}.{screen}").ACTIONS
        return found
    return ()


def every() -> list[Action]:
    """Every action of every screen, for the keymap and for tests."""
    return [*everywhere.ACTIONS, *campaigns.ACTIONS, *(action for screen in LATER for action in _own(screen))]


def known(name: str) -> Action:
    """The action of this name, of those that every screen has and those of campaigns."""
    return next(action for action in (*everywhere.ACTIONS, *campaigns.ACTIONS) if action.id == name)


RIGHT = 40
"""Hints from this place on stand at the right end of their line."""

_TABS = "123456"


_AT_ONCE = frozenset({"search"})
"""Handled before the next key is read: what a fast typist types after the slash belongs to the search."""


def bindings(screen: str) -> list[BindingType]:
    """The keys of a screen."""
    keys: list[BindingType] = [
        Binding(
            action.keys,
            action.runs or action.id,
            action.label,
            show=False,
            id=action.id,
            priority=action.id in _AT_ONCE,
        )
        for action in for_screen(screen)
        if action.keys
    ]
    keys += [Binding(digit, f"tab({digit})", f"tab {digit}", show=False) for digit in _TABS]
    return keys


def for_screen(screen: str) -> list[Action]:
    """The actions that a screen has, in the order of the help."""
    found = [a for a in (*everywhere.ACTIONS, *_own(screen)) if not a.screens or screen in a.screens]
    return sorted(found, key=lambda action: GROUPS.index(action.group))


def hints(screen: str) -> list[Action]:
    """Those that the hint line shows, in its order."""
    return sorted((a for a in for_screen(screen) if a.hint), key=lambda a: a.hint)
