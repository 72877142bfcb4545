"""A campaign's definition: the contract's example is read, and every mistake is named by its field."""

import tomllib
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trd_tui.domain.definition import USUAL_ZONE, DefinitionError, parse_definition
from trd_tui.domain.sequence import DEFAULT_DAYS
from trd_tui.domain.sheet import Sheet
from trd_tui.domain.window import Window, parse_days

EXAMPLE = """
name = "Real Estate Q1 2024"
sender = "+15005550006"
timezone = "America/New_York"
send_time = "09:30"
window = { days = "mon-sat", from = "09:00", to = "20:00" }
resume_policy = "shift"
daily_cap = 500
budget_usd = "250.00"
[variables]
agent = "Ann"
[[touch]]
day = 1
body = "Hi {{first_name|there}}, this is {{agent}} of Acme Homes. Reply STOP to opt out."
[[touch]]
day = 4
body = "Still looking in {{ city | default: 'town' }}, {{lot_size|}}?"
active = false
"""
SMALL: dict[str, Any] = {"name": "A", "sender": "+15005550006", "timezone": "America/Chicago"}


def test_the_contracts_example() -> None:
    found = parse_definition(tomllib.loads(EXAMPLE), ["lot_size"])
    assert found.name == "Real Estate Q1 2024"
    assert found.sender == "+15005550006"
    assert found.timezone == "America/New_York"
    assert found.send_time == 570
    assert found.window == Window(parse_days("mon-sat"), 540, 1200)
    assert found.resume_policy == "shift"
    assert found.daily_cap == 500
    assert found.budget_micros == 250_000_000
    assert found.priority == 3
    assert found.variables == {"agent": "Ann"}
    assert [(t.position, t.day, t.active) for t in found.sequence.touches] == [(1, 1, True), (2, 4, False)]


def test_what_is_left_out_has_a_default() -> None:
    found = parse_definition({"name": "A", "sender": "+15005550006"})
    assert (found.timezone, Sheet().timezone) == (USUAL_ZONE, USUAL_ZONE), "the file as the screen"
    assert [touch.day for touch in found.sequence.touches] == list(DEFAULT_DAYS)
    assert found.send_time == 540
    assert str(found.window) == "mon-sat 09:00-20:00"
    assert found.daily_cap is None
    assert found.budget_micros is None
    assert found.variables == {}


@pytest.mark.parametrize("budget", ["250", 250, 250.0, "$250.00"])
def test_a_budget_may_be_text_or_number(budget: object) -> None:
    assert parse_definition({**SMALL, "budget_usd": budget}).budget_micros == 250_000_000


