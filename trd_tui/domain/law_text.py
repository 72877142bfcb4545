"""Reading the rules of quiet hours from a TOML file's values: checked, or refused in one sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from trd_tui.domain.law import Holiday, Hours, Law, StateRule
from trd_tui.domain.nearest import did_you_mean
from trd_tui.domain.state_names import STATES
from trd_tui.domain.window import DAY_NAMES, WindowError, parse_time

FEDERAL = (8 * 60, 21 * 60)
"""What no file can widen: 47 CFR 64.1200(c)(1)."""

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NTH = {"1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "last": -1}
_TOP = ("date", "federal", "holidays", "rule")
_RULE = ("state", "hours", *_DAYS, "holidays", "begins", "most_in_24_hours", "source", "date")
_DATED = re.compile(r"(\d{2})-(\d{2})", re.ASCII)


class LawError(ValueError):
    """A file of quiet hours that is wrong; the message says where and what to write."""


def read_law(values: Mapping[str, Any], source: str, base: Law | None = None) -> Law:
    """Make the rules out of a file's values.

    Args:
        values: what TOML says.
        source: the file, for people.
        base: rules that hold where the file says nothing; the rules of a state that the file names take the
            place of all that the base has of it.

    Raises:
        LawError: something in it is wrong.
    """
    _known(values, _TOP, "")
    dated = values.get("date")
    if not isinstance(dated, str | date) or not str(dated).strip():
        raise LawError('date is missing: say of when these rules are, for example date = "2026-10-30"')
    federal = FEDERAL if base is None else base.federal
    if "federal" in values:
        federal = _federal(_table(values["federal"], "federal"))
    holidays = () if base is None else base.holidays
    if "holidays" in values:
        holidays = _holidays(_table(values["holidays"], "holidays"))
    rules: dict[str, tuple[StateRule, ...]] = {}
    found = values.get("rule", [])
    if not isinstance(found, list):
        raise LawError("rule: write each one under a line [[rule]]")
    for number, each in enumerate(found, 1):
        rule = _rule(_table(each, f"rule {number}"), number)
        rules[rule.state] = (*rules.get(rule.state, ()), rule)
    kept = {} if base is None else {state: own for state, own in base.rules.items() if state not in rules}
    return Law(str(dated), federal, {**kept, **rules}, holidays, source)


def _table(value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise LawError(f"{where} must be a table, [{where.partition(' ')[0]}]")
    return value


def _known(values: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    for key in values:
        if key not in known:
            raise LawError(f"{where}unknown key '{key}'{did_you_mean(key, known)}")


def _federal(values: Mapping[str, Any]) -> tuple[int, int]:
    _known(values, ("hours", "source"), "federal: ")
    hours = _hours(values.get("hours"), "federal: hours")
    if hours is None or hours[0] < FEDERAL[0] or hours[1] > FEDERAL[1]:
        raise LawError("federal: hours may be narrower than 08:00-21:00 but not wider, and not closed")
    return hours


def _holidays(values: Mapping[str, Any]) -> tuple[Holiday, ...]:
    _known(values, ("days", "source"), "holidays: ")
    days = values.get("days")
    if not isinstance(days, list):
        raise LawError('holidays: days must be a list, for example ["12-25", "last mon may"]')
    return tuple(_holiday(day) for day in days)


def _holiday(text: object) -> Holiday:
    problem = LawError(f'holidays: {text!r} is no day; write it as "12-25", "4th thu nov" or "last mon may"')
    if not isinstance(text, str):
        raise problem
    dated = _DATED.fullmatch(text)
    if dated is not None:
        month, day = int(dated[1]), int(dated[2])
        try:
            date(2024, month, day)  # a leap year, so that 02-29 is a day
        except ValueError:
            raise problem from None
        return Holiday(month, day)
    words = text.lower().split()
    if len(words) != 3 or words[0] not in _NTH or words[1] not in DAY_NAMES or words[2] not in _MONTHS:
        raise problem
    return Holiday(_MONTHS.index(words[2]) + 1, weekday=DAY_NAMES.index(words[1]), nth=_NTH[words[0]])


def _rule(values: Mapping[str, Any], number: int) -> StateRule:
    state = values.get("state")
    if not isinstance(state, str) or state not in STATES:
        raise LawError(f'rule {number}: state must be the two letters of a state, for example state = "TX"')
    where = f"rule {number} ({state}): "
    _known(values, _RULE, where)
    usual: Hours = FEDERAL
    if "hours" in values:
        usual = _hours(values["hours"], f"{where}hours")
    week = tuple(_hours(values[day], f"{where}{day}") if day in values else usual for day in _DAYS)
    holidays = values.get("holidays", "open")
    if holidays not in ("open", "closed"):
        raise LawError(f'{where}holidays must be "open" or "closed"')
    most = values.get("most_in_24_hours")
    if most is not None and (isinstance(most, bool) or not isinstance(most, int) or most < 1):
        raise LawError(f"{where}most_in_24_hours must be a whole number above 0")
    return StateRule(
        state,
        week,
        holidays == "open",
        _begins(values.get("begins"), where),
        most,
        str(values.get("source", "")),
        str(values.get("date", "")),
    )


def _begins(value: object, where: str) -> int:
    if value is None:
        return 0
    try:
        return (value if isinstance(value, date) else date.fromisoformat(str(value))).toordinal()
    except ValueError:
        raise LawError(f'{where}begins must be a date, for example begins = "2026-10-18"') from None


def _hours(value: object, where: str) -> Hours:
    if value == "closed":
        return None
    if isinstance(value, str):
        opens, dash, closes = value.partition("-")
        try:
            if dash:
                first, after = parse_time(opens), parse_time(closes, midnight_ends=True)
                if first < after:
                    return first, after
        except WindowError:
            pass
    raise LawError(f'{where} must be hours as "09:00-20:00", or "closed", not {value!r}')
