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

MOST_PEOPLE = 1_000
"""Contacts of one page for programs, at most."""

_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Person:
    """A contact of a campaign who was texted at least once.

    Attributes:
        enrolment_id: a page in the order of enrolment goes on behind it.
        reply_id: a page of responders, the latest first, goes on behind it; ``None`` on others.
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

    enrolment_id: int
    reply_id: int | None
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

    @property
    def id(self) -> int:
        """What tells this one from the others of the campaign."""
        return self.enrolment_id


@dataclass(frozen=True, slots=True)
class CampaignReport:
    """What came of one campaign; all of one moment.

    Attributes:
        row: the campaign's figures; `CampaignRow` and `TouchFunnel` give the rates in percent.
        cost_micros: what it cost, in micro-dollars, tests and persons' own answers included.
        touches: what became of each touch, in the order of the days.
        responders: who has answered, in the order that was asked for. `row.replied_count` is how many.
        non_responders: who was texted and has neither answered nor opted out, in the order of enrolment.
        non_responder_count: how many those are; ``None`` where they were not counted.
        perhaps_sent: messages that are not among the sent ones and may have been sent: nobody knows.
    """

    row: CampaignRow
    cost_micros: int
    touches: tuple[TouchFunnel, ...]
    responders: tuple[Person, ...]
    non_responders: tuple[Person, ...]
    non_responder_count: int | None
    perhaps_sent: int = 0


async def campaign_report(db: Database, campaign_id: str, people: int = PEOPLE) -> CampaignReport | None:
    """The report of one campaign; ``None`` when there is none of that id.

    Args:
        db: the database.
        campaign_id: the campaign.
        people: most responders, those who needed the fewest touches first, and most non-responders.
    """

    def look(conn: Connection) -> CampaignReport | None:
        count = report.non_responder_count(conn, campaign_id)
        return _report(
            conn, campaign_id, report.responders_by_touch(conn, campaign_id, people), people, count
        )

    return await db.read(look)


async def campaign_stats(db: Database, campaign_id: str, limit: int = PEOPLE) -> CampaignReport | None:
    """The same for a program that asks often: it reads pages of indexes only and counts nothing.

    At most `MOST_PEOPLE` of each kind; the latest responders first.
    """
    most = _bounded(limit)

    def look(conn: Connection) -> CampaignReport | None:
        return _report(conn, campaign_id, report.responders(conn, campaign_id, None, most), most, None)

    return await db.read(look)


async def responders(db: Database, campaign_id: str, before: int | None, limit: int) -> list[Person]:
    """A page of contacts who replied, the latest first, behind the one whose reply is ``before``."""
    return list(map(person_of, await db.read(report.responders, campaign_id, before, _bounded(limit))))


async def non_responders(db: Database, campaign_id: str, after: int, limit: int) -> list[Person]:
    """A page of contacts who have not answered, behind the enrolment ``after``."""
    return list(map(person_of, await db.read(report.non_responders, campaign_id, after, _bounded(limit))))


async def texted_people(db: Database, campaign_id: str) -> AsyncIterator[Person]:
    """Everybody of a campaign who was texted, however many; each page is a snapshot of its own."""
    after = 0
    while True:
        rows = await db.read(report.texted_after, campaign_id, after, _PAGE)
        for row in rows:
            yield person_of(row)
        if len(rows) < _PAGE:
            return
        after = rows[-1].enrolment_id


def _bounded(limit: int) -> int:
    return max(0, min(limit, MOST_PEOPLE))


def _report(
    conn: Connection, campaign_id: str, answered: list[PersonRow], people: int, silent: int | None
) -> CampaignReport | None:
    detail = detail_of(conn, campaign_id)
    if detail is None:
        return None
    return CampaignReport(
        row=detail.row,
        cost_micros=detail.cost_micros + detail.by_hand_micros,
        perhaps_sent=detail.perhaps_sent,
        touches=tuple(sorted(detail.touches, key=lambda touch: (touch.day, touch.position))),
        responders=tuple(map(person_of, answered)),
        non_responders=tuple(map(person_of, report.non_responders(conn, campaign_id, 0, people))),
        non_responder_count=silent,
    )


def person_of(row: PersonRow) -> Person:
    """A contact of the database as a report shows them."""
    return Person(
        enrolment_id=row.enrolment_id,
        reply_id=row.reply_id,
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
