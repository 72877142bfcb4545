"""The demonstration: exactly the published figures, from rows that the engine can carry on from."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.templates import new_sqlite
from trd_tui.domain.phone import normalise
from trd_tui.services.demo import HEAD_START_MS, DemoError, build_demo, demo_rows
from trd_tui.services.demo_story import read_figures
from trd_tui.store.database import Database
from trd_tui.store.senders import add_sender, list_senders
from trd_tui.store.verify import differences

NOW = 1_800_000_000_000
DAY_MS = 86_400_000


@pytest.fixture(scope="module")
def rows() -> dict[str, list[dict[str, Any]]]:
    return demo_rows(NOW)


async def built(file: Path, now: int = NOW) -> tuple[Database, int]:
    database = Database(new_sqlite(file))
    return database, await build_demo(database, now)


def test_every_campaign_has_exactly_its_figures(rows: dict[str, list[dict[str, Any]]]) -> None:
    found = [
        (
            row["name"],
            row["status"],
            row["contact_count"],
            row["sent_count"],
            row["replied_count"],
            row["delivered_count"],
            row["failed_count"],
        )
        for row in rows["campaigns"]
    ]
    assert found == [
        (f.name, f.status, f.contacts, f.sent, f.replies, f.delivered, f.failed) for f in read_figures()
    ]


def test_the_whole_adds_up(rows: dict[str, list[dict[str, Any]]]) -> None:
    sums = Counter[str]()
    for row in rows["campaigns"]:
        sums.update({key: row[key] for key in row if key.endswith("_count")})
    assert len(rows["campaigns"]) == 7
    assert sum(row["status"] == "active" for row in rows["campaigns"]) == 5
    assert (sums["contact_count"], sums["sent_count"], sums["replied_count"]) == (912, 2_561, 150)
    assert (sums["delivered_count"], sums["failed_count"]) == (2_513, 48)
    assert round(100 * 150 / 2_561, 1) == 5.9
    assert len(rows["contacts"]) == len({row["number"] for row in rows["contacts"]}) == 912
    assert sum(row["sent_at"] is not None for row in rows["scheduled_messages"]) == 2_561
    assert sum(row["kind"] == "reply" for row in rows["replies"]) == 150


def test_the_first_campaign_is_as_far_as_promised(rows: dict[str, list[dict[str, Any]]]) -> None:
    first = rows["campaigns"][0]
    assert (first["touches_resolved"], first["touches_planned"]) == (342 + 292, 156 * 9)
    assert f"{100 * first['touches_resolved'] / first['touches_planned']:.1f}" == "45.2"


def test_in_the_completed_campaign_replies_and_failures_fall_on_touch_nine(
    rows: dict[str, list[dict[str, Any]]],
) -> None:
    completed = next(row for row in rows["campaigns"] if row["status"] == "completed")
    touches = [row for row in rows["touches"] if row["campaign_id"] == completed["id"]]
    assert [row["sent_count"] for row in touches] == [95] * 9
    assert [row["failed_count"] for row in touches] == [0] * 8 + [8]
    assert [row["replied_count"] for row in touches] == [0] * 8 + [43]


def test_the_same_seed_gives_the_same_rows_and_another_one_others(
    rows: dict[str, list[dict[str, Any]]],
) -> None:
    assert json.dumps(demo_rows(NOW)) == json.dumps(rows)
    assert json.dumps(demo_rows(NOW, 6)) != json.dumps(rows)


def test_every_invented_number_is_one_that_exists_nowhere(rows: dict[str, list[dict[str, Any]]]) -> None:
    for row in rows["contacts"]:
        assert row["number"][5:10] == "55501"
        assert normalise(row["number"]) == row["number"]
    senders = {row["address"] for row in rows["senders"]}
    assert senders.isdisjoint(row["number"] for row in rows["contacts"])


MOMENTS = (st.integers(0, 8 * 365 * 24 * 60), st.integers(0, 1_000))
"""A minute of eight years, and a seed."""


@settings(max_examples=10, deadline=None)
@given(*MOMENTS)
def test_at_any_moment_the_past_is_past_and_what_comes_next_lies_ahead(minutes: int, seed: int) -> None:
    assert_it_is_right_at(minutes, seed)


@pytest.mark.slow
@settings(max_examples=1_000, deadline=None)
@given(*MOMENTS)
def test_at_a_thousand_moments(minutes: int, seed: int) -> None:
    assert_it_is_right_at(minutes, seed)


def assert_it_is_right_at(minutes: int, seed: int) -> None:
    now = 1_700_000_000_000 + minutes * 60_000
    rows = demo_rows(now, seed)
    for message in rows["scheduled_messages"]:
        assert message["sent_at"] is None or message["sent_at"] >= message["scheduled_for"]
        assert (message["final_at"] or 0) <= now
    for reply in rows["replies"]:
        assert reply["received_at"] <= now
        assert reply["received_at"] > rows["scheduled_messages"][reply["message_id"] - 1]["final_at"]
    for campaign in rows["campaigns"]:
        assert campaign["created_at"] < campaign["started_at"] < campaign["last_activity_at"] <= now
        if campaign["status"] == "active":
            assert now < campaign["next_due_at"] <= now + 2 * DAY_MS
    order = [row["name"] for row in sorted(rows["campaigns"], key=lambda row: -row["last_activity_at"])]
    assert order[0] == "Property Management Leads"
    assert order[-1] == "First Time Home Buyers"


async def test_the_database_passes_verify_says_when_its_clock_may_start_and_never_mixes_with_other_data(
    tmp_path: Path, rows: dict[str, list[dict[str, Any]]]
) -> None:
    database, start = await built(tmp_path / "demo.db")
    assert await database.read(differences) == []
    first = min(row["next_due_at"] for row in rows["campaigns"] if row["status"] == "active")
    assert start == max(NOW, first - HEAD_START_MS)
    with pytest.raises(DemoError, match="already holds campaigns"):
        await build_demo(database, NOW)
    assert await database.read(differences) == []
    await database.close()


async def test_both_kinds_of_database_carry_on_after_its_ids(database_url: str) -> None:
    database = Database(database_url)
    await build_demo(database, NOW)
    assert await database.read(differences) == []
    await database.write(add_sender, "+15005550006", "long_code", 1_000, NOW)
    assert [sender.id for sender in await database.read(list_senders)] == list(range(1, 9))
    await database.close()
