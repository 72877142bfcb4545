"""What a resume's preview says of the first and the last send is when they really go."""

from __future__ import annotations

from tests.engine.conftest import RunEngine
from tests.support.carriers import ListedCarrier
from tests.support.world import START, World
from trd_tui.clock import VirtualClock
from trd_tui.engine.dispatch import LEAP_HORIZON_MS
from trd_tui.services import campaigns, resume_preview
from trd_tui.services.actor import Actor
from trd_tui.store.database import Database

HOUR = 3_600_000


async def test_overdue_messages_are_spread_by_the_senders_rate_as_the_preview_says(
    world: World, clock: VirtualClock, carrier: ListedCarrier, run_engine: RunEngine
) -> None:
    ann = Actor(1, "ann", "ann.login")
    world.sender(rate_milli=1000)
    world.campaign(contacts=400, days=(1,))
    db = Database(world.url)
    await campaigns.pause(db, clock, ann, ["camp_1"])
    clock.jump_to(START + HOUR)
    seen = await resume_preview.resume_preview(db, clock, "camp_1", policy="catch_up_one")
    await campaigns.resume(db, clock, ann, ["camp_1"], policy="catch_up_one")
    await db.close()
    await run_engine(carrier)
    ((first, last, count),) = world.rows(
        "SELECT min(sent_at), max(sent_at), count(*) FROM scheduled_messages"
    )
    assert (count, seen.messages) == (400, 400)
    assert seen.first_at is not None
    assert seen.last_at == seen.first_at + 399_000
    # a clock that leaps starts a minute of a sender's time at once
    assert abs(int(str(first)) - seen.first_at) <= LEAP_HORIZON_MS
    assert abs(int(str(last)) - seen.last_at) <= 2 * LEAP_HORIZON_MS
