"""A person's own answer under budgets, and what must be confirmed first."""

from __future__ import annotations

import pytest

from tests.support.answering import (
    ANN,
    OURS,
    answer,
    audited,
    credit,
    kept,
    money,
    writes,
)
from tests.support.carriers import ListedCarrier
from tests.support.services import HOUR, Desk
from trd_tui.carriers.protocol import (
    Rejected,
)
from trd_tui.domain.carrier_trouble import CarrierTrouble
from trd_tui.domain.failures import FailureClass
from trd_tui.services import answers, control
from trd_tui.services.answers import AnswerRefusedError, NotConfirmedError
from trd_tui.services.spending import Budgets
from trd_tui.store import control as control_row
from trd_tui.store import lease


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
    trouble = CarrierTrouble("refused", "no", 0)
    await desk.db.write(lambda conn: lease.acquire(conn, "us", "test", desk.clock.real(), HOUR))
    await desk.db.write(lambda conn: control_row.set_trouble(conn, trouble))
    hindered = await answers.prepare(desk.db, desk.clock, ANN, "x")
    assert hindered.hindered
    assert hindered.warnings[0] == "the carrier refuses the credentials: it would refuse this answer, too"
    assert "all automated sending is stopped (lunch)" in hindered.warnings


async def test_where_nobody_knows_the_zone_both_coasts_must_be_awake(desk: Desk) -> None:
    await writes(desk, number="+12125559999")
    desk.later(20 * HOUR)
    said = (await answers.prepare(desk.db, desk.clock, "+12125559999", "x")).warnings  # 09:00, 06:00
    assert said == ("it is outside mon-sat 09:00-20:00 in America/Los_Angeles now",)
    desk.later(4 * HOUR)
    assert (await answers.prepare(desk.db, desk.clock, "+12125559999", "x")).warnings == ()
