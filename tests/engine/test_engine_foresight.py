"""What a dry run says is what then happens: contact, touch, instant, segments and variant, row by row."""

from __future__ import annotations

import asyncio
import os
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

import pytest

from tests.engine.conftest import OPTIONS as USUAL_OPTIONS
from tests.engine.conftest import RunEngine
from tests.support.carriers import ListedCarrier
from tests.support.world import START, World
from trd_tui.clock import Anchor, VirtualClock, real_now
from trd_tui.domain.outlook import Outlook, Sent
from trd_tui.domain.sequence import Sequence, Touch
from trd_tui.domain.variants import Variant
from trd_tui.engine.options import EngineOptions
from trd_tui.foresight import ForesightCancelledError, NotForeseenError, Question, foresee
from trd_tui.services import campaigns
from trd_tui.services.actor import Actor
from trd_tui.store import control, senders
from trd_tui.store.database import Database

OPTIONS = replace(USUAL_OPTIONS, concurrency=1_000)
"""With a place for every call of a batch, two runs of the machine share the same instant out alike."""

HOUR = 3_600_000
DAY = 24 * HOUR
LEAP_MS = 60_000
"""A minute of a sender's time goes at once where a clock leaps."""

ANN = Actor(1, "ann", "ann.login")
ZONES = (None, "America/New_York", "America/Los_Angeles", "Pacific/Honolulu", "Europe/Berlin", "Asia/Kolkata")

Row = tuple[object, ...]


@pytest.fixture
def clock() -> VirtualClock:
    """A clock that only leaps, so that instants can be compared to the millisecond."""
    return VirtualClock(Anchor(real_now(), START, 0.0), jumps=True)


async def foreseen(
    world: World,
    campaign: str = "camp_1",
    *,
    start: int = START,
    until: int | None = None,
    options: EngineOptions = OPTIONS,
) -> tuple[Outlook, list[Row]]:
    """What a dry run says of a campaign."""
    rows: list[Sent] = []
    question = Question(campaign, start, until, step_ms=LEAP_MS)
    outlook = await asyncio.to_thread(foresee, world.url, options, question, sent=rows.append)
    return outlook, sorted((tuple(row) for row in rows), key=str)


def happened(world: World, campaign: str = "camp_1", since: int = 0) -> list[Row]:
    """What was then sent."""
    found = world.rows(
        "SELECT sent_at, contact_id, recipient, touch, variant, segments, cost_micros"
        " FROM scheduled_messages WHERE campaign_id = :id AND sent_at >= :since",
        id=campaign,
        since=since,
    )
    return sorted(found, key=str)


@pytest.fixture
def live(run_engine: RunEngine, carrier: ListedCarrier) -> RunEngine:
    """Run the real machine until it is idle, or until an instant."""
    return partial(run_engine, carrier, options=OPTIONS)


def scatter(world: World, dice: Random) -> None:
    """Several zones, and some whom rules keep back."""
    for (contact,) in world.rows("SELECT id FROM contacts ORDER BY id"):
        world.run("UPDATE contacts SET timezone = :zone WHERE id = :id", zone=dice.choice(ZONES), id=contact)
    for statement in (
        "UPDATE contacts SET doubt = 'do I want this?' WHERE id = 5",
        "UPDATE contacts SET bad_number = 'no such number' WHERE id = 6",
    ):
        world.run(statement)
    world.run(
        "INSERT INTO suppressions (workspace_id, number, reason, source, created_at)"
        " SELECT 1, number, 'STOP', 'reply', 0 FROM contacts WHERE id = 7"
    )


TESTED = Sequence(
    (
        Touch(1, 1, "Hi {{first_name|there}}."),
        Touch(2, 3, "Again, {{first_name}}. " + "A longer text, of two segments. " * 6),
        Touch(3, 5, "", variants=(Variant("a", "Last."), Variant("b", "Last, {{company}}.", 2))),
    )
)


async def begin(world: World, clock: VirtualClock, act: str) -> None:
    """Start or resume as a person does."""
    db = Database(world.url)
    (result,) = await getattr(campaigns, act)(db, clock, ANN, ["camp_1"])
    await db.close()
    assert result.ok, result.message


