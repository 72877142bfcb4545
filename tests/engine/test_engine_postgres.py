"""The same machine on PostgreSQL: order, replies, opt-outs, exact counters."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

from tests.engine.conftest import OPTIONS
from tests.support.carriers import ListedCarrier
from tests.support.world import World, number
from trd_tui.clock import VirtualClock
from trd_tui.engine.scheduler import Engine
from trd_tui.store.verify import differences


async def test_campaigns_run_to_their_end(tmp_path: Path, postgres_url: str, clock: VirtualClock) -> None:
    world = World(tmp_path, url=postgres_url)
    world.campaign("camp_1", contacts=30, days=(1, 3, 5))
    world.campaign("camp_2", contacts=20, first=20, days=(1, 2))
    carrier = ListedCarrier(clock)
    answers = {number(3): "Yes please", number(4): "STOP"}

    def answer(request: object) -> None:
        to = getattr(request, "to", "")
        if to in answers:
            carrier.replies(to, answers.pop(to), sid=f"SM{to}")

    carrier.before_answer = answer
    engine = Engine(world.url, lambda: carrier, clock, OPTIONS, description="test")
    async with asyncio.timeout(60):
        await engine.run(asyncio.Event(), until_idle=True)
    assert max(Counter((call.to, call.body) for call in carrier.calls).values()) <= 2
    texts = Counter(call.to for call in carrier.calls)
    assert (texts[number(3)], texts[number(4)], texts[number(0)]) == (1, 1, 3)
    assert world.rows("SELECT id, status, replied_count, opted_out_count FROM campaigns ORDER BY id") == [
        ("camp_1", "completed", 1, 1),
        ("camp_2", "completed", 0, 0),
    ]
    assert world.db.read(differences) == []
    world.close()
