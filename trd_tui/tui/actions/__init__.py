"""The one table of actions: keys, hints, row menu, palette and help are all made from it."""

from __future__ import annotations

from importlib import import_module

from textual.binding import Binding, BindingType

from trd_tui.tui.actions import campaigns, everywhere
from trd_tui.tui.actions.campaigns import ROW_ACTS
from trd_tui.tui.actions.table import ADMINISTRATION, CAMPAIGN, GROUPS, INBOX, OVERVIEW, Action

__all__ = [
    "ADMINISTRATION",
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
    "move_keys",
    "page_bindings",
    "rebind",
    "screens",
    "shown",
]

_HOME = frozenset({OVERVIEW, CAMPAIGN})

_PAGED = (CAMPAIGN, ADMINISTRATION)

LATER: tuple[str, ...] = (
    "campaign_summary",
    "campaign_touches",
    "campaign_contacts",
    "campaign_timeline",
    "campaign_replies",
    "campaign_activity",
    "reports",
    "health",
    "new_campaign",
    "schedule_and_limits",
    "inbox",
    "administration_senders",
    "administration_suppressions",
    "administration_settings",
    "administration_audit",
)
"""Modules of this folder with the actions of one screen each, named as it is, or of one page of a screen of
pages, named ``campaign_`` and the page; imported when it is wanted."""

_rebound: dict[str, tuple[str, str]] = {}
"""By action, the keys that a person has given it instead of its own, and how they are shown."""


def rebind(changed: dict[str, tuple[str, str]]) -> None:
    """Show other keys for some actions, everywhere; those that are not named have their own again."""
    _rebound.clear()
    _rebound.update(changed)


def _as_bound(action: Action) -> Action:
    keys, shown = _rebound.get(action.id, (action.keys, action.shown))
    return action._replace(keys=keys, shown=shown)


def shown(name: str, own: str) -> str:
    """The key of an action as people read it, for words that are not made from the table.

    Args:
        name: the action.
        own: its own key, which it has unless a person has given it another.
    """
    return _rebound.get(name, ("", own))[1]


def move_keys() -> frozenset[str]:
    """The keys that move in every list, as a person has them."""
    return frozenset(key for action in map(_as_bound, everywhere.MOVES) for key in action.keys.split(","))


def screens() -> list[str]:
    """The names in the table of every screen and page."""
    return [OVERVIEW, CAMPAIGN, *LATER]


def _base(screen: str) -> str:
    """The screen that a name in the table is, or is a page of."""
    return next((name for name in _PAGED if screen.startswith(f"{name}_")), screen)


def title(screen: str) -> str:
    """What a screen, or a page of one, is called: ``campaign · touches``, ``new campaign``."""
    base = _base(screen)
    page = screen.removeprefix(base).strip("_")
    return " · ".join(each.replace("_", " ") for each in (base, page) if each)


def _later(screen: str) -> tuple[Action, ...]:
    """What a screen, or a page, has in a module of its own."""
    if screen not in LATER:
        return ()
    found: tuple[Action, ...] = import_module(f"{__name__}.{screen}").ACTIONS
    return found


def every() -> list[Action]:
    """Every action of every screen, for the keymap and for tests."""
    later = (action for screen in LATER for action in _later(screen))
    return [*everywhere.ACTIONS, *campaigns.ACTIONS, *later]


def known(name: str) -> Action:
    """The action of this name, of those that every screen has and those of campaigns."""
    return next(action for action in (*everywhere.ACTIONS, *campaigns.ACTIONS) if action.id == name)


RIGHT = 40
"""Hints from this place on stand at the right end of their line."""

_FIRST_AT_HOME = ("new", "quit")
"""What may be done everywhere, but is looked for at home: elsewhere these are the last of the hints."""

_TABS = "123456"


_AT_ONCE = frozenset({"search", "next_step", "previous_step"})
"""Handled before the next key is read: what a fast typist types after the slash belongs to the search, and a
list or a text would page instead of going to another step.
"""


def bindings(screen: str) -> list[BindingType]:
    """The keys of a screen."""
    keys: list[BindingType] = [
        _binding(action, action.runs or action.id) for action in for_screen(screen) if _binds(action)
    ]
    keys += [Binding(digit, f"tab({digit})", f"tab {digit}", show=False) for digit in _TABS]
    return keys


def page_bindings(page: str) -> list[BindingType]:
    """The keys of a page besides its screen's; they work while the keys are the page's."""
    return [_binding(action, f"screen.{action.runs}") for action in _later(page) if _binds(action)]


def _binds(action: Action) -> bool:
    return bool(action.keys) and not action.moves


def _binding(action: Action, runs: str) -> Binding:
    return Binding(action.keys, runs, action.label, show=False, id=action.id, priority=action.id in _AT_ONCE)


def for_screen(screen: str) -> list[Action]:
    """The actions that a screen has, in the order of the help."""
    names = {screen, _base(screen)}
    own = campaigns.ACTIONS if names & _HOME else ()
    later = _later(screen)
    if screen != _base(screen):  # a key that the page takes for itself is the page's
        taken = {key for action in later for key in action.keys.split(",")} - {""}
        own = tuple(a._replace(keys="", shown="", hint=0) if a.keys in taken else a for a in own)
    all_ = (*everywhere.ACTIONS, *later, *own)
    found = [a for a in all_ if not a.screens or not names.isdisjoint(a.screens)]
    return sorted(map(_as_bound, found), key=lambda action: GROUPS.index(action.group))


def hints(screen: str) -> list[Action]:
    """Those that the hint line shows, in its order; what a page has of its own comes first."""
    first = {action.id for action in _later(screen)} if screen != _base(screen) else set()
    last = _FIRST_AT_HOME if screen != OVERVIEW else ()
    found = [action for action in for_screen(screen) if action.hint]
    return sorted(found, key=lambda a: (a.id not in first, a.hint >= RIGHT, a.id in last, a.hint))
