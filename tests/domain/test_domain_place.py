"""Where a contact may be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import trd_tui.domain
from tests.support.area_codes import table
from trd_tui.domain.place import Place, place_of, zones_of_state
from trd_tui.domain.state_names import not_understood, state_code, state_of_zip
from trd_tui.domain.zones import check_zone

CHICAGO, DENVER, NEW_YORK = "America/Chicago", "America/Denver", "America/New_York"


def test_the_table_is_what_the_phone_library_says() -> None:
    file = Path(trd_tui.domain.__file__).parent / "data" / "area_codes.json"
    assert json.loads(file.read_text()) == table(), "python -m tests.support.area_codes makes it anew"


def test_every_zone_of_the_table_exists() -> None:
    tables = table()
    for words in (*tables["area_codes"].values(), *tables["countries"].values()):
        for word in words.split():
            if "/" in word:
                check_zone(word)


@pytest.mark.parametrize(
    ("number", "state", "zip_code", "zone", "expected"),
    [
        ("+12125550123", "", "", None, Place((NEW_YORK,), ("NY",))),
        ("+18505550123", "", "", None, Place((CHICAGO, NEW_YORK), ("FL",))),
        ("+12125550123", "tx", "", None, Place((CHICAGO, DENVER), ("TX",))),
        ("+12125550123", "", "60601", None, Place((CHICAGO,), ("IL",))),
        ("+12125550123", "Hawaii", "60601", None, Place(("Pacific/Honolulu",), ("HI",))),
        ("+12125550123", "", "", "Europe/Berlin", Place(("Europe/Berlin",), ("NY",))),
        ("+12125550123", "TX", "", DENVER, Place((DENVER,), ("TX",))),
        ("+12125550123", "Bavaria", "x", None, Place((NEW_YORK,), ("NY",))),
        ("+12125550123", "Ontario", "", None, Place(("America/Toronto", "America/Winnipeg"), ())),
        ("+15005550006", "", "", None, Place((), ())),
        ("+15005550006", "FL", "", CHICAGO, Place((CHICAGO,), ("FL",))),
        ("+61412345678", "WA", "60601", "Australia/Perth", Place(("Australia/Perth",), ())),
        ("+493012345", "", "", None, Place(("Europe/Berlin",), ())),
        ("+999123456", "", "", None, Place((), ())),
    ],
)
def test_stated_before_state_before_code_before_number(
    number: str, state: str, zip_code: str, zone: str | None, expected: Place
) -> None:
    assert place_of(number, state, zip_code, zone) == expected


@pytest.mark.parametrize("number", ["+18005550123", "+19005550123", "+15215550123"])
def test_a_number_of_no_place_may_be_anywhere_in_the_us(number: str) -> None:
    place = place_of(number, "", "", None)
    assert {"Pacific/Honolulu", "America/Anchorage", NEW_YORK} <= set(place.zones)
    assert len(place.states) == 51


def test_what_people_write_for_states() -> None:
    for text in ("ny", "N.Y.", " new  york ", "New York"):
        assert state_code(text) == "NY"
    assert [state_code(text) for text in ("D.C.", "Washington DC", "washington", "", "XX")] == [
        "DC", "DC", "WA", None, None,
    ]  # fmt: skip


def test_whose_a_postal_code_is() -> None:
    codes = ("10001", "02108-1234", "2108", "501", "73301", "88510", "99950", "96799", "09012", "abc", "")
    assert [state_of_zip(code) for code in codes] == [
        "NY", "MA", "MA", "NY", "TX", "TX", "AK", "HI", None, None, None,
    ]  # fmt: skip
    assert [state_of_zip(code) for code in ("021081234", "21081234", "02108 1234", "210812")] == [
        "MA", "MA", "MA", None,
    ]  # fmt: skip
    assert zones_of_state("IN") == (CHICAGO, NEW_YORK)


def test_what_says_nothing_of_a_place_is_named() -> None:
    for state, zip_code in (
        ("ny", "10001-1"),
        ("Ontario", "M5V 2T6"),
        ("AE", "09012"),
        ("", "m5v"),
        ("", ""),
    ):
        assert not_understood(state, zip_code) == ""
    assert not_understood("Flroida", "ABC") == (
        "state 'Flroida' is not understood; did you mean 'Florida'?; zip 'ABC' is not understood"
    )
    # what is told is what is asked: such a contact is where the number is
    assert place_of("+12125550123", "Flroida", "210812", None).states == ("NY",)
