"""What came of a campaign: its touches, who has answered which, and who has not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from sqlalchemy import Connection

from trd_tui.services.listing import detail_of
from trd_tui.services.views import CampaignRow, TouchFunnel
from trd_tui.store import report
from trd_tui.store.database import Database
from trd_tui.store.report import PersonRow

PEOPLE = 100
"""Responders, and non-responders, of a report that does not say how many."""

_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Person:
    """A contact of a campaign who was texted at least once.

    Attributes:
        number: E.164.
        name: first and last name; may be empty.
        status: of the enrolment.
        replied_at: campaign instant of the reply that counts; ``None`` without one.
        replied_touch: the touch that it answers.
        replied_day: the day of that touch.
        opted_out_at: campaign instant of the opt-out that counts; ``None`` without one.
        last_touch: the last touch that went out.
        last_day: the day of that touch.
        last_sent_at: campaign instant at which it went.
        sent: touches that went out.
    """

    number: str
    name: str
    status: str
    replied_at: int | None
    replied_touch: int | None
    replied_day: int | None
    opted_out_at: int | None
    last_touch: int | None
    last_day: int | None
    last_sent_at: int | None
    sent: int


@dataclass(frozen=True, slots=True)
class CampaignReport:
    """What came of one campaign; all of one moment.

    Attributes:
        row: the campaign's figures; `CampaignRow` and `TouchFunnel` give the rates in percent.
        cost_micros: what it cost, in micro-dollars, tests and persons' own answers included.
        touches: what became of each touch, in the order of the days.
        responders: who has answered; who needed the fewest touches first. `row.replied_count` is how many.
        non_responders: who was texted and has neither answered nor opted out, in the order of enrolment.
        non_responder_count: how many those are.
    """

    row: CampaignRow
    cost_micros: int
    touches: tuple[TouchFunnel, ...]
    responders: tuple[Person, ...]
    non_responders: tuple[Person, ...]
    non_responder_count: int


async def campaign_report(db: Database, campaign_id: str, people: int = PEOPLE) -> CampaignReport | None:
    """The report of one campaign; ``None`` when there is none of that id.

    Args:
        db: the database.
        campaign_id: the campaign.
        people: most responders, and most non-responders, that are named.
    """
    return await db.read(_report, campaign_id, people)


async def texted_people(db: Database, campaign_id: str) -> AsyncIterator[Person]:
    """Everybody of a campaign who was texted, however many; each page is a snapshot of its own."""
    cursor = 0
    while True:
        rows = await db.read(report.texted_after, campaign_id, cursor, _PAGE)
        for row in rows:
            yield _person(row)
        if len(rows) < _PAGE:
            return
        cursor = rows[-1].cursor


def _report(conn: Connection, campaign_id: str, people: int) -> CampaignReport | None:
    detail = detail_of(conn, campaign_id)
    if detail is None:
        return None
    silent, count = report.non_responders(conn, campaign_id, people)
    return CampaignReport(
        row=detail.row,
        cost_micros=detail.cost_micros + detail.by_hand_micros,
        touches=tuple(sorted(detail.touches, key=lambda touch: (touch.day, touch.position))),
        responders=tuple(map(_person, report.responders(conn, campaign_id, people))),
        non_responders=tuple(map(_person, silent)),
        non_responder_count=count,
    )


def _person(row: PersonRow) -> Person:
    return Person(
        number=row.number,
        name=f"{row.first_name} {row.last_name}".strip(),
        status=row.status,
        replied_at=row.replied_at,
        replied_touch=row.replied_touch,
        replied_day=row.replied_day,
        opted_out_at=row.opted_out_at,
        last_touch=row.last_touch,
        last_day=row.last_day,
        last_sent_at=row.last_sent_at,
        sent=row.sent_count,
    )
