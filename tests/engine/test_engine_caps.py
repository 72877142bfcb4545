"""Caps and quiet hours in the claim, on both databases: over campaigns, in a batch, in flight, given back."""

from __future__ import annotations

import pytest

from tests.support.world import SENDER, START, World
from trd_tui.carriers.protocol import Accepted, Rejected, SendRequest
from trd_tui.domain.failures import FailureClass
from trd_tui.domain.frequency import Caps, recent_sends
from trd_tui.engine.claiming import Claimer
from trd_tui.engine.ready import Done, NotCalled, Ready
from trd_tui.engine.recording import record_batch
from trd_tui.store.downtime import DowntimeRule
from trd_tui.store.sequences import SequenceCache

HOUR = 3_600_000
DAY = 24 * HOUR
NEVER_DOWN = DowntimeRule(downtime_ms=2**50)


def claim(world: World, now: int, caps: Caps = Caps()) -> list[Ready]:  # noqa: B008
    claimer = Claimer(NEVER_DOWN, caps)
    return world.db.write(claimer.claim, token=1, now=now, real=now, slots=50, horizon_ms=1_000).batch


def record(world: World, batch: list[Ready], now: int, outcome: object = None) -> None:
    done = [Done(ready, outcome or Accepted(f"SM{ready.message_id}")) for ready in batch]  # type: ignore[arg-type]
    world.db.write(record_batch, SequenceCache(), done, now, now)


def send(world: World, now: int, caps: Caps = Caps()) -> int:  # noqa: B008
    batch = claim(world, now, caps)
    record(world, batch, now)
    return len(batch)


def waits(world: World, campaign: str) -> list[tuple[object, ...]]:
    return world.rows(
        "SELECT scheduled_for, reason FROM scheduled_messages"
        " WHERE campaign_id = :id AND state = 'scheduled'",
        id=campaign,
    )


def test_two_campaigns_in_one_batch_send_one_text_a_day(both: World) -> None:
    both.campaign("camp_1")
    both.campaign("camp_2")
    assert send(both, START) == 1
    # the other one goes at the first permitted instant: 20 hours later it is five in the morning
    moved = [*waits(both, "camp_1"), *waits(both, "camp_2")]
    assert (START + DAY, "at most 1 a day over all campaigns") in moved
    assert send(both, START + DAY) == 1
    both_sent = both.rows("SELECT sent_count FROM campaigns")
    assert both_sent == [(1,), (1,)]


def test_what_is_in_flight_counts_and_what_was_not_called_is_given_back(both: World) -> None:
    both.campaign("camp_1")
    flying = claim(both, START)
    assert len(flying) == 1
    both.campaign("camp_2")
    assert claim(both, START + 1_000) == []
    assert waits(both, "camp_2") == [(START + DAY, "at most 1 a day over all campaigns")]
    record(both, flying, START + 2_000, NotCalled("a stop"))
    both.run("UPDATE scheduled_messages SET scheduled_for = :at WHERE campaign_id = 'camp_2'", at=START)
    both.run("UPDATE campaigns SET next_due_at = :at WHERE id = 'camp_2'", at=START)
    assert send(both, START + 3_000) == 1


def test_a_refused_text_is_no_text(both: World) -> None:
    both.campaign("camp_1")
    record(both, claim(both, START), START, Rejected(30034, FailureClass.CONTENT, "no"))
    both.campaign("camp_2", start=START + HOUR)
    assert send(both, START + HOUR) == 1


@pytest.mark.parametrize("outcome", ["unknown", "accepted"])
def test_a_sender_that_dies_takes_no_count_with_it(both: World, outcome: str) -> None:
    both.campaign("camp_1")
    flying = claim(both, START)
    both.run("UPDATE scheduled_messages SET state = 'unknown' WHERE id = :id", id=flying[0].message_id)
    if outcome == "accepted":
        record(both, flying, START + 60_000)
    both.campaign("camp_2")
    assert claim(both, START + 61_000) == []


