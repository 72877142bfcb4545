"""What a cap or a budget that is changed means for what has gone already, in sentences."""

from __future__ import annotations

from trd_tui.domain.money import SEGMENT_MICROS, format_usd
from trd_tui.domain.purse import Purse


def budget_means(purse: Purse, *, runs: bool) -> str:
    """What the whole budget leaves.

    Args:
        purse: with the new budget.
        runs: whether the campaign sends now; a paused one meets its budget only once it is resumed.
    """
    if purse.limit is None:
        return "No budget holds any more: nothing limits what it costs in all."
    if purse.holds(SEGMENT_MICROS):
        return f"Budget: {_used(purse)} are spent or promised, {_left(purse)} are left."
    then = "it pauses before its next text" if runs else "it pauses again as soon as it is resumed"
    return f"Budget: {_used(purse)} are spent or promised, no text fits into the rest: {then}."


def day_budget_means(purse: Purse) -> str:
    """What a day's budget leaves today."""
    if purse.limit is None:
        return "No budget a day holds any more."
    if purse.holds(SEGMENT_MICROS):
        return f"Budget a day: {_used(purse)} are used today, {_left(purse)} are left."
    return f"Budget a day: {_used(purse)} are used today already: its texts wait for tomorrow."


def cap_means(cap: int | None, used: int | None, *, was_used_up: bool) -> str:
    """What a day's cap leaves today.

    Args:
        cap: the new one; ``None`` is no cap.
        used: texts of today that count; ``None`` where there was no cap, and so none was counted.
        was_used_up: whether the cap until now has put off texts of today: these keep their new dates.
    """
    kept = " What was put off to another day stays there." if was_used_up else ""
    if cap is None:
        return f"No cap holds any more.{kept}"
    if used is None:
        return f"Texts a day: counted from now on, so that today up to {cap:,} more may go."
    if used >= cap:
        return f"Texts a day: {used:,} went today, no more go before tomorrow.{kept}"
    return f"Texts a day: {used:,} went today, {cap - used:,} more may go.{kept}"


def _used(purse: Purse) -> str:
    return f"{format_usd(purse.worst())} of {format_usd(purse.limit or 0)}"


def _left(purse: Purse) -> str:
    return format_usd((purse.limit or 0) - purse.worst())
