"""Editing a campaign while it runs: what each contact then gets, and that every count stays exact."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.engine.conftest import RunEngine
from tests.support.carriers import ListedCarrier
from tests.support.world import SENDER, START, ZONE, World
from trd_tui.clock import VirtualClock
from trd_tui.domain.definition import CampaignDefinition, parse_definition
from trd_tui.engine.claiming import Claimer
from trd_tui.services import campaigns, edit_views, editing
from trd_tui.services.actor import Actor
from trd_tui.services.editing import EditError
from trd_tui.store import lease, planning, verify
from trd_tui.store.database import Database

HOUR = 3_600_000
DAY = 24 * HOUR
ANN = Actor(1, "ann", "ann.login")
EXACT = (
    "SELECT e.id, e.touches_planned, e.touches_resolved + CASE WHEN m.id IS NULL THEN 0 ELSE 1 +"
    " (SELECT count(*) FROM touches t JOIN touches w ON w.campaign_id = t.campaign_id"
    " AND w.position = m.touch WHERE t.campaign_id = e.campaign_id AND t.active = 1"
    " AND (t.day > w.day OR (t.day = w.day AND t.position > w.position))) END"
    " FROM enrolments e LEFT JOIN scheduled_messages m ON m.enrolment_id = e.id"
    " AND m.state IN ('scheduled','sending','unknown','held') WHERE e.status IN ('active','held','finished')"
    " AND e.enrolled_on IS NOT NULL"
)


@pytest.fixture(params=["sqlite", "postgresql"])
def world(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    kind = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    made = World(tmp_path, url=request.getfixturevalue(kind))
    yield made
    made.close()


@pytest.fixture
async def db(world: World) -> AsyncIterator[Database]:
    opened = Database(world.url)
    yield opened
    await opened.close()


def definition(*touches: tuple[int, str], **more: Any) -> CampaignDefinition:
    """A definition with touches (day, text); a text that begins with ``-`` is not active."""
    rows = [
        {"day": day, "body": body.removeprefix("-"), "active": not body.startswith("-")}
        for day, body in touches
    ]
    window = {"days": "mon-sun", "from": "09:00", "to": "20:00"}
    given = {"name": "camp_1", "sender": SENDER, "timezone": ZONE, "window": window, "touch": rows}
    return parse_definition(given | more)


FIRST = ((1, "one"), (3, "two"), (5, "three"))


def frozen(at: int) -> VirtualClock:
    """A clock that stands still."""
    return VirtualClock.starting(at, 0.0)


def term(world: World) -> int:
    """Become the sender."""
    token = world.db.write(lease.acquire, "me", "test", 1, 2**50)
    assert token is not None
    return token


async def begin(world: World, db: Database, contacts: int = 2) -> None:
    """A running campaign with the texts one, two and three."""
    world.campaign(contacts=contacts)
    await apply(db, START, definition(*FIRST))


async def apply(db: Database, at: int, wanted: CampaignDefinition, **more: Any) -> str:
    result = await editing.edit(db, frozen(at), ANN, "camp_1", wanted, **more)
    assert result.ok
    return result.message


def sound(world: World) -> None:
    assert world.db.read(verify.differences) == []
    assert [row for row in world.rows(EXACT) if row[1] != row[2]] == []


def texts(world: World) -> list[tuple[object, ...]]:
    """What the first contact got: text and day."""
    return world.rows(
        "SELECT body, (sent_at - :start) / 86400000 + 1 FROM scheduled_messages"
        " WHERE enrolment_id = 1 AND sent_at IS NOT NULL ORDER BY id",
        start=START,
    )


async def test_new_changed_and_removed_touches_reach_contacts_who_wait(
    world: World, db: Database, clock: VirtualClock, carrier: ListedCarrier, run_engine: RunEngine
) -> None:
    await begin(world, db)
    await run_engine(carrier, until=START + 2 * HOUR)
    wanted = definition((1, "one"), (2, "one and a half"), (5, "third"), (8, "four"))
    seen = await editing.edit_preview(db, clock, "camp_1", wanted)
    assert [(change.position, change.day, change.what) for change in seen.touches] == [
        (4, 2, ("new",)),
        (2, 3, ("removed",)),
        (3, 5, ("text",)),
        (5, 8, ("new",)),
    ]
    (moved,) = seen.moved
    tomorrow = START + DAY
    assert moved == edit_views.Moved(2, 4, 2, tomorrow, tomorrow)
    assert (seen.stay, seen.in_flight, seen.settings) == (0, 0, ())
    await editing.edit(db, clock, ANN, "camp_1", wanted)
    sound(world)
    assert world.rows("SELECT DISTINCT touches_planned FROM enrolments") == [(4,)]
    await run_engine(carrier)
    assert texts(world) == [("one", 1), ("one and a half", 2), ("third", 5), ("four", 8)]
    sound(world)
    assert world.one("SELECT status FROM campaigns") == "completed"
    with pytest.raises(EditError, match="camp_1 is completed, it cannot be edited any more; duplicate it"):
        await editing.edit(db, clock, ANN, "camp_1", wanted)


async def test_times_window_cap_budget_variables_and_name_are_changed_and_shown(
    world: World, db: Database
) -> None:
    await begin(world, db, 3)
    wanted = definition(
        *FIRST, name="Spring", send_time="11:30", daily_cap=2, budget_usd="9", variables={"agent": "Ann"},
        window={"days": "mon-fri", "from": "10:00", "to": "18:00"}, priority=1, resume_policy="skip",
    )  # fmt: skip
    seen = await editing.edit_preview(db, frozen(START - HOUR), "camp_1", wanted)
    assert seen.settings == (
        ("name", "camp_1", "Spring"),
        ("send_time", "09:00", "11:30"),
        ("window", "mon-sun 09:00-20:00", "mon-fri 10:00-18:00"),
        ("resume_policy", "shift", "skip"),
        ("daily_cap", "none", "2"),
        ("budget_usd", "none", "$9.00"),
        ("priority", "3", "1"),
        ("variables", "", "agent=Ann"),
    )
    later = START + 150 * 60_000
    assert seen.moved == (edit_views.Moved(1, 1, 3, later, later),)
    version = world.one("SELECT sequence_version FROM campaigns")
    assert await apply(db, START - HOUR, wanted) == "edited; 3 messages scheduled"
    assert world.rows(
        "SELECT name, name_folded, daily_cap, next_due_at, sequence_version FROM campaigns"
    ) == [("Spring", "spring", 2, later, int(str(version)) + 1)]
    assert world.rows("SELECT DISTINCT scheduled_for FROM scheduled_messages") == [(later,)]
    assert await apply(db, START - HOUR, wanted) == "nothing to change"
    assert world.one("SELECT count(*) FROM audit WHERE act = 'edit'") == 2
    sound(world)


async def test_a_text_alone_moves_nobody_and_makes_no_plan(world: World, db: Database) -> None:
    await begin(world, db)
    plan = world.one("SELECT plan_version FROM campaigns")
    wanted = definition((1, "ONE"), *FIRST[1:])
    seen = await editing.edit_preview(db, frozen(START), "camp_1", wanted)
    assert (seen.moved, seen.stay, seen.changes) == ((), 2, True)
    await apply(db, START, wanted)
    assert world.one("SELECT plan_version FROM campaigns") == plan


async def test_a_deactivated_touch_moves_on_and_the_end_of_all_completes(world: World, db: Database) -> None:
    await begin(world, db)
    await apply(db, START, definition((1, "-one"), *FIRST[1:]))
    assert world.rows("SELECT DISTINCT touch, state FROM scheduled_messages") == [(2, "scheduled")]
    assert world.rows("SELECT DISTINCT touches_planned FROM enrolments") == [(2,)]
    sound(world)
    # what is activated again and whose day is not over comes first again
    await apply(db, START - HOUR, definition(*FIRST))
    assert world.rows("SELECT DISTINCT touch, scheduled_for FROM scheduled_messages") == [(1, START)]
    world.run("UPDATE scheduled_messages SET touch = 3")
    await apply(db, START + 9 * DAY, definition(*FIRST[:2], (5, "-three")))
    assert world.rows("SELECT DISTINCT state, reason FROM scheduled_messages") == [
        ("cancelled", "its touch was taken out of the sequence and none follows it")
    ]
    assert world.rows("SELECT status, touches_planned FROM campaigns") == [("completed", 0)]
    sound(world)


async def test_who_had_finished_gets_what_is_added_only_when_it_is_asked_for(
    world: World, db: Database, clock: VirtualClock, carrier: ListedCarrier, run_engine: RunEngine
) -> None:
    world.campaign(contacts=2, start=None, days=(1,))
    world.run("UPDATE contacts SET timezone = 'Pacific/Honolulu' WHERE id = 2")
    await apply(db, START, definition((1, "one")))
    await campaigns.start(db, frozen(START), ANN, ["camp_1"])
    await run_engine(carrier, until=START + HOUR)  # five hours too early for the second
    wanted = definition((1, "one"), (4, "two"))
    seen = await editing.edit_preview(db, clock, "camp_1", wanted)
    assert (seen.moved, seen.stay) == ((), 1)
    seen = await editing.edit_preview(db, clock, "camp_1", wanted, reopen=True)
    due = START + 3 * DAY
    assert seen.moved == (edit_views.Moved(None, 2, 1, due, due),)
    await editing.edit(db, clock, ANN, "camp_1", wanted, reopen=True)
    assert world.rows("SELECT status, touches_planned, touches_resolved FROM enrolments WHERE id = 1") == [
        ("active", 2, 1)
    ]
    sound(world)
    await run_engine(carrier)
    assert texts(world) == [("one", 1), ("two", 4)]


async def test_a_touch_that_was_taken_from_under_somebody_never_comes_back_to_them(
    world: World, db: Database
) -> None:
    await begin(world, db, 2)
    world.run("UPDATE scheduled_messages SET touch = 3 WHERE enrolment_id = 1")
    await apply(db, START + 3 * DAY, definition(*FIRST[:2], (5, "-three")))
    assert world.rows("SELECT status, ended_touch FROM enrolments ORDER BY id") == [
        ("finished", None),
        ("active", None),
    ]
    sound(world)
    await apply(db, START + 3 * DAY, definition(*FIRST, (9, "four")), reopen=True)
    assert world.rows("SELECT touch, state FROM scheduled_messages ORDER BY enrolment_id, id") == [
        (3, "cancelled"),
        (4, "scheduled"),
        (1, "scheduled"),
    ]
    sound(world)


async def test_messages_in_flight_are_not_touched_and_go_on_in_the_new_sequence(
    world: World, db: Database
) -> None:
    await begin(world, db, 2)
    token = term(world)
    claim = world.db.write(Claimer().claim, token=token, now=START, real=1, slots=1, horizon_ms=1000)
    assert len(claim.batch) == 1
    flying = world.rows("SELECT * FROM scheduled_messages WHERE state = 'sending'")
    wanted = definition((2, "zwei"), (3, "drei"), (4, "vier"))
    seen = await editing.edit_preview(db, frozen(START), "camp_1", wanted)
    assert seen.in_flight == 1
    await apply(db, START, wanted)
    assert world.rows("SELECT * FROM scheduled_messages WHERE state = 'sending'") == flying
    assert world.rows("SELECT touches_planned FROM enrolments ORDER BY id") == [(4,), (3,)]
    sound(world)


async def test_another_sender_knows_the_edit_before_its_next_claim(world: World, db: Database) -> None:
    await begin(world, db, 3)
    token = term(world)
    claimer = Claimer()  # as in another process: it has its own cache of sequences

    def claim(slots: int) -> list[str]:
        taken = world.db.write(claimer.claim, token=token, now=START, real=1, slots=slots, horizon_ms=1000)
        return [ready.request.body for ready in taken.batch]

    assert claim(1) == ["one"]
    wanted = definition((1, "eins"), *FIRST[1:], daily_cap=2)
    await apply(db, START, wanted)
    assert claim(5) == ["eins", "eins"]


async def test_an_edit_that_was_interrupted_is_finished_by_the_resume_that_takes_its_place(
    world: World, db: Database
) -> None:
    await begin(world, db, 5)
    wanted = definition((1, "-one"), *FIRST[1:], (7, "four"))
    await db.write(editing._edit, frozen(START), ANN, "camp_1", wanted, False)
    world.db.write(planning.plan_chunk, "camp_1", START, 2)
    assert world.db.read(verify.differences) == []  # also in the middle
    token = term(world)
    taken = world.db.write(
        Claimer().claim, token=token, now=START + 9 * DAY, real=1, slots=9, horizon_ms=1000
    )
    assert taken.batch == []  # nothing is claimed under an unfinished plan
    with pytest.raises(EditError, match="an edit of camp_1 is still under way; try again in a moment"):
        await db.write(editing._edit, frozen(START), ANN, "camp_1", definition(*FIRST), False)
    clock = frozen(START)
    await campaigns.pause(db, clock, ANN, ["camp_1"])
    await campaigns.resume(db, clock, ANN, ["camp_1"])
    assert world.rows("SELECT touch, count(*) FROM scheduled_messages GROUP BY touch") == [(2, 5)]
    assert world.rows("SELECT DISTINCT touches_planned FROM enrolments") == [(3,)]
    sound(world)


async def test_a_draft_is_edited_afresh_and_a_paused_campaign_waits_for_its_resume(
    world: World, db: Database
) -> None:
    world.campaign(contacts=2, start=None)
    await apply(db, START, definition((2, "a"), (4, "b")))
    assert world.rows("SELECT position, day, body FROM touches ORDER BY position") == [
        (1, 2, "a"),
        (2, 4, "b"),
    ]
    assert world.rows("SELECT touches_planned, plan_kind FROM campaigns") == [(4, None)]
    sound(world)
    clock = frozen(START)
    await campaigns.start(db, clock, ANN, ["camp_1"])
    await campaigns.pause(db, clock, ANN, ["camp_1"])
    clock = frozen(START + 2 * DAY)
    await editing.edit(db, clock, ANN, "camp_1", definition((1, "a"), (4, "b")))
    # its new day is over; the resume moves it
    assert world.rows("SELECT DISTINCT touch, scheduled_for FROM scheduled_messages") == [(1, START)]
    sound(world)
    await campaigns.resume(db, clock, ANN, ["camp_1"])
    assert world.rows("SELECT DISTINCT touch, scheduled_for FROM scheduled_messages") == [
        (1, START + 3 * DAY)
    ]
    sound(world)


@pytest.mark.parametrize("seed", range(3))
async def test_edits_at_random_days_never_bring_a_touch_twice_and_every_count_stays_exact(
    world: World,
    db: Database,
    seed: int,
    clock: VirtualClock,
    carrier: ListedCarrier,
    run_engine: RunEngine,
) -> None:
    dice = random.Random(seed)
    await begin(world, db, 6)
    for turn in range(6):
        await run_engine(carrier, until=clock.now() + dice.randrange(6, 60) * HOUR)
        if world.one("SELECT status FROM campaigns") != "active":
            break
        days = sorted(dice.sample(range(1, 16), dice.randrange(1, 7)))
        touches = [(day, dice.choice(("", "", "-")) + f"text {dice.randrange(12)}") for day in days]
        touches.append((16 + turn, f"end {turn}"))
        wanted = definition(*touches, send_time=dice.choice(("09:00", "15:00")))
        seen = await editing.edit_preview(db, frozen(clock.now()), "camp_1", wanted)
        moves = sum(move.contacts for move in seen.moved)
        waiting = world.one("SELECT waiting_count FROM campaigns")
        assert not seen.changes or moves + seen.stay == waiting
        await apply(db, clock.now(), wanted)
        sound(world)
    await run_engine(carrier)
    sound(world)
    assert (
        world.rows("SELECT enrolment_id, touch FROM scheduled_messages GROUP BY 1, 2 HAVING count(*) > 1")
        == []
    )
    gaps = world.rows(
        "SELECT min(b.sent_at - a.sent_at) FROM scheduled_messages a JOIN scheduled_messages b"
        " ON b.enrolment_id = a.enrolment_id AND b.sent_at > a.sent_at"
    )
    assert int(str(gaps[0][0])) >= 20 * HOUR
