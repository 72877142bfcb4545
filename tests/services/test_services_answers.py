"""A person's own answer: once, under the rules, on both databases; what nobody knows is never sent again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable
from typing import Any

import pytest

from tests.support.carriers import ListedCarrier
from tests.support.services import HOUR, Desk
from trd_tui.carriers.protocol import (
    Accepted,
    Begin,
    CarrierMessage,
    Outcome,
    Rejected,
    SendRequest,
    Unknown,
    at_once,
)
from trd_tui.domain.endings import EVERYTHING, Endings
from trd_tui.domain.failures import FailureClass
from trd_tui.engine.answering import AnswerReconciler
from trd_tui.engine.options import EngineOptions
from trd_tui.engine.receiving import receive_batch
from trd_tui.services import answers, control, suppressions
from trd_tui.services.answers import AnswerRefusedError, NotConfirmedError, Sent
from trd_tui.services.spending import Budgets
from trd_tui.store import answers as rows
from trd_tui.store import receive
from trd_tui.store.database import Database

ANN, BOB = "+12122000000", "+12122000001"
OURS = "+15005550006"
LATER = "+15005550007"


async def texted(desk: Desk, **more: Any) -> str:
    """A running campaign whose contacts have had the first touch."""
    id_ = await desk.running(**more)
    now = desk.clock.now()
    await desk.db.write(
        lambda conn: conn.exec_driver_sql(
            "UPDATE scheduled_messages SET state = 'sent', sid = 'SMt' || id, sent_at = scheduled_for,"
            f" sender = '{OURS}', body = 'Hi', recipient = 'x' WHERE campaign_id = '{id_}'"
        )
    )
    assert now
    return id_


async def writes(
    desk: Desk, body: str = "Call me", number: str = ANN, to: str = OURS, endings: Endings = EVERYTHING
) -> None:
    """Somebody writes to us."""
    at = desk.clock.now()
    sid = f"SMin{await desk.one('SELECT count(*) FROM replies')}"
    message = CarrierMessage(sid, True, number, to, body, "received", None, at, desk.clock.real())
    await desk.db.write(receive_batch, [message], at, desk.clock.real(), endings)


async def credit(desk: Desk, id_: str) -> None:
    """Whatever came in answers this campaign."""
    await desk.db.write(lambda conn: conn.exec_driver_sql(f"UPDATE replies SET campaign_id = '{id_}'"))


async def answer(
    desk: Desk, carrier: ListedCarrier, body: str = "When?", number: str = ANN, **more: Any
) -> Sent:
    return await answers.send(desk.db, desk.clock, desk.actor, carrier, number, body, **more)


async def kept(desk: Desk, columns: str = "state, sid, sender, campaign_id") -> list[tuple[Any, ...]]:
    return await desk.rows(f"SELECT {columns} FROM answers ORDER BY id")


async def money(desk: Desk) -> tuple[Any, ...]:
    """What answers cost the campaign, and which of it is only reserved."""
    (paid,) = await desk.rows("SELECT cost_micros + reserved_micros, by_hand_micros FROM campaigns")
    assert paid[0] == 0, "it counts once"
    reserved = "SELECT coalesce(sum(cost_micros), 0) FROM outlays WHERE state = 'reserved'"
    return (paid[1], await desk.one(reserved))


async def audited(desk: Desk) -> list[tuple[str, dict[str, Any]]]:
    found = await desk.rows("SELECT act, after FROM audit WHERE subject = 'conversation' ORDER BY id")
    return [(act, json.loads(after)) for act, after in found]


@pytest.fixture(autouse=True)
def noon(desk: Desk) -> None:
    """When nobody sleeps: 13:00 in New York, 10:00 in Los Angeles."""
    desk.later(4 * HOUR)


@pytest.fixture
def carrier(desk: Desk) -> ListedCarrier:
    return ListedCarrier(desk.clock)


async def test_an_answer_goes_once_from_the_sender_of_the_conversation(
    desk: Desk, carrier: ListedCarrier
) -> None:
    id_ = await desk.running()
    await writes(desk, to=LATER)
    await writes(desk, "Auto-reply: I am out of the office until Monday.", to=LATER)
    sent = await answer(desk, carrier, "  When?\n", "(212) 200-0000")
    assert isinstance(sent.outcome, Accepted)
    assert [(call.attempt_id, call.sender, call.to, call.body) for call in carrier.calls] == [
        (sent.attempt_id, LATER, ANN, "When?")
    ]
    assert sent.attempt_id.startswith("reply-")
    assert await kept(desk, "state, sid, sender, number, body, segments, actor, login") == [
        ("sent", sent.outcome.sid, LATER, ANN, "When?", 1, "ann", "ann.login")
    ]
    assert await desk.one("SELECT count(*) FROM replies WHERE answered_at IS NULL OR unread = 1") == 0
    acts = await audited(desk)
    assert [act for act, _ in acts] == ["answer", "answer_result"]
    assert acts[1][1] == {"attempt": sent.attempt_id, "answer": "accepted", "sid": sent.outcome.sid}
    assert id_
    await desk.sound()


async def test_its_campaign_is_the_latest_and_pays(desk: Desk, carrier: ListedCarrier) -> None:
    id_ = await desk.running()
    await writes(desk)
    await credit(desk, id_)
    spent: list[tuple[Any, ...]] = []

    class Watching(ListedCarrier):
        async def send(self, request: SendRequest, begin: Begin = at_once) -> Outcome:
            spent.append(await money(desk))
            assert await kept(desk, "state, attempt_id, attempted_at > 0") == [
                ("sending", request.attempt_id, 1 if desk.db.is_sqlite else True)
            ]
            return await super().send(request, begin)

    sent = await answer(desk, Watching(desk.clock))
    assert sent.draft.campaign_id == id_
    assert spent == [(12_800, 12_800)]
    assert await money(desk) == (12_800, 0)
    await desk.sound()


async def test_only_who_has_a_conversation_is_answered(desk: Desk, carrier: ListedCarrier) -> None:
    id_ = await desk.running()
    other = await desk.draft("Other")
    with pytest.raises(AnswerRefusedError, match="no conversation"):
        await answer(desk, carrier)
    await writes(desk, number="+12125559999")
    assert (await answer(desk, carrier, number="+12125559999", confirmed=True)).draft.campaign_id is None
    with pytest.raises(AnswerRefusedError, match=r"no conversation with .* in Other"):
        await answer(desk, carrier, number="+12125559999", campaign_id=other)
    with pytest.raises(AnswerRefusedError, match="no campaign camp_0"):
        await answer(desk, carrier, campaign_id="camp_0")
    for number, body, says in ((ANN, " \n", "empty"), (ANN, "x" * 1_601, "1,601"), ("12", "x", "12"),
                               (ANN, "\udcff", "UTF-8"), (ANN, "a\x00", "null")):  # fmt: skip
        with pytest.raises(AnswerRefusedError, match=says):
            await answer(desk, carrier, body, number)
    assert len(carrier.calls) == 1
    assert id_


async def test_who_was_texted_and_never_wrote_has_one(desk: Desk, carrier: ListedCarrier) -> None:
    id_ = await texted(desk)
    sent = await answer(desk, carrier, confirmed=True)
    assert (sent.draft.sender, sent.draft.campaign_id, sent.draft.name) == (OURS, id_, "First0 Last0")
    assert (await answer(desk, carrier, "2", BOB, campaign_id=id_)).draft.campaign_id == id_


async def test_who_is_suppressed_or_has_opted_out_is_not_answered(desk: Desk, carrier: ListedCarrier) -> None:
    await desk.running()
    await writes(desk)
    await suppressions.add(desk.db, desk.clock, desk.actor, [ANN], "a lawyer wrote")
    with pytest.raises(AnswerRefusedError, match="a lawyer wrote"):
        await answer(desk, carrier)
    await writes(desk, "STOP", BOB)
    with pytest.raises(AnswerRefusedError, match="opted out by text"):
        await answer(desk, carrier, number=BOB)
    await writes(desk, "START", BOB)
    await answer(desk, carrier, number=BOB)
    assert [call.to for call in carrier.calls] == [BOB]


async def test_an_opt_out_without_suppression_holds_until_they_write_again(
    desk: Desk, carrier: ListedCarrier
) -> None:
    await texted(desk)
    await desk.db.write(lambda conn: conn.exec_driver_sql("UPDATE enrolments SET sent_count = 1"))
    await writes(desk, "please stop texting me", endings=Endings(opt_out="campaign"))
    assert await desk.one("SELECT count(*) FROM suppressions") == 0
    with pytest.raises(AnswerRefusedError, match="has opted out; they can be answered when they write again"):
        await answer(desk, carrier)
    await writes(desk, "Well, what is the price?", endings=Endings(opt_out="campaign"))
    await answer(desk, carrier)
    assert len(carrier.calls) == 1


async def test_a_person_who_lifts_a_suppression_lifts_the_opt_out(desk: Desk, carrier: ListedCarrier) -> None:
    await desk.running()
    await writes(desk, "STOP")
    await suppressions.remove(desk.db, desk.clock, desk.actor, [ANN], "they phoned")
    await answer(desk, carrier)
    assert len(carrier.calls) == 1


async def test_an_opt_out_between_intent_and_call_is_seen(desk: Desk) -> None:
    await desk.running()
    await writes(desk)

    class Slow(ListedCarrier):
        async def send(self, request: SendRequest, begin: Begin = at_once) -> Outcome:
            await writes(desk, "STOP")
            return await super().send(request, begin)

    carrier = Slow(desk.clock)
    with pytest.raises(AnswerRefusedError, match="not sent: the number was suppressed meanwhile"):
        await answer(desk, carrier)
    assert carrier.calls == []
    assert await kept(desk, "state") == [("failed",)]
    assert (await audited(desk))[-1][1]["answer"] == "not called"
    await desk.sound()


async def test_the_budget_forbids_it_to_the_last_segment(desk: Desk, carrier: ListedCarrier) -> None:
    id_ = await desk.running(budget_usd="0.03")
    await writes(desk)
    await credit(desk, id_)
    with pytest.raises(AnswerRefusedError, match=r"budget has \$0.0300 left and this may cost \$0.0384"):
        await answer(desk, carrier, "x" * 400)
    await answer(desk, carrier, "x" * 300)
    with pytest.raises(AnswerRefusedError, match=r"\$0.0044 left"):
        await answer(desk, carrier, "y")
    assert len(carrier.calls) == 1
    await desk.sound()


async def test_no_daily_budget_is_exceeded_by_an_answer(desk: Desk, carrier: ListedCarrier) -> None:
    """One segment costs $0.0128. Nobody may answer past a budget; what was refused gives its money back."""
    id_ = await desk.running(daily_budget_usd="0.02")
    await writes(desk)
    await writes(desk, number="+12125559999")
    await credit(desk, id_)
    refusal = Rejected(21211, FailureClass.BAD_NUMBER, "no such number")
    carrier.answer = lambda _request, call: refusal if call == 1 else None
    for _ in range(2):
        await answer(desk, carrier)
    assert await money(desk) == (12_800, 0)
    with pytest.raises(AnswerRefusedError, match=r"the campaign's daily budget has \$0.0072 left.*tomorrow"):
        await answer(desk, carrier, confirmed=True)
    unlimited = "UPDATE campaigns SET daily_budget_micros = NULL"
    await desk.db.write(lambda conn: conn.exec_driver_sql(unlimited))
    for number in (ANN, "+12125559999"):  # of a campaign, and of none
        with pytest.raises(AnswerRefusedError, match=r"budget of all campaigns has .* in the settings"):
            await answer(desk, carrier, number=number, confirmed=True, budgets=Budgets(daily_micros=12_800))
    assert len(carrier.calls) == 2
    desk.later(24 * HOUR)
    await desk.db.write(lambda conn: conn.exec_driver_sql("UPDATE campaigns SET daily_budget_micros = 20000"))
    await answer(desk, carrier, "Tomorrow", budgets=Budgets(daily_micros=12_800))
    assert await money(desk) == (25_600, 0)
    await desk.sound()


async def test_the_hour_the_stop_and_a_paused_sender_are_told_and_confirmed(
    desk: Desk, carrier: ListedCarrier
) -> None:
    id_ = await desk.running()
    await writes(desk)
    await credit(desk, id_)
    assert (await answers.prepare(desk.db, desk.clock, ANN, "x")).warnings == ()
    desk.later(14 * HOUR)  # 23:00 in New York
    await control.stop(desk.db, desk.clock, desk.actor, "lunch")
    await desk.db.write(
        lambda conn: conn.exec_driver_sql(f"UPDATE senders SET paused_until = {desk.clock.now() + 1}")
    )
    said = (await answers.prepare(desk.db, desk.clock, ANN, "Hi {{name}}")).warnings
    assert said == (
        "it is outside mon-sat 09:00-20:00 in America/New_York now",
        "all automated sending is stopped (lunch); your own answer goes all the same",
        f"the sender {OURS} is paused: no reason given",
        "it holds {{, and a person's answer goes out as it is written",
    )
    with pytest.raises(NotConfirmedError, match=r"outside mon-sat.*stopped \(lunch\)"):
        await answer(desk, carrier)
    assert (carrier.calls, await kept(desk)) == ([], [])
    await answer(desk, carrier, confirmed=True)
    assert len(carrier.calls) == 1
    assert (await audited(desk))[0][1]["despite"][0] == said[0]


async def test_where_nobody_knows_the_zone_both_coasts_must_be_awake(desk: Desk) -> None:
    await writes(desk, number="+12125559999")
    desk.later(20 * HOUR)
    said = (await answers.prepare(desk.db, desk.clock, "+12125559999", "x")).warnings  # 09:00, 06:00
    assert said == ("it is outside mon-sat 09:00-20:00 in America/Los_Angeles now",)
    desk.later(4 * HOUR)
    assert (await answers.prepare(desk.db, desk.clock, "+12125559999", "x")).warnings == ()


@pytest.mark.parametrize(
    ("outcome", "state", "reason"),
    [
        (Rejected(21211, FailureClass.BAD_NUMBER, "no such number"), "failed", "21211: no such number"),
        (Unknown("time-out"), "unknown", "time-out"),
    ],
)
async def test_what_the_carrier_answers_is_kept_and_nothing_is_tried_again(
    desk: Desk, outcome: Outcome, state: str, reason: str
) -> None:
    id_ = await desk.running()
    await writes(desk)
    await credit(desk, id_)
    carrier = ListedCarrier(desk.clock, lambda _request, _call: outcome)
    assert (await answer(desk, carrier)).outcome == outcome
    assert len(carrier.calls) == 1
    assert await kept(desk, "state, reason") == [(state, reason)]
    assert await money(desk) == ((12_800, 12_800) if state == "unknown" else (0, 0))
    assert await desk.one("SELECT count(*) FROM replies WHERE answered_at IS NULL") == 1
    await desk.sound()


async def test_an_opt_out_that_only_the_carrier_knew_suppresses_and_ends(desk: Desk) -> None:
    await desk.running()
    await writes(desk, "Auto-reply: out of office until Monday")
    refusal = Rejected(21610, FailureClass.OPTED_OUT, "has replied STOP")
    await answer(desk, ListedCarrier(desk.clock, lambda _request, _call: refusal))
    assert await desk.rows("SELECT number, source FROM suppressions") == [(ANN, "carrier")]
    assert await desk.one("SELECT count(*) FROM enrolments WHERE status = 'opted_out'") == 1
    await desk.sound()


async def test_while_one_is_under_way_no_other_goes_to_the_number(desk: Desk) -> None:
    await desk.running()
    await writes(desk)
    await writes(desk, number=BOB)
    lost = ListedCarrier(desk.clock, lambda _request, call: Unknown("time-out") if call == 1 else None)
    await answer(desk, lost)
    with pytest.raises(AnswerRefusedError, match="under way and its answer is not known"):
        await answer(desk, lost, "Another text")
    await answer(desk, lost, number=BOB)
    assert len(lost.calls) == 2


async def test_of_two_persons_at_once_one_answers(desk: Desk, carrier: ListedCarrier) -> None:
    await desk.running()
    await writes(desk)
    carrier.latency_s = 0.3  # longer than a busy machine takes to begin the other
    other = Database(desk.db.url.render_as_string(hide_password=False))
    both = await asyncio.gather(
        answers.send(desk.db, desk.clock, desk.actor, carrier, ANN, "One", confirmed=True),
        answers.send(other, desk.clock, desk.actor, carrier, ANN, "Two", confirmed=True),
        return_exceptions=True,
    )
    await other.close()
    assert sorted(type(each).__name__ for each in both) == ["AnswerRefusedError", "Sent"], both
    assert len(carrier.calls) == 1
    await desk.sound()


async def test_what_looks_like_a_touch_under_way_waits_for_it(desk: Desk, carrier: ListedCarrier) -> None:
    await texted(desk)
    await desk.db.write(
        lambda conn: conn.exec_driver_sql(
            "UPDATE scheduled_messages SET state = 'unknown', sid = NULL, sent_at = NULL, body = 'Hi'"
        )
    )
    await writes(desk)
    with pytest.raises(AnswerRefusedError, match="under way"):
        await answer(desk, carrier, "Hi")
    await answer(desk, carrier, "Ho")
    assert [call.body for call in carrier.calls] == ["Ho"]


# --- what became of one of which nobody knows -------------------------------------------------------------

AT_ONCE = EngineOptions(carrier_timeout_s=0.0, listing_lag_s=0.0, reconcile_over_s=0.0, reconcile_looks=2)


async def look(desk: Desk, carrier: ListedCarrier) -> list[CarrierMessage]:
    """What the engine does every second."""
    reconciler = AnswerReconciler(carrier, AT_ONCE, desk.clock)
    real = desk.clock.real() + 1
    found = [
        await reconciler.look(row, desk.db.write, real) for row in await desk.db.read(reconciler.due, real)
    ]
    return [message for message in found if message is not None]


async def lost(desk: Desk, carrier: ListedCarrier, *, arrived: int) -> SendRequest:
    """An answer whose fate is not known; it is in the carrier's list so many times."""
    id_ = await desk.running()
    await writes(desk)
    await credit(desk, id_)
    carrier.answer = lambda _request, _call: Unknown("time-out")
    await answer(desk, carrier)
    for at in range(arrived):
        carrier.lists(f"SMlost{at}", carrier.calls[-1], status="delivered")
    return carrier.calls[-1]


