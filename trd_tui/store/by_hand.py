"""May this cost be spent now? Asked by who sends by hand, and answered with a reservation."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from trd_tui.domain.allowance import budget_of, day_of
from trd_tui.domain.message import MessageState
from trd_tui.domain.money import format_usd, share_up
from trd_tui.domain.purse import Purse, dearness
from trd_tui.store import counters, outlays, queue
from trd_tui.store.counters import CampaignDelta
from trd_tui.store.outlays import Attempt, Outlay
from trd_tui.store.purses import Purses, overdrawn
from trd_tui.store.spending import DayBook

_BUDGET = ("the campaign's budget", "raise budget_usd: S on it in the app, or `trd campaign edit`")
_DAY = (
    "the campaign's daily budget",
    "raise daily_budget_usd (S on it in the app, or `trd campaign edit`), or wait for tomorrow",
)
_EVERYBODY = (
    "the daily budget of all campaigns",
    "raise daily_budget_usd in the settings, or wait for tomorrow",
)
"""What people call a budget, and what to do when it has no room."""


class OverBudgetError(Exception):
    """A budget has no room for it; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What somebody is about to spend by hand.

    Attributes:
        kind: ``test`` or ``answer``.
        campaign_id: in whose name; ``None`` for no campaign's.
        segments: of the text, by our own count.
        estimate: micro-dollars at most, by the price table.
        no_price: why the table has no price for the number, and what to do; ``None`` when it has one.
    """

    kind: str
    campaign_id: str | None
    segments: int
    estimate: int
    no_price: str | None = None


def reserve(
    connection: Connection, cost: Cost, now: int, *, daily_budget: int | None, workspace_id: int = 1
) -> int:
    """Reserve the money of one text before the carrier is called; returns the outlay to be settled.

    Args:
        connection: a writing transaction; the reservation lives and dies with it.
        cost: what it is for.
        now: campaign instant; the day is the campaign's, without one that of UTC.
        daily_budget: micro-dollars that all campaigns may spend on a day; ``None`` is no limit.
        workspace_id: who pays.

    Raises:
        OverBudgetError: a budget has no room for it; nothing is reserved if the caller rolls back.
        LookupError: there is no such campaign.
    """
    day = check(connection, cost, now, daily_budget=daily_budget, workspace_id=workspace_id)
    id_ = outlays.add(
        connection,
        workspace_id=workspace_id,
        campaign_id=cost.campaign_id,
        kind=cost.kind,
        state="reserved",
        day=day,
        segments=cost.segments,
        cost=cost.estimate,
        now=now,
    )
    _move(connection, workspace_id, cost.campaign_id, day, now, reserved=cost.estimate)
    # What another transaction of a server took meanwhile shows only now that the rows are locked.
    again = Purses(connection, daily_budget).shared_day(workspace_id, day)
    taken = [] if cost.campaign_id is None else [(cost.campaign_id, day)]
    if (again is not None and not again.holds(0)) or overdrawn(connection, daily_budget, taken):
        raise OverBudgetError("the budget was used up in this very moment; look again")
    return id_


def check(
    connection: Connection, cost: Cost, now: int, *, daily_budget: int | None, workspace_id: int = 1
) -> int:
    """Ask whether every budget has room, without reserving anything; returns the day that would pay.

    Args:
        connection: any connection.
        cost: what it is for.
        now: campaign instant.
        daily_budget: micro-dollars that all campaigns may spend on a day; ``None`` is no limit.
        workspace_id: who pays.

    Raises:
        OverBudgetError: a budget has no room for it.
        LookupError: there is no such campaign.
    """
    purses = Purses(connection, daily_budget)
    asked: list[tuple[Purse | None, tuple[str, str]]] = []
    if cost.campaign_id is None:
        day = day_of(now, "UTC")
    else:
        terms = queue.terms(connection, [cost.campaign_id]).get(cost.campaign_id)
        if terms is None:
            raise LookupError(f"there is no campaign {cost.campaign_id}")
        day, workspace_id = day_of(now, terms.timezone), terms.workspace_id
        asked += [(budget_of(terms), _BUDGET), (purses.own_day(terms, day), _DAY)]
    asked.append((purses.shared_day(workspace_id, day), _EVERYBODY))
    for purse, (name, remedy) in asked:
        if purse is None or purse.limit is None:
            continue
        if cost.no_price is not None:
            raise OverBudgetError(cost.no_price)
        if not purse.holds(cost.estimate):
            left = format_usd(max(purse.limit - purse.worst(), 0), 4)
            raise OverBudgetError(
                f"{name} has {left} left and this may cost {format_usd(cost.estimate, 4)}; {remedy}"
            )
    return day


def accepted(
    connection: Connection, outlay_id: int, sid: str, now: int, *, segments: int | None = None
) -> None:
    """The carrier took it; also what was given up before, for what it has accepted is true."""
    old = outlays.get(connection, outlay_id)
    if old is not None and old.state != "spent":
        parts = segments or old.segments
        cost = share_up(old.cost_micros, parts, old.segments or parts)
        _settle(connection, old, old._replace(state="spent", sid=sid, segments=parts, cost_micros=cost), now)


def refused(connection: Connection, outlay_id: int, now: int) -> None:
    """The carrier refused it: it costs nothing. What nobody knows the answer to stays reserved."""
    old = outlays.get(connection, outlay_id)
    if old is not None and old.state == "reserved":
        _settle(connection, old, old._replace(state="free"), now)


def reported(
    connection: Connection,
    old: Outlay,
    now: int,
    *,
    segments: int | None,
    price: int | None,
    state: MessageState,
    failed_fee: int,
) -> bool:
    """Merge what the carrier's list says of an outlay; ``False`` when nothing is new."""
    new = old
    if price is not None:
        new = old._replace(segments=segments or old.segments, cost_micros=price, priced=1)
    elif not old.priced and state is MessageState.FAILED:
        new = old._replace(cost_micros=failed_fee)
    elif not old.priced and segments and segments != old.segments:
        cost = share_up(old.cost_micros, segments, old.segments or segments)
        new = old._replace(segments=segments, cost_micros=cost)
    dear = dearness(old.cost_micros, new.cost_micros) if price is not None and not old.priced else 0
    return new != old and _settle(connection, old, new, now, dear)


