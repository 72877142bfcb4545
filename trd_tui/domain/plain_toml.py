"""A definition's file with plain characters in its texts, and every other byte as it was."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from trd_tui.domain.characters import plain, plain_template

_STRING = re.compile(
    r'#[^\n]*|"""(?:\\.|[^\\])*?"""(?:"{0,2}(?!"))|\'\'\'.*?\'\'\'(?:\'{0,2}(?!\'))'
    r'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'',
    re.DOTALL,
)
"""A comment, or a string of one of TOML's four kinds; a comment may hold quotes."""


def plain_toml(source: str, replacements: Mapping[str, str]) -> str:
    """Replace characters outside GSM-7 in the bodies of touches and in variables, and nowhere else.

    Args:
        source: a file of TOML.
        replacements: what stands for what.

    Raises:
        tomllib.TOMLDecodeError: it is not TOML.
    """
    data = tomllib.loads(source)
    wanted = _wanted(data, replacements)
    if not wanted:
        return source
    rest = _without_texts(data)
    at = 0
    while match := _STRING.search(source, at):
        at = match.end()
        new = _rewritten(match[0], wanted, replacements)
        if new is None:
            continue
        changed = source[: match.start()] + new + source[match.end() :]
        # the same words may be the campaign's name or a key: those stay as they are
        if _without_texts(tomllib.loads(changed)) == rest:
            source, at = changed, match.start() + len(new)
    return source


def _wanted(data: Mapping[str, Any], replacements: Mapping[str, str]) -> dict[str, str]:
    """Texts that change, and what they become."""
    touches = _tables(data.get("touch"))
    bodies = [text.get("body") for touch in touches for text in (touch, *_tables(touch.get("variant")))]
    variables = data.get("variables", {})
    values = list(variables.values()) if isinstance(variables, dict) else []
    new = {value: plain(value, replacements) for value in values if isinstance(value, str)}
    new |= {body: plain_template(body, replacements) for body in bodies if isinstance(body, str)}
    return {old: text for old, text in new.items() if text != old}


def _without_texts(data: Mapping[str, Any]) -> dict[str, Any]:
    """The definition with its texts blanked: what must not change."""
    kept = dict(data)
    if isinstance(kept.get("touch"), list):
        kept["touch"] = [_blank(touch) for touch in kept["touch"]]
    if isinstance(kept.get("variables"), dict):
        kept["variables"] = dict.fromkeys(kept["variables"])
    return kept


def _blank(touch: Any) -> Any:
    if not isinstance(touch, dict):
        return touch
    blank = {**touch, "body": None}
    if isinstance(touch.get("variant"), list):
        blank["variant"] = [_blank(each) for each in touch["variant"]]
    return blank


def _tables(given: Any) -> list[dict[str, Any]]:
    return [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []


def _rewritten(token: str, wanted: Mapping[str, str], replacements: Mapping[str, str]) -> str | None:
    """A string of the file with its new text; ``None`` when it does not change."""
    if token.startswith("#"):
        return None
    value = _value(token)
    if value is None or value not in wanted:
        return None
    new = wanted[value]
    # keep how it is written where that still says it: line breaks, escapes, the kind of quotes
    if token.startswith('"'):
        replacements = {char: json.dumps(text)[1:-1] for char, text in replacements.items()}
    same = plain(token, replacements)
    return same if _value(same) == new else json.dumps(new, ensure_ascii=False)


def _value(token: str) -> str | None:
    try:
        value = tomllib.loads(f"v = {token}")["v"]
    except tomllib.TOMLDecodeError:
        return None
    return value if isinstance(value, str) else None
