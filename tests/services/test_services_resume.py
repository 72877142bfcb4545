"""Resuming through the services: the preview is what then happens, row by row, and again is once."""

from __future__ import annotations

import random
from typing import Any

import pytest
from sqlalchemy import text

from tests.support.services import DAY, HOUR, Desk, definition, people
from trd_tui.domain.frequency import Caps
from trd_tui.domain.policies import RESUME_POLICIES
from trd_tui.domain.put_off import USUAL_LIMITS, Limits
from trd_tui.services import campaigns, editing, previews, resume_preview
from trd_tui.services.resume_preview import PolicyError
from trd_tui.store import campaigns as store_campaigns
from trd_tui.store import plan_preview, planning
from trd_tui.store.plan_terms import PlanTerms

ROWS = (
    "SELECT e.id, m.touch, m.state, m.scheduled_for, e.status, e.shift_days, e.touches_planned,"
    " e.touches_resolved FROM enrolments e LEFT JOIN scheduled_messages m ON m.enrolment_id = e.id"
    " WHERE e.campaign_id = :id ORDER BY e.id, m.id"
)
MIXED = (
    "UPDATE scheduled_messages SET touch = CASE WHEN id % 3 = 0 THEN 2 ELSE 1 END,"
    " scheduled_for = scheduled_for + (id % 11) * 21600000 WHERE campaign_id = :id",
    "UPDATE enrolments SET touches_planned = 2 WHERE campaign_id = :id AND id IN"
    " (SELECT enrolment_id FROM scheduled_messages WHERE touch = 2)",
    "UPDATE campaigns SET touches_planned = (SELECT sum(touches_planned) FROM enrolments"
    " WHERE campaign_id = :id) WHERE id = :id",
)


async def paused(desk: Desk, contacts: int = 12, **more: Any) -> str:
    """A paused campaign whose contacts wait for different touches at different times."""
    id_ = await desk.running(contacts=contacts, **more)
    for statement in MIXED:
        await desk.db.write(lambda conn, said: conn.execute(text(said), {"id": id_}).rowcount, statement)
    await desk.do("pause", id_)
    return id_


async def resume(desk: Desk, id_: str, policy: str | None = None, **more: Any) -> Any:
    (result,) = await campaigns.resume(desk.db, desk.clock, desk.actor, [id_], policy=policy, **more)
    assert result.ok, result.message
    return result


def predicted(conn: Any, id_: str, now: int, policy: str) -> dict[int, tuple[Any, ...]]:
    """Touch, state, instant and shift of every contact whom the preview's rule changes or keeps."""
    planner = plan_preview.planner_for(conn, id_, "resume", now, PlanTerms(policy), status="active")
    rows, outcomes = plan_preview.look(conn, id_, planner, 0, 1000)
    found = {}
    for row, outcome in zip(rows, outcomes, strict=True):
        if outcome is None:
            continue
        change = outcome.change
        last = change.touch if change.touch is not None else change.skipped[-1]
        state = {"hold": "held", "finish": "skipped"}.get(outcome.kind, "scheduled")
        at = change.at if state != "skipped" else None
        found[row.enrolment_id] = (last, state, at, change.shift_days, len(change.skipped))
    return found


@pytest.mark.parametrize("policy", RESUME_POLICIES)
async def test_the_preview_is_what_then_happens_row_by_row(desk: Desk, policy: str) -> None:
    dice = random.Random(policy)
    for turn in range(3):
        id_ = await paused(desk, name=f"C{turn}", first=turn * 100)
        desk.later(dice.randrange(HOUR, 5 * DAY))
        seen = await resume_preview.resume_preview(desk.db, desk.clock, id_, policy=policy)
        rows = await desk.db.read(predicted, id_, desk.clock.now(), policy)
        await resume(desk, id_, policy)
        happened: dict[int, tuple[Any, ...]] = {}
        skipped: dict[int, int] = {}
        for enrolment, touch, state, at, _, shift, _, _ in await desk.rows(ROWS, id=id_):
            skipped[enrolment] = skipped.get(enrolment, 0) + (state == "skipped")
            when = None if state == "skipped" else at
            happened[enrolment] = (touch, state, when, shift, skipped[enrolment])
        assert happened == rows
        states = [row[1] for row in happened.values()]
        assert seen.messages == states.count("scheduled")
        assert seen.total("held") == states.count("held")
        assert seen.total("skipped") == sum(skipped.values())
        assert seen.finished == states.count("skipped")
        instants = [row[2] for row in happened.values() if row[1] == "scheduled"]
        assert seen.first_at == min(instants, default=None)
        await desk.sound()
        await desk.do("pause", id_)


@pytest.mark.parametrize("policy", RESUME_POLICIES)
async def test_resuming_three_times_is_resuming_once(sqlite_desk: Desk, policy: str) -> None:
    desk = sqlite_desk
    id_ = await paused(desk)
    desk.later(2 * DAY + 5 * HOUR)
    await resume(desk, id_, policy)
    once = await desk.rows(ROWS, id=id_)
    for _ in range(2):
        if (await desk.do("pause", id_))[0].ok:
            await resume(desk, id_, policy)
    assert await desk.rows(ROWS, id=id_) == once
    await desk.sound()


