"""What a campaign will cost, before it starts and while it runs: as counted by hand, on both databases."""

from __future__ import annotations

import pytest

from tests.support.services import DAY, Desk
from trd_tui.engine.claiming import Claimer
from trd_tui.price_files import usual_prices
from trd_tui.services.estimates import CampaignCost, campaign_cost
from trd_tui.services.linting import NoSuchCampaignError
from trd_tui.store import lease

SEGMENT = 12_800
TOUCHES = [
    {"day": 1, "body": "Hi {{first_name|there}}."},
    {"day": 2, "body": "x" * 200},
    {"day": 3, "body": "Off.", "active": False},
    {"day": 4, "body": "{{first_name}}, last one."},
]


async def cost_of(desk: Desk, id_: str) -> CampaignCost:
    return await campaign_cost(desk.db, id_, usual_prices())


async def test_a_draft_costs_every_touch_of_every_contact(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trd_tui.services.estimates.PAGE", 2)
    id_ = await desk.filled(contacts=5, touch=TOUCHES, budget_usd="0.20")
    await desk.load("phone\n2122009999\n", id_)
    seen: list[tuple[int, int]] = []
    cost = await campaign_cost(
        desk.db, id_, usual_prices(), progress=lambda done, total: seen.append((done, total))
    )
    worst = cost.ahead.worst
    assert (cost.ahead.contacts, worst.messages, worst.segments) == (6, 17, 6 + 12 + 5)
    assert (worst.cost_micros, cost.ahead.held) == (23 * SEGMENT, 1)
    assert cost.missing_micros == 23 * SEGMENT - 200_000
    assert seen == [(2, 6), (4, 6), (6, 6), (6, 6)]


async def test_while_it_runs_only_what_is_still_to_come_counts(desk: Desk) -> None:
    id_ = await desk.running(contacts=3, touch=TOUCHES)
    assert (await cost_of(desk, id_)).ahead.worst.segments == 3 * 4
    desk.later(DAY)
    await desk.db.write(lease.acquire, "us", "test", 1, 2**50)
    await desk.db.write(Claimer().claim, token=1, now=desk.clock.now(), real=1, slots=2, horizon_ms=1_000)
    cost = await cost_of(desk, id_)
    (reserved,) = await desk.rows("SELECT in_flight_count FROM campaigns")
    assert cost.reserved_micros == reserved[0] * SEGMENT > 0
    assert cost.ahead.worst.segments == 3 * 4 - reserved[0], "what is on its way is reserved, not to come"


async def test_a_campaign_that_is_over_costs_nothing_more(desk: Desk) -> None:
    id_ = await desk.filled(contacts=2, touch=TOUCHES)
    await desk.do("archive", id_)
    assert (await cost_of(desk, id_)).ahead.contacts == 0
    with pytest.raises(NoSuchCampaignError, match="no campaign camp_0"):
        await cost_of(desk, "camp_0")
