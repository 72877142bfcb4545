"""States of the US and provinces of Canada: what people write for them, and whose a postal code is."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache

from trd_tui.domain.nearest import did_you_mean

STATES = {
    "AL": "Alabama",
    "AK": "Alaska",
    "AZ": "Arizona",
    "AR": "Arkansas",
    "CA": "California",
    "CO": "Colorado",
    "CT": "Connecticut",
    "DE": "Delaware",
    "DC": "District of Columbia",
    "FL": "Florida",
    "GA": "Georgia",
    "HI": "Hawaii",
    "ID": "Idaho",
    "IL": "Illinois",
    "IN": "Indiana",
    "IA": "Iowa",
    "KS": "Kansas",
    "KY": "Kentucky",
    "LA": "Louisiana",
    "ME": "Maine",
    "MD": "Maryland",
    "MA": "Massachusetts",
    "MI": "Michigan",
    "MN": "Minnesota",
    "MS": "Mississippi",
    "MO": "Missouri",
    "MT": "Montana",
    "NE": "Nebraska",
    "NV": "Nevada",
    "NH": "New Hampshire",
    "NJ": "New Jersey",
    "NM": "New Mexico",
    "NY": "New York",
    "NC": "North Carolina",
    "ND": "North Dakota",
    "OH": "Ohio",
    "OK": "Oklahoma",
    "OR": "Oregon",
    "PA": "Pennsylvania",
    "RI": "Rhode Island",
    "SC": "South Carolina",
    "SD": "South Dakota",
    "TN": "Tennessee",
    "TX": "Texas",
    "UT": "Utah",
    "VT": "Vermont",
    "VA": "Virginia",
    "WA": "Washington",
    "WV": "West Virginia",
    "WI": "Wisconsin",
    "WY": "Wyoming",
    "PR": "Puerto Rico",
    "VI": "U.S. Virgin Islands",
    "GU": "Guam",
    "AS": "American Samoa",
    "MP": "Northern Mariana Islands",
}
"""States, the capital's district and territories, by code."""

PROVINCES = {
    "AB": "Alberta",
    "BC": "British Columbia",
    "MB": "Manitoba",
    "NB": "New Brunswick",
    "NL": "Newfoundland and Labrador",
    "NS": "Nova Scotia",
    "ON": "Ontario",
    "PE": "Prince Edward Island",
    "QC": "Quebec",
    "SK": "Saskatchewan",
    "NT": "Northwest Territories",
    "NU": "Nunavut",
    "YT": "Yukon",
}
"""Provinces and territories of Canada, by code."""

_NAMES = {name.casefold(): code for table in (STATES, PROVINCES) for code, name in table.items()}
_NAMES |= {"washington dc": "DC", "washington d c": "DC", "québec": "QC", "virgin islands": "VI"}

# First three digits of a postal code at which the codes of a state begin; "" where they are nobody's
# (military mail, not in use). As the postal service deals them out; they change less than once in ten years.
_RANGES = (
    "000: 005:NY 006:PR 008:VI 009:PR 010:MA 028:RI 030:NH 039:ME 050:VT 055:MA 056:VT 060:CT 070:NJ 090:"
    " 100:NY 150:PA 197:DE 200:DC 201:VA 202:DC 206:MD 220:VA 247:WV 269: 270:NC 290:SC 300:GA 320:FL 340:"
    " 341:FL 350:AL 370:TN 386:MS 398:GA 400:KY 428: 430:OH 460:IN 480:MI 500:IA 529: 530:WI 550:MN 568:"
    " 569:DC 570:SD 578: 580:ND 589: 590:MT 600:IL 630:MO 659: 660:KS 680:NE 694: 700:LA 715: 716:AR 730:OK"
    " 733:TX 734:OK 750:TX 800:CO 817: 820:WY 832:ID 839: 840:UT 848: 850:AZ 866: 870:NM 885:TX 886:"
    " 889:NV 899: 900:CA 962: 967:HI 969:GU 970:OR 980:WA 995:AK"
)
_MILITARY = frozenset({"AA", "AE", "AP"})
_CANADA = re.compile(r"\s*[a-z][0-9][a-z](?:[\s-]?[0-9][a-z][0-9])?\s*$", re.ASCII | re.IGNORECASE)
_BEGINS = tuple(part.partition(":")[0] for part in _RANGES.split())
_WHOSE = tuple(part.partition(":")[2] for part in _RANGES.split())


def state_code(text: str) -> str | None:
    """The code of a state or province that somebody wrote as a code or a name; ``None`` if it is neither."""
    plain = " ".join(text.replace(".", " ").split())
    code = plain.replace(" ", "").upper()
    if code in STATES or code in PROVINCES:
        return code
    return _NAMES.get(plain.casefold())


def state_of_zip(text: str) -> str | None:
    """The state of a US postal code; ``None`` for military mail and what is none.

    Leading zeros that a spreadsheet has taken away are understood, also of a code of nine digits.
    """
    head = _zip_head(text)
    return (_WHOSE[bisect_right(_BEGINS, head) - 1] or None) if head else None


def _zip_head(text: str) -> str:
    """The first three of a code's digits; nothing where it is no code."""
    digits = text.strip().replace(" ", "-").partition("-")[0]
    if not (digits.isascii() and digits.isdecimal() and 3 <= len(digits) <= 9) or len(digits) == 6:
        return ""
    return digits.zfill(5 if len(digits) <= 5 else 9)[:3]


@lru_cache(maxsize=1 << 16)
def not_understood(state: str, zip_code: str) -> str:
    """What of a contact's state and postal code says nothing of where they are, with the nearest; else empty.

    Military mail is nobody's state and understood, as are its states and the codes of Canada.
    """
    said = []
    if state and state_code(state) is None and state.strip().upper() not in _MILITARY:
        names = [*STATES.values(), *PROVINCES.values()]
        said.append(f"state '{state}' is not understood{did_you_mean(state, names)}")
    if zip_code and state_of_zip(zip_code) is None and not _known_elsewhere(zip_code):
        said.append(f"zip '{zip_code}' is not understood")
    return "; ".join(said)


def _known_elsewhere(zip_code: str) -> bool:
    head = _zip_head(zip_code)
    return "090" <= head <= "098" or head == "340" or "962" <= head <= "966" or bool(_CANADA.match(zip_code))
