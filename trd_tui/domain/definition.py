"""A campaign's definition: the TOML that a person writes, checked whole before anything is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, TypeVar

from trd_tui.domain.definition_touches import sequence_of
from trd_tui.domain.definition_values import DefinitionError as DefinitionError
from trd_tui.domain.definition_values import Faults
from trd_tui.domain.definition_values import only as _only
from trd_tui.domain.definition_values import shown as _shown
from trd_tui.domain.definition_values import table as _table
from trd_tui.domain.definition_values import text as _text
from trd_tui.domain.definition_values import whole as _whole
from trd_tui.domain.fields import CONTACT_FIELDS, field_key
from trd_tui.domain.money import MoneyError, parse_usd
from trd_tui.domain.nearest import did_you_mean
from trd_tui.domain.phone import PhoneError, normalise_sender
from trd_tui.domain.policies import RESUME_POLICIES
from trd_tui.domain.sequence import Sequence, default_sequence
from trd_tui.domain.window import (
    ALL_DAYS,
    MINUTES_A_DAY,
    USUAL_DAYS,
    WINDOW_LIKE,
    Window,
    WindowError,
    parse_days,
    parse_time,
    window_of,
)
from trd_tui.domain.zones import ZoneError, check_zone

T = TypeVar("T")

USUAL_ZONE = "America/New_York"
"""The zone of a campaign that names none, be it written in a file, sent to the API or begun on a screen.

