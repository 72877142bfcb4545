"""A touch as one contact reads it, and the test send: to oneself, once, under the rules, counted nowhere."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import Connection, text

from tests.support.carriers import ListedCarrier
from tests.support.services import HOUR, Desk
from trd_tui.carriers.protocol import Accepted, Begin, Outcome, Rejected, SendRequest, Unknown, at_once
from trd_tui.domain.failures import FailureClass
from trd_tui.services import control as acts
from trd_tui.services import reporting
from trd_tui.services.report_views import Page, ReportQuery
from trd_tui.services.spending import Budgets
from trd_tui.services.texts import SentTest, TextError, preview, send_test
from trd_tui.store import suppressions
from trd_tui.store.counters import COUNTERS

ME = "+12125550199"
FIRST = "+12122000000"
TOUCHES = [
    {"day": 1, "body": "Hi {{first_name}}, it’s {{agent}}."},
    {"day": 3, "body": "And {{company}}?"},
]


async def campaign(desk: Desk, **more: Any) -> str:
    id_ = await desk.running(touch=TOUCHES, variables={"agent": "Ann"}, **more)
    await desk.load(f"phone,first_name,company\n{ME},Me,Mine\n")
    return id_


async def try_out(
    desk: Desk, carrier: ListedCarrier, id_: str, touch: int = 1, to: str = ME, **more: Any
) -> SentTest:
    return await send_test(desk.db, desk.clock, desk.actor, carrier, id_, touch, to, **more)


async def audited(desk: Desk) -> list[tuple[str, dict[str, Any]]]:
    rows = await desk.rows("SELECT act, after FROM audit WHERE act LIKE 'test%' ORDER BY id")
    return [(act, json.loads(after)) for act, after in rows]


async def test_a_preview_is_what_the_contact_reads(desk: Desk) -> None:
    id_ = await campaign(desk)
    found = await preview(desk.db, id_, 1, FIRST)
    assert (found.body, found.size.encoding, found.size.outside) == ("Hi First0, it’s Ann.", "UCS-2", "’")
    assert (await preview(desk.db, id_, 2, ME)).body == "And Mine?"
    for touch, number, says in (
        (2, FIRST, "has no company.*would be held"),
        (3, ME, "no touch 3; it has 1, 2"),
        (1, "+12125550100", "no contact"),
    ):
        with pytest.raises(TextError, match=says):
            await preview(desk.db, id_, touch, number)
    with pytest.raises(TextError, match="no campaign camp_0"):
        await preview(desk.db, "camp_0", 1, ME)


async def test_a_test_is_sent_once_and_counted_nowhere(desk: Desk) -> None:
    id_ = await campaign(desk, budget_usd="0.02")
    carrier = ListedCarrier(desk.clock)
    figures = f"SELECT {', '.join(set(COUNTERS) - {'by_hand_micros'})} FROM campaigns"
    before = await desk.rows(figures)
    messages = await desk.rows("SELECT * FROM scheduled_messages")
    sent = await try_out(desk, carrier, id_)
    assert isinstance(sent.outcome, Accepted)
    assert [(call.sender, call.to, call.body) for call in carrier.calls] == [
        ("+15005550006", ME, "Hi Me, it’s Ann.")
    ]
    assert await desk.rows(figures) == before
    assert await desk.rows("SELECT by_hand_micros FROM campaigns") == [(12_800,)]
    for whose in (None, id_):
        report = await reporting.read(desk.db, desk.clock, ReportQuery(Page.COST, campaign_id=whose), "UTC")
        assert "Of these costs $0.01 are tests, answers" in " ".join(report.notes)
    assert await desk.rows("SELECT * FROM scheduled_messages") == messages
    await desk.sound()
    assert await audited(desk) == [
        ("test_send", {"touch": 1, "to": ME, "sender": "+15005550006", "segments": 1}),
        ("test_answer", {"touch": 1, "to": ME, "answer": "accepted", "sid": sent.outcome.sid}),
    ]


def _without(conn: Connection, budget: str) -> None:
    conn.execute(text(f"UPDATE campaigns SET {budget} = NULL"))


async def test_no_budget_is_exceeded_by_a_test(desk: Desk) -> None:
    """One segment costs $0.0128: the second test does not fit, a refused one gives its money back."""
    id_ = await campaign(desk, budget_usd="0.02", daily_budget_usd="0.02")
    refusal = Rejected(21614, FailureClass.BAD_NUMBER, "no mobile")
    carrier = ListedCarrier(desk.clock, lambda _request, call: refusal if call == 1 else None)
    for _ in range(2):
        await try_out(desk, carrier, id_)
    with pytest.raises(
        TextError, match=r"campaign\'s budget has \$0.0072 left and this may cost \$0.0128; raise budget_usd"
    ):
        await try_out(desk, carrier, id_)
    await desk.db.write(_without, "budget_micros")
    with pytest.raises(TextError, match="the campaign's daily budget has"):
        await try_out(desk, carrier, id_)
    await desk.db.write(_without, "daily_budget_micros")
    with pytest.raises(TextError, match="the daily budget of all campaigns has"):
        await try_out(desk, carrier, id_, budgets=Budgets(daily_micros=25_599))
    with pytest.raises(TextError, match="no price for CA is known"):
        await try_out(desk, carrier, id_, to="+14165550123", budgets=Budgets(daily_micros=10**9))
    assert len(carrier.calls) == 2
    await desk.sound()


async def test_a_test_without_an_answer_keeps_its_money(desk: Desk) -> None:
    id_ = await campaign(desk, budget_usd="0.02")
    carrier = ListedCarrier(desk.clock, lambda _request, _call: Unknown("no answer"))
    await try_out(desk, carrier, id_)
    with pytest.raises(TextError, match="budget has"):
        await try_out(desk, carrier, id_)
    assert await desk.rows("SELECT state, cost_micros FROM outlays") == [("reserved", 12_800)]
    await desk.sound()


async def test_whose_values_it_holds(desk: Desk) -> None:
    id_ = await campaign(desk)
    carrier = ListedCarrier(desk.clock)
    assert (await try_out(desk, carrier, id_, contact=FIRST)).text.number == FIRST
    assert (await try_out(desk, carrier, id_, to="+12125550198")).text.number == FIRST
    assert [call.body for call in carrier.calls] == ["Hi First0, it’s Ann."] * 2
    empty = await desk.draft("Empty", touch=TOUCHES[:1], variables={"agent": "Ann"})
    with pytest.raises(TextError, match="no contact yet"):
        await try_out(desk, carrier, empty, to="+12125550198")
    fallback = await desk.draft("Fallback")
    assert (await try_out(desk, carrier, fallback, to="+12125550198")).text.body == "Hi there, day 1."


async def test_the_intent_is_in_the_audit_before_the_carrier_is_called(desk: Desk) -> None:
    id_ = await campaign(desk)
    seen: list[int] = []

    class Watching(ListedCarrier):
        async def send(self, request: SendRequest, begin: Begin = at_once) -> Outcome:
            seen.append(len(await audited(desk)))
            return await super().send(request, begin)

    await try_out(desk, Watching(desk.clock), id_)
    assert seen == [1]


async def test_who_is_suppressed_is_not_texted(desk: Desk) -> None:
    id_ = await campaign(desk)
    carrier = ListedCarrier(desk.clock)
    await desk.db.write(suppressions.suppress, [ME], "opted out by text", "reply", desk.clock.now())
    with pytest.raises(TextError, match="opted out by text"):
        await try_out(desk, carrier, id_)
    assert carrier.calls == []
    assert await audited(desk) == []


def _in_flight(conn: Connection, state: str) -> None:
    conn.execute(
        text("UPDATE scheduled_messages SET state = :state WHERE contact_id ="
             " (SELECT id FROM contacts WHERE number = :number)"),
        {"state": state, "number": FIRST},
    )  # fmt: skip


@pytest.mark.parametrize("state", ["sending", "unknown"])
async def test_nothing_is_mistaken_for_a_message_under_way(desk: Desk, state: str) -> None:
    id_ = await campaign(desk)
    carrier = ListedCarrier(desk.clock)
    await desk.db.write(_in_flight, state)
    with pytest.raises(TextError, match="under way"):
        await try_out(desk, carrier, id_, to=FIRST)
    assert carrier.calls == []


@pytest.mark.parametrize(
    "outcome", [Rejected(21211, FailureClass.BAD_NUMBER, "no such number"), Unknown("time-out")]
)
async def test_what_the_carrier_answers_is_kept_and_nothing_is_tried_again(
    desk: Desk, outcome: Outcome
) -> None:
    id_ = await campaign(desk)
    carrier = ListedCarrier(desk.clock, lambda _request, _call: outcome)
    assert (await try_out(desk, carrier, id_)).outcome == outcome
    assert len(carrier.calls) == 1
    answer = (await audited(desk))[-1][1]
    assert answer["answer"] == type(outcome).__name__.lower()
    assert await desk.one("SELECT count(*) FROM suppressions") == 0


async def test_an_opt_out_that_only_the_carrier_knew_is_kept(desk: Desk) -> None:
    id_ = await campaign(desk)
    refusal = Rejected(21610, FailureClass.OPTED_OUT, "has replied STOP")
    await try_out(desk, ListedCarrier(desk.clock, lambda _request, _call: refusal), id_)
    assert await desk.rows("SELECT number, source FROM suppressions") == [(ME, "carrier")]
    with pytest.raises(TextError, match="must not be texted"):
        await try_out(desk, ListedCarrier(desk.clock), id_)


async def test_the_hour_and_the_stop_are_told_and_hold_nothing_up(desk: Desk) -> None:
    id_ = await campaign(desk)
    carrier = ListedCarrier(desk.clock)
    sent = await try_out(desk, carrier, id_)
    assert (sent.open_window, sent.stopped) == (True, False)
    desk.later(14 * HOUR)  # 23:00 in New York
    await acts.stop(desk.db, desk.clock, desk.actor, "lunch")
    sent = await try_out(desk, carrier, id_)
    assert (sent.open_window, sent.stopped) == (False, True)
    assert len(carrier.calls) == 2