async def test_one_that_the_list_shows_is_adopted_with_its_state(desk: Desk, carrier: ListedCarrier) -> None:
    await lost(desk, carrier, arrived=1)
    (found,) = await look(desk, carrier)
    now = desk.clock.now()
    await desk.db.write(receive_batch, [found], now, now)
    assert await kept(desk, "state, sid, reason") == [("delivered", "SMlost0", None)]
    assert await desk.one("SELECT count(*) FROM replies WHERE answered_at IS NULL") == 0
    assert await look(desk, carrier) == []
    assert len(carrier.calls) == 1
    assert (await audited(desk))[-1] == (
        "answer_found",
        {"attempt": carrier.calls[0].attempt_id, "answer": "accepted", "sid": "SMlost0"},
    )
    await desk.sound()


async def test_one_that_it_never_shows_counts_as_not_sent_and_a_person_may_write_again(
    desk: Desk, carrier: ListedCarrier
) -> None:
    await lost(desk, carrier, arrived=0)
    await look(desk, carrier)
    assert await kept(desk, "state, looks") == [("unknown", 1)]
    carrier.list_error = "down"
    await look(desk, carrier)
    assert await kept(desk, "state, looks") == [("unknown", 1)]
    carrier.list_error = None
    await look(desk, carrier)
    assert (await kept(desk, "state, reason"))[0][0] == "failed"
    assert len(carrier.calls) == 1
    carrier.answer = lambda _request, _call: None
    await answer(desk, carrier)
    assert await kept(desk, "state") == [("failed",), ("sent",)]
    await desk.sound()


