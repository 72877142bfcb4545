"""Failures in a row: three that may pass end a contact, counted in the order in which the texts were sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.engine.conftest import OPTIONS, RunEngine
from tests.support.carriers import ListedCarrier
from tests.support.world import START, World
from trd_tui.domain.frequency import Caps


async def test_a_text_that_expired_after_acceptance_is_not_sent_again_and_says_why(
    world: World, carrier: ListedCarrier, run_engine: RunEngine
) -> None:
    world.campaign("camp_1", contacts=1, days=(1, 3))
    await run_engine(carrier, until=START + 3_600_000)
    sid = str(world.one("SELECT sid FROM scheduled_messages WHERE touch = 1"))
    carrier.reports(sid, "undelivered", 30036)
    await run_engine(carrier)
    assert len(carrier.calls) == 2
    assert [row[0] for row in world.rows("SELECT touch FROM scheduled_messages ORDER BY id")] == [1, 2]
    state, code, reason = world.rows("SELECT state, error_code, reason FROM scheduled_messages")[0]
    assert (state, code) == ("undelivered", 30036)
    assert str(reason).startswith("30036: it expired at the carrier")
    assert "was accepted once and is not sent again" in str(reason)


@pytest.mark.parametrize("batch", [20, 1])
@pytest.mark.parametrize(
    ("sent", "ends"),
    [
        ((2, 1, 3, 4), False),  # a delivery between them, though its row comes first
        ((1, 1, 2, 3), False),  # of one instant the delivery counts last
        ((0, 1, 2, 3), True),
    ],
)
async def test_failures_in_a_row_are_counted_by_when_the_texts_were_sent(
    world: World, carrier: ListedCarrier, run_engine: RunEngine, sent: Sequence[int], ends: bool, batch: int
) -> None:
    options = replace(OPTIONS, caps=Caps(0, 0))
    for name in ("camp_1", "camp_2", "camp_3", "camp_4"):
        world.campaign(name, days=(1,))
    await run_engine(carrier, options=options)
    # The first one planned is delivered, the others are not; the list shows the newest first.
    rows = world.rows("SELECT sid FROM scheduled_messages ORDER BY id")
    for (sid,), at in sorted(zip(rows, sent, strict=True), key=lambda each: each[1])[::-1]:
        failed = sid != rows[0][0]
        carrier.reports(str(sid), "undelivered" if failed else "delivered", 30003 if failed else None)
        carrier.news[-1] = replace(carrier.news[-1], created_at=START + at)
    world.campaign("camp_5", first=9, days=(1,))
    await run_engine(carrier, options=replace(options, batch=batch))
    assert (world.one("SELECT bad_number FROM contacts ORDER BY id LIMIT 1") is not None) is ends
