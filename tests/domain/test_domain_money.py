"""Money is integers: text goes in and comes out without a cent lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trd_tui.domain.money import FAILED_MICROS, SEGMENT_MICROS, MoneyError, format_usd, parse_usd, share_up


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        ("250.00", 250_000_000),
        ("250", 250_000_000),
        ("$1,250.50", 1_250_500_000),
        (" $ 0.0083 ", 8_300),
        (".5", 500_000),
        ("0", 0),
        ("1,000,000", 10**12),
    ],
)
def test_reads_amounts(text: str, micros: int) -> None:
    assert parse_usd(text) == micros


@pytest.mark.parametrize(
    "text",
    [
        "",
        "$",
        "-1",
        "1,2",
        "1,2345",
        "1.2.3",
        "abc",
        "1e3",
        "NaN",
        "0.0000001",
        "9" * 30,
        "2500000000",
        "٣",
        "1 000",
    ],
)
def test_refuses_what_is_no_amount(text: str) -> None:
    with pytest.raises(MoneyError):
        parse_usd(text)


@pytest.mark.parametrize(
    ("micros", "text"),
    [
        (0, "$0.00"),
        (1_250_500_000, "$1,250.50"),
        (5_000, "$0.01"),
        (4_999, "$0.00"),
        (-4_999, "$0.00"),
        (-12_800, "-$0.01"),
    ],
)
def test_shows_amounts(micros: int, text: str) -> None:
    assert format_usd(micros) == text


def test_prices() -> None:
    assert format_usd(SEGMENT_MICROS, 4) == "$0.0128"
    assert FAILED_MICROS == 1_000


def test_a_share_is_rounded_up() -> None:
    assert share_up(12_800, 3, 2) == 19_200
    assert share_up(1, 1_001, 1_000) == 2
    assert share_up(0, 5, 3) == 0


@given(st.integers(0, 10**15))
def test_what_is_shown_is_read_back(micros: int) -> None:
    assert parse_usd(format_usd(micros, 6)) == micros


@given(st.text(max_size=20))
def test_any_text_is_an_amount_or_refused(text: str) -> None:
    try:
        assert parse_usd(text) >= 0
    except MoneyError as error:
        assert str(error)  # noqa: PT017
