from __future__ import annotations

import pytest

from tests.support.world import START, World
from trd_tui.store import verify
from trd_tui.store.counters import HOUR_COUNTERS
from trd_tui.store.recount import _HOUR_SOURCES


def found(world: World) -> list[str]:
    return world.db.read(verify.differences)


@pytest.fixture
def sound(world: World) -> World:
    world.campaign("camp_1", contacts=3)
    world.campaign("camp_2", contacts=2, first=10, start=None)
    assert found(world) == []
    return world


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE campaigns SET sent_count = 1 WHERE id = 'camp_1'",
        "UPDATE campaigns SET waiting_count = 2 WHERE id = 'camp_1'",
        "UPDATE campaigns SET open_count = 1 WHERE id = 'camp_2'",
        "UPDATE campaigns SET reserved_micros = 1 WHERE id = 'camp_1'",
        "UPDATE campaigns SET next_due_at = NULL WHERE id = 'camp_1'",
        "UPDATE touches SET replied_count = 1 WHERE position = 2 AND campaign_id = 'camp_1'",
        "UPDATE totals SET contact_count = 9 WHERE status = 'active'",
        "UPDATE totals SET campaign_count = 2 WHERE status = 'draft'",
        "INSERT INTO hourly_totals (workspace_id, hour, sent_count) VALUES (1, 5, 1)",
        "DELETE FROM touches WHERE campaign_id = 'camp_1' AND position = 1",
        "UPDATE scheduled_messages SET state = 'sending' WHERE id = 1",
        "UPDATE scheduled_messages SET plan_version = 0 WHERE id = 1",
        "UPDATE scheduled_messages SET state = 'skipped' WHERE id = 1",
        "UPDATE enrolments SET status = 'replied' WHERE id = 1",
        "UPDATE enrolments SET sent_count = 1 WHERE id = 1",
        "UPDATE enrolments SET touches_resolved = 4 WHERE id = 1",
        "UPDATE scheduled_messages SET sid = 'SM1' WHERE id = 1",
        "UPDATE campaigns SET status = 'completed' WHERE id = 'camp_1'",
    ],
)
def test_one_wrong_value_is_found(sound: World, change: str) -> None:
    sound.run(change)
    assert found(sound) != []


def test_a_sentence_says_what_is_wrong_with_which(sound: World) -> None:
    sound.run("UPDATE campaigns SET waiting_count = 7 WHERE id = 'camp_1'")
    assert found(sound) == [
        "campaign camp_1 (camp_1): waiting_count is 7, its rows say 3",
        "the total of active campaigns: waiting_count is 3, its rows say 7",
    ]


def test_sent_answered_and_failed_rows_add_up(sound: World) -> None:
    world, at = sound, START + 60_000
    world.run(
        "UPDATE scheduled_messages SET state = 'delivered', sid = 'SM1', sent_at = :at, final_at = :at,"
        " segments = 2, cost_micros = 25600 WHERE id = 1",
        at=at,
    )
    world.run(
        "UPDATE enrolments SET status = 'replied', sent_count = 1, last_sent_at = :at, replied_at = :at,"
        " touches_resolved = 3 WHERE id = 1",
        at=at,
    )
    world.run(
        "INSERT INTO replies (sid, sender, recipient, body, contact_id, campaign_id, message_id, received_at,"
        " carrier_at) VALUES ('SM2', '+1', '+2', 'yes', 1, 'camp_1', 1, :at, :at)",
        at=at,
    )
    world.run(
        "UPDATE campaigns SET sent_count = 1, delivered_count = 1, replied_count = 1, texted_count = 1,"
        " waiting_count = 2, open_count = 2, touches_resolved = 3, segment_count = 2, cost_micros = 25600"
        " WHERE id = 'camp_1'"
    )
    world.run(
        "UPDATE totals SET sent_count = 1, delivered_count = 1, replied_count = 1, texted_count = 1,"
        " waiting_count = 2 WHERE status = 'active'"
    )
    world.run(
        "UPDATE touches SET sent_count = 1, delivered_count = 1, replied_count = 1"
        " WHERE campaign_id = 'camp_1' AND position = 1"
    )
    world.run(
        "INSERT INTO hourly_totals (workspace_id, hour, sent_count, delivered_count, replied_count)"
        " VALUES (1, :hour, 1, 1, 1)",
        hour=at // 3_600_000,
    )
    assert found(world) == []


def test_many_of_one_kind_are_counted_not_listed(world: World) -> None:
    world.campaign(contacts=30)
    world.run("UPDATE scheduled_messages SET plan_version = 0")
    said = found(world)
    assert len(said) == verify.EXAMPLES + 1
    assert said[-1].endswith("(10 more like these)")


def test_every_hourly_counter_has_its_rows() -> None:
    assert tuple(_HOUR_SOURCES) == HOUR_COUNTERS