Not that of the machine: it would be another one for each operator, and on most servers that of no contact.
"""

DEFAULT_SEND_TIME = "09:00"
DEFAULT_WINDOW = {"days": USUAL_DAYS, "from": "09:00", "to": "20:00"}
DEFAULT_PRIORITY = 3
MAX_NAME = 200
MAX_BRAND = 100
MAX_DAILY_CAP = 10_000_000

_KEYS = (
    *("name", "brand", "sender", "timezone", "send_time", "window", "resume_policy"),
    *("daily_cap", "budget_usd", "daily_budget_usd", "priority", "variables", "touch"),
)
_WINDOW_KEYS = ("days", "from", "to")
_SENDER_LIKE = "write a number like +12125550123, or MG and 32 hexadecimal digits"


@dataclass(frozen=True, slots=True)
class CampaignDefinition:
    """Everything a campaign is but its contacts.

    Attributes:
        name: what people call it.
        sender: an E.164 number, a short code, or a messaging service's SID.
        timezone: IANA zone of contacts whose own zone is not known; `USUAL_ZONE` where none is named.
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
        DefinitionError: something in it is wrong, missing or not known; the message names the first field,
            and `DefinitionError.all` holds everything that is wrong.
    """
    faults = Faults()
    take = faults.take
    take(lambda: _only(data, _KEYS, ""), None)
    name = take(lambda: _name(data), "")
    brand = take(lambda: _brand(data), None)
    sender = take(lambda: _sender(data), "")
    timezone = take(lambda: _zone(data), "")
    send_time = take(lambda: _time(data, "send_time"), 0)
    window = take(lambda: _window(data), _ALWAYS)
    policy = take(lambda: _policy(data, resume_policy), "")
    daily_cap = take(lambda: _whole(data, "daily_cap", 1, MAX_DAILY_CAP), None)
    budget = take(lambda: _budget(data, "budget_usd"), None)
    daily_budget = take(lambda: _budget(data, "daily_budget_usd"), None)
    priority = take(lambda: _whole(data, "priority", 1, 5), None)
    variables = _variables(data, faults)
    known = [*CONTACT_FIELDS, *variables, *custom_fields]
    sequence = take(lambda: sequence_of(data, known), None)
    faults.refuse()
    return CampaignDefinition(
        name=name,
        sender=sender,
        timezone=timezone,
        send_time=send_time,
        window=window,
        resume_policy=policy,
        daily_cap=daily_cap,
        budget_micros=budget,
        daily_budget_micros=daily_budget,
        priority=priority or DEFAULT_PRIORITY,
        variables=MappingProxyType(variables),
        sequence=sequence or default_sequence(),
        brand=brand,
    )


_ALWAYS = Window(ALL_DAYS, 0, MINUTES_A_DAY)
"""Stands for a window that cannot be read; nothing is made of such a definition."""


def _name(data: Mapping[str, Any]) -> str:
    name = " ".join(_text(data, "name").split())
    if not name:
        raise DefinitionError("name", 'a campaign needs a name; write it like name = "Spring"')
    if len(name) > MAX_NAME:
        raise DefinitionError("name", f"has {len(name):,} characters, at most {MAX_NAME} are allowed")
    return name


def _brand(data: Mapping[str, Any]) -> str | None:
    if "brand" not in data:
        return None
    brand = " ".join(_text(data, "brand").split())
    if not brand:
        raise DefinitionError("brand", "is empty; write who sends the texts, or leave it out")
    if len(brand) > MAX_BRAND:
        raise DefinitionError("brand", f"has {len(brand):,} characters, at most {MAX_BRAND} are allowed")
    return brand


def _sender(data: Mapping[str, Any]) -> str:
    try:
        return normalise_sender(_text(data, "sender"))
    except PhoneError as error:
        remedy = "" if "MG and 32" in str(error) else f"; {_SENDER_LIKE}"
        raise DefinitionError("sender", f"{error}{remedy}") from error


def _zone(data: Mapping[str, Any]) -> str:
    try:
        return check_zone(_text(data, "timezone", default=USUAL_ZONE))
    except ZoneError as error:
        raise DefinitionError("timezone", str(error)) from error


def _time(table: Mapping[str, Any], key: str) -> int:
    text = _text(table, key, default=DEFAULT_SEND_TIME)
    return _of_window(lambda: parse_time(text, field=key))


def _of_window(read: Callable[[], T]) -> T:
    try:
        return read()
    except WindowError as error:
        raise DefinitionError(error.field, str(error).removeprefix(f"{error.field}: ")) from error


def _variables(data: Mapping[str, Any], faults: Faults) -> dict[str, str]:
    """The campaign's own values. A name whose value is wrong is known all the same: texts may use it."""
    nothing: Mapping[str, Any] = {}
    table = faults.take(lambda: _table(data, "variables"), nothing)
    variables: dict[str, str] = {}
    for key, value in table.items():
        name = field_key(key)
        path = f"variables.{key}"
        if not name:
            faults.add(path, "is no name of a field; use letters, digits and _")
        elif name in variables:
            faults.add(path, f"'{name}' is given twice; take one of them out")
        elif name in CONTACT_FIELDS:
            faults.add(path, "is a field of every contact; choose another name")
        else:
            if isinstance(value, bool) or not isinstance(value, str | int | float):
                faults.add(path, f"must be text in quotes, not {_shown(value)}")
            variables[name] = str(value)
    return variables


def _window(data: Mapping[str, Any]) -> Window:
    """A table of days, from and to, or the same as one text, which is how it is shown."""
    given = data.get("window", {})
    if isinstance(given, str):
        return _of_window(lambda: window_of(given))
    if not isinstance(given, Mapping):
        raise DefinitionError("window", f"must be a time from and to, not {_shown(given)}; {WINDOW_LIKE}")
    table = {**DEFAULT_WINDOW, **given}
    faults = Faults()

    def part(key: str, read: Callable[[str], int], instead: int) -> int:
        return faults.take(lambda: _of_window(lambda: read(_text(table, key, "window"))), instead)

    faults.take(lambda: _only(table, _WINDOW_KEYS, "window"), None)
    days = part("days", parse_days, ALL_DAYS)
    opens = part("from", partial(parse_time, field="window.from"), 0)
    closes = part("to", partial(parse_time, field="window.to", midnight_ends=True), MINUTES_A_DAY)
    faults.refuse()
    return _of_window(lambda: Window(days, opens, closes))


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
