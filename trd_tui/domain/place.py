"""Where a contact may be: the time zones and the states of the US that a text must reckon with.

A stated time zone decides the zone; else the state, else the postal code, else the area code of the number.
State, else postal code, else area code decide whose law holds. A mobile number is carried all over its area
code and a state may have two zones, so there can be several of each: a text goes only when all allow it.
"""

from __future__ import annotations

import json
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from trd_tui.domain.state_names import PROVINCES, STATES, state_code, state_of_zip

TEST_NUMBERS = "+1500555"
"""The carrier's test numbers are nowhere: without stated fields they follow the campaign's own zone."""


class Place(NamedTuple):
    """Where a contact may be.

    Attributes:
        zones: IANA names; empty where nothing is known, and then the campaign's own zone counts.
        states: two-letter codes of the states whose rules hold; empty outside the US.
    """

    zones: tuple[str, ...]
    states: tuple[str, ...]

    def __str__(self) -> str:
        """For people, as in ``FL, America/Chicago or America/New_York``."""
        zones = self.zones
        if len(zones) > 2:
            zones = (zones[0], f"{len(zones) - 1} other zones")
        states = self.states if len(self.states) <= 3 else ("all states",)
        return ", ".join([*states, " or ".join(zones)]) if zones else "the campaign's zone"


def place_of(number: str, state: str, zip_code: str, timezone: str | None) -> Place:
    """Where a contact may be; a look into a table, fast enough for every message.

    Args:
        number: E.164.
        state: as it was imported, a code or a name; one that is not understood does not count.
        zip_code: as it was imported.
        timezone: IANA name where it was stated; not checked here.
    """
    if number.startswith(TEST_NUMBERS):
        return _place(TEST_NUMBERS, state, zip_code[:10], timezone)
    return _place(number[:5] if number.startswith("+1") else number[:4], state, zip_code[:10], timezone)


@lru_cache(maxsize=1 << 16)
def _place(prefix: str, state: str, zip_code: str, timezone: str | None) -> Place:
    stated = (timezone,) if timezone else ()
    if not prefix.startswith("+1"):
        return Place(stated or _abroad(prefix), ())
    code = state_code(state) or state_of_zip(zip_code)
    if code is not None:
        return Place(stated or zones_of_state(code), (code,) if code in STATES else ())
    if prefix == TEST_NUMBERS:
        return Place(stated, ())
    zones, states = _area(prefix[2:])
    return Place(stated or zones, states)


def _area(area: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Zones and states of an area code; one of no place, or not known, may be anywhere in the US."""
    entry = _tables()["area_codes"].get(area)
    if entry is None:
        return _anywhere()
    words = entry.split()
    return tuple(word for word in words if "/" in word), tuple(word for word in words if word in STATES)


def _abroad(prefix: str) -> tuple[str, ...]:
    countries = _tables()["countries"]
    for digits in (1, 2, 3):
        zones = countries.get(prefix[1 : 1 + digits])
        if zones is not None:
            return tuple(zones.split())
    return ()


@cache
def zones_of_state(code: str) -> tuple[str, ...]:
    """The zones of a state or province: those of all its area codes."""
    found: set[str] = set()
    for entry in _tables()["area_codes"].values():
        words = entry.split()
        if code in words:
            found.update(word for word in words if "/" in word)
    return tuple(sorted(found))


@cache
def _anywhere() -> tuple[tuple[str, ...], tuple[str, ...]]:
    states = tuple(sorted(set(STATES) - {"PR", "VI", "GU", "AS", "MP"}))
    return tuple(sorted({zone for code in states for zone in zones_of_state(code)})), states


@cache
def _tables() -> dict[str, dict[str, str]]:
    """``python -m tests.support.area_codes`` makes it; a test compares."""
    text = files(__package__).joinpath("data", "area_codes.json").read_text(encoding="utf-8")
    tables: dict[str, dict[str, str]] = json.loads(text)
    return tables


__all__ = ["PROVINCES", "STATES", "TEST_NUMBERS", "Place", "place_of", "zones_of_state"]
