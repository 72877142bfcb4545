"""What may have been sent unseen counts: for caps and gap of its contact, as long as nobody knows better."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engine.test_engine_caps import claim, record, waits
from tests.engine.test_engine_foresight import foreseen
from tests.support.world import START, World, number
from trd_tui.carriers.protocol import Accepted, Unknown
from trd_tui.clock import Anchor, VirtualClock, real_now
from trd_tui.domain.frequency import Caps
from trd_tui.engine.ready import NotSent, Ready, Unclear
from trd_tui.services import review
from trd_tui.services.actor import Actor
from trd_tui.services.why import why
from trd_tui.services.why_views import Why
from trd_tui.store import attempts, stuck
from trd_tui.store.database import Database
from trd_tui.store.sequences import SequenceCache
from trd_tui.store.verify import differences

HOUR = 3_600_000
DAY = 24 * HOUR
NOT_LISTED = NotSent("the carrier does not list it after 3 looks", retry=False)
ANN = Actor(1, "ann", "ann.login")


def lost(world: World, campaign: str = "camp_1", outcome: NotSent | Unclear = NOT_LISTED) -> Ready:
    """A campaign whose only contact's first touch was called without an answer, and is given up."""
    world.campaign(campaign)
    (ready,) = claim(world, START)
    record(world, [ready], START + 20_000, Unknown("no answer"))
    record(world, [ready], START + 5 * 60_000, outcome)
    return ready


async def decide(world: World, decision: review.Decision, at: int) -> None:
    clock = VirtualClock(Anchor(real_now(), at, 0.0))
    db = Database(world.url)
    done = await review.review(db, clock, ANN, "camp_1", decision, [number(0)])
    assert (done.done, done.left) == (1, ())
    await db.close()


async def standing(world: World, at: int) -> Why:
    """What is told of the contact in the first campaign."""
    db = Database(world.url)
    said = await why(db, VirtualClock(Anchor(real_now(), at, 0.0)), "camp_1", number(0), SequenceCache())
    await db.close()
    return said


async def told(world: World, at: int) -> list[int]:
    """How many texts each cap has counted."""
    return [use.used for use in (await standing(world, at)).caps]


@pytest.mark.parametrize("outcome", [NOT_LISTED, Unclear("the carrier lists several messages")])
@pytest.mark.parametrize("given_up", [False, True])
async def test_another_campaign_texts_nobody_who_may_have_been_texted(
    both: World, outcome: NotSent | Unclear, given_up: bool
) -> None:
    lost(both, outcome=outcome)
    if given_up:
        await decide(both, "skip", START + 6 * 60_000)
    both.campaign("camp_2")
    assert claim(both, START + 7 * 60_000) == []
    # 20 hours after the attempt is five in the morning
    assert waits(both, "camp_2") == [(START + DAY, "at most 1 a day over all campaigns")]
    assert await told(both, START + 7 * 60_000) == [1, 1]
    assert [each.campaign_id for each in claim(both, START + DAY)] == ["camp_2"]


async def test_a_dry_run_knows_what_may_have_been_sent(both: World) -> None:
    lost(both)
    both.campaign("camp_2", days=(1,))
    _, rows = await foreseen(both, "camp_2", start=START + 7 * 60_000)
    assert [row[0] for row in rows] == [START + DAY]


async def test_who_sends_it_again_is_not_kept_back_by_it_and_then_both_count(both: World) -> None:
    lost(both)
    await decide(both, "send", START + HOUR)
    assert await told(both, START + HOUR) == [0, 0]
    (again,) = claim(both, START + HOUR)
    record(both, [again], START + HOUR)
    assert await told(both, START + 2 * HOUR) == [2, 2]
    assert (await standing(both, START + 2 * HOUR)).touches[0].reason == "perhaps sent once before"
    both.campaign("camp_2")
    assert claim(both, START + 20 * HOUR) == []
    assert both.rows("SELECT sent_count, by_hand_micros > 0 FROM campaigns WHERE id = 'camp_1'")[0][0] == 1


async def test_the_next_touch_keeps_its_gap_to_what_may_have_been_sent(both: World) -> None:
    """Also where the settings have no caps."""
    both.campaign("camp_1", days=(1, 2))
    (ready,) = claim(both, START + 6 * HOUR)
    record(both, [ready], START + 6 * HOUR, Unknown("no answer"))
    record(both, [ready], START + 6 * HOUR, NOT_LISTED)
    await decide(both, "skip", START + 7 * HOUR)
    skipped = (await standing(both, START + 7 * HOUR)).touches[0]
    assert skipped.reason == "skipped by ann in the review; perhaps sent once before"
    off = Caps(0, 0)
    assert claim(both, START + DAY, off) == []
    assert waits(both, "camp_1") == [(START + 26 * HOUR, "too soon after the last touch")]
    assert len(claim(both, START + 26 * HOUR, off)) == 1


@pytest.mark.parametrize("released", [False, True])
async def test_what_the_carrier_says_after_all_counts_once_and_from_when_it_was_tried(
    both: World, released: bool
) -> None:
    ready = lost(both)
    if released:
        await decide(both, "send", START + HOUR)
    attempt = ready.request.attempt_id
    assert both.db.read(stuck.perhaps_sent, "camp_1") == 1
    assert both.db.write(attempts.take_back, attempt, number(0), START + 2 * HOUR)
    assert both.db.read(differences, START) == []
    assert both.rows("SELECT by_hand_micros, reserved_micros FROM campaigns") == [(0, ready.cost_micros)]
    assert await told(both, START + 20 * HOUR) == [1, 1]
    assert await told(both, START + 20 * HOUR + 20_000) == [0, 1]
    record(both, [replace(ready)], START + 2 * HOUR, Accepted("SMfound"))
    assert await told(both, START + 3 * HOUR) == [1, 1]
    assert both.db.read(stuck.perhaps_sent, "camp_1") == 0


def test_what_is_tried_again_by_itself_does_not_count_twice(both: World) -> None:
    """The policy ``retry`` takes the carrier's list for the truth."""
    lost(both, outcome=NotSent("not listed", retry=True))
    assert len(claim(both, START + HOUR)) == 1
    assert both.rows("SELECT count(*) FROM outlays") == [(0,)]


@pytest.mark.parametrize("retry", [False, True])
def test_what_nobody_tries_again_because_the_sequence_has_ended_counts(both: World, retry: bool) -> None:
    both.campaign("camp_1")
    (ready,) = claim(both, START)
    both.run(
        "UPDATE enrolments SET status = 'replied', ended_touch = 1, touches_resolved = touches_planned,"
        " replied_at = :at",
        at=START,
    )
    both.run("UPDATE campaigns SET open_count = 0, touches_resolved = touches_planned, replied_count = 1")
    both.run("UPDATE totals SET replied_count = 1 WHERE status = 'active'")
    both.run(
        "INSERT INTO hourly_totals (workspace_id, hour, replied_count) VALUES (1, :hour, 1)",
        hour=START // HOUR,
    )
    record(both, [ready], START, NotSent("not listed", retry=retry))
    assert both.rows("SELECT state FROM scheduled_messages") == [("cancelled",)]
    both.campaign("camp_2")
    assert claim(both, START + HOUR) == []
