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

_LOOKED_AT = 2_000
"""Faults that are looked at: a large body may hold as many as letters, and others wait for their answers."""

_OTHER = "is of a kind that is not taken here; /openapi.json describes it"
_NO_OBJECT = "the body is not for this call; send an object of JSON with Content-Type: application/json"

Place = tuple[int | str, ...]
"""Keys and places in lists that lead to a value of a body."""


@dataclass(slots=True)
class Noted:
    """What would be lost of one request.

    Attributes:
        twice: keys and parameters that it says twice.
        slips: parameters of a front end, which may send more than we know, that are surely meant as others.
        unknown: parameters that the call does not have.
    """

    twice: list[str] = field(default_factory=list)
    slips: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    @property
    def all(self) -> list[str]:
        """A sentence each."""
        return [*self.twice, *self.slips, *self.unknown]


def noted(request: Request) -> Noted:
    """What was found wrong with this request so far."""
    found: Noted = request.scope.setdefault("trd.noted", Noted())
    return found


def sentence(faults: Iterable[str], more: int = 0) -> str:
    """All faults on one line; beyond `MOST` only how many more there are, and ``more`` besides."""
    each = list(dict.fromkeys(faults))
    more += max(0, len(each) - MOST)
    return "; ".join(each[:MOST]) + (f"; and {more:,} more" if more > 0 else "")


def said_of(errors: Sequence[Mapping[str, Any]], body: object, known: Sequence[str]) -> tuple[list[str], int]:
    """What the checks of a request have found, a sentence a field, and how many more faults there are.

    Args:
        errors: as pydantic and FastAPI tell them, each with its place in the request.
        body: the body as it was read.
        known: keys that objects of this body have, for the nearest to one that is not known.
    """
    found: dict[Place, list[Mapping[str, Any]]] = {}
    for error in errors[:_LOOKED_AT]:
        place, *path = error["loc"]
        if not path and error["type"] != "value_error":
            return [_NO_OBJECT], 0
        at = _place(path, body, error["type"]) if place == "body" else (str(path[0]),)
        found.setdefault(at, []).append(error)
    # a value of which several kinds are taken has a fault by each kind; the one of its own kind lies deeper
    around = {at[:depth] for at in found for depth in range(1, len(at))}
    places = [at for at in found if at not in around]
    said = [f"{_name(at)}: {_lines(found[at], known)}" for at in places[:MOST]]
    return said, len(places) - len(said) + len(errors[_LOOKED_AT:])


def _place(path: Sequence[int | str], body: object, kind: str) -> Place:
    """The place without the names of kinds that pydantic puts between."""
    place: list[int | str] = []
    here = body
    for part in path:
        if isinstance(part, int):
            place.append(part)
            here = here[part] if isinstance(here, list) and part < len(here) else None
        elif isinstance(here, dict) and (part in here or (kind == "missing" and part == path[-1])):
            place.append(part)
            here = here.get(part)
    return tuple(place)


def _name(place: Place) -> str:
    """As people count."""
    name = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in place)
    return name.lstrip(".") or "the body"


def _lines(errors: Sequence[Mapping[str, Any]], known: Sequence[str]) -> str:
    first, *others = dict.fromkeys(_line(error, known) for error in errors)
    return " or ".join([first, *(line.removeprefix("must be ") for line in others)])


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
    return _SAID.get(kind, _OTHER).format(**figures)
