"""Receipts that come after an erasure: the figures become true, and nothing of the person comes back."""

from __future__ import annotations

from dataclasses import replace

from tests.engine.conftest import OPTIONS, RunEngine
from tests.support.carriers import ListedCarrier
from tests.support.world import World, number
from trd_tui.clock import VirtualClock
from trd_tui.domain.frequency import Caps
from trd_tui.services import records, webhooks
from trd_tui.services.actor import Actor
from trd_tui.store.database import Database
from trd_tui.store.schema import metadata

ANN = Actor(1, "ann", "ann.login")
REPORTS = (("delivered", None), ("undelivered", 21610), ("undelivered", 30003), ("undelivered", 30006))


async def test_late_receipts_of_an_erased_contact_count_and_bring_nothing_back(
    world: World, carrier: ListedCarrier, run_engine: RunEngine, clock: VirtualClock
) -> None:
    options = replace(OPTIONS, caps=Caps(0, 0))
    for at in range(len(REPORTS)):
        world.campaign(f"camp_{at}", days=(1,))
    await run_engine(carrier, options=options)
    db = Database(world.url)
    await webhooks.add(db, clock, ANN, "http://127.0.0.1:9/", "opt_out")
    await records.erase(db, clock, ANN, number(0), "asked")
    await db.close()
    before = world.rows("SELECT * FROM contacts")
    for (sid,), (status, code) in zip(
        world.rows("SELECT sid FROM scheduled_messages ORDER BY id"), REPORTS, strict=True
    ):
        carrier.reports(str(sid), status, code)
    world.campaign("camp_9", first=9, days=(1,))
    await run_engine(carrier, options=options)  # every counter is exact afterwards

    got = "SELECT delivered_count, failed_count FROM {} ORDER BY campaign_id LIMIT 4"
    for counted in (got.format("touches"), got.format("campaigns").replace("campaign_id", "id")):
        assert world.rows(counted) == [(1, 0), (0, 1), (0, 1), (0, 1)]
    assert world.rows("SELECT * FROM contacts LIMIT 1") == before
    assert world.rows("SELECT number, source FROM suppressions") == [(number(0), "erasure")]
    said = "".join(str(world.rows(f"SELECT * FROM {name}")) for name in metadata.tables)
    assert said.count(number(0)) == 1
