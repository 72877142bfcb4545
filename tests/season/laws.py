"""When texts may reach people, written down anew by hand: nothing here comes from the product.

Zones of area codes are those of the public numbering data; the rest is typed from the lists that
`tests/README.md` names. What the lists say differently stands here at its narrowest.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from phonenumbers.tzdata import TIMEZONE_DATA

AREAS = {
    "212": "NY",
    "305": "FL",
    "850": "FL",
    "213": "CA",
    "206": "WA",
    "205": "AL",
    "504": "LA",
    "601": "MS",
    "203": "CT",
    "214": "TX",
    "915": "TX",
    "401": "RI",
    "502": "KY",
    "270": "KY",
    "702": "NV",
    "775": "NV",
    "313": "MI",
    "906": "MI",
    "612": "MN",
    "505": "NM",
    "215": "PA",
    "207": "ME",
    "405": "OK",
    "301": "MD",
    "617": "MA",
    "307": "WY",
    "201": "NJ",
    "808": "HI",
    "907": "AK",
    "602": "AZ",
    "303": "CO",
    "312": "IL",
    "404": "GA",
    "208": "ID",
    "701": "ND",
    "605": "SD",
    "785": "KS",
    "219": "IN",
    "423": "TN",
    "541": "OR",
}
"""Area codes of the season's contacts, and the state in which each lies."""

ZIPS = {
    "10001": "NY",
    "33101": "FL",
    "90012": "CA",
    "98101": "WA",
    "35203": "AL",
    "70112": "LA",
    "75201": "TX",
    "02903": "RI",
    "40202": "KY",
    "19103": "PA",
    "04101": "ME",
    "89101": "NV",
    "60601": "IL",
    "80202": "CO",
}

_EAST, _MIDDLE, _MOUNTAIN, _WEST = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
)
STATE_ZONES = {
    **dict.fromkeys(["NY", "CT", "RI", "PA", "ME", "MD", "MA", "NJ", "GA"], (_EAST,)),
    **dict.fromkeys(["AL", "LA", "MS", "MN", "OK", "IL"], (_MIDDLE,)),
    **dict.fromkeys(["WY", "CO", "NM"], (_MOUNTAIN,)),
    **dict.fromkeys(["CA", "WA"], (_WEST,)),
    **dict.fromkeys(["FL", "KY", "TN", "IN", "MI"], (_EAST, _MIDDLE)),
    **dict.fromkeys(["TX", "ND", "SD", "KS"], (_MIDDLE, _MOUNTAIN)),
    **dict.fromkeys(["NV", "ID", "OR"], (_MOUNTAIN, _WEST)),
    "AZ": ("America/Phoenix",),
    "HI": ("Pacific/Honolulu",),
    "AK": ("America/Anchorage",),
}

DAY, CLOSED = (8 * 60, 21 * 60), (0, 0)
_EIGHT = (8 * 60, 20 * 60)
_USUAL = {
    **dict.fromkeys(["FL", "OK", "MD", "WA", "WY", "MA", "NJ", "MS", "AL", "LA"], _EIGHT),
    "CT": (9 * 60, 20 * 60),
    "NV": (9 * 60, 20 * 60),
    "RI": (9 * 60, 18 * 60),
    "KY": (10 * 60, 21 * 60),
    **dict.fromkeys(["TX", "MI", "MN", "NM"], (9 * 60, 21 * 60)),
    "ME": (9 * 60, 17 * 60),
}
_SATURDAYS = {"RI": (10 * 60, 17 * 60), "ME": CLOSED}
_SUNDAYS = {
    **dict.fromkeys(["AL", "LA", "MS", "ME"], CLOSED),
    "RI": (10 * 60, 17 * 60),
    "TX": (12 * 60, 21 * 60),
}
_HOLIDAYS = ("AL", "LA")
PENNSYLVANIA_FROM = date(2026, 10, 18)
MOST_IN_24_HOURS = {"FL": 3, "OK": 3}


@cache
def zones_of_area(area: str) -> tuple[str, ...]:
    """Every zone that any number of an area code may be in."""
    found = {zone for key, zones in TIMEZONE_DATA.items() if key.startswith(f"1{area}") for zone in zones}
    return tuple(sorted(found))


def place(number: str, state: str, zip_code: str, zone: str) -> tuple[tuple[str, ...], str]:
    """The possible zones of a contact, and the state whose law holds."""
    law = state or ZIPS.get(zip_code, "") or AREAS[number[2:5]]
    if zone:
        return (zone,), law
    return (STATE_ZONES[law] if state or zip_code else zones_of_area(number[2:5])), law


@cache
def lawful(day: date, state: str) -> tuple[int, int]:
    """First minute of a date at which a text may reach someone in a state, and the first that it may not."""
    if state in _HOLIDAYS and is_holiday(day):
        return CLOSED
    hours = _USUAL.get(state, DAY)
    if day.weekday() == 5:
        hours = _SATURDAYS.get(state, hours)
    if day.weekday() == 6:
        hours = _SUNDAYS.get(state, hours)
        if state == "PA" and day >= PENNSYLVANIA_FROM:
            return CLOSED
    return hours


@cache
def is_holiday(day: date) -> bool:
    """Whether a date is a federal holiday of 2026, or the day on which one is kept."""
    fixed = [date(2026, month, at) for month, at in ((6, 19), (7, 4), (11, 11), (12, 25))]
    kept = [each + timedelta(days={5: -1, 6: 1}.get(each.weekday(), 0)) for each in fixed]
    moving = [date(2026, 9, 7), date(2026, 10, 12), date(2026, 11, 26)]
    return day in (*fixed, *kept, *moving)


@cache
def zone_of(name: str) -> ZoneInfo:
    """A zone by its name."""
    return ZoneInfo(name)


def wall(at: int, zone: str) -> datetime:
    """What the clock on the wall shows at an instant."""
    return datetime.fromtimestamp(at / 1000, zone_of(zone))