def unclear(
    connection: Connection,
    *,
    workspace_id: int,
    campaign_id: str,
    day: int,
    segments: int,
    cost: int,
    attempt: Attempt,
    now: int,
) -> None:
    """Count an attempt that may have been sent although nobody knows: for budgets, and for caps by its row.

    It counts on whatever becomes of its message, until the carrier says that it was sent: then its message
    pays for it, and `clear_up` gives this back.
    """
    outlays.add(
        connection,
        workspace_id=workspace_id,
        campaign_id=campaign_id,
        kind="unclear",
        state="spent",
        day=day,
        segments=segments,
        cost=cost,
        now=now,
        attempt=attempt,
    )
    _move(connection, workspace_id, campaign_id, day, now, spent=cost)


def clear_up(connection: Connection, contact_id: int, attempt_id: str, now: int) -> None:
    """Give back what `unclear` kept for an attempt whose message pays again itself."""
    if (old := outlays.unseen(connection, contact_id, attempt_id)) is not None:
        _settle(connection, old, old._replace(state="free"), now)


def _settle(connection: Connection, old: Outlay, new: Outlay, now: int, dear: int = 0) -> bool:
    if not outlays.change(connection, old, new, now):
        return False
    _move(
        connection,
        old.workspace_id,
        old.campaign_id,
        old.day,
        now,
        spent=_amount(new, "spent") - _amount(old, "spent"),
        reserved=_amount(new, "reserved") - _amount(old, "reserved"),
        priced=new.priced * _amount(new, "spent") - old.priced * _amount(old, "spent"),
        dear=dear,
    )
    return True


def _amount(outlay: Outlay, state: str) -> int:
    return outlay.cost_micros if outlay.state == state else 0


def _move(
    connection: Connection,
    workspace_id: int,
    campaign_id: str | None,
    day: int,
    now: int,
    *,
    spent: int = 0,
    reserved: int = 0,
    priced: int = 0,
    dear: int = 0,
) -> None:
    if campaign_id is not None:
        counters.apply(connection, {campaign_id: CampaignDelta(by_hand_micros=spent + reserved)}, now)
    book = DayBook()
    book.add(workspace_id, campaign_id, day, spent=spent, reserved=reserved, priced=priced)
    if campaign_id is not None:
        book.learn(campaign_id, dear)
    book.write(connection)
    book.write_last(connection)
