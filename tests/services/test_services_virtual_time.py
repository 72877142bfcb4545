"""What a clock that is set makes of the active campaigns, on both databases."""

from __future__ import annotations

from tests.support.services import DAY, Desk
from trd_tui.domain.instants import iso
from trd_tui.services.virtual_time import warnings_of


async def test_only_campaigns_for_which_the_instant_is_not_now_are_told(desk: Desk) -> None:
    start = desk.clock.now()
    first = await desk.running("First")
    await desk.running("Second", first=10)
    await desk.filled("Draft", first=20)
    assert await desk.db.read(warnings_of, start) == []
    (said,) = await desk.db.read(warnings_of, start - DAY)
    dates = f"dates stay as they are, so that nothing of them goes before {iso(start)};"
    assert f"the start of 2 active campaigns: {dates}" in said
    (said,) = await desk.db.read(warnings_of, start + 2 * DAY)
    assert f"messages of 2 active campaigns were due, the first at {iso(start)}: all" in said
    desk.later(DAY)
    await desk.do("pause", first)
    await desk.do("resume", first)
    (said,) = await desk.db.read(warnings_of, start)
    assert "the start of 1 active campaign: dates stay as they are, so that nothing of it goes" in said
