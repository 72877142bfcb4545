"""The package's price table, and a user's own file read over it: every fault a sentence."""

from __future__ import annotations

from pathlib import Path

import phonenumbers
import pytest

from trd_tui.domain.money import SEGMENT_MICROS
from trd_tui.price_files import PricesError, load_prices, usual_prices


def test_the_package_has_a_dated_price_of_the_united_states() -> None:
    table = load_prices()
    assert table.as_of >= "2026"
    assert table.source
    tariff = table.tariff("long_code")
    assert tariff.segment_micros("+12125550123") == tariff.segment_micros("+15005550006") == SEGMENT_MICROS
    assert (table.failed_fee(30_003), table.failed_fee(30_008)) == (1_000, 0)


def test_numbers_of_canada_and_the_caribbean_are_not_taken_for_american() -> None:
    """Whatever area code the numbering plan has: its country, or at least not the price of another one."""
    tariff = usual_prices().tariff("long_code")
    for area in range(200, 1_000):
        number = f"+1{area}2345678"
        region = phonenumbers.region_code_for_number(phonenumbers.parse(number))
        if region not in (None, "US"):
            assert tariff.country(number) == region, number
    for number, country in (("+4915112345678", "DE"), ("+77011234567", "KZ"), ("+74951234567", "RU")):
        assert tariff.country(number) == country


def test_a_file_of_ones_own_is_read_over_it(tmp_path: Path) -> None:
    file = tmp_path / "prices.toml"
    file.write_text(
        'as_of = "2026-11-01"\n[failed]\nusd = "0.002"\n[country.CA]\nusd = "0.0083"\nfee_usd = "0.0100"\n'
        '[country.DE]\nlong_code = { usd = "0.1000" }\nshort_code = { usd = "0.0900", fee_usd = "0.02" }\n'
        '[country.GG]\nusd = "0.05"\nprefixes = ["447781"]\n'
    )
    table = load_prices(file)
    prices = table.segments["DE"]
    assert table.tariff("long_code").segment_micros("+14165550123") == 18_300
    assert (prices["long_code"], prices["short_code"]) == (100_000, 110_000)
    assert prices["toll_free"] == prices["messaging_service"] == 110_000, "the dearest, where nothing is said"
    assert table.tariff("long_code").segment_micros("+447781123456") == 50_000
    assert table.tariff("long_code").segment_micros("+447911123456") is None
    assert table.tariff("long_code").segment_micros("+12125550123") == SEGMENT_MICROS
    assert (table.failed_fee(30_003), table.failed_fee(30_008), table.as_of) == (2_000, 0, "2026-11-01")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("contry = 3", r"unknown key 'contry'; did you mean 'country'\?"),
        ("= 3", "is not valid TOML"),
        ("[country.de]\nusd = '1'", "country.de: write the country as two capital letters, like DE"),
        ("[country.DE]\nusd = 0.1", "country.DE.usd must be text in quotes"),
        ("[country.DE]\nusd = 'much'", "country.DE.usd: 'much' is not an amount of dollars"),
        ("[country.DE]\nfee_usd = '1'", "country.DE.usd is missing"),
        ("[country.DE]\nlong_code = { fee_usd = '1' }", "country.DE.long_code.usd is missing"),
        ("[country.DE]\nusd = '1'\nprefixes = ['+49']", "country.DE.prefixes must be a list"),
        ("[country.XX]\nusd = '1'", "country.XX: no calling code is known"),
        ("[country]\nDE = 3", "country.DE must be a table"),
        ("failed = 3", "failed must be a table"),
        ("[failed]\nfree_codes = ['30008']", "failed.free_codes must be a list of whole numbers"),
        ("as_of = 2026-01-01", "as_of must be text in quotes"),
    ],
)
def test_a_fault_is_named_with_file_and_field(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(PricesError, match=sentence) as raised:
        load_prices(file)
    assert str(file) in str(raised.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PricesError, match=r"cannot read the prices_file .*gone.toml: No such file"):
        load_prices(tmp_path / "gone.toml")
