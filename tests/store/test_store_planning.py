from __future__ import annotations

from datetime import date

import pytest

from tests.support.world import START, World, instant
from trd_tui.store import planning, verify
from trd_tui.store.planning import PlanError, PlanProgress, PlanTerms

HOUR = 3_600_000
DAY = 24 * HOUR


def plan(world: World, now: int, campaign: str = "camp_1", limit: int = 2) -> list[PlanProgress]:
    steps = [world.db.write(planning.plan_chunk, campaign, now, limit)]
    while not steps[-1].finished:
        steps.append(world.db.write(planning.plan_chunk, campaign, now, limit))
    return steps


def start(world: World, now: int = START) -> list[PlanProgress]:
    world.run("UPDATE campaigns SET status = 'active' WHERE id = 'camp_1'")
    world.run("UPDATE totals SET status = 'active' WHERE status = 'draft'")
    world.db.write(planning.begin_plan, "camp_1", "start", now)
    return plan(world, now)


def pause(world: World, at: int) -> None:
    world.run("UPDATE campaigns SET status = 'paused', paused_at = :at WHERE id = 'camp_1'", at=at)
    world.run("UPDATE totals SET status = 'paused' WHERE status = 'active'")


def resume(world: World, now: int, terms: PlanTerms | None = None) -> None:
    world.run("UPDATE campaigns SET status = 'active' WHERE id = 'camp_1'")
    world.run("UPDATE totals SET status = 'active' WHERE status = 'paused'")
    world.db.write(planning.begin_plan, "camp_1", "resume", now, terms=terms)


def waiting(world: World) -> list[tuple[object, ...]]:
    return world.rows(
        "SELECT m.scheduled_for, e.shift_days FROM scheduled_messages m"
        " JOIN enrolments e ON e.id = m.enrolment_id WHERE m.state = 'scheduled' ORDER BY e.id"
    )


def assert_sound(world: World) -> None:
    assert world.db.read(verify.differences) == []


def test_a_start_enrols_on_the_contacts_own_date_and_schedules_the_first_touch(world: World) -> None:
    world.campaign(contacts=2, start=None)
    world.run("UPDATE contacts SET timezone = 'Pacific/Auckland' WHERE id = 2")
    start(world)
    enrolled = world.rows("SELECT enrolled_on, touches_planned FROM enrolments ORDER BY id")
    assert enrolled == [(date(2024, 1, 15).toordinal(), 3), (date(2024, 1, 16).toordinal(), 3)]
    # New York 09:00 is now; Auckland has 03:00 of the next day.
    assert waiting(world) == [(START, 0), (instant("2024-01-15T20:00"), 0)]
    assert world.rows("SELECT waiting_count, touches_planned, next_due_at, plan_kind FROM campaigns") == [
        (2, 6, START, None)
    ]
    assert_sound(world)


def test_a_plan_works_in_chunks_and_says_how_far_it_is(world: World) -> None:
    world.campaign(contacts=5, start=None)
    steps = start(world)
    assert [(step.done, step.total, step.finished) for step in steps] == [
        (2, 5, False),
        (4, 5, False),
        (5, 5, True),
    ]
    assert world.one("SELECT count(*) FROM scheduled_messages") == 5
    assert plan(world, START) == [PlanProgress(5, 5, finished=True)]
    assert world.one("SELECT count(*) FROM scheduled_messages") == 5


def test_a_plan_stops_while_the_campaign_is_paused_and_the_resume_does_the_rest(world: World) -> None:
    world.campaign(contacts=5, start=None)
    world.run("UPDATE campaigns SET status = 'active'")
    world.run("UPDATE totals SET status = 'active'")
    world.db.write(planning.begin_plan, "camp_1", "start", START)
    world.db.write(planning.plan_chunk, "camp_1", START, 2)
    pause(world, START + 1)
    assert world.db.write(planning.plan_chunk, "camp_1", START + 1, 2).interrupted
    assert world.one("SELECT count(*) FROM scheduled_messages") == 2
    later = START + 2 * DAY + HOUR
    resume(world, later)
    plan(world, later)
    # Two had a touch that fell due in the pause of two days and an hour; three start only now, at once.
    assert waiting(world) == [(START + 3 * DAY, 3)] * 2 + [(later, 0)] * 3
    assert world.rows("SELECT DISTINCT plan_version FROM scheduled_messages") == [(2,)]
    assert_sound(world)