@pytest.mark.parametrize(
    ("seed", "asked", "cap", "budget", "day"),
    [
        (1, "camp_1", 30, None, None),
        (2, "camp_1", None, 1_300_000, None),
        (3, "camp_2", None, None, None),
        (4, "camp_1", None, None, 700_000),
    ],
)
async def test_what_is_foreseen_is_what_then_happens(
    world: World,
    clock: VirtualClock,
    live: RunEngine,
    seed: int,
    asked: str,
    cap: int | None,
    budget: int | None,
    day: int | None,
) -> None:
    dice = Random(f"foresight {seed}")
    world.campaign(contacts=150, sequence=TESTED, daily_cap=cap, budget_micros=budget)
    # Three that share its sender and some of its contacts, with other priorities.
    world.campaign("camp_2", contacts=70, first=30, days=(1, 2, 4), priority=dice.randrange(1, 6))
    world.campaign("camp_3", contacts=40, first=50, days=(2, 3), priority=dice.randrange(1, 6))
    world.campaign("camp_4", contacts=20, first=90, days=(1, 3), sender="+15005550007")
    scatter(world, dice)
    world.run(
        "UPDATE campaigns SET window_from = 600, window_to = 1020, window_days = 31 WHERE id = 'camp_3'"
    )
    world.run("UPDATE senders SET rate_milli = 1000 WHERE id = 1")
    world.run("UPDATE campaigns SET daily_budget_micros = :day WHERE id = 'camp_1'", day=day)
    options = replace(OPTIONS, daily_budget_micros=day and day * 3 // 2)
    outlook, rows = await foreseen(world, asked, options=options)
    await live(options=options)
    assert rows == happened(world, asked)
    ((status, waiting, held),) = world.rows(
        "SELECT status, waiting_count, held_count FROM campaigns WHERE id = :id", id=asked
    )
    assert outlook.left == waiting
    assert sum(each.messages for each in outlook.held.values()) == held
    assert outlook.end == ("waits" if status == "active" and held else status)
    assert outlook.total.messages == len(rows) > 80
    rules = {*outlook.put_off, *outlook.held, *outlook.ended}
    assert {"frequency", "window"} <= rules
    assert ("daily_cap" in rules) == (cap is not None)
    assert ("daily_budget" in rules) == (day is not None)
    moved = [outlook.put_off[rule].messages for rule in ("daily_cap", "daily_budget") if rule in rules]
    assert all(each <= outlook.total.messages for each in moved), "each is counted once, whatever its days"
    assert (outlook.end, outlook.end_reason) != ("paused", None)
    assert (outlook.end == "paused") == (budget is not None)
    assert ("template" in rules) == (asked == "camp_1" and budget is None)
    if asked == "camp_1":
        assert {"doubt", "suppression", "bad_number"} <= rules


async def test_a_draft_starts_and_a_paused_campaign_resumes_by_its_policy(
    world: World, clock: VirtualClock, live: RunEngine
) -> None:
    world.campaign(contacts=40, days=(1, 3, 5, 8), start=None)
    outlook, rows = await foreseen(world)
    assert outlook.assumed == ["the campaign is a draft: it starts now"]
    await begin(world, clock, "start")
    await live(until=START + 3 * DAY)
    assert happened(world) == [row for row in rows if int(str(row[0])) < START + 3 * DAY]
    world.run("UPDATE campaigns SET resume_policy = 'catch_up_one'")
    await begin(world, clock, "pause")
    clock.jump_to(START + 5 * DAY)
    world.run("UPDATE control SET stopped = 1")
    world.db.write(senders.pause_sender, "+15005550006", "30007")
    outlook, rows = await foreseen(world, start=clock.now())
    assert outlook.assumed == [
        "the campaign is paused: it resumes now, by its policy catch_up_one",
        "all sending is stopped: it is released now",
        "the sender +15005550006 is paused: it goes on now",
    ]
    assert outlook.end == "completed"
    world.db.write(control.start)
    world.run("UPDATE senders SET paused_until = NULL")
    await begin(world, clock, "resume")
    await live()
    assert rows == happened(world, since=START + 5 * DAY)
    assert len(rows) == 80
    # who answers the first of the two gets no second one
    assert [rate.messages for rate in outlook.rates()] == [80, 78, 76]


async def test_what_a_resume_puts_before_a_person_is_told(
    world: World, clock: VirtualClock, live: RunEngine
) -> None:
    world.campaign(contacts=5, days=(1, 3))
    world.run("UPDATE campaigns SET resume_policy = 'review'")
    await begin(world, clock, "pause")
    outlook, rows = await foreseen(world, start=START + DAY)
    assert (rows, outlook.end) == ([], "waits")
    assert [(each.rule, each.messages) for each in outlook.held.values()] == [("resume", 5)]


async def test_it_ends_after_the_days_that_were_asked_for(world: World) -> None:
    world.campaign(contacts=9, days=(1, 3, 5))
    _, every = await foreseen(world)
    outlook, rows = await foreseen(world, until=START + 3 * DAY)
    assert rows == [row for row in every if int(str(row[0])) < START + 3 * DAY]
    assert (outlook.end, outlook.left, outlook.ended_at) == ("active", 9, START + 3 * DAY)
    # also what is due within the last step
    world.run("UPDATE scheduled_messages SET scheduled_for = scheduled_for + id * 1000")
    world.run("UPDATE campaigns SET next_due_at = next_due_at + 1000")
    outlook, rows = await foreseen(world, until=START + 8_500)
    assert (len(rows), outlook.left) == (8, 9)


async def test_silence_before_the_run_is_a_pause_in_it_too(
    world: World, clock: VirtualClock, live: RunEngine
) -> None:
    """Nobody sends now; who starts the scheduler lets campaigns go on by their policies."""
    world.campaign(contacts=6, days=(1, 3))
    world.run("UPDATE campaigns SET resume_policy = 'skip'")
    world.db.write(control.beat, real_now() - DAY)
    clock.jump_to(START + DAY)
    outlook, rows = await foreseen(world, start=clock.now())
    await live()
    assert rows == happened(world)
    assert {row[3] for row in rows} == {2}
    assert outlook.total.messages == 6


async def test_what_a_paused_campaign_has_sent_lately_counts(
    world: World, clock: VirtualClock, live: RunEngine
) -> None:
    world.campaign("camp_2", contacts=30, days=(1, 9))
    await live(until=START + 2 * HOUR)
    world.run("UPDATE campaigns SET status = 'paused' WHERE id = 'camp_2'")
    world.campaign(contacts=40, days=(1, 3), start=clock.now())
    outlook, rows = await foreseen(world, start=clock.now())
    assert outlook.put_off["frequency"].messages == 30
    assert {int(str(row[0])) - START > 20 * HOUR for row in rows if row[1] == 1} == {True}
    assert outlook.others == {}


async def test_what_is_on_its_way_arrives_and_is_not_counted(world: World) -> None:
    world.campaign(contacts=3, days=(1, 3))
    world.run(
        "UPDATE scheduled_messages SET state = 'sending', fencing_token = 1, attempt_id = '1-1-1',"
        " attempted_at = 0, attempts = 1, sender = '+15005550006', recipient = '+12122000000', body = 'Hi'"
        " WHERE id = 1"
    )
    world.run("UPDATE campaigns SET waiting_count = 2, in_flight_count = 1")
    outlook, rows = await foreseen(world)
    assert outlook.assumed == ["what is on its way arrives"]
    assert sorted((row[1], row[3]) for row in rows) == [(1, 2), (2, 1), (2, 2), (3, 1), (3, 2)]
    assert outlook.end == "completed"


def test_nothing_is_written_but_a_private_copy_that_goes_again(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    world.campaign(contacts=30, start=None)
    world.db.close()
    before = world.file.read_bytes()
    seen: dict[str, int] = {}

    def look() -> bool:
        for folder, _, names in os.walk(place):
            seen.update({name: (Path(folder) / name).stat().st_mode & 0o077 for name in names})
        return False

    def interrupt(_sent: Sent) -> None:
        raise KeyboardInterrupt

    question = Question("camp_1", START)
    foresee(world.url, OPTIONS, question, cancelled=look)
    assert "copy.db" in seen
    assert set(seen.values()) == {0}
    with pytest.raises(ForesightCancelledError):
        foresee(world.url, OPTIONS, question, cancelled=lambda: True)
    with pytest.raises(KeyboardInterrupt):
        foresee(world.url, OPTIONS, question, sent=interrupt)
    assert list(place.iterdir()) == []
    assert world.file.read_bytes() == before
    # no journal of calls, no ledger of a carrier
    assert {file.name for file in tmp_path.iterdir()} <= {"temporary", "trd.db", "trd.db-wal", "trd.db-shm"}


async def test_what_never_sends_is_refused(world: World) -> None:
    world.campaign(contacts=1)
    with pytest.raises(NotForeseenError, match="there is no campaign camp_9"):
        await foreseen(world, "camp_9")
    for status in ("completed", "archived"):
        world.run("UPDATE campaigns SET status = :status", status=status)
        with pytest.raises(NotForeseenError, match=f"camp_1 is {status}: it sends nothing more"):
            await foreseen(world)
    world.campaign("camp_2", contacts=1, start=None)
    world.run("UPDATE campaigns SET contact_count = 0 WHERE id = 'camp_2'")
    with pytest.raises(NotForeseenError, match="camp_2: cannot start: the campaign has no contacts"):
        await foreseen(world, "camp_2")


async def test_a_postgresql_database_is_foreseen_alike(
    world: World, postgres_url: str, tmp_path: Path
) -> None:
    other = World(tmp_path, url=postgres_url)
    for each in (world, other):
        each.campaign(contacts=50, sequence=TESTED)
        each.campaign("camp_2", contacts=20, first=40, days=(1, 4))
        scatter(each, Random("both"))
        each.run("UPDATE senders SET rate_milli = 500")
    try:
        assert await foreseen(other) == await foreseen(world)
    finally:
        other.close()
