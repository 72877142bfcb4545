"""What a text costs by the table, and what is left of a budget; whole micro-dollars everywhere."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trd_tui.domain.prices import KINDS, PriceTable
from trd_tui.domain.purse import AS_ESTIMATED, Purse, dearness

TABLE = PriceTable(
    {
        "US": dict.fromkeys(KINDS, 12_800),
        "DE": {
            "long_code": 100_000,
            "toll_free": 110_000,
            "short_code": 90_000,
            "messaging_service": 110_000,
        },
    },
    {"1": "US", "1416": "CA", "49": "DE", "44": "GB", "447781": "GG"},
    failed_micros=1_000,
    failed_free=frozenset({30_008}),
)


@pytest.mark.parametrize(
    ("number", "country", "price"),
    [
        ("+12125550123", "US", 12_800),
        ("+14165550123", "CA", None),  # in the same plan of numbers, at another price
        ("+4915112345678", "DE", 100_000),
        ("+447781123456", "GG", None),
        ("+447911123456", "GB", None),
        ("+88810000000", None, None),
    ],
)
def test_the_longest_beginning_of_a_number_says_its_country(
    number: str, country: str | None, price: int | None
) -> None:
    tariff = TABLE.tariff("long_code")
    assert (tariff.country(number), tariff.segment_micros(number)) == (country, price)
    assert tariff.segment_micros(number) == price, "as remembered"
    assert tariff.estimate(number, 3) == 3 * (price or 100_000), "the dearest where there is no price"


def test_prices_go_by_the_kind_of_the_sender() -> None:
    assert [TABLE.tariff(kind).segment_micros("+4915112345678") for kind in KINDS] == [
        100_000,
        110_000,
        90_000,
        110_000,
    ]


def test_failed_messages_cost_a_fee_or_nothing() -> None:
    assert [TABLE.failed_fee(code) for code in (30_003, 30_008, None)] == [1_000, 0, 1_000]


amounts = st.integers(0, 10**9)


@given(amounts, amounts, amounts, st.integers(0, 100), amounts, st.integers(1_000, 9_000))
def test_a_purse_never_promises_more_than_it_holds(
    limit: int, spent: int, reserved: int, share: int, more: int, dearest: int
) -> None:
    purse = Purse(limit, spent, reserved, spent * share // 100, dearest)
    if not purse.holds(more):
        return
    purse.reserve(more)
    assert purse.holds(0)
    # each message that has no price yet may come in as dear as the dearest did, and it still fits
    real = purse.priced + (purse.spent - purse.priced + purse.reserved) * dearest // AS_ESTIMATED
    assert real <= limit


@given(st.integers(1, 10**9), st.integers(0, 10**10))
def test_dearness_never_understates(estimate: int, real: int) -> None:
    assert estimate * dearness(estimate, real) >= real * AS_ESTIMATED


def test_without_a_limit_everything_fits() -> None:
    assert Purse(None, spent=10**15).holds(10**15)


def test_money_is_never_a_float() -> None:
    """No float literal, no ``float``, no true division in what counts money."""
    package = Path(__file__).parents[2] / "trd_tui"
    files = [
        "domain/money.py",
        "domain/prices.py",
        "domain/purse.py",
        "domain/allowance.py",
        "price_files.py",
    ]
    files += ["price_files.py", "services/spending.py", "services/estimates.py"]
    files += [f"store/{name}.py" for name in ("spending", "purses", "outlays", "by_hand")]
    for name in files:
        for node in ast.walk(ast.parse((package / name).read_text("utf-8"))):
            where = f"{name}:{getattr(node, 'lineno', 0)}"
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), where
            assert not (isinstance(node, ast.Name) and node.id == "float"), where
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
                assert "Decimal" in ast.unparse(node), where
