"""Money for what a person sends by hand: a test, an answer. Reserved before the call, settled after it."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection

from trd_tui.carriers.protocol import Accepted, Outcome, Rejected
from trd_tui.domain.phone import sender_kind
from trd_tui.domain.prices import PriceTable
from trd_tui.price_files import usual_prices
from trd_tui.store import by_hand
from trd_tui.store.by_hand import Cost, OverBudgetError

__all__ = ["Budgets", "OverBudgetError", "check", "reserve", "settle"]


@dataclass(frozen=True, slots=True)
class Budgets:
    """What the settings say of money.

    Attributes:
        prices: the price table.
        daily_micros: what all campaigns may spend on a day, in micro-dollars; ``None`` is no limit.
    """

    prices: PriceTable = field(default_factory=usual_prices)
    daily_micros: int | None = None


def reserve(
    connection: Connection,
    budgets: Budgets,
    *,
    kind: str,
    campaign_id: str | None,
    sender: str,
    number: str,
    segments: int,
    now: int,
) -> int:
    """Ask whether one text may be paid for now, and reserve its money in the caller's transaction.

    Args:
        connection: a writing transaction; commit it before the carrier is called.
        budgets: what the settings say of money.
        kind: ``test`` or ``answer``.
        campaign_id: whose budgets pay; ``None`` for no campaign's, then only the budget of all holds.
        sender: the address that it is sent from.
        number: the E.164 number that it goes to.
        segments: of the text.
        now: campaign instant.

    Returns:
        The outlay, for `settle`.

    Raises:
        OverBudgetError: a budget has no room, or the number's country has no price; the caller rolls back.
        LookupError: there is no such campaign.
    """
    cost = _cost(budgets, kind, campaign_id, sender, number, segments)
    return by_hand.reserve(connection, cost, now, daily_budget=budgets.daily_micros)


def check(
    connection: Connection,
    budgets: Budgets,
    *,
    kind: str,
    campaign_id: str | None,
    sender: str,
    number: str,
    segments: int,
    now: int,
) -> int:
    """Ask the same without reserving anything; returns what it costs at most, in micro-dollars.

    Raises:
        OverBudgetError: a budget has no room, or the number's country has no price.
        LookupError: there is no such campaign.
    """
    cost = _cost(budgets, kind, campaign_id, sender, number, segments)
    by_hand.check(connection, cost, now, daily_budget=budgets.daily_micros)
    return cost.estimate


def _cost(
    budgets: Budgets, kind: str, campaign_id: str | None, sender: str, number: str, segments: int
) -> Cost:
    tariff = budgets.prices.tariff(sender_kind(sender))
    known = tariff.segment_micros(number) is not None
    no_price = None if known else tariff.no_price(number)
    return Cost(kind, campaign_id, segments, tariff.estimate(number, segments), no_price)


def settle(connection: Connection, outlay: int, outcome: Outcome, now: int) -> None:
    """Note what the carrier answered. What may have been sent stays reserved, for good where nobody knows."""
    if isinstance(outcome, Accepted):
        by_hand.accepted(connection, outlay, outcome.sid, now, segments=outcome.segments)
    elif isinstance(outcome, Rejected):
        by_hand.refused(connection, outlay, now)
