"""A campaign's definition: the TOML that a person writes, checked whole before anything is stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from trd_tui.domain.fields import CONTACT_FIELDS, field_key
from trd_tui.domain.money import MoneyError, parse_usd
from trd_tui.domain.nearest import did_you_mean
from trd_tui.domain.phone import PhoneError, normalise_sender
from trd_tui.domain.policies import RESUME_POLICIES
from trd_tui.domain.sequence import (
    BUILT_IN_BODIES,
    MAX_TOUCHES,
    Sequence,
    SequenceError,
    Touch,
    default_sequence,
)
from trd_tui.domain.template import lint
from trd_tui.domain.window import Window, WindowError, parse_time, parse_window
from trd_tui.domain.zones import ZoneError, check_zone

DEFAULT_SEND_TIME = "09:00"
DEFAULT_WINDOW = {"days": "mon-sat", "from": "09:00", "to": "20:00"}
DEFAULT_PRIORITY = 3
MAX_NAME = 200
MAX_BRAND = 100
MAX_DAILY_CAP = 10_000_000

_KEYS = (
    *("name", "brand", "sender", "timezone", "send_time", "window", "resume_policy"),
    *("daily_cap", "budget_usd", "daily_budget_usd", "priority", "variables", "touch"),
)
_WINDOW_KEYS = ("days", "from", "to")
_TOUCH_KEYS = ("day", "body", "active", "kind")


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


@dataclass(frozen=True, slots=True)
class CampaignDefinition:
    """Everything a campaign is but its contacts.

    Attributes:
        name: what people call it.
        sender: an E.164 number, a short code, or a messaging service's SID.
        timezone: IANA zone of contacts whose own zone is not known.
        send_time: local minute after midnight at which touches are due.
        window: when texts may go out.
        resume_policy: what a resume does with overdue touches.
        daily_cap: automated messages a day of the campaign's zone; ``None`` is no cap.
        budget_micros: what it may cost in all, in micro-dollars; ``None`` is no limit.
        priority: 1 is served first, 5 last.
        variables: the campaign's own values for templates.
        sequence: its touches.
        brand: who writes, as the first touch must say; ``None`` is not known.
        daily_budget_micros: what it may cost on a day of its zone, in micro-dollars; ``None`` is no limit.
    """

    name: str
    sender: str
    timezone: str
    send_time: int
    window: Window
    resume_policy: str
    daily_cap: int | None
    budget_micros: int | None
    priority: int
    variables: Mapping[str, str]
    sequence: Sequence
    brand: str | None = None
    daily_budget_micros: int | None = None


def parse_definition(
    data: Mapping[str, Any], custom_fields: Iterable[str] = (), *, resume_policy: str = RESUME_POLICIES[0]
) -> CampaignDefinition:
    """Check a definition as ``tomllib`` reads it.

    Args:
        data: the file's content.
        custom_fields: fields that its contacts have besides `CONTACT_FIELDS`; templates may name them.
        resume_policy: that of a campaign whose definition names none.

    Raises:
        DefinitionError: something in it is wrong, missing or not known; the message names the field.
    """
    _only(data, _KEYS, "")
    name = " ".join(_text(data, "name").split())
    if not name:
        raise DefinitionError("name", "a campaign needs a name")
    if len(name) > MAX_NAME:
        raise DefinitionError("name", f"has {len(name):,} characters, at most {MAX_NAME} are allowed")
    variables = _variables(data)
    sequence = _sequence(data, [*CONTACT_FIELDS, *variables, *custom_fields])
    try:
        return CampaignDefinition(
            name=name,
            sender=normalise_sender(_text(data, "sender")),
            timezone=check_zone(_text(data, "timezone")),
            send_time=parse_time(_text(data, "send_time", default=DEFAULT_SEND_TIME), field="send_time"),
            window=_window(data),
            resume_policy=_policy(data, resume_policy),
            daily_cap=_whole(data, "daily_cap", 1, MAX_DAILY_CAP),
            budget_micros=_budget(data, "budget_usd"),
            daily_budget_micros=_budget(data, "daily_budget_usd"),
            priority=_whole(data, "priority", 1, 5) or DEFAULT_PRIORITY,
            variables=MappingProxyType(variables),
            sequence=sequence,
            brand=_brand(data),
        )
    except PhoneError as error:
        raise DefinitionError("sender", str(error)) from error
    except ZoneError as error:
        raise DefinitionError("timezone", str(error)) from error
    except WindowError as error:
        raise DefinitionError(error.field, str(error).removeprefix(f"{error.field}: ")) from error


def _brand(data: Mapping[str, Any]) -> str | None:
    if "brand" not in data:
        return None
    brand = " ".join(_text(data, "brand").split())
    if not brand:
        raise DefinitionError("brand", "is empty; write who sends the texts, or leave it out")
    if len(brand) > MAX_BRAND:
        raise DefinitionError("brand", f"has {len(brand):,} characters, at most {MAX_BRAND} are allowed")
    return brand


def _sequence(data: Mapping[str, Any], known_fields: list[str]) -> Sequence:
    """Read the touches; without any, the built-in nine."""
    given = data.get("touch", [])
    if not isinstance(given, list) or not all(isinstance(each, Mapping) for each in given):
        raise DefinitionError("touch", "write each touch as a table of its own, under [[touch]]")
    if len(given) > MAX_TOUCHES:
        raise DefinitionError(
            "touch", f"a sequence has at most {MAX_TOUCHES} touches, this one has {len(given)}"
        )
    touches: list[Touch] = []
    for position, each in enumerate(given, start=1):
        path = f"touch[{position}]"
        _only(each, _TOUCH_KEYS, path)
        day = _whole(each, "day", 1, None, path)
        if day is None:
            raise DefinitionError(f"{path}.day", "is missing; day 1 is the contact's day of enrolment")
        active = each.get("active", True)
        if not isinstance(active, bool):
            raise DefinitionError(f"{path}.active", f"must be true or false, not {_shown(active)}")
        body = _text(each, "body", path)
        for problem in () if body in BUILT_IN_BODIES else lint(body, known_fields):
            if problem.severity == "error":
                raise DefinitionError(f"{path}.body", problem.message)
        touches.append(Touch(position, day, body, active, _text(each, "kind", path, default="sms")))
    if not touches:
        return default_sequence()
    try:
        return Sequence(tuple(touches))
    except SequenceError as error:
        path = "touch" if error.position is None else f"touch[{error.position}]"
        raise DefinitionError(path, str(error).removeprefix(f"touch {error.position}: ")) from error


def _variables(data: Mapping[str, Any]) -> dict[str, str]:
    table = _table(data, "variables")
    variables: dict[str, str] = {}
    for key, value in table.items():
        name = field_key(key)
        path = f"variables.{key}"
        if not name or name in variables:
            raise DefinitionError(path, "is no name of a field" if not name else f"'{name}' is given twice")
        if name in CONTACT_FIELDS:
            raise DefinitionError(path, "is a field of every contact; choose another name")
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise DefinitionError(path, f"must be text in quotes, not {_shown(value)}")
        variables[name] = str(value)
    return variables


def _window(data: Mapping[str, Any]) -> Window:
    table = {**DEFAULT_WINDOW, **_table(data, "window")}
    _only(table, _WINDOW_KEYS, "window")
    return parse_window(*(_text(table, key, "window") for key in _WINDOW_KEYS))


def _policy(data: Mapping[str, Any], default: str) -> str:
    policy = _text(data, "resume_policy", default=default)
    if policy in RESUME_POLICIES:
        return policy
    raise DefinitionError(
        "resume_policy", f"unknown policy '{policy}'{did_you_mean(policy, RESUME_POLICIES)}"
    )


def _budget(data: Mapping[str, Any], key: str) -> int | None:
    value = data.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise DefinitionError(key, f'must be an amount like "250.00", not {_shown(value)}')
    try:
        return parse_usd(str(value))
    except MoneyError as error:
        raise DefinitionError(key, str(error)) from error


def _only(table: Mapping[str, Any], known: tuple[str, ...], path: str) -> None:
    for key in table:
        if key not in known:
            raise DefinitionError(_join(path, key), f"unknown key{did_you_mean(key, known)}")


def _table(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    table = data.get(key, {})
    if not isinstance(table, Mapping):
        raise DefinitionError(key, f"must be a table, not {_shown(table)}")
    return table


def _text(table: Mapping[str, Any], key: str, path: str = "", *, default: str | None = None) -> str:
    value = table.get(key, default)
    if value is None:
        raise DefinitionError(_join(path, key), "is missing")
    if not isinstance(value, str):
        raise DefinitionError(_join(path, key), f"must be text in quotes, not {_shown(value)}")
    return value


def _whole(table: Mapping[str, Any], key: str, low: int, high: int | None, path: str = "") -> int | None:
    value = table.get(key)
    if value is None:
        return None
    span = f"a whole number from {low:,}" + (f" to {high:,}" if high is not None else "")
    if isinstance(value, bool) or not isinstance(value, int) or value < low or (high and value > high):
        raise DefinitionError(_join(path, key), f"must be {span}, not {_shown(value)}")
    return value


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _shown(value: object) -> str:
    text = {True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value)
    return text if len(text) <= 40 else text[:39] + "…"