async def test_several_that_may_be_it_are_left_to_a_person(desk: Desk, carrier: ListedCarrier) -> None:
    await lost(desk, carrier, arrived=2)
    await look(desk, carrier)
    state, reason = (await kept(desk, "state, reason"))[0]
    assert (state, "SMlost0" in reason and "SMlost1" in reason) == ("held", True)
    await desk.sound()


async def test_the_same_text_of_before_is_not_taken_for_it(desk: Desk, carrier: ListedCarrier) -> None:
    await desk.running()
    await writes(desk)
    await answer(desk, carrier)
    carrier.answer = lambda _request, _call: Unknown("time-out")
    await answer(desk, carrier)
    await look(desk, carrier)
    await look(desk, carrier)
    assert await kept(desk, "state") == [("sent",), ("failed",)]


async def test_one_that_arrives_after_it_was_given_up_is_true_all_the_same(
    desk: Desk, carrier: ListedCarrier
) -> None:
    request = await lost(desk, carrier, arrived=0)
    await look(desk, carrier)
    await look(desk, carrier)
    assert await kept(desk, "state") == [("failed",)]
    assert await desk.db.write(rows.accepted, request.attempt_id, "SMlate", 1, desk.clock.now())
    assert not await desk.db.write(rows.accepted, request.attempt_id, "SMlate", 1, desk.clock.now())
    assert await kept(desk, "state, sid") == [("sent", "SMlate")]
    await desk.sound()


