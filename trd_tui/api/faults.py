"""All that is wrong with one request, each fault with its field and the remedy, in the product's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request

from trd_tui.domain.nearest import did_you_mean

MOST = 20
"""Faults that one answer names; a list of thousands of people can hold as many."""

_SAID = {
    "missing": "is missing; give it",
    "string_type": "must be text in quotes",
    "int_type": "must be a whole number, without quotes",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number, without quotes",
    "bool_type": "must be true or false, without quotes",
    "bool_parsing": "must be true or false",
    "literal_error": "must be {expected}",
    "string_too_long": "must have at most {max_length:,} characters; shorten it",
    "string_pattern_mismatch": "must hold only letters, digits and signs of ASCII, without blanks",
    "greater_than_equal": "must be at least {ge:,}",
    "less_than_equal": "must be at most {le:,}",
    "list_type": "must be a list in [ ]",
    "dict_type": "must be an object in {{ }}",
    "model_type": "must be an object in {{ }}",
    "model_attributes_type": "must be an object in {{ }}",
    "string_unicode": "holds half a character, which no text has; take it out",
    "value_error": "{error}",
}
"""What each kind of fault is called here; the braces are filled from the fault's own figures."""

_OTHER = "is of a kind that is not taken here; /openapi.json describes it"
_NO_OBJECT = "the body is not for this call; send an object of JSON with Content-Type: application/json"


@dataclass(slots=True)
class Noted:
    """What would be lost of one request.

    Attributes:
        twice: keys and parameters that it says twice.
        unknown: parameters that the call does not have.
    """

    twice: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    @property
    def all(self) -> list[str]:
        """A sentence each."""
        return [*self.twice, *self.unknown]


def noted(request: Request) -> Noted:
    """What was found wrong with this request so far."""
    found: Noted = request.scope.setdefault("trd.noted", Noted())
    return found


def sentence(faults: Iterable[str]) -> str:
    """All faults on one line; beyond `MOST` only how many more there are."""
    each = list(dict.fromkeys(faults))
    more = len(each) - MOST
    return "; ".join(each[:MOST]) + (f"; and {more:,} more" if more > 0 else "")


def said_of(errors: Sequence[Mapping[str, Any]], body: object, known: Sequence[str]) -> list[str]:
    """What the checks of a request have found, a sentence a field.

    Args:
        errors: as pydantic and FastAPI tell them, each with its place in the request.
        body: the body as it was read.
        known: keys that objects of this body have, for the nearest to one that is not known.
    """
    found: dict[str, list[str]] = {}
    for error in errors:
        place, *path = error["loc"]
        if not path:
            return [_NO_OBJECT]
        field = _field(path, body, error["type"]) if place == "body" else str(path[0])
        told = found.setdefault(field, [])
        if (line := _line(error, known)) not in told:
            told.append(line)
    # a value of which several kinds are taken has a fault by each kind; the one of its own kind lies deeper
    return [
        f"{field}: {' or '.join([told[0], *(line.removeprefix('must be ') for line in told[1:])])}"
        for field, told in found.items()
        if not any(other.startswith((f"{field}.", f"{field}[")) for other in found)
    ]


def _field(path: Sequence[int | str], body: object, kind: str) -> str:
    """The place as people count, without the names of kinds that pydantic puts between."""
    name, here = "", body
    for part in path:
        if isinstance(part, int):
            name += f"[{part + 1}]"
            here = here[part] if isinstance(here, list) and part < len(here) else None
        elif isinstance(here, dict) and (part in here or (kind == "missing" and part == path[-1])):
            name += f".{part}"
            here = here.get(part)
    return name.lstrip(".") or "the body"


def _line(error: Mapping[str, Any], known: Sequence[str]) -> str:
    kind, figures = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return f"is not known here{did_you_mean(str(error['loc'][-1]), known) or '; take it out'}"
    if kind == "string_too_short":
        least = figures["min_length"]
        return "must not be empty" if least == 1 else f"must have at least {least:,} characters"
    if kind in ("too_short", "too_long"):
        word, bound = ("least", "min_length") if kind == "too_short" else ("most", "max_length")
        return f"must have at {word} {figures[bound]:,} {'entry' if figures[bound] == 1 else 'entries'}"
    return _SAID.get(kind, "is of a kind that is not taken here; /openapi.json describes it").format(
        **figures
    )
