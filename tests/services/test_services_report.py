"""A report names who has answered which touch and who has not; its figures are those of the rows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.support.real_desk import StandingClock
from tests.support.sending import send_due
from tests.support.world import SENDER, START, World, number
from trd_tui.carriers.protocol import CarrierMessage
from trd_tui.cli.report_shapes import stats_shape
from trd_tui.engine.receiving import receive_batch
from trd_tui.services import report, report_files, reporting
from trd_tui.services.report import campaign_report, texted_people
from trd_tui.services.report_views import Figures, Page, Report, ReportQuery, Span
from trd_tui.store.database import Database
from trd_tui.store.verify import differences

DAY = 86_400_000


@pytest.fixture
def lived(tmp_path: Path, database_url: str) -> Iterator[World]:
    """Days 1, 4, 5: 0 and 1 answer, 2 opts out, a machine answers for 3, 4 is dead, 5 is silent."""
    made = World(tmp_path, url=database_url)
    made.campaign(contacts=6, days=(1, 4, 5))
    made.campaign("camp_2", contacts=1, first=9, start=None)

    def news(at: int, *messages: CarrierMessage) -> None:
        made.db.write(receive_batch, messages, at, at)

    def says(at: int, who: int, body: str) -> None:
        news(at, CarrierMessage(f"SMin{at}-{who}", True, number(who), SENDER, body, "received", None, at, at))

    def report_of(who: int, touch: int, status: str, code: int | None = None) -> CarrierMessage:
        sid = made.one(
            "SELECT sid FROM scheduled_messages m JOIN contacts c ON c.id = m.contact_id"
            " WHERE c.number = :n AND m.touch = :t AND m.campaign_id = 'camp_1'",
            n=number(who),
            t=touch,
        )
        return CarrierMessage(str(sid), False, SENDER, number(who), "x", status, code, START, START)

    assert len(send_due(made, START)) == 6
    news(START + 1, report_of(4, 1, "failed", 30_006), *(report_of(at, 1, "delivered") for at in range(4)))
    says(START + 2, 1, "Yes please")
    says(START + 3, 2, "STOP")
    says(START + 4, 3, "Auto-reply: I am out of the office until Monday.")
    assert sorted(send_due(made, START + 3 * DAY)) == [number(0), number(3), number(5)]
    says(START + 3 * DAY + 5, 0, "Who is this?")
    says(START + 3 * DAY + 6, 0, "Hello?")
    yield made
    assert made.db.read(differences, START) == []
    made.close()


@pytest.fixture
async def db(lived: World, database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()
    assert lived


async def test_it_is_what_the_statistics_of_the_front_end_say(db: Database) -> None:
    found = await campaign_report(db, "camp_1")
    assert found is not None
    cost = found.cost_micros
    assert stats_shape(found) == {
        "campaignId": "camp_1",
        "campaignName": "camp_1",
        "status": "active",
        "created": "1970-01-01T00:00:00Z",
        "totalContacts": 6,
        "messageSequence": [
            _touch(1, 6, 4, 1, 1, 80.0, 16.7),
            _touch(4, 3, 0, 0, 1, 0.0, 33.3),
            _touch(5, 0, 0, 0, 0, 0.0, 0.0),
        ],
        "overall": {
            "totalMessagesSent": 9,
            "totalDelivered": 4,
            "totalReplied": 2,
            "totalFailed": 1,
            "overallDeliveryRate": 80.0,
            "overallReplyRate": 22.2,
            "pipelineAdds": 0,
            "activeCost": f"0.{cost // 10_000:02}" if cost % 10_000 < 5_000 else f"0.{cost // 10_000 + 1:02}",
        },
        "topResponders": [
            {"phone": number(1), "name": "Ann", "repliedOnDay": 1, "addedToPipeline": False},
            {"phone": number(0), "name": "Ann", "repliedOnDay": 4, "addedToPipeline": False},
        ],
        "nonResponders": [
            {"phone": number(3), "name": "Ann", "lastMessageDay": 4, "totalMessagesSent": 2},
            {"phone": number(4), "name": "Ann", "lastMessageDay": 1, "totalMessagesSent": 1},
            {"phone": number(5), "name": "Ann", "lastMessageDay": 4, "totalMessagesSent": 2},
        ],
    }


def _touch(
    day: int, sent: int, delivered: int, failed: int, replied: int, delivery: float, reply: float
) -> dict[str, object]:
    return {
        "day": day,
        "sent": sent,
        "delivered": delivered,
        "failed": failed,
        "replied": replied,
        "deliveryRate": delivery,
        "replyRate": reply,
    }


async def test_it_names_so_many_and_counts_all(db: Database) -> None:
    found = await campaign_report(db, "camp_1", people=1)
    assert found is not None
    assert [person.number for person in found.responders] == [number(1)]
    assert [person.number for person in found.non_responders] == [number(3)]
    assert (found.row.replied_count, found.non_responder_count) == (2, 3)
    assert await campaign_report(db, "camp_0") is None
    empty = await campaign_report(db, "camp_2")
    assert empty is not None
    assert (empty.responders, empty.non_responders, empty.non_responder_count) == ((), (), 0)


async def test_everybody_who_was_texted_comes_once_page_by_page(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "_PAGE", 4)
    people = [person async for person in texted_people(db, "camp_1")]
    assert [person.number for person in people] == [number(at) for at in range(6)]
    assert [(each.replied_day, each.last_day, each.sent, each.status) for each in people] == [
        (4, 4, 2, "replied"),
        (1, 1, 1, "replied"),
        (None, 1, 1, "opted_out"),
        (None, 4, 2, "active"),
        (None, 1, 1, "failed"),
        (None, 4, 2, "active"),
    ]
    assert [each.replied_at for each in people[:2]] == [START + 3 * DAY + 5, START + 2]
    assert (people[2].opted_out_at, people[3].last_sent_at) == (START + 3, START + 3 * DAY)


def figures_of(found: Report) -> dict[str, tuple[int | None, ...]]:
    """Sent, delivered, failed, replied and opted out of each row."""
    return {row.name: _five(row) for row in found.rows}


def _five(row: Figures) -> tuple[int | None, ...]:
    return row.sent_count, row.delivered_count, row.failed_count, row.replied_count, row.opted_out_count


async def test_what_is_counted_from_rows_is_what_the_counters_say(db: Database) -> None:
    """A span that holds everything gives, by campaign, touch and day, what is kept for all time."""
    clock = StandingClock(START + 3 * DAY + 10)

    async def look(page: Page, span: Span, campaign: str | None = "camp_1") -> Report:
        return await reporting.read(db, clock, ReportQuery(page, span, campaign), "UTC")

    for campaign in ("camp_1", None):
        kept, counted = [await look(Page.TOUCHES, span, campaign) for span in (Span.ALL, Span.MONTH)]
        assert figures_of(kept) == figures_of(counted)
        assert [row.cost_micros for row in kept.rows] == [row.cost_micros for row in counted.rows]
        assert _five(kept.whole) == _five(counted.whole) == (9, 4, 1, 2, 1)
        days = await look(Page.DAYS, Span.ALL, campaign)
        assert figures_of(days) == {"Thu 18 Jan 2024": (3, 0, 0, 1, 0), "Mon 15 Jan 2024": (6, 4, 1, 1, 1)}
        assert sum(row.cost_micros for row in days.rows) == kept.whole.cost_micros
    assert figures_of(await look(Page.CAMPAIGNS, Span.WEEK))["camp_1"] == (9, 4, 1, 2, 1)
    today = await look(Page.TOUCHES, Span.TODAY)
    assert figures_of(today) == {"#1": (0, 0, 0, 0, 0), "#2": (3, 0, 0, 1, 0), "#3": (0, 0, 0, 0, 0)}
    (error,) = (await look(Page.ERRORS, Span.ALL)).rows
    assert (error.id, error.messages, error.failed, error.action) == (
        *(30_006, 1, 1), "the number cannot receive texts: the contact's sequences end",
    )  # fmt: skip
    answered, silent = [
        (await reporting.read(db, clock, ReportQuery(Page.PEOPLE, Span.ALL, "camp_1", silent=no), "UTC")).rows
        for no in (False, True)
    ]
    assert [each.number for each in answered] == [number(0), number(1)]
    assert [each.number for each in silent] == [number(3), number(4), number(5)]
    with pytest.raises(reporting.NoSuchCampaignError):
        await look(Page.TOUCHES, Span.ALL, "camp_0")


async def test_what_would_take_too_long_is_not_counted_and_said(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reporting, "COUNTED", 9)
    clock = StandingClock(START + 3 * DAY + 10)
    query = ReportQuery(Page.TOUCHES, Span.WEEK, "camp_1")
    found = await reporting.read(db, clock, query, "UTC")
    assert figures_of(found)["#2"] == (None, None, None, 1, 0)
    assert found.whole.sent_count is None
    assert [note for note in found.notes if "choose a campaign, or all time" in note]
    monkeypatch.setattr(reporting, "COUNTED", 10)
    assert (await reporting.read(db, clock, query, "UTC")).notes == ()


async def test_a_report_is_written_in_the_order_in_which_it_is_shown(db: Database, tmp_path: Path) -> None:
    clock = StandingClock(START + 3 * DAY + 10)
    query = ReportQuery(Page.TOUCHES, Span.ALL, "camp_1", sort="failed_count", descending=False)
    file, rows = await report_files.write(db, clock, query, "UTC", tmp_path / "out", "now")
    lines = file.read_text().splitlines()
    assert (rows, lines[0][:38]) == (3, "name,status,sent,delivered,failed,deli")
    assert [line.split(",")[:5] for line in lines[1:]] == [
        ["#2", "day 4", "3", "0", "0"], ["#3", "day 5", "0", "0", "0"], ["#1", "day 1", "6", "4", "1"],
    ]  # fmt: skip
    again, rows = await report_files.write(db, clock, ReportQuery(), "UTC", tmp_path / "out", "now")
    assert (again.name, rows) == ("report-campaigns-all-time-now.csv", 2)
    assert file.stat().st_mode & 0o777 == 0o600
