"""What a campaign's screen shows of its people: replies, acts, sends by time; taking one contact out."""

from __future__ import annotations

import csv
import os
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.support.services import HOUR, Desk
from trd_tui.domain.decision import NO_OPT_OUT
from trd_tui.services import audit_log, campaign_replies, leaving, listing
from trd_tui.services.administration_views import AuditQuery
from trd_tui.services.list_files import COLUMNS, write_list
from trd_tui.services.past_sends import sends_made
from trd_tui.services.people_views import CampaignReply, ReplyQuery
from trd_tui.services.views import ActCancelledError, ContactQuery
from trd_tui.services.why import why
from trd_tui.store import decisions
from trd_tui.store.sequences import SequenceCache
from trd_tui.tui.columns_people import reply_columns

REPLY = (
    "INSERT INTO replies (workspace_id, sid, sender, recipient, body, kind, contact_id, campaign_id,"
    " message_id, received_at, carrier_at) SELECT 1, :sid, c.number, '+15005550006', :body, :kind, c.id,"
    " m.campaign_id, m.id, :at, :at FROM scheduled_messages m JOIN contacts c ON c.id = m.contact_id"
    " WHERE m.enrolment_id = :enrolment"
)


async def wrote(desk: Desk, *rows: tuple[int, str, str]) -> None:
    """Replies of some enrolments, a minute apart: enrolment, kind, text."""
    for at, (enrolment, kind, body) in enumerate(rows):
        values = {"sid": f"SM{at}", "enrolment": enrolment, "kind": kind, "body": body,
                  "at": desk.clock.now() + at * 60_000}  # fmt: skip
        await desk.db.write(lambda conn, values=values: conn.execute(text(REPLY), values))  # type: ignore[misc]


async def test_an_unclear_text_says_what_was_decided_about_it_and_a_later_one_waits(desk: Desk) -> None:
    id_ = await desk.running(contacts=2)
    await wrote(desk, (1, "unclear", "please stop by"))
    (row,) = (await campaign_replies.page(desk.db, id_, ReplyQuery())).rows
    assert row.decision is None
    real = desk.clock.real()
    await desk.db.write(decisions.record, desk.actor, NO_OPT_OUT, row.number, desk.clock.now(), real)
    (row,) = (await campaign_replies.page(desk.db, id_, ReplyQuery())).rows
    assert row.decision is not None
    assert row.decision.words == "no opt-out, decided by ann"
    assert "✔ no opt-out" in str(cells(row))
    assert "✔ decided" in str(cells(row))
    later = {"sid": "SM9", "enrolment": 1, "kind": "unclear", "body": "stop it", "at": desk.clock.now()}
    await desk.db.write(lambda conn: conn.execute(text(REPLY), later))
    rows = (await campaign_replies.page(desk.db, id_, ReplyQuery())).rows
    assert sorted(each.decision is None for each in rows) == [False, True]


def cells(row: CampaignReply) -> list[object]:
    """What the screen's table shows of it."""
    return [column.draw(row, 40, 0) for column in reply_columns("UTC")]


async def test_replies_are_found_by_kind_touch_and_text_and_one_of_a_contact_counts(desk: Desk) -> None:
    id_ = await desk.running(contacts=4)
    other = await desk.running("Other", contacts=2, first=10)
    await desk.db.write(
        lambda conn: conn.execute(text("UPDATE scheduled_messages SET touch = 2 WHERE enrolment_id = 2"))
    )
    await wrote(
        desk, (1, "reply", "Who is this?"), (1, "reply", "Hello?"), (2, "unclear", "please stop by"),
        (3, "auto", "I am away"), (4, "opt_out", "STOP"), (5, "reply", "Who?"),
    )  # fmt: skip
    page = await campaign_replies.page(desk.db, id_, ReplyQuery())
    assert [(row.kind, row.touch, row.counted) for row in page.rows] == [
        ("opt_out", 1, False), ("auto", 1, False), ("unclear", 2, False), ("reply", 1, False),
        ("reply", 1, True),
    ]  # fmt: skip
    assert page.rows[-1].name == "First0 Last0"
    queries = [
        (ReplyQuery(kind="reply"), 2), (ReplyQuery(touch=2), 1), (ReplyQuery(search="WHO"), 1),
        (ReplyQuery(kind="reply", touch=1, search="hello"), 1), (ReplyQuery(touch=3), 0),
    ]  # fmt: skip
    for query, total in queries:
        found = await campaign_replies.page(desk.db, id_, replace(query, limit=1))
        assert found.total == total, query
        for place in range(total):
            (row,) = (await campaign_replies.page(desk.db, id_, replace(query, limit=1, offset=place))).rows
            assert await campaign_replies.rank(desk.db, id_, row.id, query) == place
    assert await campaign_replies.rank(desk.db, id_, page.rows[0].id, ReplyQuery(kind="reply")) is None
    assert await campaign_replies.counts(desk.db, id_) == {
        (1, "reply"): 2, (2, "unclear"): 1, (1, "auto"): 1, (1, "opt_out"): 1,
    }  # fmt: skip
    assert (await campaign_replies.page(desk.db, other, ReplyQuery())).total == 1


