"""A sheet whose draft somebody else has changed meanwhile: theirs is taken over where one typed nothing.

Every setting is one part and every touch by its place is one: ``name``, ``touch[2]``. A part that both have
changed, each in another way, is crossed: it stays as it is typed, is not stored, and a person is asked.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

from trd_tui.domain.sheet import SCHEDULE, SENDER, TOUCHES, Sheet

WORDS = {
    "name": "the name",
    "sender": "the sender",
    "brand": "the brand",
    "values": "the own values",
    "days": "the days",
    "opens": "when the window opens",
    "closes": "when the window closes",
    "send_time": "the send time",
    "timezone": "the time zone",
    "resume_policy": "what happens after a pause",
    "daily_cap": "the texts a day",
    "budget_usd": "the budget",
    "daily_budget_usd": "the budget a day",
    "priority": "the priority",
}
"""Settings of a draft that the steps ask, in words."""

_STEPS = {"name": SENDER, "sender": SENDER, "brand": SENDER, "values": TOUCHES}


_AMOUNTS = frozenset({"budget_usd", "daily_budget_usd", "daily_cap", "priority"})
_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")


class Met(NamedTuple):
    """A sheet beside what is stored.

    Attributes:
        sheet: with what others have changed taken over; its base is the stored draft but for what is crossed.
        taken: parts that were taken over.
        crossed: parts that both have changed.
    """

    sheet: Sheet
    taken: tuple[str, ...]
    crossed: tuple[str, ...]


def words_of(part: str) -> str:
    """A part as people call it."""
    return WORDS.get(part) or f"touch {place_of(part)}"


def step_of(part: str) -> int:
    """The step in which a part is typed."""
    return TOUCHES if part.startswith("touch[") else _STEPS.get(part, SCHEDULE)


def place_of(part: str) -> int:
    """The place of a touch among all, from 1."""
    return int(part[6:-1])


def value_of(sheet: Sheet, part: str) -> Any:
    """What a sheet says there; ``None`` of a touch that it has not."""
    return _values(sheet).get(part)


def changed(before: Sheet, after: Sheet) -> tuple[str, ...]:
    """Parts that differ."""
    old, new = _values(before), _values(after)
    return tuple(part for part in {**old, **new} if old.get(part) != new.get(part))


def meet(mine: Sheet, stored: Sheet) -> Met:
    """Bring what is typed together with the draft as it is stored now."""
    base = mine.base
    if base is None and mine.version == stored.version:
        base = stored
    typed, theirs = _values(mine), _values(stored)
    before = {} if base is None else _values(base)
    taken, crossed = [], []
    for part in {**typed, **theirs}:
        if _meant(part, typed.get(part)) == _meant(part, theirs.get(part)):
            continue
        if base is not None and typed.get(part) == before.get(part):
            taken.append(part)
        elif base is None or theirs.get(part) != before.get(part):
            crossed.append(part)
    return Met(
        replace(
            take(mine, stored, taken),
            version=stored.version,
            base=take(stored, base or Sheet(touches=()), crossed),
        ),
        tuple(taken),
        tuple(crossed),
    )


def _meant(part: str, value: Any) -> Any:
    """What is compared: ``99``, ``$99.00`` and ``99.0`` are one amount."""
    if part not in _AMOUNTS or not isinstance(value, str):
        return value
    plain = value.strip().removeprefix("$").replace(",", "")
    return Decimal(plain) if _AMOUNT.fullmatch(plain) else value


def take(sheet: Sheet, other: Sheet, parts: Collection[str]) -> Sheet:
    """The sheet with these parts of another one."""
    values, others = _values(sheet), _values(other)
    for part in parts:
        values[part] = others.get(part)
    return _with(sheet, values)


def follow(now: Sheet, begun: Sheet, done: Sheet) -> Sheet:
    """What a sheet has become while it was stored, with letters that came meanwhile."""
    kept = take(now, done, set({**_values(now), **_values(done)}) - set(changed(begun, now)))
    return replace(kept, campaign_id=done.campaign_id, version=done.version, base=done.base)


def _values(sheet: Sheet) -> dict[str, Any]:
    touches = {f"touch[{place}]": each for place, each in enumerate(sheet.touches, start=1)}
    return {**{name: getattr(sheet, name) for name in WORDS}, **touches}


def _with(sheet: Sheet, values: Mapping[str, Any]) -> Sheet:
    places = sorted((part for part in values if part.startswith("touch[")), key=place_of)
    touches = tuple(values[part] for part in places if values[part] is not None)
    return replace(sheet, **{name: values[name] for name in WORDS}, touches=touches)
