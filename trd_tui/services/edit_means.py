"""What changed limits of a campaign mean, beside what it has sent and spent so far."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, RowMapping

from trd_tui.domain.allowance import USED_UP, Allowance, budget_of, day_of
from trd_tui.domain.limit_words import budget_means, cap_means, day_budget_means
from trd_tui.domain.money import SEGMENT_MICROS
from trd_tui.domain.purse import Purse
from trd_tui.store import queue
from trd_tui.store.pauses import own_pause
from trd_tui.store.purses import Purses


class Means(NamedTuple):
    """What changed limits mean.

    Attributes:
        sentences: one for each limit that changes.
        goes_on: the campaign has paused because its budget was used up, and the new one has room: a resume
            goes on.
    """

    sentences: tuple[str, ...] = ()
    goes_on: bool = False


def means_of(
    conn: Connection, row: RowMapping, values: Mapping[str, Any], changed: Collection[str], now: int
) -> Means:
    """Say what the limits that change leave.

    Args:
        conn: any transaction.
        row: the campaign as it is stored.
        values: its columns as they shall be.
        changed: settings that change, as a definition names them.
        now: campaign instant.
    """
    known = queue.terms(conn, [row["id"]]).get(row["id"])
    if known is None or row["status"] == "draft":
        return Means()
    terms = known._replace(
        daily_cap=values["daily_cap"],
        budget_micros=values["budget_micros"],
        daily_budget_micros=values["daily_budget_micros"],
    )
    found: list[str] = []
    goes_on = False
    if "daily_cap" in changed:
        before = Allowance(known, now)
        used = None if known.daily_cap is None else before.used
        found.append(cap_means(terms.daily_cap, used, was_used_up=not before.within_cap()))
    if "budget_usd" in changed:
        purse = budget_of(terms)
        found.append(budget_means(purse, runs=row["status"] == "active"))
        goes_on = purse.holds(SEGMENT_MICROS) and own_pause(conn, row["id"]) == USED_UP
    if "daily_budget_usd" in changed:
        day = Purses(conn, None).own_day(terms, day_of(now, terms.timezone))
        found.append(day_budget_means(day or Purse(None)))
    return Means(tuple(found), goes_on)
