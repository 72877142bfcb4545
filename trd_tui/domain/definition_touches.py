"""The touches of a definition, and the variants of their texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trd_tui.domain.definition_values import DefinitionError, only, shown, text, whole
from trd_tui.domain.sequence import (
    BUILT_IN_BODIES,
    MAX_TOUCHES,
    Sequence,
    SequenceError,
    Touch,
    default_sequence,
)
from trd_tui.domain.template import lint
from trd_tui.domain.variants import MAX_VARIANTS, MAX_WEIGHT, NAME, Variant, problem_with, usual_name

_TOUCH_KEYS = ("day", "body", "active", "kind", "variant")
_VARIANT_KEYS = ("name", "weight", "body")


def sequence_of(data: Mapping[str, Any], known_fields: list[str]) -> Sequence:
    """Read the touches; without any, the built-in nine.

    Raises:
        DefinitionError: something is wrong with one of them; the message names the field.
    """
    given = data.get("touch", [])
    if not isinstance(given, list) or not all(isinstance(each, Mapping) for each in given):
        raise DefinitionError("touch", "write each touch as a table of its own, under [[touch]]")
    if len(given) > MAX_TOUCHES:
        raise DefinitionError(
            "touch", f"a sequence has at most {MAX_TOUCHES} touches, this one has {len(given)}"
        )
    touches = [_touch(each, position, known_fields) for position, each in enumerate(given, start=1)]
    if not touches:
        return default_sequence()
    try:
        return Sequence(tuple(touches))
    except SequenceError as error:
        path = "touch" if error.position is None else f"touch[{error.position}]"
        raise DefinitionError(path, str(error).removeprefix(f"touch {error.position}: ")) from error


def _touch(each: Mapping[str, Any], position: int, known_fields: list[str]) -> Touch:
    path = f"touch[{position}]"
    only(each, _TOUCH_KEYS, path)
    day = whole(each, "day", 1, None, path)
    if day is None:
        raise DefinitionError(f"{path}.day", "is missing; day 1 is the contact's day of enrolment")
    active = each.get("active", True)
    if not isinstance(active, bool):
        raise DefinitionError(f"{path}.active", f"must be true or false, not {shown(active)}")
    variants = _variants(each, path, known_fields) if "variant" in each else ()
    body = variants[0].body if variants else _body(each, path, known_fields)
    kind = text(each, "kind", path, default="sms")
    return Touch(position, day, body, active, kind, variants=variants)


def _body(table: Mapping[str, Any], path: str, known_fields: list[str]) -> str:
    body = text(table, "body", path)
    for problem in () if body in BUILT_IN_BODIES else lint(body, known_fields):
        if problem.severity == "error":
            raise DefinitionError(f"{path}.body", problem.message)
    return body


def _variants(each: Mapping[str, Any], path: str, known_fields: list[str]) -> tuple[Variant, ...]:
    if "body" in each:
        raise DefinitionError(
            f"{path}.body",
            "a touch has a body or variants, not both; put it under a [[touch.variant]]",
        )
    given = each["variant"]
    path = f"{path}.variant"
    if not isinstance(given, list) or not all(isinstance(one, Mapping) for one in given):
        raise DefinitionError(path, "write each variant as a table of its own, under [[touch.variant]]")
    if len(given) > MAX_VARIANTS:
        raise DefinitionError(
            path, f"a touch has at most {MAX_VARIANTS} variants, this one has {len(given)}; leave some out"
        )
    variants = tuple(_variant(one, place, path, known_fields) for place, one in enumerate(given))
    if problem := problem_with(variants):
        raise DefinitionError(path, problem)
    return variants


def _variant(one: Mapping[str, Any], place: int, path: str, known_fields: list[str]) -> Variant:
    path = f"{path}[{place + 1}]"
    only(one, _VARIANT_KEYS, path)
    name = " ".join(text(one, "name", path, default=usual_name(place)).split())
    if not NAME.fullmatch(name):
        raise DefinitionError(
            f"{path}.name",
            f"{shown(name)} is no name; write 1 to 30 letters, digits, blanks, dots, '-' or '_'",
        )
    weight = one.get("weight", 1)
    if isinstance(weight, bool) or not isinstance(weight, int) or not 1 <= weight <= MAX_WEIGHT:
        raise DefinitionError(
            f"{path}.weight",
            f"must be a whole number from 1 to {MAX_WEIGHT:,}, not {shown(weight)}; leave the variant out"
            " when nobody shall get it",
        )
    return Variant(name, _body(one, path, known_fields), weight)
