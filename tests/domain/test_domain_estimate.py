"""An estimate is the sum of what every contact's own texts cost; answers end sequences."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trd_tui.domain.estimate import REPLY_RATES, CostCount
from trd_tui.domain.prices import KINDS, PriceTable, Tariff

US, DE, CA = "+12125550123", "+4915112345678", "+14165550123"


@pytest.fixture
def tariff() -> Tariff:
    prices = {"US": dict.fromkeys(KINDS, 10), "DE": dict.fromkeys(KINDS, 100)}
    return PriceTable(prices, {"1": "US", "1416": "CA", "49": "DE"}).tariff("long_code")


def test_each_contact_costs_by_their_own_text_and_country(tariff: Tariff) -> None:
    count = CostCount([(1, ["Hi {{first_name}}"]), (2, ["x" * 200]), (4, ["{{company}}?"])], tariff)
    count.add(US, {"first_name": "A" * 200, "company": "B"})  # 2 + 2 + 1
    count.add(DE, {"first_name": "A", "company": ""})  # 1 + 2, the last would be held
    count.add(CA, {"first_name": "A", "company": "C"}, first=4)  # 1, as the dearest
    found = count.result()
    assert (found.contacts, found.held, found.without_price, found.unpriced) == (3, 1, 1, ("CA",))
    assert (found.worst.messages, found.worst.segments, found.worst.cost_micros) == (6, 9, 50 + 300 + 100)


def test_of_variants_the_longest_counts(tariff: Tariff) -> None:
    count = CostCount([(1, ["short", "x" * 400])], tariff)
    count.add(US, {})
    assert count.result().worst.segments == 3


def test_who_has_had_the_last_touch_costs_nothing(tariff: Tariff) -> None:
    count = CostCount([(1, ["a"]), (2, ["b"])], tariff)
    assert (count.after(1), count.after(2), count.after(7)) == (2, None, None)
    count.add(US, {}, first=7)
    assert count.result().contacts == 0


@given(st.lists(st.tuples(st.sampled_from([US, DE]), st.integers(1, 5)), max_size=20), st.integers(1, 9))
def test_each_touch_goes_to_as_many_fewer_as_have_answered(who: list[tuple[str, int]], touches: int) -> None:
    prices = {"US": dict.fromkeys(KINDS, 10), "DE": dict.fromkeys(KINDS, 100)}
    count = CostCount(
        [(position, [f"touch {position}"]) for position in range(1, touches + 1)],
        PriceTable(prices, {"1": "US", "49": "DE"}).tariff("long_code"),
    )
    for number, first in who:
        count.add(number, {}, first)
    for found in count.result().rates:
        stay = Fraction(100 - found.reply_rate, 100)
        expected = sum(
            (
                stay**step * (10 if number == US else 100)
                for number, first in who
                for step in range(touches - first + 1)
            ),
            Fraction(0),
        )
        assert found.cost_micros == ceil(expected)
    rates = [found.cost_micros for found in count.result().rates]
    assert rates == sorted(rates, reverse=True)
    assert [found.reply_rate for found in count.result().rates] == list(REPLY_RATES)
