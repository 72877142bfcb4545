"""Reading what is left of budgets, for whoever is about to spend: a claim, or a person by hand."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from trd_tui.domain.allowance import budget_of
from trd_tui.domain.due import CampaignTerms
from trd_tui.domain.purse import Purse
from trd_tui.store import queue, spending
from trd_tui.store.errors import StoreError


class BudgetTakenError(StoreError):
    """Somebody else spent the last of a budget in the same moment; nothing was claimed, it is tried again."""


class Purses:
    """The budgets of one transaction; what several campaigns share is one purse.

    Args:
        connection: the transaction.
        shared_limit: micro-dollars that all campaigns may spend on a day; ``None`` is no limit.
    """

    def __init__(self, connection: Connection, shared_limit: int | None) -> None:
        self._connection = connection
        self._shared_limit = shared_limit
        self._shared: dict[tuple[int, int], Purse] = {}

    def own_day(self, terms: CampaignTerms, day: int) -> Purse | None:
        """What a campaign may spend on a day (ordinal); ``None`` without a daily budget."""
        if terms.daily_budget_micros is None:
            return None
        limit, dearest = terms.daily_budget_micros, terms.price_milli
        return spending.purse_of_day(self._connection, terms.workspace_id, terms.id, day, limit, dearest)

    def shared_day(self, workspace_id: int, day: int) -> Purse | None:
        """What all campaigns together may spend on a day; ``None`` without such a budget."""
        if self._shared_limit is None:
            return None
        found = self._shared.get((workspace_id, day))
        if found is None:
            dearest = spending.dearest_of_all(self._connection)
            found = self._shared[workspace_id, day] = spending.purse_of_day(
                self._connection, workspace_id, spending.EVERYBODY, day, self._shared_limit, dearest
            )
        return found


def overdrawn(connection: Connection, shared_limit: int | None, days: Iterable[tuple[str, int]]) -> bool:
    """Whether any budget of these campaigns and days is exceeded, as the rows now are.

    Two transactions of PostgreSQL may both read what is left and both promise it. Each looks again after it
    has written, when the rows are locked: the second one sees what the first has taken.
    """
    wanted = dict(days)
    purses = Purses(connection, shared_limit)
    for id_, terms in queue.terms(connection, sorted(wanted)).items():
        found = (
            budget_of(terms),
            purses.own_day(terms, wanted[id_]),
            purses.shared_day(terms.workspace_id, wanted[id_]),
        )
        if any(purse is not None and not purse.holds(0) for purse in found):
            return True
    return False