def touch(**values: object) -> dict[str, object]:
    return {"touch": [{"day": 1, "body": "Hi", **values}]}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sendr": "x"}, "sendr: unknown key; did you mean 'sender'?"),
        ({"touches": []}, "touches: unknown key; did you mean 'touch'?"),
        ({"name": " "}, "name: a campaign needs a name"),
        ({"name": "x" * 201}, "name: has 201 characters"),
        ({"name": 5}, "name: must be text in quotes, not 5"),
        ({"name": None}, 'name: is missing; write it like name = "Spring"'),
        ({"sender": "12"}, "sender: '12' has too few digits; write a number like +12125550123"),
        ({"timezone": "America/NewYork"}, "timezone: "),
        ({"send_time": "9am"}, "send_time: '9am' is not a time of day"),
        ({"window": {"days": "mon-foo"}}, "window.days: 'foo' is no day"),
        ({"window": {"from": "20:00", "to": "09:00"}}, "window.to: closes at 09:00"),
        ({"window": {"form": "09:00"}}, "window.form: unknown key; did you mean 'from'?"),
        ({"window": "9-20"}, "window: '9-20' is no window; write it like window = \"09:00-20:00\""),
        ({"window": "mon-foo 09:00-20:00"}, "window.days: 'foo' is no day"),
        ({"window": 9}, 'window: must be a time from and to, not 9; write it like window = "09:00-20:00"'),
        (
            {"resume_policy": "x"},
            "resume_policy: unknown policy 'x'; known are shift, skip, catch_up_one, restart_delay, review",
        ),
        ({"resume_policy": "shfit"}, "resume_policy: unknown policy 'shfit'; did you mean 'shift'?"),
        ({"daily_cap": 0}, "daily_cap: must be a whole number from 1"),
        ({"daily_cap": True}, "daily_cap: must be a whole number from 1 to 10,000,000, not true"),
        ({"priority": 6}, "priority: must be a whole number from 1 to 5, not 6"),
        ({"budget_usd": "lots"}, "budget_usd: 'lots' is not an amount"),
        ({"budget_usd": []}, "budget_usd: must be an amount"),
        ({"daily_budget_usd": "-1"}, "daily_budget_usd: '-1' is less than nothing"),
        ({"variables": {"first_name": "x"}}, "variables.first_name: is a field of every contact"),
        ({"variables": {"a": []}}, "variables.a: must be text"),
        ({"variables": {"a b": "1", "a_b": "2"}}, "variables.a_b: 'a_b' is given twice"),
        ({"touch": {"day": 1}}, "touch: write each touch as a table"),
        ({"touch": [{"day": d + 1, "body": "x"} for d in range(61)]}, "touch: a sequence has at most 60"),
        (touch(day=0), "touch[1].day: must be a whole number from 1, not 0"),
        (touch(day="1"), "touch[1].day: must be a whole number from 1, not '1'"),
        (
            touch(day=date(2024, 1, 15)),
            "touch[1].day: must be a whole number from 1, not 2024-01-15; day 1 is",
        ),
        (touch(bdy="x"), "touch[1].bdy: unknown key; did you mean 'body'?"),
        (touch(active="yes"), "touch[1].active: must be true or false"),
        (touch(kind="call"), "touch[1]: kind 'call' is not known"),
        (
            touch(body="Hi {{frist_name|x}}"),
            "touch[1].body: unknown field 'frist_name'; did you mean 'first_name'?",
        ),
        (touch(body="Hi {{first_name"), "touch[1].body: a brace at character 4"),
        (touch(body=" "), "touch[1].body: the text is empty"),
        (touch(active=False), "touch: at least one touch must be active"),
        ({"touch": [{"day": 3, "body": "x"}, {"day": 3, "body": "y"}]}, "touch[2]: day 3 must be later"),
        ({"touch": [{"body": "x"}]}, "touch[1].day: is missing"),
        ({"touch": [{"day": 1}]}, "touch[1].body: is missing"),
    ],
)
def test_every_mistake_is_named_by_its_field(change: dict[str, Any], message: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        parse_definition({**SMALL, **change})
    assert str(caught.value).startswith(message)
    assert message.startswith(caught.value.path)


def test_everything_that_is_wrong_is_told_in_one_go() -> None:
    data = {
        "sendr": "+15005550006",
        "timezone": "Mars",
        "window": {"days": "mon-foo", "from": "9am", "til": "20:00"},
        "daily_cap": "many",
        "variables": {"agent": [], "first_name": "x"},
        "touch": [
            {"day": 5, "body": "Hi {{agent}} {{frist_name}} {{lots|x}} {{lots|y}}", "kind": "call"},
            {"day": 3, "bdy": "x"},
            {"day": 4, "active": "no", "variant": [{"name": "?", "weight": 0, "body": "x"}, {}]},
        ],
    }
    with pytest.raises(DefinitionError) as caught:
        parse_definition(data)
    assert [error.path for error in caught.value.all] == [
        "sendr", "name", "sender", "timezone", "window.til", "window.days", "window.from", "daily_cap",
        "variables.agent", "variables.first_name", "touch[1].body", "touch[1].body", "touch[2].bdy",
        "touch[2].body", "touch[3].active", "touch[3].variant[1].name", "touch[3].variant[1].weight",
        "touch[3].variant[2].body",
    ]  # fmt: skip
    assert all(str(error).startswith(f"{error.path}: ") for error in caught.value.all)


def test_days_out_of_order_are_all_told() -> None:
    days = [1, 9, 5, 7, 7]
    with pytest.raises(DefinitionError) as caught:
        parse_definition({**SMALL, "touch": [{"day": day, "body": "x"} for day in days]})
    assert [error.path for error in caught.value.all] == ["touch[3]", "touch[5]"]


@pytest.mark.parametrize("text", ["mon-sat 09:00-20:00", "09:00-20:00", " 9:00 -  20:00"])
def test_a_window_may_be_written_as_it_is_shown(text: str) -> None:
    assert parse_definition({**SMALL, "window": text}).window == Window(parse_days("mon-sat"), 540, 1200)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(
    ["name", "sender", "timezone", "send_time", "window", "resume_policy", "daily_cap"]
) | (st.sampled_from(["budget_usd", "priority", "variables", "touch", "other"]))


@given(st.dictionaries(KEYS, JSON, max_size=5))
def test_anything_else_is_refused_by_a_sentence(change: dict[str, Any]) -> None:
    message = ""
    try:
        assert parse_definition({**SMALL, **change}).sequence.planned >= 1
    except DefinitionError as error:
        message = str(error)
    assert message.isprintable()
