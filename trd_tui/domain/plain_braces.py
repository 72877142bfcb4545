"""Texts of the web front end: ``{name}`` with one brace, and no fallbacks."""

from __future__ import annotations

import re

from trd_tui.domain.fields import field_key
from trd_tui.domain.template import TOKEN, TemplateError, parse

_NOBODY = {"name": "there"}
"""What stands for an empty value; nothing for all other fields."""


def with_fallbacks(body: str) -> str:
    """Give every field of a text a fallback: ``{name}`` is ``{{name|there}}``, ``{city}`` is ``{{city|}}``.

    The web front end has always sent such texts, and nobody's message is to be held for an empty field. What
    has a fallback keeps it; what is malformed stays as it is, for the lint to name.
    """
    return TOKEN.sub(_with_fallback, body)


def _with_fallback(match: re.Match[str]) -> str:
    inside = match["double"] if match["double"] is not None else match["single"]
    if inside is None or (match["double"] is None and "|" in inside):
        return match[0]
    written = f"{{{{{inside.strip()}}}}}"
    try:
        (slot,) = parse(written).slots
    except TemplateError:
        return match[0]
    if slot.fallback is not None:
        return written
    return f"{{{{{inside.strip()}|{_NOBODY.get(field_key(slot.field), '')}}}}}"
