"""Lists and figures for people and programs: pages of campaigns and contacts, the overview, one campaign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime, tzinfo
from itertools import groupby
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping

from trd_tui.clock import Clock
from trd_tui.services.actor import WORKSPACE
from trd_tui.services.variant_views import TouchResult, VariantFigures, results_of
from trd_tui.services.views import (
    MOST_UNREAD,
    ActPreview,
    ActResult,
    CampaignDetail,
    CampaignPage,
    CampaignRow,
    ContactPage,
    ContactQuery,
    ContactRow,
    ListQuery,
    NextMessage,
    Overview,
    Sends,
    SortKey,
    Summary,
    TouchFunnel,
)
from trd_tui.store import (
    ahead,
    campaign_list,
    campaigns,
    contact_list,
    control,
    conversations,
    senders,
    stuck,
    variants,
)
from trd_tui.store.database import Database
from trd_tui.store.pauses import OwnPause, own_pause, own_pauses, paused_senders

__all__ = [
    "ActPreview",
    "ActResult",
    "CampaignDetail",
    "CampaignPage",
    "CampaignRow",
    "ContactPage",
    "ContactQuery",
    "ContactRow",
    "ListQuery",
    "NextMessage",
    "Overview",
    "OwnPause",
    "Sends",
    "SortKey",
    "Summary",
    "TouchFunnel",
    "TouchResult",
    "VariantFigures",
    "campaign_detail",
    "campaign_row",
    "contact_counts",
    "contact_page",
    "matching_ids",
    "next_sends",
    "overview",
    "page",
    "page_and_summary",
    "rank",
    "summary",
    "summed",
    "touch_funnel",
    "variant_results",
]

HOUR_MS = 3_600_000
_WEEK_HOURS = 7 * 24

_ROW_COLUMNS = tuple(
    field.name
    for field in fields(CampaignRow)
    if field.name not in ("planning", "next_due_at", "sender_paused_until")
)
_TOUCH_COLUMNS = tuple(
    field.name for field in fields(TouchFunnel) if field.name not in ("active", "variants")
)
_VARIANT_COLUMNS = tuple(field.name for field in fields(VariantFigures) if field.name != "removed")
_ADDED = ("row", "variables", "touches", "pause_reason", "perhaps_sent")
_DETAIL_COLUMNS = tuple(field.name for field in fields(CampaignDetail) if field.name not in _ADDED)


def campaign_row(row: RowMapping, pauses: Mapping[str, int]) -> CampaignRow:
    """One campaign of the database as a list shows it; senders that are paused, and until when."""
    return CampaignRow(
        **{name: row[name] for name in _ROW_COLUMNS},
        next_due_at=row["next_due_at"] if row["status"] == "active" else None,
        planning=row["plan_kind"] is not None,
        sender_paused_until=pauses.get(row["sender"]),
    )


def _listed(query: ListQuery) -> dict[str, Any]:
    return {
        "status": None if query.status in (None, "", "all") else query.status,
        "search": query.search,
        "sort": str(query.sort),
        "descending": query.descending,
    }


def _page(conn: Connection, query: ListQuery, totals: Mapping[str, RowMapping] | None = None) -> CampaignPage:
    limit, offset = max(query.limit, 0), max(query.offset, 0)
    rows, total = campaign_list.page(
        conn, WORKSPACE, limit=limit, offset=offset, totals=totals, **_listed(query)
    )
    pauses = senders.pauses(conn, WORKSPACE)
    return CampaignPage(tuple(campaign_row(row, pauses) for row in rows), total)


async def page(db: Database, query: ListQuery) -> CampaignPage:
    """A page of campaigns and how many match."""
    return await db.read(_page, query)


async def page_and_summary(db: Database, query: ListQuery) -> tuple[CampaignPage, Summary]:
    """A page of campaigns and the kept totals, of the same moment."""

    def both(conn: Connection) -> tuple[CampaignPage, Summary]:
        totals = campaign_list.kept_totals(conn, WORKSPACE)
        return _page(conn, query, totals), summed(totals)

    return await db.read(both)


async def rank(db: Database, campaign_id: str, query: ListQuery) -> int | None:
    """At which place, from 0, a campaign stands in a sorted and filtered list; ``None``: nowhere."""
    return await db.read(lambda conn: campaign_list.rank(conn, WORKSPACE, campaign_id, **_listed(query)))


async def matching_ids(db: Database, query: ListQuery) -> Sequence[str]:
    """Every campaign of a filtered list, whatever its page, oldest first."""
    listed = _listed(query)
    return await db.read(campaign_list.matching_ids, WORKSPACE, listed["status"], listed["search"])


def _summary(conn: Connection) -> Summary:
    return summed(campaign_list.kept_totals(conn, WORKSPACE))


def summed(totals: Mapping[str, RowMapping]) -> Summary:
    """The kept totals of every campaign that is neither archived nor deleted."""
    shown = [totals[name] for name in campaign_list.SHOWN if name in totals]

    def total(column: str) -> int:
        return sum(int(row[column]) for row in shown)

    return Summary(
        active_campaigns=campaign_list.kept_count(totals, "active"),
        total_campaigns=total("campaign_count"),
        total_contacts=total("contact_count"),
        total_texted=total("texted_count"),
        total_waiting=total("waiting_count"),
        total_messages=total("sent_count"),
        total_delivered=total("delivered_count"),
        total_failed=total("failed_count"),
        total_replies=total("replied_count"),
        total_opted_out=total("opted_out_count"),
    )


async def summary(db: Database) -> Summary:
    """The kept totals of every campaign that is neither archived nor deleted."""
    return await db.read(_summary)


async def overview(db: Database, clock: Clock, zone: str | None = None) -> Overview:
    """The figures above the list.

    Args:
        db: the database.
        clock: campaign time.
        zone: IANA name of the zone whose midnight begins today; the system's when none is given.
    """
    return await db.read(_overview, clock.now(), ZoneInfo(zone) if zone else None)


def _next_message(conn: Connection, now: int) -> NextMessage | None:
    """What goes next: what waits for a paused sender only where its pause ends before another is due."""
    pauses = {who: until for who, until in senders.pauses(conn, WORKSPACE).items() if until > now}
    first = campaign_list.next_due(conn, WORKSPACE)
    if first is not None and first.sender in pauses:
        each = campaign_list.next_due_by_sender(conn, WORKSPACE)
        first = min(each, key=lambda due: (max(due.at, pauses.get(due.sender, 0)), due.at))
    if first is None or (touch := campaign_list.next_touch(conn, first.id)) is None:
        return None
    return NextMessage(first.id, first.name, touch, first.at, pauses.get(first.sender))


def _overview(conn: Connection, now: int, zone: tzinfo | None) -> Overview:
    totals = campaign_list.kept_totals(conn, WORKSPACE)
    counts = {name: campaign_list.kept_count(totals, name) for name in (*campaign_list.SHOWN, "archived")}
    counts["all"] = campaign_list.kept_count(totals, None)
    hour = now // HOUR_MS
    hours = campaign_list.hours_since(conn, WORKSPACE, hour - 2 * _WEEK_HOURS + 1)
    sent = {at: count for at, count, _ in hours}
    midnight = datetime.fromtimestamp(now / 1000, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    today = int(midnight.timestamp()) * 1000 // HOUR_MS
    held = control.read_control(conn)
    return Overview(
        counts=counts,
        summary=summed(totals),
        active_waiting=int(totals["active"]["waiting_count"]) if "active" in totals else 0,
        sent_today=sum(count for at, count in sent.items() if today <= at <= hour),
        hourly=tuple(sent.get(at, 0) for at in range(hour - 23, hour + 1)),
        reply_trend=_trend(hours, hour - _WEEK_HOURS, hour),
        next_message=_next_message(conn, now),
        stopped=held.stopped,
        stop_reason=held.reason,
        stopped_by=held.by,
        stopped_at=held.at,
        unread=conversations.some_unread(conn, WORKSPACE, now, MOST_UNREAD),
    )


def _trend(hours: Sequence[tuple[int, int, int]], middle: int, last: int) -> int:
    """Compare the reply rates of the hours up to ``middle`` and of those after it, without a division."""
    sent_before = sum(sent for at, sent, _ in hours if at <= middle)
    sent_after = sum(sent for at, sent, _ in hours if middle < at <= last)
    if not sent_before or not sent_after:
        return 0
    before = sum(replied for at, _, replied in hours if at <= middle)
    after = sum(replied for at, _, replied in hours if middle < at <= last)
    change = after * sent_before - before * sent_after
    return (change > 0) - (change < 0)


def _funnel(conn: Connection, campaign_id: str) -> tuple[TouchFunnel, ...]:
    texts = _variants(conn, campaign_id)
    return tuple(
        TouchFunnel(
            **{name: row[name] for name in _TOUCH_COLUMNS},
            active=bool(row["active"]),
            variants=texts.get(row["position"], ()),
        )
        for row in campaigns.touches_of(conn, campaign_id)
        # what was taken out shows as long as it has figures
        if not row["removed"] or row["sent_count"] or row["failed_count"]
    )


def _variants(conn: Connection, campaign_id: str) -> dict[int, tuple[VariantFigures, ...]]:
    """A campaign's variants by position; one that was taken out shows as long as it has figures."""
    found: dict[int, list[VariantFigures]] = {}
    for row in variants.figures(conn, campaign_id):
        if not row["removed"] or row["sent_count"] or row["failed_count"]:
            values = {name: row[name] for name in _VARIANT_COLUMNS}
            figures = VariantFigures(**values, removed=bool(row["removed"]))
            found.setdefault(row["touch"], []).append(figures)
    return {position: tuple(each) for position, each in found.items()}


