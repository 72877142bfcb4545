"""What the reports answer with: frozen rows, and how they are sorted. It imports no SQL."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from trd_tui.domain import rates
from trd_tui.services.views import ListQuery, SortKey


class Page(StrEnum):
    """What a report is about."""

    CAMPAIGNS = "campaigns"
    TOUCHES = "touches"
    DAYS = "days"
    PEOPLE = "people"
    ERRORS = "errors"
    COST = "cost"


class Span(StrEnum):
    """Of what time: days begin at midnight in the operator's zone."""

    TODAY = "today"
    WEEK = "7 days"
    MONTH = "30 days"
    ALL = "all time"


@dataclass(frozen=True, slots=True)
class ReportQuery:
    """Which report.

    Attributes:
        page: what it is about.
        span: of what time.
        campaign_id: of one campaign; ``None`` for all that are neither archived nor deleted.
        silent: on the page of people, those who have not answered; else those who have.
        sort: an attribute of the rows; empty for their own order.
        descending: the largest first.
        search: on the page of campaigns, a part of their names.
    """

    page: Page = Page.CAMPAIGNS
    span: Span = Span.ALL
    campaign_id: str | None = None
    silent: bool = False
    sort: str = ""
    descending: bool = True
    search: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """What became of the messages of a campaign, a touch, a variant or a day.

    Attributes:
        id: unique on its page; a campaign's, on the page of campaigns.
        name: what it is called.
        status: of a campaign; the days of a touch; empty elsewhere.
        contact_count: of a campaign.
        sent_count: accepted by the carrier; ``None``, as all that follow, where it is not kept for this time.
        delivered_count: of those.
        failed_count: refused, failed or undelivered.
        replied_count: contacts whose reply counts.
        opted_out_count: contacts who opted out.
        cost_micros: in micro-dollars.
    """

    id: str
    name: str
    status: str = ""
    contact_count: int | None = None
    sent_count: int | None = None
    delivered_count: int | None = None
    failed_count: int | None = None
    replied_count: int | None = None
    opted_out_count: int | None = None
    cost_micros: int | None = None

    @property
    def delivery_rate(self) -> float | None:
        """Delivered to delivered and failed, in percent; ``None`` where there is nothing to compare."""
        if self.delivered_count is None or self.failed_count is None:
            return None
        if not self.delivered_count + self.failed_count:
            return None
        return rates.delivery_rate(self.delivered_count, self.failed_count)

    @property
    def reply_rate(self) -> float | None:
        """Contacts who replied to messages sent, in percent; ``None`` where nothing was sent."""
        if self.replied_count is None or not self.sent_count:
            return None
        return rates.reply_rate(self.replied_count, self.sent_count)


@dataclass(frozen=True, slots=True)
class CostRow:
    """What a campaign, or a day of one, has cost; money in micro-dollars.

    Attributes:
        id: unique on its page.
        name: the campaign, or the day.
        status: of the campaign; empty for a day.
        spent: in the time of the report, what persons send by hand included.
        real: of that, in real prices of the carrier; ``None`` where only the whole of a campaign is known.
        budget: what may be spent: of the campaign as a whole, or on a day; ``None`` without a limit.
        used: percent of the budget that is spent or promised to messages under way; ``None`` without one.
        per_reply: what a reply has cost, over the whole time; ``None`` without a reply.
    """

    id: str
    name: str
    status: str
    spent: int
    real: int | None
    budget: int | None
    used: float | None
    per_reply: int | None


NO_CODE = -1
"""Instead of a code."""


@dataclass(frozen=True, slots=True)
class ErrorRow:
    """One error code of the carrier.

    Attributes:
        id: the code; 0 is our own mark where the carrier was not reached, `NO_CODE` for failures without one.
        name: what it means, in plain words.
        action: what follows from it.
        messages: messages that met it last.
        failed: those of them that it has ended.
        last_at: campaign instant of the last; ``None`` where that is not known.
        waits: the carrier as a whole took nothing: no text's fault, and no share of what was sent.
    """

    id: int
    name: str
    action: str
    messages: int
    failed: int
    last_at: int | None
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """A page of a report, of one moment.

    Attributes:
        at: campaign instant at which it was read.
        whole: the sums over everything that it is about; what is not known is ``None``.
        rows: in their own order.
        notes: sentences that belong to it: what is not counted and why, and what a difference means.
    """

    at: int
    whole: Figures
    rows: tuple[Any, ...]
    notes: tuple[str, ...] = ()


LIST_SORTS = {
    "name": "name",
    "status": "status",
    "contact_count": "contacts",
    "sent_count": "sent",
    "delivered_count": "delivered",
    "failed_count": "failed",
    "replied_count": "replies",
    "reply_rate": "rate",
}
"""By what the list of campaigns of all time is sorted, for the attributes of its rows."""


def list_query(query: ReportQuery, *, limit: int = 20, offset: int = 0) -> ListQuery:
    """The page of campaigns of all time is a list like any other: read and sorted in the database."""
    return ListQuery(
        search=query.search,
        sort=SortKey(LIST_SORTS.get(query.sort, "sent")),
        descending=query.descending,
        limit=limit,
        offset=offset,
    )


def in_order(rows: Iterable[Any], sort: str, *, descending: bool) -> tuple[Any, ...]:
    """Rows by one of their attributes; what is not known comes last either way."""
    found = tuple(rows)
    if not sort:
        return found
    known = [row for row in found if getattr(row, sort) is not None]
    known.sort(key=lambda row: _comparable(getattr(row, sort)), reverse=descending)
    return (*known, *(row for row in found if getattr(row, sort) is None))


def _comparable(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value
