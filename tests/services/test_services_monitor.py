"""Health tells what is so: what waits by the claim's own rules, what stands still, how the machine is."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, text

from tests.services.test_services_review import stale
from tests.support.real_desk import StandingClock
from tests.support.services import HOUR, Desk
from tests.support.world import SENDER, START, World, number
from trd_tui.domain.carrier_trouble import CarrierTrouble
from trd_tui.domain.clearance import Clearance, Send
from trd_tui.domain.due import DueRow
from trd_tui.engine.claiming import Claimer
from trd_tui.services import monitor, review, stuck, suppressions, verify, waiting
from trd_tui.services.actor import Actor
from trd_tui.services.decided_before import Before, decided_before
from trd_tui.services.health_views import Stuck
from trd_tui.services.views import ActCancelledError
from trd_tui.store import control, counters, lease
from trd_tui.store.database import Database

CONTACTS = 8


@pytest.fixture
def world(tmp_path: Path, database_url: str) -> Iterator[World]:
    """Eight due messages: one of each of four kinds that a rule refuses, and a cap that lets two go."""
    made = World(tmp_path, url=database_url)
    made.campaign(contacts=CONTACTS, daily_cap=2)
    made.campaign("camp_2", contacts=2, first=CONTACTS)
    made.run("UPDATE campaigns SET status = 'paused' WHERE id = 'camp_2'")
    made.db.write(counters.move_status, "camp_2", "active", "paused")
    made.run(
        "INSERT INTO suppressions (number, reason, source, created_at) VALUES (:n, 'asked', 'x', 0)",
        n=number(0),
    )
    made.run("UPDATE contacts SET bad_number = 'dead' WHERE number = :n", n=number(1))
    made.run("UPDATE contacts SET doubt = 'stop it' WHERE number = :n", n=number(2))
    made.run("UPDATE contacts SET timezone = 'Pacific/Honolulu' WHERE number = :n", n=number(3))
    yield made
    made.close()


@pytest.fixture
async def db(world: World, database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()
    assert world


async def test_what_waits_is_told_by_the_rules_that_the_claim_then_asks(
    world: World, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = StandingClock(START)
    told = await waiting.waiting(db, clock, Claimer().sequences)
    rules = {row.id: row.messages for row in told.rows}
    assert (rules.pop("no_scheduler"), rules.pop("paused")) == (CONTACTS, 2)
    assert (told.looked, told.more) == (CONTACTS, False)
    ahead = await waiting.coming(db, clock, "camp_1", Claimer().sequences)
    assert ahead is not None
    assert ({row.id: row.messages for row in ahead.rows}, ahead.at) == (rules, START)
    assert await waiting.coming(db, clock, "camp_2", Claimer().sequences) is None, "it is paused"
    asked: Counter[str] = Counter()

    def watch(_campaign: str, _row: DueRow, decision: Clearance) -> None:
        asked["send" if isinstance(decision, Send) else decision.rule] += 1

    token = world.db.write(lease.acquire, "us", "test", START, 60_000)
    assert token is not None
    claimer = Claimer()
    claimer.watch = watch
    world.db.write(claimer.claim, token=token, now=START, real=START, slots=100, horizon_ms=60_000)
    assert (
        rules
        == asked
        == {"suppression": 1, "bad_number": 1, "doubt": 1, "window": 1, "send": 2} | {"daily_cap": 2}
    )
    told = await waiting.waiting(db, clock, claimer.sequences)
    after = {row.name: row.messages for row in told.rows}
    assert after == {
        "their campaigns are paused": 2,
        "put off: the campaign's daily cap is used up": 2,
        "put off: outside the campaign's window": 1,
        "they are held for a person: tab 3": 1,
    }
    ahead = await waiting.coming(db, clock, "camp_1", claimer.sequences)
    assert ahead is not None
    # asked as of its own time: the window is open there by then, the day's cap is not
    first = (
        "SELECT min(scheduled_for) FROM scheduled_messages WHERE state = 'scheduled' AND campaign_id = :id"
    )
    assert ahead.at == world.one(first, id="camp_1")
    assert ahead.at > START
    assert [(row.id, row.messages) for row in ahead.rows] == [("daily_cap", 1)]
    monkeypatch.setattr(waiting, "LOOKED", 3)
    world.run("UPDATE scheduled_messages SET state = 'scheduled', scheduled_for = 0 WHERE state = 'sending'")
    world.run("UPDATE campaigns SET next_due_at = 0 WHERE id = 'camp_1'")
    world.run("UPDATE scheduled_messages SET scheduled_for = 0 WHERE state = 'scheduled'")
    bounded = await waiting.waiting(db, clock, claimer.sequences)
    assert (bounded.looked, bounded.more) == (3, True)


async def test_the_machine_says_who_sends_and_through_what(world: World, db: Database) -> None:
    token = world.db.write(lease.acquire, "us", "trd run on acme", START - HOUR, 2 * HOUR)
    world.run("UPDATE senders SET rate_milli = 1000, tokens_milli = -500, bucket_at = :at", at=START - 250)
    world.run("UPDATE scheduled_messages SET error_code = 30007, updated_at = :at WHERE id = 1", at=START - 9)
    clock = StandingClock(START)
    found = await monitor.look(db, clock, overlap_ms=600_000, busy_s=5.0, idle_s=30.0)
    assert (found.holder, found.alive, found.held_since, found.token) == (
        *("trd run on acme", True), START - HOUR, token,
    )  # fmt: skip
    (sender,) = found.senders
    assert (sender.address, sender.tokens_milli, sender.waiting) == (SENDER, -250, CONTACTS)
    assert [(row.id, row.messages) for row in found.errors] == [(30_007, 1)]
    assert (found.database.size or 0) > 10_000
    trouble = CarrierTrouble("refused", "Twilio refused the credentials", START)
    world.db.write(control.set_trouble, trouble)
    assert (await monitor.look(db, clock, overlap_ms=0, busy_s=5.0, idle_s=30.0)).trouble == trouble
    (first, *others) = (await waiting.waiting(db, clock, Claimer().sequences)).rows
    assert (first.id, first.messages) == ("carrier", CONTACTS)
    assert [row.name for row in others if row.id == "send"] == [waiting.NOTHING_ELSE]
    reason = "0: Twilio could not be reached (Cannot connect to host x:1); nothing was sent."
    world.run(
        "UPDATE scheduled_messages SET error_code = 0, reason = :reason, scheduled_for = :at,"
        " updated_at = :now"
        " WHERE id = (SELECT max(id) FROM scheduled_messages WHERE campaign_id = 'camp_1')",
        reason=reason,
        at=START + HOUR,
        now=START,
    )
    rows = (await waiting.waiting(db, clock, Claimer().sequences)).rows
    assert [row.name for row in rows if row.id == "put_off"] == [
        "put off: The carrier could not be reached; nothing was sent"
    ]
    found = await monitor.look(db, clock, overlap_ms=0, busy_s=5.0, idle_s=30.0)
    assert [(row.id, row.waits) for row in found.errors] == [(0, True), (30_007, False)]
    assert found.errors[0].action == "it is tried again until the carrier answers"
    world.run("UPDATE leases SET expires_at = 0")
    found = await monitor.look(db, clock, overlap_ms=0, busy_s=5.0, idle_s=30.0)
    assert (found.alive, found.trouble) == (False, None), "who is not there asks nobody"
    assert world.db.write(lease.acquire, "them", "other", START, HOUR) == (token or 0) + 1
    world.db.write(lease.release, "them", (token or 0) + 1)
    assert world.one("SELECT held_since FROM leases") is None


async def test_what_stands_still_is_listed_and_decided_over_all_campaigns(desk: Desk) -> None:
    first = await stale(desk)
    second = await desk.running("Second", contacts=2, first=50)
    await desk.do("pause", second)
    desk.later(4 * 24 * HOUR)
    from trd_tui.services import campaigns

    await campaigns.resume(desk.db, desk.clock, desk.actor, [second])
    page = await stuck.page(desk.db, 0, 100)
    assert Counter(row.campaign_id for row in page.rows) == {first: 3, second: 2}
    assert page.total == 5
    parts = [row for offset in range(0, 6, 2) for row in (await stuck.page(desk.db, offset, 2)).rows]
    assert parts == list(page.rows)
    mine = [row for row in page.rows if row.campaign_id == first][:1]
    yours = [row for row in page.rows if row.campaign_id == second]
    results = await stuck.decide(desk.db, desk.clock, desk.actor, "send", [*mine, *yours])
    assert [(each.ok, each.message) for each in results] == [
        (True, "1 held message let go."), (True, "2 held messages let go."),
    ]  # fmt: skip
    left = (await stuck.page(desk.db, 0, 100)).rows
    assert {row.campaign_id for row in left} == {first}
    await stuck.decide(desk.db, desk.clock, desk.actor, "skip", left)
    assert (await stuck.page(desk.db, 0, 100)).total == 0
    await desk.sound()
    (refused,) = await stuck.decide(desk.db, desk.clock, desk.actor, "skip", left[:1])
    assert (refused.ok, refused.message) == (False, "skipped by ann")


async def test_who_decides_second_is_told_who_decided_what_and_when(desk: Desk) -> None:
    id_ = await stale(desk, 6)
    mine = {row.number: row for row in (await stuck.page(desk.db, 0, 100)).rows}
    released, given_up, out, settled, left_held, moved_on = mine.values()
    bob, at = Actor(2, "bob", "bob.login"), desk.clock.now()
    await stuck.decide(desk.db, desk.clock, bob, "send", [released, moved_on])
    await stuck.decide(desk.db, desk.clock, bob, "skip", [given_up])
    await suppressions.add(desk.db, desk.clock, bob, [out.number], "asked by phone")

    async def becomes(state: str, row: Stuck) -> None:
        said = "UPDATE scheduled_messages SET state = :state, updated_at = :now WHERE id = :id"
        values = {"state": state, "id": row.id, "now": desk.clock.now()}
        await desk.db.write(lambda conn: conn.execute(text(said), values).rowcount)

    desk.later(60_000)
    await becomes("delivered", settled)  # as when the carrier's list can be read again
    await becomes("sent", moved_on)  # and the contact's next text waits by now
    following = (
        "INSERT INTO scheduled_messages (workspace_id, campaign_id, enrolment_id, contact_id, touch,"
        " plan_version, state, scheduled_for, created_at, updated_at) SELECT workspace_id, campaign_id,"
        " enrolment_id, contact_id, 2, plan_version, 'held', scheduled_for, :now, :now"
        " FROM scheduled_messages WHERE id = :id"
    )
    values = {"id": moved_on.id, "now": desk.clock.now()}
    await desk.db.write(lambda conn: conn.execute(text(following), values).rowcount)
    desk.later(60_000)
    await review.review(desk.db, desk.clock, desk.actor, id_, "skip", [moved_on.number])  # another message

    second = [released, given_up, out, settled, moved_on]
    results = await stuck.decide(desk.db, desk.clock, desk.actor, "send", second)
    assert {each.name: (each.message, each.figures.get(stuck.DECIDED_AT)) for each in results} == {
        released.number: ("let go by bob", at),
        given_up.number: ("skipped by bob", at),
        out.number: ("on the do-not-contact list: asked by phone, by bob", at),
        settled.number: ("held no more: it is delivered", at + 60_000),
        moved_on.number: ("let go by bob", at),
    }
    assert not any(each.ok for each in results)
    (done,) = await stuck.decide(desk.db, desk.clock, desk.actor, "send", [left_held])
    assert done.ok


async def test_who_was_quicker_is_looked_up_once_for_all_messages_of_a_campaign(desk: Desk) -> None:
    id_ = await stale(desk, 6)
    rows = (await stuck.page(desk.db, 0, 100)).rows
    await stuck.decide(desk.db, desk.clock, Actor(2, "bob", "bob.login"), "skip", rows)
    looks: list[str] = []

    def look(conn: Connection) -> dict[str, Before]:
        event.listen(conn, "before_cursor_execute", lambda *given: looks.append(given[2]))
        return decided_before(conn, id_, {row.number: row.id for row in rows})

    before = await desk.db.read(look)
    assert {each.words for each in before.values()} == {"skipped by bob"}
    assert len(before) == 6
    assert sum("FROM audit" in statement for statement in looks) == 1


def test_a_check_tells_how_far_it_is_and_ends_when_it_is_called_off(world: World, database_url: str) -> None:
    told: list[tuple[int, int]] = []
    world.run("UPDATE campaigns SET sent_count = 7 WHERE id = 'camp_2'")
    wrong = verify.differences_told(database_url, lambda done, total: told.append((done, total)))
    assert [each for each in wrong if "sent_count is 7, its rows say 0" in each]
    total = told[0][1]
    assert told == [(done, total) for done in range(total)]

    def call_off(done: int, _total: int) -> None:
        told.append((done, -1))
        if done == 3:
            raise ActCancelledError

    with pytest.raises(ActCancelledError):
        verify.differences_told(database_url, call_off)
    assert told[-1] == (3, -1)