async def variant_results(db: Database, campaign_id: str) -> tuple[TouchResult, ...]:
    """What the variants of a campaign's touches have brought; touches with one text are left out."""
    return results_of(await touch_funnel(db, campaign_id))


_AHEAD = 1_000
"""Messages that are looked at to say what a campaign sends next; 1 ms."""


async def next_sends(db: Database, campaign_id: str, most: int = 5) -> tuple[Sends, ...]:
    """The next instants at which a campaign sends, with how many messages each."""
    rows = await db.read(ahead.ahead, campaign_id, _AHEAD)
    groups = [(at, [touch for _, touch in group]) for at, group in groupby(rows, itemgetter(0))]
    sends = [Sends(at, min(touches), max(touches), len(touches)) for at, touches in groups]
    if len(rows) == _AHEAD:  # the last group goes on beyond what was looked at
        sends[-1] = replace(sends[-1], more=True)
    return tuple(sends[:most])


async def touch_funnel(db: Database, campaign_id: str) -> tuple[TouchFunnel, ...]:
    """What became of each touch of a campaign."""
    return await db.read(_funnel, campaign_id)


async def campaign_detail(db: Database, campaign_id: str) -> CampaignDetail | None:
    """One campaign with its settings and touches; ``None`` when there is none of that id."""
    return await db.read(detail_of, campaign_id)


