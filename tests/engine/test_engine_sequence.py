"""The main job: the touches of a campaign, in order, to those who have not answered."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.engine.conftest import RunEngine
from tests.support.carriers import ListedCarrier
from tests.support.world import START, World, number, short_sequence
from trd_tui.carriers.protocol import Outcome, Rejected, SendRequest
from trd_tui.clock import VirtualClock
from trd_tui.domain.failures import FailureClass
from trd_tui.engine import leisure
from trd_tui.engine.threads import StoreThreads

DAY = 86_400_000


async def test_nine_touches_go_out_on_their_days(
    world: World, carrier: ListedCarrier, run_engine: RunEngine
) -> None:
    world.campaign(contacts=3, days=range(1, 18, 2))
    await run_engine(carrier)
    assert len(carrier.calls) == 27
    sent = world.rows("SELECT touch, sent_at FROM scheduled_messages ORDER BY touch")
    assert [touch for touch, _ in sent] == sorted(list(range(1, 10)) * 3)
    for touch, at in sent:
        assert isinstance(touch, int)
        assert isinstance(at, int)
        assert (at - START) // DAY == 2 * (touch - 1)
        assert (at - START) % DAY < 120_000
    assert world.one("SELECT status FROM campaigns") == "completed"
    assert world.one("SELECT count(*) FROM enrolments WHERE status = 'finished'") == 3


async def test_no_touch_goes_out_twice_to_a_contact(
    world: World, carrier: ListedCarrier, run_engine: RunEngine
) -> None:
    world.campaign(contacts=40)
    await run_engine(carrier)
    assert set(Counter((call.to, call.body) for call in carrier.calls).values()) == {1}
    assert len(carrier.calls) == 120


async def test_who_replies_gets_no_further_touch_of_any_campaign(
    world: World, carrier: ListedCarrier, clock: VirtualClock, run_engine: RunEngine
) -> None:
    world.campaign("camp_1", contacts=2)
    world.campaign("camp_2", contacts=2)
    answering = number(0)

    def reply_to_first(request: SendRequest) -> None:
        if request.to == answering and not carrier.news:
            carrier.replies(answering, "Yes, tell me more", sid="SMreply")

    carrier.before_answer = reply_to_first
    await run_engine(carrier)
    texts = Counter(call.to for call in carrier.calls)
    assert texts[number(1)] == 6
    assert texts[answering] <= 2  # the other campaign's first touch may have been on its way
    assert world.one("SELECT sum(replied_count) FROM campaigns") == 1
    assert world.one("SELECT count(*) FROM enrolments WHERE status = 'replied'") == 2
    assert world.one("SELECT count(*) FROM replies") == 1


async def test_stop_suppresses_and_start_lifts(
    world: World, carrier: ListedCarrier, run_engine: RunEngine
) -> None:
    world.campaign(contacts=2)
    carrier.before_answer = lambda request: (
        carrier.replies(request.to, " stop ", sid="SMstop")
        if request.to == number(0) and not carrier.news
        else None
    )
    await run_engine(carrier)
    assert Counter(call.to for call in carrier.calls) == {number(0): 1, number(1): 3}
    assert world.rows("SELECT number FROM suppressions") == [(number(0),)]
    assert world.one("SELECT opted_out_count FROM campaigns") == 1
    assert world.one("SELECT replied_count FROM campaigns") == 0
    carrier.replies(number(0), "START", sid="SMstart")
    world.campaign("camp_2", contacts=1, first=5)
    await run_engine(carrier, until=START + 20 * DAY)
    assert world.rows("SELECT number FROM suppressions") == []


async def test_suppressed_number_is_never_called(
    world: World, carrier: ListedCarrier, run_engine: RunEngine
) -> None:
    world.campaign(contacts=2)
    world.run(
        "INSERT INTO suppressions (number, reason, source, created_at) VALUES (:number, 'asked', 'test', 0)",
        number=number(0),
    )
    await run_engine(carrier)
    assert {call.to for call in carrier.calls} == {number(1)}
    assert world.one("SELECT count(*) FROM scheduled_messages WHERE state = 'cancelled'") == 1


async def test_empty_field_without_fallback_holds_the_message(
    world: World, carrier: ListedCarrier, run_engine: RunEngine
) -> None:
    sequence = short_sequence(1)
    touch = sequence.touches[0]
    bare = type(sequence)((type(touch)(1, 1, "Hi {{first_name}}, welcome"),))
    world.campaign(contacts=1, sequence=bare, fields={"first_name": ""})
    await run_engine(carrier)
    assert carrier.calls == []
    state, reason = world.rows("SELECT state, reason FROM scheduled_messages")[0]
    assert state == "held"
    assert "first_name" in str(reason)
    assert world.one("SELECT held_count FROM campaigns") == 1
    assert world.one("SELECT status FROM campaigns") == "active"


async def test_delivery_states_move_once_and_only_forward(
    world: World, carrier: ListedCarrier, run_engine: RunEngine
) -> None:
    world.campaign(contacts=2, days=(1,))
    await run_engine(carrier)
    first, second = (message.sid for message in carrier.listed)
    carrier.reports(first, "delivered")
    carrier.reports(first, "sent")
    carrier.reports(second, "undelivered", 30003)
    carrier.reports(second, "delivered")
    world.campaign("camp_2", contacts=1, first=9)
    await run_engine(carrier)
    rows = world.rows("SELECT sid, state FROM scheduled_messages WHERE campaign_id = 'camp_1'")
    states = {sid: state for sid, state in rows}  # noqa: C416 - mypy does not see the pairs
    assert states == {first: "delivered", second: "undelivered"}
    assert world.rows(
        "SELECT delivered_count, failed_count, sent_count FROM campaigns WHERE id = 'camp_1'"
    ) == [(1, 1, 2)]


async def test_bad_number_ends_the_contact_everywhere(
    world: World, clock: VirtualClock, run_engine: RunEngine
) -> None:
    def answer(request: SendRequest, _call: int) -> Outcome | None:
        if request.to == number(0):
            return Rejected(21614, FailureClass.BAD_NUMBER, "not a mobile number")
        return None

    carrier = ListedCarrier(clock, answer)
    world.campaign("camp_1", contacts=2, days=(1, 3))
    world.campaign("camp_2", contacts=1, days=(5,))
    await run_engine(carrier)
    assert Counter(call.to for call in carrier.calls) == {number(0): 1, number(1): 2}
    assert world.one("SELECT bad_number FROM contacts WHERE number = :number", number=number(0))
    assert world.one("SELECT count(*) FROM enrolments WHERE status = 'failed'") == 2


async def test_account_trouble_stops_everything(
    world: World, clock: VirtualClock, run_engine: RunEngine
) -> None:
    refused = Rejected(20005, FailureClass.ACCOUNT, "the account is suspended")
    carrier = ListedCarrier(clock, lambda _request, _call: refused)
    world.campaign(contacts=5)
    await run_engine(carrier)
    assert world.one("SELECT stopped FROM control") == 1
    assert world.one("SELECT count(*) FROM scheduled_messages WHERE state = 'scheduled'") == 5
    assert world.one("SELECT waiting_count FROM campaigns") == 5


async def test_throttled_message_is_sent_once_later(
    world: World, clock: VirtualClock, run_engine: RunEngine
) -> None:
    throttled = Rejected(20429, FailureClass.RETRY, "too many requests", retry_after_s=2)
    carrier = ListedCarrier(clock, lambda _request, call: throttled if call == 1 else None)
    world.campaign(contacts=1, days=(1,))
    await run_engine(carrier)
    assert len(carrier.calls) == 2
    assert world.one("SELECT sent_count FROM campaigns") == 1
    assert world.one("SELECT attempts FROM scheduled_messages") == 2


async def test_daily_cap_and_budget_are_never_exceeded(
    world: World, carrier: ListedCarrier, run_engine: RunEngine
) -> None:
    world.campaign(contacts=5, days=(1,), daily_cap=2, budget_micros=3 * 12_800)
    await run_engine(carrier, until=START + 5 * DAY)
    days = Counter((at - START) // DAY for at in carrier.sent_at)
    assert days == {0: 2, 1: 1}
    assert world.one("SELECT status FROM campaigns") == "paused"
    assert world.rows("SELECT act, actor FROM audit") == [("pause", "system")]


async def test_sender_rate_is_kept(world: World, carrier: ListedCarrier, run_engine: RunEngine) -> None:
    world.sender("+12125550000", rate_milli=1000)
    world.campaign(contacts=200, days=(1,), sender="+12125550000")
    await run_engine(carrier)
    assert len(carrier.calls) == 200
    # 200 segments at one a second take 200 seconds, less the burst of one leap
    assert carrier.sent_at[-1] - carrier.sent_at[0] >= 130_000


async def test_the_databases_log_is_carried_over_once_nothing_is_due(
    world: World, carrier: ListedCarrier, run_engine: RunEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    carried: list[int] = []

    async def carry_over(_store: StoreThreads) -> None:
        carried.append(len(carrier.calls))

    monkeypatch.setattr(StoreThreads, "carry_over", carry_over)
    monkeypatch.setattr(leisure, "CARRY_OVER_AFTER", 3)
    world.campaign(contacts=3, days=(1,))
    await run_engine(carrier)
    assert carried == [3]
