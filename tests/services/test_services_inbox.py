"""The inbox: replies, conversations, what is marked, noted and put off; on both databases."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.support.carriers import ListedCarrier
from tests.support.services import HOUR, Desk
from trd_tui.carriers.protocol import Begin, CarrierMessage, Outcome, SendRequest, at_once
from trd_tui.engine.receiving import receive_batch
from trd_tui.services import answers, inbox, inbox_acts, listing, review, suppressions
from trd_tui.services.inbox import InboxError
from trd_tui.services.inbox_views import Counts, InboxQuery, Shown
from trd_tui.services.why import why
from trd_tui.store.sequences import SequenceCache

ANN, BOB, EVE = "+12122000000", "+12122000001", "+12125559999"
OURS = "+15005550006"


async def writes(desk: Desk, number: str, body: str) -> None:
    """Somebody writes to us, a minute after whatever was before."""
    desk.later(60_000)
    at = desk.clock.now()
    message = CarrierMessage(f"SM{at}", True, number, OURS, body, "received", None, at, at)
    await desk.db.write(receive_batch, [message], at, at)


@pytest.fixture
async def spring(desk: Desk) -> str:
    """A campaign whose first touch Ann and Bob have had; then Ann, Bob, Eve, Ann's machine and Bob write."""
    id_ = await desk.running(contacts=2)
    await desk.db.write(
        lambda conn: conn.exec_driver_sql(
            f"UPDATE scheduled_messages SET state = 'delivered', sid = 'SMt' || id, sent_at = scheduled_for,"
            f" sender = '{OURS}', body = 'Hi ' || id, final_at = scheduled_for WHERE campaign_id = '{id_}'"
        )
    )
    await writes(desk, ANN, "Call me at 5")
    await writes(desk, BOB, "STOP")
    await writes(desk, EVE, "wrong number, 100%")
    await writes(desk, ANN, "Auto-reply: I am out of the office until Monday.")
    await writes(desk, BOB, "HELP")
    return id_


async def bodies(desk: Desk, **query: Any) -> list[str]:
    return [row.body for row in (await inbox.replies(desk.db, **query)).rows]


async def numbers(desk: Desk, shown: Shown = "unanswered", search: str = "", **more: Any) -> list[str]:
    query = InboxQuery(shown, search)
    page = await inbox.conversations(desk.db, desk.clock, query, **more)
    assert page.total >= len(page.rows)
    at = more.get("offset", 0)
    for place, row in enumerate(page.rows, at):
        assert await inbox.rank(desk.db, desk.clock, row.number, query) == place
    return [row.latest.number for row in page.rows]


async def audited(desk: Desk) -> list[tuple[str, str, Any, Any]]:
    found = await desk.rows(
        "SELECT act, subject_id, before, after FROM audit WHERE subject = 'conversation' ORDER BY id"
    )
    return [
        (act, number, json.loads(before or "null"), json.loads(after)) for act, number, before, after in found
    ]


async def test_replies_come_newest_first_with_who_what_and_whether_they_wait(desk: Desk, spring: str) -> None:
    page = await inbox.replies(desk.db)
    assert page.total == 5
    assert [(row.number, row.kind, row.waits, row.touch, row.campaign_id) for row in page.rows] == [
        (BOB, "help", False, 1, spring),
        (ANN, "auto", False, 1, spring),
        (EVE, "unclear", True, None, None),
        (BOB, "opt_out", False, 1, spring),
        (ANN, "reply", True, 1, spring),
    ]
    assert (page.rows[4].name, page.rows[4].campaign_name, page.rows[2].name) == (
        "First0 Last0",
        "Spring",
        "",
    )
    assert await bodies(desk, unanswered=True) == ["wrong number, 100%", "Call me at 5"]
    assert await bodies(desk, campaign_id=spring, limit=1, offset=3) == ["Call me at 5"]
    assert (await inbox.replies(desk.db, limit=1, offset=9)).total == 5


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("last1", ["HELP", "STOP"]),
        ("CALL ME", ["Call me at 5"]),
        ("555-9999", ["wrong number, 100%"]),
        ("100%", ["wrong number, 100%"]),
        ("%", ["wrong number, 100%"]),
        ("nobody", []),
    ],
)
async def test_search_is_in_name_number_and_text(
    desk: Desk, spring: str, search: str, found: list[str]
) -> None:
    assert await bodies(desk, search=search) == found
    assert spring


