"""Keys of a person's own: what the settings say, checked against the table of actions, and put in force."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

from textual.keys import KEY_NAME_REPLACEMENTS, Keys, _character_to_key, key_to_character

from trd_tui.domain.nearest import did_you_mean, nearest
from trd_tui.tui.actions import Action, every, for_screen, rebind, screens
from trd_tui.tui.actions import shown as shown_now

if TYPE_CHECKING:
    from trd_tui.tui.app import TrdApp

ALWAYS = {"stop": "exclamation_mark"}
"""Keys that an action keeps, whatever else it gets: everybody at any terminal must find the stop."""

TABS = dict.fromkeys("123456", "tab")
"""Keys that tabs keep for themselves."""

_MODIFIERS = frozenset({"ctrl", "shift", "alt", "super", "meta", "hyper"})
_NAMED = frozenset(key.value for key in Keys)
_FULL = {short: full for full, short in KEY_NAME_REPLACEMENTS.items()}
_SHORT = {"escape": "esc", "pageup": "pgup", "pagedown": "pgdn", "up": "↑", "down": "↓", "left": "←",
          "right": "→"}  # fmt: skip


def read(keymap: Iterable[tuple[str, str]]) -> tuple[dict[str, str], list[str]]:
    """What of a keymap can be put in force, and a sentence for everything that cannot.

    Returns:
        By action, its keys as Textual names them, and the problems.
    """
    known = {action.id: action for action in every() if action.keys}
    fixed = {action.id: action for action in every() if not action.keys}
    found: dict[str, str] = {}
    problems: list[str] = []
    for name, keys in keymap:
        if name in fixed:
            problems.append(_fixed(fixed[name]))
            continue
        if name not in known:
            problems.append(f"keymap: there is no action '{name}'{did_you_mean(name, known)}")
            continue
        try:
            found[name] = ",".join(_key(key) for key in keys.split(","))
        except ValueError as error:
            problems.append(f"keymap: {_named(known[name])}: {error}")
            continue
        if name in ALWAYS:
            found[name] = f"{ALWAYS[name]},{found[name]}"
    while clash := _clash(found):
        mine, sentence = clash
        problems.append(sentence)
        del found[mine]
    return found, problems


def apply(app: TrdApp, keymap: Iterable[tuple[str, str]]) -> list[str]:
    """Put a keymap in force, also in hints, help and palette; answers what of it could not be."""
    found, problems = read(keymap)
    rebind({name: (keys, " ".join(map(shown, keys.split(",")))) for name, keys in found.items()})
    app.set_keymap(found)
    return problems


def _clash(found: dict[str, str]) -> tuple[str, str] | None:
    """An action whose new key another one has on the same screen, and the sentence that names both."""
    for screen in screens():
        taken: dict[str, Action] = {}
        # Those with keys of their own choice come last, so that each of them meets all the others.
        for action in sorted(for_screen(screen), key=lambda action: action.id in found):
            given = found.get(action.id)
            own = _own_keys(action.id)
            if not action.keys and given in (None, own):
                continue  # the page has taken this key for itself, as it is meant to be
            keys = own if given is None else given
            for key in filter(None, keys.split(",")):
                other = taken.setdefault(key, action)
                if given is None or (key in own.split(",") and (action.moves or other.moves)):
                    continue  # a page key goes to another step where there are steps: as it is meant to be
                if other.id != action.id or key in TABS:
                    whose = f"'{TABS[key]}' (tabs)" if key in TABS else _named(other)
                    return action.id, (
                        f"keymap: {shown(key)} is the key of {_named(action)} and of {whose}; choose another"
                        " for one of them"
                    )
    return None


def _fixed(action: Action) -> str:
    """Why an action can be given no key."""
    if action.shown:
        return f"keymap: {action.shown} of {_named(action)} cannot be changed"
    return (
        f"keymap: {_named(action)} has no key; the palette ({shown_now('palette', ':')}) has it by its name"
    )


def _own_keys(name: str) -> str:
    return next(action.keys for action in every() if action.id == name)


def _named(action: Action) -> str:
    return f"'{action.id}' ({action.label})"


def _key(written: str) -> str:
    """A key as Textual names it.

    Raises:
        ValueError: it is none; the message says which is nearest.
    """
    if not written:
        raise ValueError("a comma has no key beside it; commas stand between keys of one action only")
    *modifiers, base = written.split("+") if len(written) > 1 else [written]
    base = _character_to_key(base) if len(base) == 1 else base.casefold()
    whole = "+".join([*modifiers, base])
    if whole in _NAMED:
        return whole
    if (
        _MODIFIERS.issuperset(modifiers)
        and base
        and (len(base) == 1 or base in _NAMED or _character(base) is not None)
    ):
        return whole
    near = nearest(written, _NAMED)
    hint = f"; did you mean '{near}'?" if near else "; write a letter, f9, ctrl+r, space ..."
    raise ValueError(f"'{written}' is no key{hint}")


def _character(name: str) -> str | None:
    """The character of a key that is named after it."""
    found = key_to_character(name)
    if found is None:
        full = _FULL.get(name, name).replace("_", " ").upper()
        for known in (full, full.replace("HYPHEN ", "HYPHEN-")):
            with suppress(KeyError):
                return unicodedata.lookup(known)
    return found


def shown(key: str) -> str:
    """A key as people read it."""
    *modifiers, base = key.split("+")
    character = _character(base) if len(base) > 1 else base
    plain = _SHORT.get(base) or (
        character if character and character.isprintable() and character != " " else base
    )
    return "+".join([*modifiers, plain])
