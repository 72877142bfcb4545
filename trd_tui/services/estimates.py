"""What a campaign has cost and what it will cost, before it starts and while it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping

from trd_tui.domain.estimate import CostCount, Estimate
from trd_tui.domain.phone import sender_kind
from trd_tui.domain.prices import PriceTable
from trd_tui.services.linting import NoSuchCampaignError, own_fields, values_of
from trd_tui.store import audience, campaigns
from trd_tui.store.database import Database

PAGE = 2_000
"""Contacts of one read: what is held at once."""

COUNTED_CONTACTS = 100_000
"""Up to so many contacts a campaign is estimated unasked: some seconds."""

_OVER = ("completed", "archived")

Progress = Callable[[int, int], None]
"""Told how many contacts have been looked at, of how many."""


@dataclass(frozen=True, slots=True)
class CampaignCost:
    """What a campaign has cost and will cost; amounts are micro-dollars.

    Attributes:
        campaign_id: the campaign.
        spent_micros: of accepted messages, by real prices where known, else by the price table.
        priced_micros: of that, real prices.
        reserved_micros: of messages in flight.
        by_hand_micros: tests and answers in its name.
        ahead: what is still to come.
        budget_micros: what it may cost in all; ``None`` is no limit.
        as_of: the day of the price table.
    """

    campaign_id: str
    spent_micros: int
    priced_micros: int
    reserved_micros: int
    by_hand_micros: int
    ahead: Estimate
    budget_micros: int | None
    as_of: str

    @property
    def missing_micros(self) -> int:
        """By how much the worst case exceeds the budget; 0 when it suffices."""
        if self.budget_micros is None:
            return 0
        worst = self.ahead.worst.cost_micros + self.spent_micros + self.reserved_micros + self.by_hand_micros
        return max(0, worst - self.budget_micros)


async def campaign_cost(
    db: Database, id_: str, prices: PriceTable, *, progress: Progress | None = None
) -> CampaignCost:
    """Count what a campaign has cost and will cost, contact by contact.

    Args:
        db: the database; contacts are read a page at a time.
        id_: the campaign, in whatever state.
        prices: the price table.
        progress: told how far it is.

    Raises:
        NoSuchCampaignError: there is no such campaign.
    """
    row, touches = await db.read(_stored, id_)
    count = CostCount(touches, prices.tariff(sender_kind(row["sender"])))
    variables = campaigns.variables_of(row)
    cursor = done = 0
    while row["status"] not in _OVER:
        page = await db.read(audience.ahead_after, id_, cursor, PAGE)
        for person, touch, in_flight in page:
            first = count.after(touch) if touch is not None and in_flight else touch
            if first is None and touch is not None:
                continue  # its last one is on its way
            count.add(person.number, values_of(person, own_fields(person.custom), variables), first)
        done += len(page)
        if progress:
            progress(done, row["open_count"])
        if len(page) < PAGE:
            break
        cursor = page[-1][0].cursor
    return CampaignCost(
        campaign_id=id_,
        spent_micros=row["cost_micros"],
        priced_micros=row["priced_micros"],
        reserved_micros=row["reserved_micros"],
        by_hand_micros=row["by_hand_micros"],
        ahead=count.result(),
        budget_micros=row["budget_micros"],
        as_of=prices.as_of,
    )


def _stored(conn: Connection, id_: str) -> tuple[RowMapping, list[tuple[int, list[str]]]]:
    row = campaigns.get(conn, id_)
    if row is None:
        raise NoSuchCampaignError(f"there is no campaign {id_}; see trd campaign list")
    return row, [(touch.position, [touch.body]) for touch in campaigns.sequence_of(conn, id_) if touch.active]
