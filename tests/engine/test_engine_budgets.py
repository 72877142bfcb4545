"""Budgets hold to the segment: by campaign, by day, over all, whatever the carrier answers and bills."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from tests.engine.money import BillingAccount, reset
from tests.support.world import START, World
from trd_tui.carriers.protocol import Accepted, CarrierMessage, Rejected, Unknown
from trd_tui.domain.failures import FailureClass
from trd_tui.domain.prices import KINDS, PriceTable
from trd_tui.engine.claiming import Claimer
from trd_tui.engine.ready import Done, NotSent, Ready, Unclear
from trd_tui.engine.receiving import receive_batch
from trd_tui.engine.recording import record_batch
from trd_tui.store import by_hand, campaigns, lease
from trd_tui.store.by_hand import Cost, OverBudgetError
from trd_tui.store.verify import differences

SEGMENT = 12_800
HOUR = 3_600_000
DAY = 24 * HOUR
FAR = 2**50
REFUSED = Rejected(21_614, FailureClass.BAD_NUMBER, "no mobile")


@pytest.fixture
def both(tmp_path: Path, database_url: str) -> Iterator[World]:
    made = World(tmp_path, url=database_url)
    made.db.write(lease.acquire, "us", "test", 1, FAR)
    yield made
    assert made.db.read(differences, 1) == []
    made.close()


def claim(world: World, now: int = START, *, shared: int | None = None, slots: int = 50) -> list[Ready]:
    """Claim what may go; days in which nobody sent are no downtime here."""
    claimer = Claimer(daily_budget=shared)
    batch: list[Ready] = []
    for _ in range(20):
        done = world.db.write(claimer.claim, token=1, now=now, real=1, slots=slots, horizon_ms=1_000)
        batch += done.batch
        if not done.moved and not done.batch:
            break
    return batch


def answer(world: World, outcomes: list[tuple[Ready, object]], now: int = START) -> None:
    done = [Done(ready, outcome) for ready, outcome in outcomes]  # type: ignore[arg-type]
    world.db.write(record_batch, Claimer().sequences, done, now, 1)


def accept(world: World, batch: list[Ready], now: int = START, price: int | None = None) -> None:
    answer(world, [(ready, Accepted(f"SM{ready.message_id}", None, price)) for ready in batch], now)


def report(
    world: World,
    ready: Ready,
    status: str,
    code: int | None = None,
    price: int | None = None,
    now: int = START,
) -> None:
    sid, request = f"SM{ready.message_id}", ready.request
    message = CarrierMessage(
        sid, False, request.sender, request.to, request.body, status, code, now, now, None, price
    )
    world.db.write(receive_batch, [message], now, 1)


def limit(world: World, **budgets: int | None) -> None:
    for name, micros in budgets.items():
        world.run(f"UPDATE campaigns SET {name} = :micros", micros=micros)


def test_a_day_takes_what_its_budget_holds_and_the_rest_goes_the_next_day(both: World) -> None:
    both.campaign(contacts=5, days=(1,))
    limit(both, daily_budget_micros=2 * SEGMENT + SEGMENT - 1)
    accept(both, first := claim(both))
    assert len(first) == 2
    assert both.rows(
        "SELECT DISTINCT scheduled_for, reason FROM scheduled_messages WHERE state = 'scheduled'"
    ) == [(START + DAY, "the campaign's daily budget is used up")], "at tomorrow's send time, not at midnight"
    assert claim(both, START + HOUR) == []
    assert len(claim(both, START + DAY)) == 2
    assert both.one("SELECT status FROM campaigns") == "active"


def test_campaigns_share_the_daily_budget_of_all_in_one_claim(both: World) -> None:
    both.campaign("camp_1", contacts=3, days=(1,))
    both.campaign("camp_2", contacts=3, first=10, days=(1,))
    batch = claim(both, shared=4 * SEGMENT)
    assert len(batch) == 4
    assert {ready.campaign_id for ready in batch} == {"camp_1", "camp_2"}
    assert both.rows("SELECT DISTINCT reason FROM scheduled_messages WHERE state = 'scheduled'") == [
        ("the daily budget of all campaigns is used up",)
    ]
    accept(both, batch)
    assert len(claim(both, START + DAY, shared=4 * SEGMENT)) == 2


def test_money_comes_back_from_what_was_refused_and_mostly_from_what_failed(both: World) -> None:
    both.campaign(contacts=9, days=(1,))
    limit(both, daily_budget_micros=2 * SEGMENT + 1_000)
    one, two = claim(both)
    answer(both, [(one, REFUSED), (two, Accepted(f"SM{two.message_id}"))])
    both.run("UPDATE scheduled_messages SET scheduled_for = :now WHERE state = 'scheduled'", now=START)
    both.run("UPDATE campaigns SET next_due_at = :now", now=START)
    (three,) = claim(both)
    accept(both, [three])
    report(both, two, "failed", 30_003)
    assert both.one("SELECT cost_micros FROM campaigns") == SEGMENT + 1_000, "a failed message costs its fee"
    report(both, three, "failed", 30_008)
    assert both.one("SELECT cost_micros FROM campaigns") == 1_000, "some failures cost nothing"
    report(both, three, "failed", 30_008, price=2_000)
    assert both.rows("SELECT cost_micros, priced_micros FROM campaigns") == [(3_000, 2_000)], "the price wins"


@pytest.mark.parametrize(
    "settled", [Unclear("two may be it"), NotSent("the carrier does not list it", retry=False)]
)
def test_what_nobody_knows_keeps_its_money_until_it_is_settled(
    both: World, settled: Unclear | NotSent
) -> None:
    both.campaign(contacts=3, days=(1,), budget_micros=SEGMENT)
    (ready,) = claim(both)
    answer(both, [(ready, Unknown("no answer"))])
    assert claim(both, START + HOUR) == []
    assert both.one("SELECT status FROM campaigns") == "active", "it may still come back"
    answer(both, [(ready, NotSent("the carrier does not list it", retry=True))])
    (ready,) = claim(both, START + HOUR)
    answer(both, [(ready, Unknown("no answer"))])
    answer(both, [(ready, settled)])
    assert claim(both, START + 2 * HOUR) == [], "it was sent, for all that anybody knows"
    assert both.one("SELECT status FROM campaigns") == "paused"
    assert both.rows("SELECT kind, state, cost_micros FROM outlays") == [("unclear", "spent", SEGMENT)]


def test_a_price_of_tomorrow_counts_for_the_day_of_sending(both: World) -> None:
    both.campaign(contacts=3, days=(1,))
    limit(both, daily_budget_micros=SEGMENT)
    accept(both, first := claim(both))
    accept(both, second := claim(both, START + DAY), START + DAY)
    report(both, first[0], "delivered", price=8_300, now=START + DAY)
    day = both.one("SELECT spend_day FROM scheduled_messages WHERE id = :id", id=first[0].message_id)
    assert both.rows(
        "SELECT day, spent_micros, priced_micros FROM spend_days WHERE scope = 'camp_1' ORDER BY 1"
    ) == [
        (day, 8_300, 8_300),
        (int(str(day)) + 1, SEGMENT, 0),
    ]
    report(both, second[0], "delivered", price=8_300, now=START + DAY)
    report(both, second[0], "delivered", price=9_300, now=START + DAY)
    report(both, second[0], "delivered", price=9_300, now=START + DAY)
    assert both.one("SELECT cost_micros FROM campaigns") == 17_600, "a price that changes counts once"


def test_after_a_bill_above_the_estimate_all_the_rest_counts_as_dear(both: World) -> None:
    """Six segments fit by the table. The first of two bills is double: so may be the other, and the rest."""
    both.campaign(contacts=6, days=(1,), budget_micros=6 * SEGMENT)
    claimer = Claimer()
    batch = both.db.write(claimer.claim, token=1, now=START, real=1, slots=2, horizon_ms=1_000).batch
    accept(both, batch)
    report(both, batch[0], "delivered", price=2 * SEGMENT)
    assert (
        both.one("SELECT price_milli FROM campaigns") == both.one("SELECT price_milli FROM control") == 2_000
    )
    assert len(claim(both)) == 1, "2 are billed, 2 are expected, and 2 are left: one message as dear as that"


def test_segments_that_only_the_carrier_counts_are_paid_for(both: World) -> None:
    both.campaign(contacts=4, days=(1,), budget_micros=5 * SEGMENT)
    both.run("UPDATE senders SET rate_milli = 1000, tokens_milli = 1, bucket_at = :now", now=START)
    (ready,) = claim(both)
    answer(both, [(ready, Accepted("SM1", 2))])
    assert both.rows("SELECT cost_micros, segment_count, price_milli FROM campaigns") == [
        (2 * SEGMENT, 2, 2_000)
    ]
    both.run("UPDATE senders SET rate_milli = 0")
    assert claim(both, START + HOUR) == [], "4 for the first, as dear as it may get, and 2 for the next"
    report(both, ready, "delivered", price=2 * SEGMENT)
    assert both.one("SELECT cost_micros FROM campaigns") == 2 * SEGMENT


def test_a_country_without_a_price_is_held_only_under_a_budget(both: World) -> None:
    both.campaign("camp_1", contacts=2, days=(1,), budget_micros=10**9)
    both.campaign("camp_2", contacts=2, first=5, days=(1,))
    both.run("UPDATE contacts SET number = '+14165550' || (100 + id)")
    batch = claim(both)
    assert {ready.campaign_id for ready in batch} == {"camp_2"}
    assert {ready.cost_micros for ready in batch} == {SEGMENT}, "as the dearest country"
    assert both.rows(
        "SELECT DISTINCT state, reason FROM scheduled_messages WHERE campaign_id = 'camp_1'"
    ) == [("held", "a budget is set and no price for CA is known; give it in the prices_file")]


def test_the_price_of_ones_own_table_is_reserved(both: World) -> None:
    both.campaign(contacts=3, days=(1,), budget_micros=100_000)
    table = PriceTable({"US": dict.fromkeys(KINDS, 45_000)}, {"1": "US"})
    claimer = Claimer(prices=table)
    batch = both.db.write(claimer.claim, token=1, now=START, real=1, slots=9, horizon_ms=1_000).batch
    assert [ready.cost_micros for ready in batch] == [45_000, 45_000]


def test_a_raised_budget_and_a_resume_go_on(both: World) -> None:
    both.campaign(contacts=3, days=(1,), budget_micros=2 * SEGMENT)
    accept(both, claim(both))
    assert claim(both, START + HOUR) == []
    assert both.one("SELECT status FROM campaigns") == "paused"
    limit(both, budget_micros=3 * SEGMENT)
    both.db.write(campaigns.change_status, "camp_1", "paused", "active", START + HOUR)
    assert len(claim(both, START + 2 * HOUR)) == 1


def spend(
    connection: Connection, kind: str = "answer", campaign: str | None = "camp_1", now: int = START
) -> int:
    return by_hand.reserve(connection, Cost(kind, campaign, 1, SEGMENT), now, daily_budget=None)


def test_what_is_sent_by_hand_comes_out_of_the_same_budget(both: World) -> None:
    both.campaign(contacts=5, days=(1,), budget_micros=3 * SEGMENT)
    one, two = both.db.write(spend), both.db.write(spend)
    both.db.write(by_hand.accepted, one, "SMhand", START)
    both.db.write(by_hand.refused, two, START)
    accept(both, batch := claim(both))
    assert len(batch) == 2
    with pytest.raises(OverBudgetError, match="budget has"):
        both.db.write(spend)
    message = CarrierMessage("SMhand", False, "a", "b", "c", "delivered", None, START, START, 1, 8_300)
    for _ in range(2):
        both.db.write(receive_batch, [message], START, 1)
    assert both.one("SELECT by_hand_micros FROM campaigns") == 8_300
    assert both.rows("SELECT spent_micros, priced_micros FROM spend_days WHERE scope = ''") == [
        (2 * SEGMENT + 8_300, 8_300)
    ]
    with pytest.raises(OverBudgetError):
        both.db.write(spend)


def test_by_hand_without_a_campaign_only_the_budget_of_all_counts(both: World) -> None:
    def ask(connection: Connection) -> int:
        return by_hand.reserve(connection, Cost("answer", None, 1, SEGMENT), START, daily_budget=2 * SEGMENT)

    assert both.db.write(ask) < both.db.write(ask)
    with pytest.raises(OverBudgetError, match="the daily budget of all campaigns has"):
        both.db.write(ask)


@pytest.mark.parametrize("dear", [False, True])
def test_random_lives_stay_within_every_budget(both: World, dear: bool) -> None:
    """Campaigns, budgets and outcomes by chance, judged by an account of the test's own.

    A carrier that bills by the table exceeds no budget. One that bills above it can: by what had gone before
    the first such bill. Nothing goes afterwards that would not fit if all the rest came in as dear.
    """
    _live(both, range(5), dear=dear)


@pytest.mark.slow
@pytest.mark.parametrize("dear", [False, True])
def test_many_random_lives(both: World, dear: bool) -> None:
    _live(both, range(100, 300), dear=dear)


def _live(world: World, seeds: range, *, dear: bool) -> None:
    for seed in seeds:
        account = BillingAccount(world, seed, dear=dear)
        account.live(steps=30)
        account.sound()
        reset(world)


def test_the_account_sees_a_budget_that_is_exceeded(both: World) -> None:
    """The judge is judged: of budgets that the claim is not told of it complains."""
    account = BillingAccount(both, seed=3)
    account.blind = True
    with pytest.raises(AssertionError, match="over its budget"):
        account.live(steps=60)
    reset(both)
