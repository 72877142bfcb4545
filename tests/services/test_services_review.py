"""A person decides about held messages: sent or skipped, never twice, never lost."""

from __future__ import annotations

import pytest

from tests.support.services import DAY, HOUR, Desk
from trd_tui.domain.prices import KINDS, PriceTable
from trd_tui.services import campaigns, review
from trd_tui.services.review import ReviewError
from trd_tui.store.sequences import SequenceCache

STATES = "SELECT touch, state, count(*) FROM scheduled_messages GROUP BY 1, 2 ORDER BY 1, 2"


async def stale(desk: Desk, contacts: int = 3, *, days: int = 10, contacts_from: int = 0) -> str:
    """A campaign that went on after ten days: what fell due on the first day waits for a person."""
    id_ = await desk.running(contacts=contacts, first=contacts_from)
    await desk.do("pause", id_)
    desk.later(days * DAY)
    await campaigns.resume(desk.db, desk.clock, desk.actor, [id_])
    return id_


async def test_what_was_too_late_is_listed_with_the_reason(desk: Desk) -> None:
    id_ = await stale(desk)
    start = desk.clock.now() - 10 * DAY
    held, after = await review.held_messages(desk.db, id_)
    assert after is None
    assert [(each.number, each.name, each.touch, each.due_at, each.perhaps_sent) for each in held] == [
        (f"+1212200000{at}", f"First{at} Last{at}", 1, start, False) for at in range(3)
    ]
    assert {each.reason for each in held} == {"more than 72 hours late when the campaign went on"}
    page, after = await review.held_messages(desk.db, id_, limit=2)
    assert (len(page), len((await review.held_messages(desk.db, id_, limit=2, after=after or 0))[0])) == (
        2,
        1,
    )
    await desk.sound()


async def test_what_is_let_go_goes_now_and_what_follows_keeps_its_gaps(desk: Desk) -> None:
    id_ = await stale(desk)
    desk.later(HOUR)
    done = await review.review(desk.db, desk.clock, desk.actor, id_, "send", ["(212) 200-0001"])
    assert (done.done, done.left) == (1, ())
    now = desk.clock.now()
    assert await desk.rows(
        "SELECT m.scheduled_for, m.reason, e.status, e.shift_days, m.plan_version = c.plan_version"
        " FROM scheduled_messages m JOIN enrolments e ON e.id = m.enrolment_id"
        " JOIN campaigns c ON c.id = m.campaign_id WHERE m.state = 'scheduled'"
    ) == [(now, None, "active", 10, True)]
    await desk.sound()
    again = await review.review(
        desk.db, desk.clock, desk.actor, id_, "send", ["+12122000001", "+12122000009"]
    )
    nothing = "nothing of this number is held in the campaign"
    assert (again.done, again.left) == (0, (("+12122000001", nothing), ("+12122000009", nothing)))
    assert await desk.rows("SELECT actor, act FROM audit ORDER BY id DESC LIMIT 1") == [
        ("ann", "review: send")
    ]


async def test_what_is_skipped_gives_its_place_to_the_next_touch(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(review, "CHUNK", 2)
    id_ = await stale(desk, 5)
    done = await review.review(desk.db, desk.clock, desk.actor, id_, "skip")
    assert (done.done, done.left, review.sentence(done)) == (5, (), "5 held messages skipped")
    # touch 2 two days after today, as it would have been two days after touch 1
    assert await desk.rows(STATES) == [(1, "skipped", 5), (2, "scheduled", 5)]
    assert await desk.one("SELECT min(scheduled_for) FROM scheduled_messages WHERE touch = 2") == (
        desk.clock.now() + 2 * DAY
    )
    assert await desk.one("SELECT reason FROM scheduled_messages WHERE touch = 1 LIMIT 1") == (
        "skipped by ann in the review"
    )
    await desk.sound()


async def test_skipping_the_last_touch_of_all_completes_the_campaign(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    id_ = await desk.running(contacts=2, touch=[{"day": 1, "body": "Only this."}], resume_policy="review")
    await desk.do("pause", id_)
    desk.later(HOUR)
    await desk.do("resume", id_)
    assert (await review.review(desk.db, desk.clock, desk.actor, id_, "skip")).done == 2
    assert await desk.one("SELECT status FROM campaigns") == "completed"
    await desk.sound()
    with pytest.raises(ReviewError, match="Spring is completed: nothing of it will be sent any more"):
        await review.review(desk.db, desk.clock, desk.actor, id_, "send")


async def test_what_may_have_been_sent_goes_again_only_when_it_is_named(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    id_ = await stale(desk)
    await desk.db.write(
        lambda conn: (
            conn.exec_driver_sql(
                "UPDATE scheduled_messages SET attempts = 1, reason = 'several matches' WHERE id = 2"
            ).rowcount
        )
    )
    done = await review.review(desk.db, desk.clock, desk.actor, id_, "send")
    assert done.done == 2
    assert done.left == (
        ("+12122000001", "it may have been sent already (several matches); name the number to send it again"),
    )
    assert (await review.review(desk.db, desk.clock, desk.actor, id_, "send", ["+12122000001"])).done == 1
    await desk.sound()


async def test_what_would_be_held_again_at_once_stays_held_and_says_why(desk: Desk) -> None:
    """A price is missing, and a field: who lets it go is told, and what can go does."""
    touch = [{"day": 1, "body": "Hi {{first_name}}."}, {"day": 3, "body": "Again."}]
    id_ = await desk.filled(contacts=1, budget_usd="5.00", touch=touch)
    await desk.load("phone,first_name\n+44 20 7183 8750,Eve\n(212) 200-0009,\n", id_)
    await desk.do("start", id_)
    await desk.do("pause", id_)
    desk.later(10 * DAY)
    await campaigns.resume(desk.db, desk.clock, desk.actor, [id_])
    done = await review.review(desk.db, desk.clock, desk.actor, id_, "send")
    field = "the contact has no first_name, and the template gives no fallback for it"
    price = "a budget is set and no price for GB is known; give it in the prices_file"
    assert done.done == 1
    assert dict(done.left) == {
        "+442071838750": f"it stays held: {price}",
        "+12122000009": f"it stays held: {field}",
    }
    late = "more than 72 hours late when the campaign went on"
    reasons = "SELECT reason FROM scheduled_messages WHERE state = 'held' ORDER BY id"
    assert (await desk.rows(reasons))[0] == (f"{late}; {price}",)
    again = await review.review(desk.db, desk.clock, desk.actor, id_, "send", ["+442071838750"])
    assert (again.done, again.left) == (0, (("+442071838750", f"it stays held: {price}"),))
    prices = PriceTable(
        {"GB": dict.fromkeys(KINDS, 50_000), "US": dict.fromkeys(KINDS, 12_800)}, {"1": "US", "44": "GB"}
    )
    priced = review.Judge(SequenceCache(prices=prices))
    done = await review.review(desk.db, desk.clock, desk.actor, id_, "send", ["+442071838750"], priced)
    assert (done.done, done.left) == (1, ())
    await desk.sound()


async def test_what_cannot_be_is_said(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    id_ = await stale(desk)
    with pytest.raises(ReviewError, match="there is no campaign camp_0; see trd campaign list"):
        await review.held_messages(desk.db, "camp_0")
    with pytest.raises(ReviewError, match="there is no campaign camp_0"):
        await review.review(desk.db, desk.clock, desk.actor, "camp_0", "send")
    with pytest.raises(ReviewError, match=r"^12: "):
        await review.review(desk.db, desk.clock, desk.actor, id_, "send", ["12"])
    assert await desk.rows(STATES) == [(1, "held", 3)]
