from __future__ import annotations

import pytest
from sqlalchemy import Connection

from tests.support.world import START, World
from trd_tui.store import counters
from trd_tui.store.counters import COUNTERS, DELETED, HOUR_MS, CampaignDelta, HourDelta, TouchDelta
from trd_tui.store.schema import campaigns, hourly_totals, totals, touches

TOTAL = (
    "SELECT status, campaign_count, contact_count, sent_count FROM totals WHERE campaign_count > 0 ORDER BY 1"
)


def test_every_counter_is_a_column_of_its_table() -> None:
    assert set(COUNTERS) <= set(campaigns.c.keys())
    assert set(counters.TOTALS) == set(totals.c.keys()) - {"workspace_id", "status", "campaign_count"}
    assert set(counters.TOUCH_COUNTERS) <= set(touches.c.keys())
    assert set(counters.HOUR_COUNTERS) == set(hourly_totals.c.keys()) - {"workspace_id", "hour"}


def test_a_delta_moves_campaign_touch_total_and_hour_together(world: World) -> None:
    world.campaign("camp_1", contacts=3)
    world.campaign("camp_2", contacts=2, first=10)
    world.db.write(
        counters.apply,
        {
            "camp_1": CampaignDelta(sent_count=2, waiting_count=-2, cost_micros=100, last_activity=START + 5),
            "camp_2": CampaignDelta(sent_count=1, waiting_count=-1),
        },
        START,
        touches={
            ("camp_1", 1, None): TouchDelta(sent_count=2),
            ("camp_2", 1, None): TouchDelta(sent_count=1),
        },
    )
    assert world.rows(
        "SELECT id, sent_count, waiting_count, cost_micros, last_activity_at FROM campaigns ORDER BY 1"
    ) == [
        ("camp_1", 2, 1, 100, START + 5),
        ("camp_2", 1, 1, 0, 0),
    ]
    assert world.rows("SELECT campaign_id, sent_count FROM touches WHERE position = 1 ORDER BY 1") == [
        ("camp_1", 2),
        ("camp_2", 1),
    ]
    assert world.rows(TOTAL) == [("active", 2, 5, 3)]
    assert world.rows("SELECT hour, sent_count FROM hourly_totals") == [(START // HOUR_MS, 3)]


def test_the_next_due_instant_comes_forward_or_is_read_from_the_rows(world: World) -> None:
    world.campaign(contacts=2)
    assert world.one("SELECT next_due_at FROM campaigns") == START

    def due(delta: CampaignDelta) -> object:
        world.db.write(counters.apply, {"camp_1": delta}, START)
        return world.one("SELECT next_due_at FROM campaigns")

    later, earlier = CampaignDelta(), CampaignDelta()
    later.due(START + 9)
    earlier.due(START + 9)
    earlier.due(START - 9)
    assert due(later) == START
    assert due(earlier) == START - 9
    assert due(CampaignDelta(recompute_next_due=True, next_due_min=START - 99)) == START
    world.run("UPDATE scheduled_messages SET state = 'sending'")
    assert due(CampaignDelta(recompute_next_due=True)) is None
    assert due(CampaignDelta(next_due_min=START + 7)) == START + 7


def test_activity_only_moves_up(world: World) -> None:
    world.campaign()
    delta = CampaignDelta()
    delta.active_at(50)
    delta.active_at(40)
    world.db.write(counters.apply, {"camp_1": delta}, START)
    world.db.write(counters.apply, {"camp_1": CampaignDelta(last_activity=20)}, START)
    assert world.one("SELECT last_activity_at FROM campaigns") == 50


def test_rows_of_several_instants_say_their_own_hours(world: World) -> None:
    world.campaign()
    world.db.write(
        counters.apply,
        {"camp_1": CampaignDelta(delivered_count=3)},
        START,
        hours={7: HourDelta(delivered_count=1), 8: HourDelta(delivered_count=2)},
    )
    assert world.rows("SELECT hour, delivered_count FROM hourly_totals ORDER BY 1") == [(7, 1), (8, 2)]


def test_a_campaign_carries_its_counters_from_one_total_to_the_other(world: World) -> None:
    world.campaign("camp_1", contacts=3)
    world.campaign("camp_2", contacts=2, first=10)

    def move(connection: Connection, old: str | None, new: str | None) -> None:
        counters.move_status(connection, "camp_1", old, new)

    world.db.write(move, "active", "paused")
    assert world.rows(TOTAL) == [("active", 1, 2, 0), ("paused", 1, 3, 0)]
    world.db.write(move, "paused", DELETED)
    assert world.rows(TOTAL) == [("active", 1, 2, 0), ("deleted", 1, 3, 0)]
    world.db.write(move, DELETED, DELETED)
    world.db.write(move, DELETED, None)
    assert world.rows(TOTAL) == [("active", 1, 2, 0)]


def test_a_delta_of_a_hidden_campaign_goes_to_the_hidden_total(world: World) -> None:
    world.campaign(contacts=1)
    world.run("UPDATE campaigns SET deleted_at = 1")
    world.db.write(counters.move_status, "camp_1", "active", DELETED)
    world.db.write(counters.apply, {"camp_1": CampaignDelta(sent_count=1)}, START)
    assert world.rows(TOTAL) == [("deleted", 1, 1, 1)]


def test_a_delta_of_no_campaign_is_an_error_and_changes_nothing(world: World) -> None:
    world.campaign()
    deltas = {"camp_1": CampaignDelta(sent_count=1), "camp_9": CampaignDelta(sent_count=1)}
    with pytest.raises(LookupError, match="camp_9"):
        world.db.write(counters.apply, deltas, START)
    assert world.one("SELECT sent_count FROM campaigns") == 0
    with pytest.raises(LookupError, match="camp_9"):
        world.db.write(counters.move_status, "camp_9", "draft", "active")


def test_nothing_moves_nothing(world: World) -> None:
    world.db.write(counters.apply, {}, START)
    assert world.rows("SELECT * FROM totals") == []