async def test_one_contact_leaves_one_campaign(desk: Desk) -> None:
    """Their other campaigns go on, the counters stay exact, and the audit says who did it."""
    id_ = await desk.running(contacts=2)
    other = await desk.running("Other", contacts=2)
    fence = await desk.one("SELECT fence FROM control")
    name = await leaving.take_out(desk.db, desk.clock, desk.actor, id_, "(212) 200-0001", " moved  away ")
    assert name == "Spring"
    assert await desk.one("SELECT fence FROM control") == fence + 1  # also what is about to be called sees it
    told = await why(desk.db, desk.clock, id_, "+12122000001", SequenceCache())
    assert (told.status, told.rule) == ("removed", "removed")
    assert told.reasons[0].sentence.endswith("taken out by ann: moved away")
    assert [touch.state for touch in told.touches] == ["cancelled"]
    there = await why(desk.db, desk.clock, other, "+12122000001", SequenceCache())
    assert (there.status, there.suppressed) == ("active", None)
    acts = await audit_log.page(desk.db, AuditQuery(campaign=id_, limit=2))
    assert (acts.rows[0].act, acts.rows[0].actor, acts.rows[0].after) == (
        "take out", "ann", {"number": "+12122000001", "reason": "moved away"},
    )  # fmt: skip
    assert acts.total == 4  # create, import, start, take out
    assert [await audit_log.rank(desk.db, row.id, AuditQuery(campaign=id_)) for row in acts.rows] == [0, 1]
    for campaign, number, said in (
        (id_, "+12122000001", "no open sequence"),
        ("camp_9", "+12122000001", "no campaign"),
        (id_, "+12122009999", "no contact"),
        (id_, "nobody", "letters"),
    ):
        with pytest.raises(leaving.LeavingError, match=said):
            await leaving.take_out(desk.db, desk.clock, desk.actor, campaign, number, "again")
    await desk.sound()


async def test_the_last_touch_of_a_contact_and_the_calendar_of_what_was_sent(desk: Desk) -> None:
    id_ = await desk.running(contacts=5)
    start = desk.clock.now()
    for statement in (
        "UPDATE scheduled_messages SET state = 'delivered', sent_at = :at, final_at = :at + 9000,"
        " segments = 2, cost_micros = 15000 WHERE enrolment_id <= 2",
        "UPDATE scheduled_messages SET state = 'failed', final_at = :at + 60000 WHERE enrolment_id = 3",
        "UPDATE scheduled_messages SET state = 'sent', sent_at = :at + 3600000, segments = 1,"
        " cost_micros = 7500 WHERE enrolment_id = 4",
    ):
        values = {"at": start}
        await desk.db.write(lambda conn, s=statement, v=values: conn.execute(text(s), v))  # type: ignore[misc]
    page = await listing.contact_page(desk.db, id_, ContactQuery())
    assert [(row.last_touch, row.last_state, row.last_at) for row in page.rows] == [
        (1, "delivered", start), (1, "delivered", start), (1, "failed", start + 60_000),
        (1, "sent", start + HOUR), (None, None, None),
    ]  # fmt: skip
    later = await listing.contact_page(desk.db, id_, ContactQuery(limit=2, offset=3))
    assert (later.rows, later.total) == (page.rows[3:], 5)
    made = await sends_made(desk.db, id_, "America/New_York")
    ((_, day),) = made.days().items()
    assert (day[1].messages, day[1].segments, day[1].cost_micros) == (3, 5, 37_500)
    (ordinal,) = made.days()
    assert [(hour.hour, hour.tally.messages) for hour in made.hours(ordinal)] == [(9, 2), (10, 1)]


async def test_a_list_is_written_whole_or_not_at_all(sqlite_desk: Desk, tmp_path: Path) -> None:
    desk = sqlite_desk
    id_ = await desk.filled(contacts=5)

    async def page(offset: int) -> tuple[tuple[object, ...], int]:
        found = await listing.contact_page(desk.db, id_, ContactQuery(limit=2, offset=offset))
        return found.rows, found.total

    told: list[tuple[int, int]] = []
    done = await write_list("contacts", tmp_path, "a.csv", page, lambda *far: told.append(far))
    assert (done, told) == (5, [(2, 5), (4, 5), (5, 5)])
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS["contacts"]
    assert [row["number"] for row in rows] == [f"+1212200000{at}" for at in range(5)]

    def called_off(_done: int, _total: int) -> None:
        raise ActCancelledError

    with pytest.raises(ActCancelledError):
        await write_list("contacts", tmp_path, "b.csv", page, called_off)
    assert sorted(os.listdir(tmp_path))[:1] == ["a.csv"]
    assert not any(name.startswith("b.csv") for name in os.listdir(tmp_path))
