"""What becomes of a person's answer: once, on both databases; what nobody knows is never sent again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import replace

import pytest

from tests.support.answering import (
    ANN,
    BOB,
    OURS,
    answer,
    audited,
    credit,
    kept,
    money,
    texted,
    writes,
)
from tests.support.carriers import ListedCarrier
from tests.support.services import Desk
from trd_tui.carriers.protocol import (
    Accepted,
    CarrierMessage,
    Outcome,
    Rejected,
    SendRequest,
    Unknown,
)
from trd_tui.domain.failures import FailureClass
from trd_tui.engine.adopting import Adopter, Report
from trd_tui.engine.answering import AnswerReconciler
from trd_tui.engine.options import EngineOptions
from trd_tui.engine.receiving import receive_batch
from trd_tui.services import answers, reply_drafts
from trd_tui.services.answers import AnswerRefusedError, NotConfirmedError
from trd_tui.store import answers as rows
from trd_tui.store import receive
from trd_tui.store.database import Database


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
    with pytest.raises(AnswerRefusedError, match="nobody knows yet whether it was sent"):
        await answers.prepare(desk.db, desk.clock, ANN, "Another text")  # before anything is asked
    with pytest.raises(AnswerRefusedError, match="under way"):
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


async def test_one_that_it_never_shows_may_have_been_sent_and_who_writes_again_is_told_so(
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
    state, reason = (await kept(desk, "state, reason"))[0]
    assert (state, reason) == ("held", "the line was lost and the carrier does not list it after 2 looks")
    assert await money(desk) == (12_800, 12_800)  # nobody knows: it stays reserved
    assert len(carrier.calls) == 1
    carrier.answer = lambda _request, _call: None
    with pytest.raises(NotConfirmedError, match="may have been sent already"):
        await answer(desk, carrier)
    assert len(carrier.calls) == 1
    await answer(desk, carrier, confirmed=True)
    assert await kept(desk, "state") == [("held",), ("sent",)]
    assert (await answers.prepare(desk.db, desk.clock, ANN, "x")).warnings == ()  # the last one is known
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
    assert await kept(desk, "state") == [("sent",), ("held",)]


async def test_one_that_arrives_after_it_was_given_up_is_true_all_the_same(
    desk: Desk, carrier: ListedCarrier
) -> None:
    request = await lost(desk, carrier, arrived=0)
    await look(desk, carrier)
    await look(desk, carrier)
    assert await kept(desk, "state") == [("held",)]
    now = desk.clock.now()
    says = CarrierMessage("SMlate", False, OURS, ANN, "When?", "delivered", None, now, now, 1)
    adopter = Adopter(desk.db, desk.clock, AT_ONCE)
    await adopter.adopt([Report(replace(says, to=BOB), request.attempt_id)])  # another's: not believed
    assert await kept(desk, "state, sid") == [("held", None)]
    for _ in range(2):
        await adopter.adopt([Report(says, request.attempt_id)])
        assert await kept(desk, "state, sid") == [("sent", "SMlate")]
    assert not await desk.db.write(rows.accepted, request.attempt_id, "SMlate", 1, now)
    await desk.db.write(receive_batch, [says], now, now)
    assert await kept(desk, "state") == [("delivered",)]
    await desk.sound()


async def test_who_answered_meanwhile_is_told_before_another_goes(desk: Desk, carrier: ListedCarrier) -> None:
    """Also the same person elsewhere; and once more where that happens while the question stands."""
    await texted(desk)
    await writes(desk)
    seen = await answers.last_seen(desk.db, desk.actor, ANN)
    await reply_drafts.save(desk.db, desk.clock, desk.actor, ANN, "When?")
    await answer(desk, carrier, "At 5", confirmed=True)
    ready = await answers.prepare(desk.db, desk.clock, ANN, "When?", seen=seen)
    assert "ann has answered them since you began to type: “At 5”" in ready.warnings
    await answer(desk, carrier, "Or at 6", confirmed=True)
    with pytest.raises(NotConfirmedError, match="“Or at 6”"):
        await answer(desk, carrier, confirmed=True, seen=ready.latest)
    await answer(desk, carrier, confirmed=True, seen=ready.latest + 1)
    assert len(carrier.calls) == 3
    saved = await reply_drafts.save(desk.db, desk.clock, desk.actor, ANN, "When?\n", was="When?\n", seen=seen)
    assert (saved, await reply_drafts.load(desk.db, desk.actor, ANN)) == ("ann", "")


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
