"""A long silence of the sender is a pause that nobody asked for: campaigns go on by their own policies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.conftest import OPTIONS, RunEngine
from tests.support.carriers import ListedCarrier
from tests.support.world import START, World
from trd_tui.clock import Anchor, VirtualClock
from trd_tui.domain.carrier_trouble import CarrierTrouble
from trd_tui.engine.claiming import Claimer
from trd_tui.store import control, downtime, lease, planning, verify
from trd_tui.store.downtime import DowntimeRule
from trd_tui.store.plan_terms import PlanTerms

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
REAL = 1_800_000_000_000


@pytest.fixture
def world(tmp_path: Path, database_url: str) -> Iterator[World]:
    made = World(tmp_path, url=database_url)
    yield made
    made.close()


def claim(world: World, token: int, now: int, real: int, claimer: Claimer | None = None) -> int:
    """Claim once; how many messages, or -1 where a silence was noticed."""
    taken = world.db.write(
        (claimer or Claimer()).claim, token=token, now=now, real=real, slots=50, horizon_ms=1000
    )
    assert taken.silence is None or not taken.batch
    return -1 if taken.silence is not None else len(taken.batch)


def term(world: World, real: int) -> int:
    token = world.db.write(lease.acquire, f"me{real}", "test", real, 1000)
    assert token is not None
    return token


def finish_plans(world: World, now: int, *ids: str) -> None:
    for id_ in ids:
        while not world.db.write(planning.plan_chunk, id_, now, 100).finished:
            pass


def test_after_a_long_silence_nothing_goes_before_each_campaigns_policy_has_spoken(world: World) -> None:
    for at, policy in enumerate(("shift", "skip", "catch_up_one", "review")):
        world.campaign(policy, contacts=2, first=at * 10)
        world.run("UPDATE campaigns SET resume_policy = :policy WHERE id = :policy", policy=policy)
    world.campaign("later", contacts=1, first=90, start=START + HOUR)
    token = term(world, REAL)
    # the first claim ever leaves the first sign of life; nobody was silent before
    assert claim(world, token, START - 1, REAL) == 0
    now, real = START + DAY + 3 * HOUR, REAL + DAY + 3 * HOUR
    world.run("UPDATE scheduled_messages SET scheduled_for = :at WHERE campaign_id = 'later'", at=now + HOUR)
    world.run("UPDATE campaigns SET next_due_at = :at WHERE id = 'later'", at=now + HOUR)
    token = term(world, real)
    assert claim(world, token, now, real) == -1
    assert world.rows("SELECT id, plan_kind, paused_at, resumed_at FROM campaigns ORDER BY id") == [
        ("catch_up_one", "resume", START, now),
        ("later", None, None, None),
        ("review", "resume", START, now),
        ("shift", "resume", START, now),
        ("skip", "resume", START, now),
    ]
    assert claim(world, token, now, real) == 0  # noticed once; nothing goes while the plans are unfinished
    finish_plans(world, now, "shift", "skip", "catch_up_one", "review")
    rows = world.rows(
        "SELECT DISTINCT campaign_id, touch, state, (scheduled_for - :start) / 3600000"
        " FROM scheduled_messages WHERE campaign_id <> 'later' ORDER BY 1, 2",
        start=START,
    )
    assert rows == [
        ("catch_up_one", 1, "scheduled", 27),
        ("review", 1, "held", 0),
        ("shift", 1, "scheduled", 48),
        ("skip", 1, "skipped", 0),
        ("skip", 2, "scheduled", 48),
    ]
    assert world.rows("SELECT DISTINCT actor, act, after FROM audit WHERE subject_id = 'skip'") == [
        ("system", "downtime", '{"policy": "skip", "silent_minutes": 1620}')
    ]
    assert claim(world, token, now, real + 1) == 2  # the ones that are caught up
    assert world.db.read(verify.differences) == []


@pytest.mark.parametrize("policy", ["shift", "skip", "catch_up_one", "restart_delay", "review"])
def test_what_was_due_this_morning_still_goes_today(world: World, policy: str) -> None:
    """The program is opened at half past nine every day: what is due at nine must not wait for ever."""
    world.campaign(contacts=2)
    world.run("UPDATE campaigns SET resume_policy = :policy", policy=policy)
    assert claim(world, term(world, REAL), START - DAY, REAL) == 0
    now, real = START + HOUR // 2, REAL + DAY + HOUR // 2
    token = term(world, real)
    assert claim(world, token, now, real) == -1
    finish_plans(world, now, "camp_1")
    assert claim(world, token, now, real) == 2
    assert world.db.read(verify.differences, real=0) == []


def test_a_short_gap_changes_nothing(world: World) -> None:
    world.campaign(contacts=2)
    assert claim(world, term(world, REAL), START - 1, REAL) == 0
    real = REAL + 15 * MINUTE
    assert claim(world, term(world, real), START + 15 * MINUTE, real) == 2
    assert world.one("SELECT count(*) FROM audit") == 0


def test_the_limit_is_a_setting(world: World) -> None:
    world.campaign(contacts=2)
    claimer = Claimer(DowntimeRule(downtime_ms=5 * MINUTE))
    assert claim(world, term(world, REAL), START - 1, REAL, claimer) == 0
    real = REAL + 6 * MINUTE
    assert claim(world, term(world, real), START + 6 * MINUTE, real, claimer) == -1


def test_what_is_due_only_just_is_sent_after_the_longest_silence(world: World) -> None:
    world.campaign(contacts=2)
    assert claim(world, term(world, REAL), START - DAY, REAL) == 0
    real = REAL + DAY + 10 * MINUTE
    token = term(world, real)
    assert claim(world, token, START + 10 * MINUTE, real) == 0  # the silence is over, nobody missed anything
    assert claim(world, token, START + 10 * MINUTE, real) == 2
    assert world.one("SELECT count(*) FROM audit") == 0


def test_the_renewal_of_the_lease_is_the_sign_of_life_but_never_over_a_silence_or_a_stop(
    world: World,
) -> None:
    claim(world, term(world, REAL), START - 1, REAL)
    owner, token = f"me{REAL}", 1

    def renew(at: int) -> object:
        world.db.write(lease.renew, owner, token, at, 1000, downtime_ms=15 * MINUTE)
        return world.one("SELECT heartbeat_at FROM control")

    assert renew(REAL + 5_000) == REAL + 5_000
    assert renew(REAL + 20 * MINUTE) == REAL + 5_000  # a claim has to notice this gap first
    world.run("UPDATE control SET stopped = 1")
    assert renew(REAL + 10_000) == REAL + 5_000  # nobody could send
    world.run("UPDATE control SET stopped = 0")
    world.db.write(control.set_trouble, CarrierTrouble("refused", "no", REAL))
    assert renew(REAL + 10_000) == REAL + 5_000
    world.db.write(control.set_trouble, None)
    assert renew(REAL + 10_000) == REAL + 10_000


def test_a_stop_that_lasted_is_a_pause_when_it_is_released(world: World) -> None:
    world.campaign(contacts=2)
    token = term(world, REAL)
    claim(world, token, START - 1, REAL)
    world.db.write(control.stop, "ann", None, REAL)
    real, now = REAL + 2 * HOUR, START + 2 * HOUR
    assert claim(world, token, now, real) == 0
    world.db.write(control.start)
    assert claim(world, token, now, real) == -1


def test_the_plan_is_campaign_time_also_where_that_runs_faster(world: World) -> None:
    world.campaign(contacts=1)
    world.db.write(control.set_anchor, Anchor(REAL, START - HOUR, 600.0))
    claim(world, term(world, REAL), START - HOUR, REAL)
    real = REAL + 20 * MINUTE
    now = START - HOUR + 200 * HOUR
    assert claim(world, term(world, real), now, real) == -1
    assert world.rows("SELECT paused_at, resumed_at FROM campaigns") == [(START - HOUR, now)]


def test_many_campaigns_are_taken_a_hundred_at_a_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downtime, "AT_ONCE", 2)
    for at in range(5):
        world.campaign(f"c{at}", contacts=1, first=at)
    claim(world, term(world, REAL), START - 1, REAL)
    real = REAL + HOUR
    token = term(world, real)
    assert [claim(world, token, START + HOUR, real) for _ in range(4)] == [-1, -1, -1, 0]
    assert world.one("SELECT count(*) FROM campaigns WHERE plan_kind = 'resume'") == 5


def test_a_resume_that_was_interrupted_goes_on_by_the_policy_that_was_chosen_for_it(world: World) -> None:
    world.campaign(contacts=2)
    claim(world, term(world, REAL), START - 1, REAL)
    world.db.write(planning.begin_plan, "camp_1", "resume", START, terms=PlanTerms("review"))
    real = REAL + 20 * HOUR
    assert claim(world, term(world, real), START + 20 * HOUR, real) == -1
    finish_plans(world, START + 20 * HOUR, "camp_1")
    assert world.rows("SELECT DISTINCT state FROM scheduled_messages") == [("held",)]


async def test_an_engine_that_comes_back_late_says_so_and_sends_by_the_new_dates(
    tmp_path: Path, clock: VirtualClock, carrier: ListedCarrier, run_engine: RunEngine, world: World
) -> None:
    world.campaign(contacts=3, days=(1, 3))
    world.db.write(control.beat, clock.real() - 26 * HOUR)
    clock.jump_to(START + 26 * HOUR)
    engine = await run_engine(carrier, options=OPTIONS)
    assert engine.state.notice == "nobody sent for 26 h 0 min: 1 campaign goes on as after a pause"
    sent = world.rows(
        "SELECT touch, min(sent_at) - :start FROM scheduled_messages GROUP BY 1 ORDER BY 1", start=START
    )
    assert [(touch, int(str(at)) // DAY) for touch, at in sent] == [(1, 2), (2, 4)]