def test_five_in_a_row_wait_for_the_week_to_pass(both: World) -> None:
    both.campaign("camp_1", days=(1, 2, 3, 4, 5, 6))
    for day in range(4):
        assert send(both, START + day * DAY + day) == 1
    assert send(both, START + 4 * DAY + 4) == 0
    assert waits(both, "camp_1") == [(START + 7 * DAY, "at most 4 a week over all campaigns")]
    assert send(both, START + 7 * DAY - 1) == 0
    assert send(both, START + 7 * DAY) == 1
    assert both.one("SELECT recent_sends FROM enrolments") == ",".join(
        str(START + at) for at in (DAY + 1, 2 * DAY + 2, 3 * DAY + 3, 7 * DAY)
    )


def test_who_was_texted_some_seconds_late_is_texted_a_week_later_at_nine() -> None:
    late = [START + day * DAY + 20_000 for day in (0, 1, 3, 5)]
    assert Caps(1, 4).earliest(late, None)[0] <= START + 7 * DAY
    assert Caps(1, 4).earliest(late, None)[0] > START + 6 * DAY + 13 * HOUR


def test_without_caps_campaigns_do_not_wait_for_each_other(both: World) -> None:
    both.campaign("camp_1")
    both.campaign("camp_2")
    both.campaign("camp_3")
    assert send(both, START, Caps(2, 0)) == 2
    assert send(both, START + 1_000, Caps(0, 0)) == 0  # moved by the cap of before
    both.run("UPDATE scheduled_messages SET scheduled_for = :at WHERE state = 'scheduled'", at=START)
    both.run("UPDATE campaigns SET next_due_at = :at", at=START)
    assert send(both, START + 2_000, Caps(0, 0)) == 1


def test_florida_has_a_limit_of_its_own(both: World) -> None:
    for at in range(5):
        both.campaign(f"camp_{at}")
    both.run("UPDATE contacts SET state = 'FL', timezone = 'America/New_York'")
    assert send(both, START, Caps(0, 0)) == 3
    (moved,) = {row for at in range(5) for row in waits(both, f"camp_{at}") if row[1]}
    assert moved == (START + DAY, "at most 3 in 24 hours by state law")


def test_the_claim_keeps_quiet_hours_and_says_when_a_text_expires(both: World) -> None:
    both.campaign(contacts=1)
    both.run("UPDATE contacts SET state = 'CA'")
    assert claim(both, START) == []
    ((at, reason),) = waits(both, "camp_1")
    assert at == START + 3 * HOUR  # nine in Los Angeles
    assert reason == "quiet hours where the contact may be: CA, America/Los_Angeles"
    (ready,) = claim(both, START + 3 * HOUR)
    assert ready.request.validity_s == 36_000  # open for eleven hours
    record(both, [ready], START + 3 * HOUR, NotCalled("a stop"))
    (ready,) = claim(both, START + 13 * HOUR)
    assert ready.request.validity_s == 3_600 - 30
    record(both, [ready], START + 13 * HOUR, NotCalled("a stop"))
    assert claim(both, START + 14 * HOUR - 59_000) == []
    assert waits(both, "camp_1")[0][0] == START + 27 * HOUR


def test_who_can_never_be_texted_is_put_before_a_person(both: World) -> None:
    both.campaign(contacts=1)
    both.run("UPDATE campaigns SET window_days = 64")  # Sundays only
    both.run("UPDATE contacts SET state = 'AL'")
    assert claim(both, START) == []
    ((reason,),) = both.rows("SELECT reason FROM scheduled_messages WHERE state = 'held'")
    assert str(reason).startswith(
        "the campaign's window and the quiet hours of AL, America/Chicago have no hour"
    )


def test_an_enrolment_remembers_a_week() -> None:
    week = 7 * DAY
    assert recent_sends(None, 5) == "5"
    assert recent_sends("5,6", 5 + week) == f"6,{5 + week}"


def test_the_request_is_the_one_that_carriers_are_asked(both: World) -> None:
    both.campaign(contacts=1)
    (ready,) = claim(both, START)
    assert isinstance(ready.request, SendRequest)
    assert ready.request.sender == SENDER
