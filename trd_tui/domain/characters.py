"""Characters that turn a whole text into UCS-2, and plain ones that say the same in GSM-7."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from trd_tui.domain.segments import GSM_BASIC, GSM_EXTENDED
from trd_tui.domain.template import TOKEN, Slot, TemplateError, parse

_GSM = GSM_BASIC | GSM_EXTENDED
_SYNTAX = frozenset("{}|")
"""What a template gives a meaning to: no replacement may bring it in."""


def outside(text: str) -> str:
    """The characters of a text that are not in GSM-7, each once, in order."""
    return "" if _GSM.issuperset(text) else "".join(dict.fromkeys(char for char in text if char not in _GSM))


def plain(text: str, replacements: Mapping[str, str]) -> str:
    """Replace characters outside GSM-7 where a replacement is known; what has none stays.

    A letter whose accent is a character of its own is put together first: ``n`` and a tilde are ``ñ``, which
    GSM-7 has, and not ``n~``. Other combining marks stay for the same reason. Blanks of any width become
    one blank each: the carrier's own table makes two of them.
    """
    if _GSM.issuperset(text):
        return text
    done: list[str] = []
    for char in unicodedata.normalize("NFC", text):
        if char in _GSM or unicodedata.combining(char):
            done.append(char)
            continue
        new = replacements.get(char, char)
        done.append(" " if new and new.isspace() and new != "\n" else new)
    return "".join(done)


def plain_template(body: str, replacements: Mapping[str, str]) -> str:
    """`plain` for a template: its text and its fallbacks; placeholders keep their meaning."""
    if _GSM.issuperset(body):
        return body
    safe = {char: new for char, new in replacements.items() if not _SYNTAX.intersection(new)}
    done: list[str] = []
    end = 0
    for match in TOKEN.finditer(body):
        done += plain(body[end : match.start()], safe), _plain_slot(match[0], safe)
        end = match.end()
    return "".join([*done, plain(body[end:], safe)])


def _plain_slot(token: str, replacements: Mapping[str, str]) -> str:
    """A placeholder with a plain fallback, if it still says the same; a quote may have ended it."""
    new = plain(token, replacements)
    if new == token:
        return token
    try:
        (old_slot,), (new_slot,) = parse(token).slots, parse(new).slots
    except (TemplateError, ValueError):
        return token
    return new if _meaning(old_slot, replacements) == _meaning(new_slot, replacements) else token


def _meaning(slot: Slot, replacements: Mapping[str, str]) -> tuple[object, ...]:
    fallback = None if slot.fallback is None else plain(slot.fallback, replacements)
    return slot.field, fallback, slot.filters
