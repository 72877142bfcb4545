"""Where area codes and countries lie, from the phone library: prints what ``domain/data/area_codes.json`` is.

    python -m tests.support.area_codes > trd_tui/domain/data/area_codes.json

The library knows prefixes of six digits and more. A mobile number is carried all over its area code, so
what counts here is the union over the code.
"""

from __future__ import annotations

import json
from collections import defaultdict

from trd_tui.domain.state_names import PROVINCES, STATES

_NAMES = {**STATES, **PROVINCES}
_ISLANDS = {"787": "PR", "939": "PR", "340": "VI", "671": "GU", "684": "AS", "670": "MP"}
_BORROWED = {
    # the library's words for these codes name several, or a city only
    "202": ("DC",),
    "771": ("DC",),
    "867": ("NT", "NU", "YT"),
    "902": ("NS", "PE"),
    "782": ("NS", "PE"),
}


def table() -> dict[str, dict[str, str]]:
    """States and zones by area code of North America, zones by calling code of the others."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE
    from phonenumbers.geodata import GEOCODE_DATA
    from phonenumbers.tzdata import TIMEZONE_DATA

    zones: defaultdict[str, set[str]] = defaultdict(set)
    countries: defaultdict[str, set[str]] = defaultdict(set)
    for prefix, names in TIMEZONE_DATA.items():
        if prefix.startswith("1"):
            if len(prefix) >= 4:
                zones[prefix[1:4]].update(names)
            continue
        for digits in (1, 2, 3):
            if int(prefix[:digits]) in COUNTRY_CODE_TO_REGION_CODE:
                countries[prefix[:digits]].update(names)
    codes = {name: code for code, name in _NAMES.items()} | {
        "Washington D.C.": "DC",
        "Washington State": "WA",
    }
    states: defaultdict[str, set[str]] = defaultdict(set)
    for prefix, texts in GEOCODE_DATA.items():
        if prefix.startswith("1") and len(prefix) >= 4 and "en" in texts:
            for word in texts["en"].rsplit(", ", 1)[-1].split("/"):
                code = word if word in _NAMES else codes.get(word)
                if code is not None:
                    states[prefix[1:4]].add(code)
    for area, code in _ISLANDS.items():
        states[area] = {code}
    for area, several in _BORROWED.items():
        states[area] = set(several)
    return {
        "area_codes": {
            area: " ".join([*sorted(states[area]), *sorted(names)]) for area, names in sorted(zones.items())
        },
        "countries": {code: " ".join(sorted(names)) for code, names in sorted(countries.items())},
    }


if __name__ == "__main__":
    print(json.dumps(table(), indent=1))
