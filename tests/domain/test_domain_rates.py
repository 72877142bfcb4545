"""Rates by the contract's formulas, on the demonstration's figures."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trd_tui.domain.rates import (
    completion_rate,
    contact_reply_rate,
    delivery_rate,
    one_decimal,
    opt_out_rate,
    reply_rate,
)


def test_the_demonstrations_figures() -> None:
    assert one_decimal(reply_rate(150, 2_561)) == "5.9"
    assert one_decimal(completion_rate(342 + 292, 156 * 9)) == "45.2"
    assert one_decimal(delivery_rate(2_513, 48)) == "98.1"


@pytest.mark.parametrize(
    "rate", [reply_rate, contact_reply_rate, delivery_rate, completion_rate, opt_out_rate]
)
def test_nothing_of_nothing_is_zero(rate: Callable[[int, int], float]) -> None:
    assert rate(0, 0) == 0.0
    assert one_decimal(rate(0, 0)) == "0.0"


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_part_is_between_none_and_all(part: int, rest: int) -> None:
    for rate in (reply_rate, contact_reply_rate, completion_rate, opt_out_rate):
        assert 0.0 <= rate(part, part + rest) <= 100.0
    assert delivery_rate(part, rest) == pytest.approx(completion_rate(part, part + rest))
