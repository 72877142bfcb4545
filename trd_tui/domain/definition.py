"""A campaign's definition: the TOML that a person writes, checked whole before anything is stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from trd_tui.domain.definition_touches import sequence_of
from trd_tui.domain.definition_values import DefinitionError as DefinitionError
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
from trd_tui.domain.sequence import Sequence
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
    sequence = sequence_of(data, [*CONTACT_FIELDS, *variables, *custom_fields])
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
