"""The file of quiet hours: what it may say, what it replaces, and how a slip is named."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest

from trd_tui.domain.law import hours_on
from trd_tui.domain.law_in_force import packaged_law
from trd_tui.domain.law_text import LawError, read_law

MONDAY = date(2025, 12, 1).toordinal()


def law(text: str) -> object:
    return read_law(tomllib.loads(f'date = "2026-01-01"\n{text}'), "test")


def test_a_users_rules_of_a_state_take_the_place_of_the_packages() -> None:
    text = 'date = "2026-12-01"\n[[rule]]\nstate = "TX"\nhours = "10:00-18:00"\n'
    own = read_law(tomllib.loads(text), "own", packaged_law())
    assert hours_on(own, MONDAY, ("TX",)) == (600, 1080)
    assert hours_on(own, MONDAY + 6, ("TX",)) == (600, 1080)  # on a Sunday, too: the package's rule is gone
    assert hours_on(own, MONDAY, ("CT",)) == (540, 1200)
    assert own.most_in_24_hours(("TX", "FL")) == 3
    assert own.dated == "2026-12-01"


def test_the_strictest_of_several_states_holds() -> None:
    assert hours_on(packaged_law(), MONDAY, ("KY", "CT")) == (600, 1200)
    assert hours_on(packaged_law(), MONDAY + 5, ("ME", "KY")) is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[federal]\nhours = '07:00-21:00'", "federal: hours may be narrower than 08:00-21:00"),
        ("[federal]\nhour = '08:00-21:00'", "federal: unknown key 'hour'; did you mean 'hours'"),
        ("[[rule]]\nstate = 'Texas'", "rule 1: state must be the two letters"),
        ("[[rule]]\nstate = 'TX'\nhours = '9-21'", r"rule 1 \(TX\): hours must be hours as"),
        ("[[rule]]\nstate = 'TX'\nsunday = '20:00-09:00'", r"rule 1 \(TX\): sunday must be hours"),
        ("[[rule]]\nstate = 'TX'\nsundays = 'closed'", r"rule 1 \(TX\): unknown key 'sundays'; did you mean"),
        ("[[rule]]\nstate = 'TX'\nbegins = 'soon'", r"rule 1 \(TX\): begins must be a date"),
        ("[[rule]]\nstate = 'TX'\nholidays = true", r"rule 1 \(TX\): holidays must be"),
        ("[[rule]]\nstate = 'TX'\nmost_in_24_hours = 0", r"rule 1 \(TX\): most_in_24_hours must be"),
        ("[holidays]\ndays = ['02-30']", "holidays: '02-30' is no day"),
        ("[holidays]\ndays = ['5th mon may']", "holidays: '5th mon may' is no day"),
        ("rules = []", "unknown key 'rules'; did you mean 'rule'"),
    ],
)
def test_a_slip_is_named_with_the_remedy(text: str, sentence: str) -> None:
    with pytest.raises(LawError, match=sentence):
        law(text)


def test_a_file_says_of_when_it_is() -> None:
    with pytest.raises(LawError, match="date is missing"):
        read_law({}, "test")
