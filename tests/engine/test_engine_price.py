"""A price that two processes read at once is counted once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engine.conftest import RunEngine
from tests.support.carriers import ListedCarrier
from tests.support.world import START, World
from trd_tui.engine.receiving import receive_batch
from trd_tui.store import receive
from trd_tui.store.receive import SentRow
from trd_tui.store.verify import differences


async def test_a_bill_that_was_counted_meanwhile_is_not_counted_again(
    world: World, carrier: ListedCarrier, run_engine: RunEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A former sender read the row before the present one wrote the price, and writes after it."""
    world.campaign(contacts=1, days=(1,))
    await run_engine(carrier)
    sid = str(world.one("SELECT sid FROM scheduled_messages"))
    billed = replace(carrier.listed[0], price_micros=7_900)
    stale: dict[str, SentRow] = world.db.read(
        lambda connection: receive.by_sid(connection, [(sid, carrier.listed[0].to)])
    )
    world.db.write(receive_batch, [billed], START, START)
    monkeypatch.setattr(receive, "by_sid", lambda _connection, _sids: stale)
    world.db.write(receive_batch, [billed], START, START)
    assert world.one("SELECT cost_micros FROM campaigns") == 7_900
    assert world.db.read(differences) == []