async def test_conversations_stand_by_their_latest_text(desk: Desk, spring: str) -> None:
    assert await numbers(desk, "all") == [ANN, EVE, BOB]  # the unread first
    assert await numbers(desk) == [ANN, EVE]
    assert await numbers(desk, limit=1, offset=1) == [EVE]
    assert await numbers(desk, "all", search="first0") == [ANN]
    first = (await inbox.conversations(desk.db, desk.clock, InboxQuery())).rows[0]
    assert (first.latest.kind, first.unanswered, first.note, first.snoozed_until) == ("auto", 1, "", None)
    assert await inbox.counts(desk.db, desk.clock) == Counts(3, 2, 0, unread=2, unclear=1)
    assert spring


async def test_marked_as_answered_it_waits_no_more_up_to_what_was_seen(desk: Desk, spring: str) -> None:
    seen = (await inbox.replies(desk.db, search="Call me")).rows[0].id
    await writes(desk, ANN, "Or at 6")
    assert await inbox_acts.mark_answered(desk.db, desk.clock, desk.actor, ANN, up_to=seen) == [seen]
    assert await bodies(desk, unanswered=True) == ["Or at 6", "wrong number, 100%"]
    assert len(await inbox_acts.mark_answered(desk.db, desk.clock, desk.actor, ANN)) == 2
    assert await numbers(desk) == [EVE]
    assert await inbox_acts.mark_answered(desk.db, desk.clock, desk.actor, ANN) == []
    assert [row[:2] for row in await audited(desk)] == [("mark_answered", ANN)] * 2
    assert spring


async def test_an_answer_answers_what_was_there_and_not_what_comes_meanwhile(desk: Desk, spring: str) -> None:
    desk.later(4 * HOUR)

    class Slow(ListedCarrier):
        async def send(self, request: SendRequest, begin: Begin = at_once) -> Outcome:
            if not self.calls:
                await writes(desk, ANN, "Or at 6")
            return await super().send(request, begin)

    carrier = Slow(desk.clock)
    await answers.send(desk.db, desk.clock, desk.actor, carrier, ANN, "Fine")
    assert await bodies(desk, unanswered=True) == ["Or at 6", "wrong number, 100%"]
    await answers.send(desk.db, desk.clock, desk.actor, carrier, ANN, "Fine")
    assert await numbers(desk) == [EVE]
    assert spring


async def test_put_off_it_sleeps_until_then_or_until_they_write(desk: Desk, spring: str) -> None:
    until = desk.clock.now() + HOUR
    await inbox_acts.snooze(desk.db, desk.clock, desk.actor, ANN, until)
    await inbox_acts.snooze(desk.db, desk.clock, desk.actor, EVE, until)
    assert (await numbers(desk), await numbers(desk, "snoozed")) == ([], [ANN, EVE])
    assert await inbox.counts(desk.db, desk.clock) == Counts(3, 0, 2, unread=0, unclear=1)
    await writes(desk, EVE, "Hello?")
    assert (await numbers(desk), await numbers(desk, "snoozed")) == ([EVE], [ANN])
    await inbox_acts.snooze(desk.db, desk.clock, desk.actor, ANN, None)
    assert await numbers(desk, "snoozed") == []
    await inbox_acts.snooze(desk.db, desk.clock, desk.actor, ANN, until)
    desk.later(HOUR)
    assert await numbers(desk) == [EVE, ANN]
    with pytest.raises(InboxError, match="has passed"):
        await inbox_acts.snooze(desk.db, desk.clock, desk.actor, ANN, until)
    assert (await audited(desk))[2] == ("snooze", ANN, {"until": until}, {"until": None})
    assert spring


async def test_a_note_stands_until_another_and_says_what_was(desk: Desk, spring: str) -> None:
    for text in ("has a dog", "has a dog", "has two dogs"):
        await inbox_acts.note(desk.db, desk.clock, desk.actor, ANN, f" {text}\n")
    await inbox_acts.snooze(desk.db, desk.clock, desk.actor, ANN, desk.clock.now() + HOUR)
    found = await inbox.conversation(desk.db, desk.clock, ANN)
    assert found is not None
    assert (found.note, found.snoozed_until) == ("has two dogs", desk.clock.now() + HOUR)
    assert (await audited(desk))[1] == ("note", ANN, {"note": "has a dog"}, {"note": "has two dogs"})
    with pytest.raises(InboxError, match="longer than"):
        await inbox_acts.note(desk.db, desk.clock, desk.actor, ANN, "x" * 2_001)
    assert spring