async def test_the_campaigns_own_policy_decides_unless_another_is_named(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    id_ = await desk.running(resume_policy="review")
    await desk.do("pause", id_)
    desk.later(2 * HOUR)
    seen = await resume_preview.resume_preview(desk.db, desk.clock, id_)
    assert (seen.policy, seen.total("held"), seen.messages) == ("review", 3, 0)
    result = await resume(desk, id_)
    assert result.message == f"resumed; 0 messages scheduled, 3 for review: trd campaign review {id_}"
    assert result.figures["held_messages"] == 3
    assert await desk.rows("SELECT DISTINCT state, reason FROM scheduled_messages") == [
        ("held", "fell due while the campaign was paused")
    ]
    audit = "SELECT after FROM audit WHERE act = 'resume'"
    assert await desk.one(audit) == '{"policy": "review", "status": "active"}'
    assert await desk.one("SELECT resume_policy FROM campaigns") == "review"
    with pytest.raises(PolicyError, match="there is no resume policy 'later'; use one of shift, skip"):
        await resume(desk, id_, "later")


async def test_whoever_carries_an_interrupted_resume_on_keeps_its_policy(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    id_ = await desk.running(contacts=5)
    await desk.do("pause", id_)
    desk.later(3 * DAY)

    def begin(conn: Any) -> None:
        assert store_campaigns.change_status(conn, id_, "paused", "active", desk.clock.now())
        planning.begin_plan(conn, id_, "resume", desk.clock.now(), terms=PlanTerms("skip"))
        planning.plan_chunk(conn, id_, desk.clock.now(), 2)

    await desk.db.write(begin)
    await campaigns.carry_plan(desk.db, desk.clock, id_)
    assert await desk.rows(
        "SELECT touch, state, count(*) FROM scheduled_messages GROUP BY 1, 2 ORDER BY 1"
    ) == [
        (1, "skipped", 5),
        (2, "skipped", 5),
        (3, "scheduled", 5),
    ]
    assert await desk.one("SELECT plan_terms FROM campaigns") is None


async def test_skipping_everybodys_last_touch_completes_the_campaign(desk: Desk) -> None:
    id_ = await desk.running(contacts=2, touch=[{"day": 1, "body": "Only this."}])
    await desk.do("pause", id_)
    desk.later(2 * HOUR)
    seen = await resume_preview.resume_preview(desk.db, desk.clock, id_, policy="skip")
    assert (seen.finished, seen.messages, seen.first_at, seen.last_at) == (2, 0, None, None)
    await resume(desk, id_, "skip")
    assert await desk.rows("SELECT status, open_count, touches_resolved FROM campaigns") == [
        ("completed", 0, 2)
    ]
    assert await desk.rows("SELECT actor, act FROM audit ORDER BY id DESC LIMIT 1") == [
        ("system", "complete")
    ]
    await desk.sound()


async def test_the_figures_of_a_preview(sqlite_desk: Desk) -> None:
    desk = sqlite_desk
    id_ = await desk.running(contacts=120, touch=[{"day": 1, "body": "Hi {{first_name}}."}])
    await desk.load(people(30), await desk.draft("Other"))
    other = await desk.running("Third", contacts=20, first=10)
    await desk.do("pause", id_)
    desk.later(HOUR)
    seen = await resume_preview.resume_preview(desk.db, desk.clock, id_, policy="catch_up_one")
    now = desk.clock.now()
    (touch,) = seen.touches
    assert (touch.position, touch.day, touch.moved, touch.kept) == (1, 1, 120, 0)
    assert (seen.messages, seen.segments, seen.cost_micros) == (120, 120, 120 * 12_800)
    # one segment a second: the last of 120 starts 119 seconds after the first
    assert (seen.first_at, seen.last_at) == (now, now + 119_000)
    assert seen.shared_contacts == 20
    await desk.do("pause", other)
    seen = await resume_preview.resume_preview(desk.db, desk.clock, id_, policy="catch_up_one")
    assert seen.shared_contacts == 0
    with pytest.raises(LookupError, match="there is no campaign camp_0"):
        await resume_preview.resume_preview(desk.db, desk.clock, "camp_0")


async def test_what_follows_counts_only_touches_that_are_sent(desk: Desk) -> None:
    steps = [{"day": day, "body": "Hi.", "active": day not in (3, 7)} for day in (1, 3, 5, 7, 9)]
    id_ = await desk.running(contacts=3, touch=steps)
    await desk.do("pause", id_)
    desk.later(2 * DAY)
    said = {}
    for policy in ("shift", "skip"):
        seen = await resume_preview.resume_preview(desk.db, desk.clock, id_, policy=policy)
        said[policy] = (seen.messages, seen.total("skipped"), seen.in_all)
    assert said == {"shift": (3, 0, 9), "skip": (3, 3, 6)}
    await resume(desk, id_, "skip")
    left = "SELECT sum(touches_planned - touches_resolved) FROM enrolments WHERE campaign_id = :id"
    assert await desk.rows(left, id=id_) == [(6,)]


async def test_a_preview_says_where_the_caps_over_all_campaigns_may_put_texts_off(desk: Desk) -> None:
    """Its dates know windows and gaps; what else the contacts are texted until then only the claim knows."""

    async def may(act: str, *ids: str, limits: Limits = USUAL_LIMITS) -> bool:
        seen = await previews.preview(desk.db, desk.clock, act, ids, limits=limits)
        assert seen.sentence.endswith("may put some off; see a dry run.") is bool(seen.may_put_off)
        assert set(seen.may_put_off) <= {"frequency_caps"}
        return bool(seen.may_put_off)

    async def moved() -> bool:
        later = definition(send_time="15:00")
        return bool((await editing.edit_preview(desk.db, desk.clock, spring, later)).may_put_off)

    spring = await paused(desk, 3)
    alone = await desk.filled("Alone", contacts=1, first=50)
    assert [await may("resume", spring), await may("start", alone), await moved()] == [False] * 3
    summer = await desk.filled("Summer", contacts=1, first=2)
    assert await may("start", summer) is False  # nobody sends to this contact now
    assert await may("start", summer, spring) is False
    assert await may("resume", spring, summer) is False  # a draft cannot be resumed
    await desk.do("start", summer)
    assert [await may("resume", spring), await moved(), await may("start", alone)] == [True, True, False]
    await desk.do("pause", summer)
    assert [await may("resume", spring), await may("resume", spring, summer)] == [False, True]
    # a week's texts count, whoever sent them and whatever became of the campaign
    now = desk.clock.now()
    texted = "UPDATE enrolments SET last_sent_at = :at, recent_sends = :sent WHERE campaign_id = :id"
    for id_, ago, times, told in ((summer, 6 * DAY, 1, True), (summer, 8 * DAY, 1, False),
                                  (spring, HOUR, 3, False), (spring, HOUR, 4, True)):  # fmt: skip
        values = {"at": now - ago, "sent": ",".join([str(now - ago)] * times), "id": id_}
        await desk.db.write(lambda conn, said: conn.execute(text(texted), said).rowcount, values)
        assert await may("resume", spring) is told
    assert await may("resume", spring, limits=Limits(Caps(per_week=5))) is False


async def test_a_preview_says_where_limits_of_a_day_may_put_texts_off(
    sqlite_desk: Desk,
) -> None:
    desk = sqlite_desk
    wide = await desk.filled("Wide", contacts=3, daily_cap=3)
    tight = await desk.filled("Tight", contacts=3, first=10, daily_cap=2, daily_budget_usd="5")
    seen = await previews.preview(desk.db, desk.clock, "start", [wide])
    assert seen.may_put_off == ()
    seen = await previews.preview(desk.db, desk.clock, "start", [wide, tight])
    assert seen.may_put_off == ("daily_cap", "daily_budget")
    assert seen.sentence.endswith("The daily cap and the daily budget may put some off; see a dry run.")
    everybody = Limits(daily_budget=True)  # a setting: it holds for all campaigns, also for an edit's dates
    seen = await previews.preview(desk.db, desk.clock, "start", [wide], limits=everybody)
    assert seen.sentence.endswith("The daily budget of all campaigns may put some off; see a dry run.")
    stopped = await previews.preview(desk.db, desk.clock, "archive", [wide], limits=everybody)
    assert stopped.may_put_off == ()
    spring = await paused(desk, 3)
    seen = await previews.preview(desk.db, desk.clock, "resume", [spring], limits=everybody)
    assert seen.may_put_off == ("shared_daily_budget",)
    later = definition(send_time="15:00")
    edit = await editing.edit_preview(desk.db, desk.clock, spring, later, limits=everybody)
    assert edit.may_put_off == ("shared_daily_budget",)
    # an edit is judged by the limits that it sets, not by those that it replaces
    for limits, told in (({"daily_cap": 2}, ("daily_cap",)), ({"daily_cap": 3}, ()), ({}, ()),
                         ({"daily_budget_usd": "5"}, ("daily_budget",))):  # fmt: skip
        edit = await editing.edit_preview(
            desk.db, desk.clock, spring, definition(send_time="15:00", **limits)
        )
        assert edit.may_put_off == told, limits
        await desk.db.write(
            lambda conn: conn.execute(text("UPDATE campaigns SET daily_cap = 1, daily_budget_micros = 9"))
        )


async def test_a_preview_of_many_goes_through_them_in_chunks_and_says_how_far_it_is(
    sqlite_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = sqlite_desk
    monkeypatch.setattr(resume_preview, "LOOK_CHUNK", 5)
    id_ = await paused(desk, 12)
    told: list[tuple[int, int]] = []
    seen = await resume_preview.resume_preview(
        desk.db, desk.clock, id_, progress=lambda done, total: told.append((done, total))
    )
    assert told == [(5, 12), (10, 12), (12, 12)]
    assert seen.messages == 12
