"""What is wrong with what is typed of a new campaign, by step and field; `parse_definition` alone knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from trd_tui.domain.definition import DEFAULT_WINDOW, parse_definition
from trd_tui.domain.definition_values import DefinitionError
from trd_tui.domain.sequence import MAX_TOUCHES
from trd_tui.domain.sheet import SCHEDULE, SENDER, TOUCHES, Fault, Sheet, as_defined, values_in

_FINE: dict[str, Any] = {"name": "x", "sender": "+12125550100", "timezone": "UTC"}
"""A definition that is right; one field of a sheet is put into it at a time, so that all faults are seen."""

_FIELDS: dict[int, tuple[tuple[str, str], ...]] = {
    SENDER: (("name", "name"), ("sender", "sender"), ("brand", "brand")),
    SCHEDULE: (
        ("send_time", "send_time"),
        ("timezone", "timezone"),
        ("resume_policy", "resume_policy"),
        ("daily_cap", "daily_cap"),
        ("budget_usd", "budget_usd"),
        ("daily_budget_usd", "daily_budget_usd"),
        ("priority", "priority"),
    ),
}
"""By step, fields of the sheet that are one key of the definition each."""

_WINDOW = {"window.days": "days", "window.from": "opens", "window.to": "closes"}
_UNKNOWN = re.compile(r"unknown field '(\w+)'")
_EMPTY = {
    "name": "a campaign needs a name; type one",
    "sender": "choose who sends, or type a number",
    "timezone": "type a zone, for example America/New_York",
    "send_time": "type a time of day, for example 09:00",
}


def faults_of(sheet: Sheet, custom: Iterable[str] = ()) -> list[Fault]:
    """Everything that is wrong, field by field, in the order of the steps.

    Args:
        sheet: what is typed.
        custom: the contacts' own fields, which texts may name.
    """
    own = tuple(custom)
    return [
        *_plain_faults(sheet, SENDER),
        *_touch_faults(sheet, own),
        *_window_faults(sheet),
        *_plain_faults(sheet, SCHEDULE),
    ]


def _refusal(custom: Iterable[str] = (), **part: Any) -> DefinitionError | None:
    try:
        parse_definition({**_FINE, **part}, custom)
    except DefinitionError as error:
        return error
    return None


def _said(error: DefinitionError) -> str:
    return str(error).removeprefix(f"{error.path}: ")


def _said_of_text(error: DefinitionError) -> str:
    said = _said(error)
    unknown = _UNKNOWN.match(said)
    return said if unknown is None else f"{said}; or give it as an own value: {unknown[1]}=…"


def _plain_faults(sheet: Sheet, step: int) -> list[Fault]:
    parts, found = sheet.parts(step), []
    for name, key in _FIELDS[step]:
        typed = str(getattr(sheet, name)).strip()
        if not typed and name in _EMPTY:
            found.append(Fault(step, name, _EMPTY[name]))
        elif key in parts and (error := _refusal(**{key: parts[key]})) is not None:
            found.append(Fault(step, name, _said(error)))
        elif name.endswith("budget_usd") and typed and not typed.strip("$0., "):
            found.append(Fault(step, name, "nothing could be sent for 0; leave it empty for no limit"))
    return found


def _window_faults(sheet: Sheet) -> list[Fault]:
    fine: Mapping[str, str] = DEFAULT_WINDOW
    alone = (
        ("days", {**fine, "days": sheet.days}),
        ("opens", {**fine, "from": sheet.opens, "to": "24:00"}),
        ("closes", {**fine, "from": "00:00", "to": sheet.closes}),
    )
    found = [
        Fault(SCHEDULE, name, "choose at least one day of the week" if window["days"] == "" else _said(error))
        for name, window in alone
        if (error := _refusal(window=window)) is not None
    ]
    together = {**fine, "from": sheet.opens, "to": sheet.closes}
    if {fault.field for fault in found} <= {"days"} and (error := _refusal(window=together)) is not None:
        found.append(Fault(SCHEDULE, _WINDOW.get(error.path, "closes"), _said(error)))
    return found


def _touch_faults(sheet: Sheet, custom: tuple[str, ...]) -> list[Fault]:
    found: list[Fault] = []
    for name, value in values_in(sheet.values):
        error = _refusal(variables={name: value})
        if error is None and not value:
            found.append(Fault(TOUCHES, "values", f"'{name}' has no value; write {name}=…, or take it out"))
        elif error is not None:
            found.append(Fault(TOUCHES, "values", f"'{name}' {_said(error)}"))
    if found:
        return found
    if not sheet.touches:
        return [Fault(TOUCHES, "touch", "a campaign needs at least one touch; a adds one, t a whole set")]
    if len(sheet.touches) > MAX_TOUCHES:
        return [Fault(TOUCHES, "touch", f"a campaign has at most {MAX_TOUCHES} touches; x takes one out")]
    parts = sheet.parts(TOUCHES)
    places: dict[object, int] = {}
    for place, typed in enumerate(sheet.touches, start=1):
        path = f"touch[{place}]"
        each = as_defined(typed)
        if each["day"] is None:
            found.append(Fault(TOUCHES, f"{path}.day", "is empty; day 1 is the day on which a contact joins"))
        elif (error := _refusal(touch=[{"day": each["day"], "body": "x"}])) is not None:
            found.append(Fault(TOUCHES, f"{path}.day", _said(error)))
        elif (first := places.setdefault(each["day"], place)) != place:
            said = f"touch {first} has day {each['day']} too; no two touches stand on one day"
            found.append(Fault(TOUCHES, f"{path}.day", said))
        texts: dict[str, Any] = {"day": 1}
        texts |= {key: each[key] for key in ("body", "variant") if key in each}
        error = _refusal(custom, touch=[texts], variables=parts["variables"])
        if error is not None:
            found.append(Fault(TOUCHES, f"{path}.body", _said_of_text(error)))
    if not found and (error := _refusal(custom, **parts)) is not None:
        name = f"{error.path}.day" if error.path.startswith("touch[") else "touch"
        found.append(Fault(TOUCHES, name, _said(error)))
    return found
