import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trd_tui.domain.definition import DefinitionError, parse_definition
from trd_tui.domain.sheet import (
    SCHEDULE,
    SENDER,
    TOUCHES,
    Sheet,
    TypedTouch,
    has_day,
    house_touches,
    order_of_days,
    with_day,
)
from trd_tui.domain.sheet_faults import faults_of
from trd_tui.domain.sheet_meet import meet

_TYPED = st.sampled_from(
    [
        *(
            "",
            " ",
            "0",
            "09:00",
            "20:00",
            "24:00",
            "mon-sat",
            "fri,x",
            "1,250.50",
            "500",
            "7 000",
            "-1",
            "UTC",
        ),
        *("+12125550100", "MG12", "skip", "a=1; b=2", "first_name=x", "=", "é\n", "9" * 30),
    ]
)
_NAMES = (
    *("name", "sender", "brand", "values", "days", "opens", "closes", "send_time", "timezone"),
    *("resume_policy", "daily_cap", "budget_usd", "daily_budget_usd", "priority"),
)
_TOUCH = st.builds(
    TypedTouch,
    day=st.sampled_from(["", " ", "x", "0", "1", "2", "9", "20", "4000", "²"]),
    body=st.sampled_from(["Hi", "", "Hi {{first_name|there}}", "{{agent}}", "{{pet}}", "{{", "Hi é"]),
    active=st.booleans(),
)
_SHEETS = st.builds(
    Sheet,
    **dict.fromkeys(_NAMES, _TYPED),
    touches=st.lists(_TOUCH, max_size=4).map(tuple),
)
_FINE = {"name": "x", "sender": "+12125550100", "timezone": "UTC"}


@settings(max_examples=30)
@given(_SHEETS)
def test_a_step_without_a_fault_is_a_definition_and_one_with_a_fault_names_a_field(sheet: Sheet) -> None:
    faults = faults_of(sheet, ["pet"])
    for step in (SENDER, TOUCHES, SCHEDULE):
        mine = [fault for fault in faults if fault.step == step]
        try:
            parse_definition({**_FINE, **sheet.parts(step)}, ["pet"])
            refused = False
        except DefinitionError:
            refused = True
        assert mine or not refused, (step, sheet)
        assert all(fault.message and fault.field for fault in mine)


@settings(max_examples=20)
@given(_SHEETS)
def test_what_is_typed_survives_being_kept(sheet: Sheet) -> None:
    assert Sheet.of_plain(json.loads(json.dumps({**sheet.plain(), "of_a_later_version": 1}))) == sheet


def test_an_empty_sheet_lacks_a_name_and_a_sender_and_nothing_else() -> None:
    faults = faults_of(Sheet(touches=house_touches()))
    assert [(fault.step, fault.field) for fault in faults] == [(1, "name"), (1, "sender")]


def test_every_fault_is_told_beside_its_field_with_the_remedy() -> None:
    wrong = Sheet(
        name=" ", sender="hello", opens="20:00", closes="09:00", send_time="noon", timezone="Mars/X",
        daily_cap="0", budget_usd="0.00", daily_budget_usd="-3", priority="9",
        touches=(TypedTouch("3", "Hi"), TypedTouch("2", "{{nme}}"), TypedTouch("", " ")),
    )  # fmt: skip
    said = {fault.field: fault.message for fault in faults_of(wrong)}
    assert said["name"] == "a campaign needs a name; type one"
    assert "letters" in said["sender"]
    assert "not after it opens at 20:00" in said["closes"]
    assert "09:00 or 17:30" in said["send_time"]
    assert "America/New_York" in said["timezone"]
    assert "whole number from 1" in said["daily_cap"]
    assert "leave it empty for no limit" in said["budget_usd"]
    assert "less than nothing" in said["daily_budget_usd"]
    assert "from 1 to 5" in said["priority"]
    assert "unknown field 'nme'" in said["touch[2].body"]
    assert "is empty" in said["touch[3].day"]
    assert "is empty" in said["touch[3].body"]
    assert "touch[1].day" not in said
    for days in ("", "foo"):
        hidden = Sheet(name="x", sender="+12125550100", days=days, opens="20:00", closes="09:00")
        assert [fault.field for fault in faults_of(hidden)] == ["touch", "days", "closes"]
    twice = Sheet(name="x", sender="+12125550100", touches=(TypedTouch("3", "Hi"), TypedTouch("3", "Yo")))
    assert [(fault.field, fault.message[:21]) for fault in faults_of(twice)] == [
        ("touch[2].day", "touch 1 has day 3 too")
    ]


@given(st.integers(0, 6), st.sampled_from(["mon-sat", "", "sun", "sat-mon", "no day"]))
def test_a_day_that_is_switched_twice_is_as_before(number: int, days: str) -> None:
    once = with_day(days, number)
    assert has_day(once, number) != has_day(days, number)
    assert [has_day(with_day(once, number), each) for each in range(7)] == [
        has_day(days, each) for each in range(7)
    ]


@given(st.lists(st.integers(1, 400), unique=True, max_size=12))
def test_touches_stand_by_their_days_and_none_is_lost(days: list[int]) -> None:
    touches = [TypedTouch(f" {day} ", str(place)) for place, day in enumerate(days)]
    order = order_of_days(touches)
    assert sorted(order) == list(range(len(days)))
    assert [days[place] for place in order] == sorted(days)
    sheet = Sheet(name="x", sender="+12125550100", touches=tuple(touches))
    assert not any("day" in fault.field for fault in faults_of(sheet))  # their order is nobody's fault
    assert [each["day"] for each in sheet.parts(TOUCHES)["touch"]] == sorted(days)


@pytest.mark.parametrize("days", ["3 1 x", "3 1 1", "3 1 -2", "3 ²", "3 1.5"])
def test_touches_whose_days_are_not_right_yet_stay_where_they_are(days: str) -> None:
    touches = [TypedTouch(day, "") for day in days.split()]
    assert order_of_days(touches) == tuple(range(len(touches)))


def test_one_amount_in_two_spellings_is_no_conflict() -> None:
    base = Sheet(version=1, touches=())
    stored = Sheet(version=2, touches=(), budget_usd="1500.00", daily_cap="20")
    mine = Sheet(version=1, touches=(), base=base, budget_usd="$1,500", daily_cap="020")
    met = meet(mine, stored)
    assert (met.taken, met.crossed) == ((), ())
    assert meet(replace(mine, budget_usd="1,501"), stored).crossed == ("budget_usd",)
    assert meet(replace(mine, budget_usd="much"), stored).crossed == ("budget_usd",)
