"""Reading price tables: the one of the package, and a file of the user's own over it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from trd_tui.domain.money import MoneyError, parse_usd
from trd_tui.domain.nearest import did_you_mean
from trd_tui.domain.prices import KINDS, PriceTable

_KEYS = ("as_of", "source", "failed", "country")
_FAILED_KEYS = ("usd", "free_codes")
_PRICE_KEYS = ("usd", "fee_usd")
_COUNTRY_KEYS = (*_PRICE_KEYS, *KINDS, "prefixes")
_PREFIX = re.compile(r"[1-9][0-9]{0,6}")
_COUNTRY = re.compile(r"[A-Z]{2}")


class PricesError(ValueError):
    """The file is no price table; the message names file and field."""


@cache
def usual_prices() -> PriceTable:
    """The package's own table."""
    data = files("trd_tui").joinpath("data")
    codes = json.loads(data.joinpath("calling_codes.json").read_text("utf-8"))["countries"]
    countries = {prefix: country for country, prefixes in codes.items() for prefix in prefixes}
    text = data.joinpath("prices.toml").read_text("utf-8")
    return _table(_parsed(text, "the package's prices"), "the package's prices", PriceTable({}, countries))


def load_prices(file: Path | None = None) -> PriceTable:
    """The package's table with a user's own file read over it, country by country.

    Raises:
        PricesError: the file cannot be read, or something in it is wrong.
    """
    if file is None:
        return usual_prices()
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise PricesError(f"cannot read the prices_file {file}: {reason}") from error
    return _table(_parsed(text, str(file)), str(file), usual_prices())


def _parsed(text: str, where: str) -> dict[str, Any]:
    import tomllib  # a millisecond that only those pay who send or estimate

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PricesError(f"{where} is not valid TOML: {error}") from error


def _table(data: Mapping[str, Any], where: str, base: PriceTable) -> PriceTable:
    _only(data, _KEYS, where)
    failed = _mapping(data, "failed", where)
    _only(failed, _FAILED_KEYS, f"{where}: failed")
    codes = failed.get("free_codes", sorted(base.failed_free))
    if not isinstance(codes, list) or not all(type(code) is int for code in codes):
        raise PricesError(f"{where}: failed.free_codes must be a list of whole numbers, like [30008]")
    segments, countries = dict(base.segments), dict(base.countries)
    for country, given in _mapping(data, "country", where).items():
        path = f"{where}: country.{country}"
        if not _COUNTRY.fullmatch(country):
            raise PricesError(f"{path}: write the country as two capital letters, like DE")
        if not isinstance(given, Mapping):
            raise PricesError(f"{path} must be a table")
        _only(given, _COUNTRY_KEYS, path)
        segments[country] = _prices(given, path)
        prefixes = _prefixes(given, path)
        if not prefixes and country not in base.countries.values():
            raise PricesError(f'{path}: no calling code is known; add prefixes = ["..."], without the plus')
        countries |= dict.fromkeys(prefixes, country)
    return PriceTable(
        segments,
        countries,
        _amount(failed, "usd", f"{where}: failed") if "usd" in failed else base.failed_micros,
        frozenset(codes),
        _text(data, "as_of", where, base.as_of),
        _text(data, "source", where, base.source),
    )


def _prices(given: Mapping[str, Any], path: str) -> dict[str, int]:
    """Micro-dollars a segment by kind of sender; a service may use any of them and counts as the dearest."""
    usual = _segment(given, path) if "usd" in given else None
    found: dict[str, int] = {}
    for kind in KINDS:
        if kind in given:
            own = _mapping(given, kind, path)
            _only(own, _PRICE_KEYS, f"{path}.{kind}")
            found[kind] = _segment(own, f"{path}.{kind}")
        elif usual is not None:
            found[kind] = usual
    if not found:
        raise PricesError(f'{path}.usd is missing; write the price of a segment like usd = "0.0750"')
    dearest = max(found.values())
    # Without a price for any sender, a kind that was not given costs what the dearest kind does.
    whole = {kind: found.get(kind, dearest) for kind in KINDS}
    return whole if "messaging_service" in given else {**whole, "messaging_service": dearest}


def _segment(table: Mapping[str, Any], path: str) -> int:
    fee = _amount(table, "fee_usd", path) if "fee_usd" in table else 0
    return _amount(table, "usd", path) + fee


def _amount(table: Mapping[str, Any], key: str, path: str) -> int:
    value = table.get(key)
    if value is None:
        raise PricesError(f'{path}.{key} is missing; write it like "0.0083"')
    if not isinstance(value, str):
        raise PricesError(f'{path}.{key} must be text in quotes, like "0.0083"')
    try:
        return parse_usd(value)
    except MoneyError as error:
        raise PricesError(f"{path}.{key}: {error}") from error


def _prefixes(given: Mapping[str, Any], path: str) -> list[str]:
    prefixes = given.get("prefixes", [])
    if not isinstance(prefixes, list) or not all(
        isinstance(prefix, str) and _PREFIX.fullmatch(prefix) for prefix in prefixes
    ):
        raise PricesError(f'{path}.prefixes must be a list of up to seven digits each, like ["4477"]')
    return prefixes


def _mapping(data: Mapping[str, Any], key: str, where: str) -> Mapping[str, Any]:
    value = data.get(key, {})
    if not isinstance(value, Mapping):
        raise PricesError(f"{where}: {key} must be a table")
    return value


def _text(data: Mapping[str, Any], key: str, where: str, default: str) -> str:
    value = data.get(key, default)
    if not isinstance(value, str):
        raise PricesError(f"{where}: {key} must be text in quotes")
    return value


def _only(table: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    for key in table:
        if key not in known:
            raise PricesError(f"{where}: unknown key '{key}'{did_you_mean(key, known)}")