async def test_one_conversation_shows_both_directions_in_order(desk: Desk, spring: str) -> None:
    desk.later(4 * HOUR)
    await answers.send(desk.db, desk.clock, desk.actor, ListedCarrier(desk.clock), ANN, "Fine")
    await writes(desk, ANN, "Or at 6")
    await suppressions.add(desk.db, desk.clock, desk.actor, [ANN], "asked on the phone")
    found = await inbox.conversation(desk.db, desk.clock, "(212) 200-0000")
    assert found is not None
    assert (found.number, found.name, found.suppressed) == (ANN, "First0 Last0", "asked on the phone")
    assert [(line.direction, line.state, line.touch, line.actor, line.answered) for line in found.lines] == [
        ("touch", "delivered", 1, None, None),
        ("in", "reply", 1, None, True),
        ("in", "auto", 1, None, True),
        ("answer", "sent", None, "ann", None),
        ("in", "reply", 1, None, False),
    ]
    assert {line.campaign_name for line in found.lines} == {"Spring"}
    latest = await inbox.conversation(desk.db, desk.clock, ANN, limit=1)
    assert latest is not None
    assert [line.direction for line in latest.lines] == ["touch", "answer", "in"]
    assert await inbox.conversation(desk.db, desk.clock, "+12122000007") is None
    assert spring


async def test_there_must_be_such_a_conversation(desk: Desk, spring: str) -> None:
    for number, says in (("+12122000007", "no conversation"), ("12", "12")):
        with pytest.raises(InboxError, match=says):
            await inbox_acts.mark_answered(desk.db, desk.clock, desk.actor, number)
        with pytest.raises(InboxError, match=says):
            await inbox_acts.note(desk.db, desk.clock, desk.actor, number, "x")
        with pytest.raises(InboxError, match=says):
            await inbox_acts.snooze(desk.db, desk.clock, desk.actor, number, None)
    assert spring


async def test_who_opens_a_conversation_reads_it_and_it_stays_in_place(desk: Desk, spring: str) -> None:
    """Unread, open and all: each text that is read or answered moves down, but not while somebody reads."""
    first = (await inbox.conversation(desk.db, desk.clock, ANN)) or pytest.fail("there is none")
    assert (first.unread, first.latest > 0, first.consent, first.doubt) == (2, True, None, None)
    assert [(each.id, each.status) for each in first.campaigns] == [(spring, "replied")]
    assert (await numbers(desk, "unread"), (await listing.overview(desk.db, desk.clock)).unread) == (
        [ANN, EVE],
        2,
    )
    await inbox_acts.mark_read(desk.db, ANN, first.latest)
    assert await numbers(desk, "unread") == [EVE]
    assert await numbers(desk, "all") == [EVE, BOB, ANN]
    assert await numbers(desk) == [EVE, ANN]
    kept = InboxQuery("unread").keeping(ANN, unread=True)
    page = await inbox.conversations(desk.db, desk.clock, kept)
    assert [row.number for row in page.rows] == [ANN, EVE]
    everybody = replace(kept, shown="all").keeping(BOB, unread=False)
    page = await inbox.conversations(desk.db, desk.clock, everybody, limit=2, offset=1)
    assert ([row.number for row in page.rows], page.total) == ([EVE, BOB], 3)
    assert [await inbox.rank(desk.db, desk.clock, each, everybody) for each in (ANN, EVE, BOB)] == [0, 1, 2]
    assert await inbox.rank(desk.db, desk.clock, ANN, InboxQuery("unread")) is None
    ids = await inbox_acts.mark_answered(desk.db, desk.clock, desk.actor, ANN)
    assert await inbox_acts.wait_again(desk.db, desk.clock, desk.actor, ANN, ids) == len(ids) == 2
    assert await numbers(desk, "unread") == [ANN, EVE]
    with pytest.raises(InboxError, match="nothing that needs an answer"):
        await inbox_acts.wait_again(desk.db, desk.clock, desk.actor, BOB)


async def decisions_of(desk: Desk, number: str) -> list[str | None]:
    """What was decided about each unclear text of a number, as the conversation and `why` tell it."""
    found = await inbox.conversation(desk.db, desk.clock, number)
    assert found is not None
    told = [line.decision for line in found.lines if line.state == "unclear"]
    campaign = str(await desk.one("SELECT id FROM campaigns"))
    said = await why(desk.db, desk.clock, campaign, number, SequenceCache())
    assert told == [each.decision for each in said.written if each.kind == "unclear"][::-1]
    return [None if each is None else each.words for each in told]


