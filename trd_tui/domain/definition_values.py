"""Values of a definition's file: read with the field that is wrong named in the refusal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, TypeVar

from trd_tui.domain.nearest import did_you_mean

T = TypeVar("T")

EXAMPLES = {
    "name": '"Spring"',
    "brand": '"Acme Homes"',
    "sender": '"+15005550006"',
    "timezone": '"America/New_York"',
    "send_time": '"09:00"',
    "window": '"mon-sat 09:00-20:00"',
    "days": '"mon-sat"',
    "from": '"09:00"',
    "to": '"20:00"',
    "resume_policy": '"shift"',
    "body": '"Hi {{first_name|there}}, ..."',
    "kind": '"sms"',
}
"""What each text looks like where it is written down."""


class DefinitionError(ValueError):
    """A definition that cannot be; the message names the field.

    Attributes:
        path: the field that is wrong, for example ``touch[2].body``; empty for the file as a whole.
        more: what else is wrong with the same definition.
    """

    def __init__(self, path: str, problem: str) -> None:
        message = f"{path}: {problem}" if path else problem
        # one line that a terminal can show, whatever a quoted key or value held
        super().__init__("".join(char if char.isprintable() else "?" for char in message))
        self.path = path
        self.more: tuple[DefinitionError, ...] = ()

    @property
    def all(self) -> tuple[DefinitionError, ...]:
        """Everything that is wrong, this first."""
        return (self, *self.more)


@dataclass(slots=True)
class Faults:
    """Gathers what is wrong, so that a person hears of all of it at once and mends it in one go."""

    found: list[DefinitionError] = field(default_factory=list)

    def take(self, read: Callable[[], T], instead: T) -> T:
        """What ``read`` finds; where it refuses, that is noted, and ``instead`` stands for it."""
        try:
            return read()
        except DefinitionError as error:
            self.found += error.all
            return instead

    def add(self, path: str, problem: str) -> None:
        """Note one more."""
        self.found.append(DefinitionError(path, problem))

    def refuse(self) -> None:
        """Refuse when there was anything.

        Raises:
            DefinitionError: the first, with the others.
        """
        if self.found:
            first, *others = self.found
            first.more = tuple(others)
            raise first


def only(table: Mapping[str, Any], known: Iterable[str], path: str) -> None:
    """Refuse keys that are not known, each with the nearest that is."""
    faults = Faults()
    for key in table:
        if key not in known:
            faults.add(join(path, key), f"unknown key{did_you_mean(key, known)}")
    faults.refuse()


def table(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """A table; an empty one where there is none."""
    found = data.get(key, {})
    if not isinstance(found, Mapping):
        raise DefinitionError(key, f"must be a table, not {shown(found)}; write [{key}] on a line of its own")
    return found


def text(table: Mapping[str, Any], key: str, path: str = "", *, default: str | None = None) -> str:
    """A text; refused where it is missing and there is no default."""
    value = table.get(key, default)
    if value is None:
        raise DefinitionError(join(path, key), f"is missing{_like(key)}")
    if not isinstance(value, str):
        raise DefinitionError(join(path, key), f"must be text in quotes, not {shown(value)}{_like(key)}")
    return value


def _like(key: str) -> str:
    return f"; write it like {key} = {EXAMPLES[key]}" if key in EXAMPLES else ""


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
    if isinstance(value, bool):
        return "true" if value else "false"
    said = value.isoformat() if isinstance(value, date | time) else repr(value)
    return said if len(said) <= 40 else said[:39] + "…"
