"""Values of a definition's file: read with the field that is wrong named in the refusal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trd_tui.domain.nearest import did_you_mean


class DefinitionError(ValueError):
    """A definition that cannot be; the message names the field.

    Attributes:
        path: the field that is wrong, for example ``touch[2].body``; empty for the file as a whole.
    """

    def __init__(self, path: str, problem: str) -> None:
        message = f"{path}: {problem}" if path else problem
        # one line that a terminal can show, whatever a quoted key or value held
        super().__init__("".join(char if char.isprintable() else "?" for char in message))
        self.path = path


def only(table: Mapping[str, Any], known: tuple[str, ...], path: str) -> None:
    """Refuse a key that is not known, with the nearest that is."""
    for key in table:
        if key not in known:
            raise DefinitionError(join(path, key), f"unknown key{did_you_mean(key, known)}")


def table(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """A table; an empty one where there is none."""
    found = data.get(key, {})
    if not isinstance(found, Mapping):
        raise DefinitionError(key, f"must be a table, not {shown(found)}")
    return found


def text(table: Mapping[str, Any], key: str, path: str = "", *, default: str | None = None) -> str:
    """A text; refused where it is missing and there is no default."""
    value = table.get(key, default)
    if value is None:
        raise DefinitionError(join(path, key), "is missing")
    if not isinstance(value, str):
        raise DefinitionError(join(path, key), f"must be text in quotes, not {shown(value)}")
    return value


def whole(table: Mapping[str, Any], key: str, low: int, high: int | None, path: str = "") -> int | None:
    """A whole number within bounds; ``None`` where it is missing."""
    value = table.get(key)
    if value is None:
        return None
    span = f"a whole number from {low:,}" + (f" to {high:,}" if high is not None else "")
    if isinstance(value, bool) or not isinstance(value, int) or value < low or (high and value > high):
        raise DefinitionError(join(path, key), f"must be {span}, not {shown(value)}")
    return value


def join(path: str, key: str) -> str:
    """The path of a key."""
    return f"{path}.{key}" if path else key


def shown(value: object) -> str:
    """A value as a refusal quotes it."""
    said = {True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value)
    return said if len(said) <= 40 else said[:39] + "…"