def test_a_resume_moves_what_fell_due_by_whole_days_and_leaves_what_lies_ahead(world: World) -> None:
    world.campaign(contacts=2, start=START)
    world.run("UPDATE scheduled_messages SET scheduled_for = :at WHERE id = 2", at=START + 9 * DAY)
    pause(world, START - HOUR)
    now = START + 30 * HOUR
    resume(world, now)
    plan(world, now)
    assert waiting(world) == [(START + 2 * DAY, 2), (START + 9 * DAY, 0)]
    assert world.one("SELECT next_due_at FROM campaigns") == START + 2 * DAY
    assert world.rows("SELECT DISTINCT plan_version FROM scheduled_messages") == [(2,)]


def test_a_resume_keeps_the_least_gap_after_the_last_touch(world: World) -> None:
    world.campaign(contacts=1, start=START)
    # A touch that went out late in the evening before the pause.
    late = START + 10 * HOUR
    world.run("UPDATE enrolments SET last_sent_at = :late", late=late)
    pause(world, START)
    resume(world, START + 12 * HOUR)
    plan(world, START + 12 * HOUR)
    assert waiting(world) == [(late + 20 * HOUR, 1)]


def test_resuming_twice_changes_nothing_the_second_time(world: World) -> None:
    world.campaign(contacts=3, start=START)
    pause(world, START)
    now = START + 3 * DAY
    resume(world, now)
    plan(world, now)
    before = waiting(world)
    assert plan(world, now) == [PlanProgress(3, 3, finished=True)]
    pause(world, now)
    resume(world, now + 1)
    plan(world, now + 1)
    assert waiting(world) == before


def test_what_was_overdue_before_the_pause_is_not_overdue_after_the_resume(world: World) -> None:
    world.campaign(contacts=1, start=START)
    now = START + 10 * DAY + HOUR
    pause(world, now - HOUR)
    resume(world, now, PlanTerms(max_lateness_ms=30 * DAY))
    plan(world, now)
    assert waiting(world) == [(START + 11 * DAY, 11)]


def test_messages_in_flight_and_ended_contacts_are_left_alone(world: World) -> None:
    world.campaign(contacts=3, start=START)
    world.run("UPDATE scheduled_messages SET state = 'sending' WHERE id = 1")
    world.run("UPDATE enrolments SET status = 'replied' WHERE id = 2")
    pause(world, START)
    resume(world, START + DAY)
    plan(world, START + DAY)
    rows = world.rows("SELECT scheduled_for, plan_version FROM scheduled_messages ORDER BY id")
    assert rows[:2] == [(START, 1), (START, 1)]
    assert rows[2][0] != START


def test_contacts_who_join_a_started_campaign_are_planned_alone(world: World) -> None:
    world.campaign(contacts=3, start=START)
    world.run("INSERT INTO contacts (number, created_at, updated_at) VALUES ('+12125559999', 0, 0)")
    world.run(
        "INSERT INTO enrolments (campaign_id, contact_id, created_at, updated_at)"
        " SELECT 'camp_1', max(id), 0, 0 FROM contacts"
    )
    world.run("UPDATE campaigns SET contact_count = 4, open_count = 4")
    world.run("UPDATE totals SET contact_count = 4")
    joined = START + 2 * HOUR
    world.db.write(planning.begin_plan, "camp_1", "join", joined, after=3)
    steps = plan(world, joined, limit=10)
    assert len(steps) == 1
    assert waiting(world) == [(START, 0)] * 3 + [(joined, 0)]
    assert world.rows("SELECT DISTINCT plan_version FROM scheduled_messages") == [(1,)]
    assert_sound(world)


def test_a_sequence_without_an_active_touch_cannot_start(world: World) -> None:
    world.campaign(start=None)
    world.run("UPDATE touches SET active = 0")
    with pytest.raises(PlanError, match="no active touch"):
        world.db.write(planning.begin_plan, "camp_1", "start", START)


def test_a_campaign_that_does_not_exist_is_said_so(world: World) -> None:
    with pytest.raises(LookupError, match="no campaign camp_9"):
        world.db.write(planning.begin_plan, "camp_9", "start", START)
    assert world.db.write(planning.plan_chunk, "camp_9", START, 10).interrupted