def detail_of(conn: Connection, campaign_id: str) -> CampaignDetail | None:
    """The same within a snapshot that somebody reads more of."""
    row = campaigns.get(conn, campaign_id)
    if row is None:
        return None
    return CampaignDetail(
        **{name: row[name] for name in _DETAIL_COLUMNS},
        row=campaign_row(row, senders.pauses(conn, WORKSPACE)),
        variables=campaigns.variables_of(row),
        touches=_funnel(conn, campaign_id),
        pause_reason=own_pause(conn, campaign_id) if row["status"] == "paused" else None,
        perhaps_sent=stuck.perhaps_sent(conn, campaign_id),
    )


async def paused_by_themselves(db: Database, clock: Clock, limit: int) -> Sequence[OwnPause]:
    """Campaigns and senders that nobody has paused, with the reason; at most so many of each."""

    def read(conn: Connection) -> list[OwnPause]:
        return [*own_pauses(conn, limit), *paused_senders(conn, clock.now(), limit)]

    return await db.read(read)


async def contact_counts(db: Database, campaign_id: str) -> Mapping[str, int]:
    """A campaign's contacts by state; a state nobody is in is missing."""
    return await db.read(contact_list.counts, campaign_id)


async def contact_page(db: Database, campaign_id: str, query: ContactQuery) -> ContactPage:
    """A page of a campaign's contacts in the order of enrolment."""
    rows, total = await db.read(
        contact_list.page,
        campaign_id,
        status=None if query.status in (None, "", "all") else query.status,
        search=query.search,
        limit=max(query.limit, 0),
        offset=max(query.offset, 0),
        suppressed=query.suppressed,
    )
    return ContactPage(tuple(ContactRow(**row) for row in rows), total)