async def test_who_was_suspended_before_the_call_makes_it_no_more(desk: Desk, carrier: ListedCarrier) -> None:
    request = await lost(desk, carrier, arrived=0)
    await look(desk, carrier)
    await look(desk, carrier)
    assert await desk.db.read(rows.refused_meanwhile, request.attempt_id) == "it was given up meanwhile"


async def test_later_reports_move_it_by_rank_and_its_price_is_the_campaign_s(
    desk: Desk, carrier: ListedCarrier
) -> None:
    id_ = await desk.running()
    await writes(desk)
    await credit(desk, id_)
    sent = await answer(desk, carrier)
    assert isinstance(sent.outcome, Accepted)
    sid, now = sent.outcome.sid, desk.clock.now()

    def report(status: str, code: int | None = None, price: int | None = None) -> CarrierMessage:
        return CarrierMessage(sid, False, OURS, ANN, "When?", status, code, now, now, 1, price)

    for message in (
        report("sent"),
        report("delivered", price=9_000),
        report("sent"),
        report("failed", 30_008),
    ):
        await desk.db.write(receive_batch, [message], now, now)
    assert await kept(desk, "state, error_code") == [("delivered", None)]
    assert await money(desk) == (9_000, 0)
    assert await desk.rows("SELECT sent_count, delivered_count, failed_count FROM campaigns") == [(0, 0, 0)]
    await desk.sound()


