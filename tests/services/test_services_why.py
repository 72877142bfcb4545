"""Why a contact gets what and when, on both databases; rule by rule it is `engine/test_engine_why.py`."""

from __future__ import annotations

from tests.support.services import HOUR, Desk
from trd_tui.services.why import Why, why
from trd_tui.store.sequences import SequenceCache

WHO = "(212) 200-0002"


async def asked(desk: Desk, campaign: str) -> Why:
    return await why(desk.db, desk.clock, campaign, WHO, SequenceCache(), daily_budget=10_000_000)


async def test_it_is_told_from_draft_to_archive(desk: Desk) -> None:
    id_ = await desk.filled(contacts=5, daily_budget_usd="5.00")
    draft = await asked(desk, id_)
    assert ([reason.rule for reason in draft.reasons], draft.touches) == (["draft"], ())
    await desk.do("start", id_)
    told = await asked(desk, id_)
    # one segment a second, and two before it
    assert [reason.rule for reason in told.reasons] == ["rate", "no_scheduler", "send"]
    assert "2 before it" in told.reasons[0].sentence
    assert (told.number, told.name, told.status) == ("+12122000002", "First2 Last2", "active")
    assert (told.next_touch, told.planned_for) == (1, desk.clock.now())
    assert [(touch.touch, touch.state) for touch in told.touches] == [(1, "scheduled")]
    await desk.do("pause", id_)
    assert (await asked(desk, id_)).rule == "paused"
    desk.later(HOUR)
    await desk.do("resume", id_)
    ahead = await asked(desk, id_)
    assert ahead.rule == "date"
    assert ahead.expected_at == ahead.planned_for
    await desk.do("pause", id_)
    await desk.do("archive", id_)
    assert [reason.rule for reason in (await asked(desk, id_)).reasons] == ["archived", "date"]
