"""The touches of a definition, and the variants of their texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trd_tui.domain.definition_values import DefinitionError, Faults, only, shown, text, whole
from trd_tui.domain.sequence import (
    BUILT_IN_BODIES,
    MAX_TOUCHES,
    Sequence,
    Touch,
    default_sequence,
    problems,
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
    if not given:
        return default_sequence()
    faults = Faults()
    read = [
        faults.take(lambda at=at, each=each: _touch(each, at, known_fields), None)  # type: ignore[misc]
        for at, each in enumerate(given, start=1)
    ]
    touches = tuple(touch for touch in read if touch is not None)
    for error in problems(touches):
        if error.position is not None:
            faults.add(f"touch[{error.position}]", str(error).removeprefix(f"touch {error.position}: "))
        elif len(touches) == len(given):  # what cannot be read may be what is missing
            faults.add("touch", str(error))
    faults.refuse()
    return Sequence(touches)


def _touch(each: Mapping[str, Any], position: int, known_fields: list[str]) -> Touch:
    path = f"touch[{position}]"
    faults = Faults()
    faults.take(lambda: only(each, _TOUCH_KEYS, path), None)
    day = faults.take(lambda: _day(each, path), 1)
    active = each.get("active", True)
    if not isinstance(active, bool):
        faults.add(f"{path}.active", f"must be true or false, not {shown(active)}")
    nobody: tuple[Variant, ...] = ()
    variants = (
        faults.take(lambda: _variants(each, path, known_fields), nobody) if "variant" in each else nobody
    )
    body = "" if "variant" in each else faults.take(lambda: _body(each, path, known_fields), "")
    kind = faults.take(lambda: text(each, "kind", path, default="sms"), "sms")
    faults.refuse()
    return Touch(position, day, variants[0].body if variants else body, active, kind, variants=variants)


def _day(each: Mapping[str, Any], path: str) -> int:
    try:
        day = whole(each, "day", 1, None, path)
    except DefinitionError as error:
        said = str(error).removeprefix(f"{error.path}: ")
        raise DefinitionError(error.path, f"{said}; {_DAYS}") from error
    if day is None:
        raise DefinitionError(f"{path}.day", f"is missing; {_DAYS}")
    return day


_DAYS = "day 1 is the contact's day of enrolment, day 3 two days later"


def _body(table: Mapping[str, Any], path: str, known_fields: list[str]) -> str:
    body = text(table, "body", path)
    faults = Faults()
    for problem in () if body in BUILT_IN_BODIES else lint(body, known_fields):
        if problem.severity == "error":
            faults.add(f"{path}.body", problem.message)
    faults.refuse()
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
    faults = Faults()
    read = [
        faults.take(lambda at=at, one=one: _variant(one, at, path, known_fields), None)  # type: ignore[misc]
        for at, one in enumerate(given)
    ]
    faults.refuse()
    variants = tuple(variant for variant in read if variant is not None)
    if problem := problem_with(variants):
        raise DefinitionError(path, problem)
    return variants


def _variant(one: Mapping[str, Any], place: int, path: str, known_fields: list[str]) -> Variant:
    path = f"{path}[{place + 1}]"
    faults = Faults()
    faults.take(lambda: only(one, _VARIANT_KEYS, path), None)
    name = faults.take(lambda: _variant_name(one, place, path), "")
    weight = one.get("weight", 1)
    if isinstance(weight, bool) or not isinstance(weight, int) or not 1 <= weight <= MAX_WEIGHT:
        faults.add(
            f"{path}.weight",
            f"must be a whole number from 1 to {MAX_WEIGHT:,}, not {shown(weight)}; leave the variant out"
            " when nobody shall get it",
        )
    body = faults.take(lambda: _body(one, path, known_fields), "")
    faults.refuse()
    return Variant(name, body, weight)


def _variant_name(one: Mapping[str, Any], place: int, path: str) -> str:
    name = " ".join(text(one, "name", path, default=usual_name(place)).split())
    if not NAME.fullmatch(name):
        raise DefinitionError(
            f"{path}.name",
            f"{shown(name)} is no name; write 1 to 30 letters, digits, blanks, dots, '-' or '_'",
        )
    return name
