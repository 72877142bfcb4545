"""Money: whole micro-dollars everywhere, text only where a person reads or writes it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

MICROS = 1_000_000
"""Micro-dollars in a dollar."""

SEGMENT_MICROS = 12_800
"""A segment to the United States at most, 2026: 8,300 and what the dearest network adds."""

FAILED_MICROS = 1_000
"""What a message costs that the carrier took and could not send."""

_MOST = 10**15  # a thousand million dollars: far below what the store's integers hold


class MoneyError(ValueError):
    """The text is no amount of dollars; the message says why."""


def parse_usd(text: str) -> int:
    """Return an amount of dollars in micro-dollars: ``250``, ``250.00``, ``$1,250.50``.

    Raises:
        MoneyError: it is no amount, is negative, too large, or has more than six decimals.
    """
    plain = text.strip().removeprefix("$").strip()
    whole, dot, decimals = plain.partition(".")
    groups = whole.split(",")
    if len(groups) > 1 and (
        not groups[0] or len(groups[0]) > 3 or any(len(group) != 3 for group in groups[1:])
    ):
        raise MoneyError(f"'{text}' has a comma where no thousands end; write it like 1,250.50")
    if plain.startswith("-"):
        raise MoneyError(f"'{text}' is less than nothing")
    digits = "".join(groups)
    if not (digits + decimals).isdecimal() or not plain.isascii():
        raise MoneyError(f"'{text}' is not an amount of dollars; write it like 250.00")
    if len(decimals) > 6:
        raise MoneyError(f"'{text}' has more than six decimals")
    if len(digits) > 20:
        raise MoneyError(f"'{text[:40]}' is too large")
    try:
        micros = int(Decimal(f"{digits or 0}{dot}{decimals}") * MICROS)
    except InvalidOperation as error:
        raise MoneyError(f"'{text}' is not an amount of dollars; write it like 250.00") from error
    if micros > _MOST:
        raise MoneyError(f"'{text}' is too large")
    return micros


def format_usd(micros: int, decimals: int = 2) -> str:
    """Show an amount, rounded half up: ``$1,250.50``, ``-$0.01``."""
    amount = Decimal(abs(micros)) / MICROS
    rounded = amount.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    sign = "-" if micros < 0 and rounded else ""
    return f"{sign}${rounded:,}"


def share_up(micros: int, numerator: int, denominator: int) -> int:
    """An amount times a fraction, rounded up to a whole micro-dollar."""
    return -(-micros * numerator // denominator)