async def test_an_unclear_text_is_decided_either_way(desk: Desk) -> None:
    id_ = await desk.running(contacts=2)
    for number in (ANN, BOB):
        await writes(desk, number, "stop by tomorrow, will you")
    assert await numbers(desk, "unclear") == [BOB, ANN]
    assert await desk.rows("SELECT status FROM enrolments") == [("held",)] * 2
    cleared = await inbox_acts.no_opt_out(desk.db, desk.clock, desk.actor, ANN)
    assert (cleared.campaigns, cleared.left) == (("Spring",), ())
    assert await decisions_of(desk, ANN) == ["no opt-out, decided by ann"]
    await inbox_acts.doubt_again(desk.db, desk.clock, desk.actor, cleared)
    assert await decisions_of(desk, ANN) == [None]
    assert await desk.rows("SELECT status FROM enrolments") == [("held",)] * 2
    await desk.sound()
    cleared = await inbox_acts.no_opt_out(desk.db, desk.clock, desk.actor, ANN)
    desk.later(HOUR)
    await desk.db.write(
        lambda conn: conn.exec_driver_sql(
            "UPDATE scheduled_messages SET state = 'unknown' WHERE contact_id ="
            f" (SELECT id FROM contacts WHERE number = '{ANN}')"
        )
    )
    with pytest.raises(InboxError, match="a text has gone to"):
        await inbox_acts.doubt_again(desk.db, desk.clock, desk.actor, cleared)
    await desk.db.write(
        lambda conn: conn.exec_driver_sql(
            "UPDATE scheduled_messages SET state = 'scheduled' WHERE state = 'unknown'"
        )
    )
    done = await inbox_acts.opt_out(desk.db, desk.clock, desk.actor, BOB)
    assert done.ended == 1
    assert await numbers(desk, "unclear") == []
    assert await numbers(desk) == [ANN]  # it still waits for an answer
    statuses = "SELECT status FROM enrolments e JOIN contacts c ON c.id = e.contact_id ORDER BY c.number"
    assert await desk.rows(statuses) == [("active",), ("opted_out",)]
    with pytest.raises(InboxError, match="nothing to decide"):
        await inbox_acts.no_opt_out(desk.db, desk.clock, desk.actor, ANN)
    assert await decisions_of(desk, BOB) == ["an opt-out, decided by ann"]
    await writes(desk, ANN, "wrong number, sorry")  # what comes later is not decided by it
    assert await decisions_of(desk, ANN) == ["no opt-out, decided by ann", None]
    await review.review(desk.db, desk.clock, desk.actor, id_, "send", [ANN])
    assert await decisions_of(desk, ANN) == ["no opt-out, decided by ann"] * 2
    await desk.sound()


async def test_a_doubt_that_was_none_moves_nothing(desk: Desk) -> None:
    """Whoever decides, and when, also after a pause: what is due stands as if nobody had doubted."""
    id_ = await desk.running(contacts=2, send_time="18:00")
    stands = (
        "SELECT m.touch, m.state, m.scheduled_for, m.plan_version, e.status, e.shift_days, e.touches_planned"
        " FROM scheduled_messages m JOIN enrolments e ON e.id = m.enrolment_id ORDER BY m.id"
    )
    for hours, paused in ((1, False), (3, True), (2, False)):
        for by_inbox in (True, False):
            before = await desk.rows(stands)
            await writes(desk, ANN, "stop by tomorrow, will you")
            assert [row[1] for row in await desk.rows(stands)] == ["held", "scheduled"]
            desk.later(hours * HOUR // 2)
            if paused:
                await desk.do("pause", id_)
                await desk.do("resume", id_)
            if by_inbox:
                await inbox_acts.no_opt_out(desk.db, desk.clock, desk.actor, ANN)
            else:
                await review.review(desk.db, desk.clock, desk.actor, id_, "send", [ANN])
            moved = await desk.rows(stands)
            assert [(*row[:3], *row[4:]) for row in moved] == [(*row[:3], *row[4:]) for row in before]
            assert moved[0][3] == moved[1][3] == before[0][3] + paused
    await desk.sound()


async def test_what_may_have_been_sent_is_not_sent_again_by_such_a_decision(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    await desk.running(contacts=1)
    await writes(desk, ANN, "stop by tomorrow, will you")
    await desk.db.write(lambda conn: conn.exec_driver_sql("UPDATE scheduled_messages SET attempts = 1"))
    cleared = await inbox_acts.no_opt_out(desk.db, desk.clock, desk.actor, ANN)
    assert cleared.campaigns == ()
    assert await desk.rows("SELECT state FROM scheduled_messages") == [("held",)]
