"""A person's own answer: who may be answered, from which sender, in whose name."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.answering import (
    ANN,
    BOB,
    LATER,
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
    Begin,
    Outcome,
    SendRequest,
    at_once,
)
from trd_tui.domain.endings import Endings
from trd_tui.services import suppressions
from trd_tui.services.answers import AnswerRefusedError


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