async def test_a_failure_that_means_an_opt_out_suppresses_also_who_is_no_contact(
    desk: Desk, carrier: ListedCarrier
) -> None:
    await writes(desk, number="+12125559999")
    sent = await answer(desk, carrier, number="+12125559999", confirmed=True)
    assert isinstance(sent.outcome, Accepted)
    now = desk.clock.now()
    failed = CarrierMessage(sent.outcome.sid, False, OURS, "+12125559999", "x", "failed", 21_610, now, now)
    await desk.db.write(receive_batch, [failed], now, now)
    assert await kept(desk, "state, error_code") == [("failed", 21_610)]
    assert await desk.rows("SELECT number, source FROM suppressions") == [("+12125559999", "carrier")]
    await desk.sound()


async def test_a_receipt_that_comes_days_late_is_asked_for_once(desk: Desk, carrier: ListedCarrier) -> None:
    await desk.running()
    await writes(desk)
    sent = await answer(desk, carrier)
    assert isinstance(sent.outcome, Accepted)
    real = desk.clock.real() + 1

    def late(looked_before: int) -> Awaitable[list[receive.LateReceipt]]:
        return desk.db.read(receive.late_receipts, 0, real, looked_before, 5)

    (found,) = await late(0)
    assert (found.table, found.sid) == ("answers", sent.outcome.sid)
    await desk.db.write(receive.asked_for, found, real)
    assert await late(real - 1) == []
