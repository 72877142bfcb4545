"""A start or a resume that is called off between two chunks leaves nothing half done."""

from __future__ import annotations

import pytest

from tests.support.services import Desk
from trd_tui.services import campaigns
from trd_tui.services.giving_up import give_up
from trd_tui.services.views import ActCancelledError, ActResult


async def called_off(desk: Desk, act: str, campaign: str, monkeypatch: pytest.MonkeyPatch) -> ActResult:
    """Call it off when the first ten contacts are in the schedule."""
    monkeypatch.setattr(campaigns, "PLAN_CHUNK", 10)

    def progress(_done: int, _total: int) -> None:
        raise ActCancelledError

    do = campaigns.start if act == "start" else campaigns.resume
    with pytest.raises(ActCancelledError):
        await do(desk.db, desk.clock, desk.actor, [campaign], progress=progress)
    return await give_up(desk.db, desk.clock, desk.actor, act, campaign)


async def test_what_is_half_way_is_paused_and_says_how_far_it_came(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = await desk.filled(contacts=25)
    result = await called_off(desk, "start", campaign, monkeypatch)
    assert not result.ok
    assert result.message == "is paused with 10 of 25 contacts in its schedule; resume goes on from there"
    assert result.figures["half_way"]
    assert await desk.one("SELECT status FROM campaigns") == "paused"
    await desk.sound()


async def test_its_resume_takes_in_everybody_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = await desk.filled(contacts=25)
    await called_off(desk, "start", campaign, monkeypatch)
    (resumed,) = await desk.do("resume", campaign)
    assert resumed.ok
    assert await desk.one("SELECT count(*) FROM scheduled_messages WHERE state = 'scheduled'") == 25
    assert await desk.one("SELECT count(DISTINCT enrolment_id) FROM scheduled_messages") == 25
    await desk.sound()


async def test_a_resume_called_off_is_paused_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = await desk.running(contacts=25)
    await desk.do("pause", campaign)
    result = await called_off(desk, "resume", campaign, monkeypatch)
    assert not result.ok
    assert await desk.one("SELECT status FROM campaigns") == "paused"
    (resumed,) = await desk.do("resume", campaign)
    assert resumed.ok
    await desk.sound()


async def test_what_was_finished_or_never_begun_stays_as_it_is(desk: Desk) -> None:
    finished, draft = await desk.running("One"), await desk.filled("Two", first=50)
    result = await give_up(desk.db, desk.clock, desk.actor, "start", finished)
    assert (result.ok, result.message) == (True, "started; 3 messages scheduled")
    result = await give_up(desk.db, desk.clock, desk.actor, "start", draft)
    assert (result.ok, result.message) == (False, "is draft, as before")
    result = await give_up(desk.db, desk.clock, desk.actor, "start", "camp_0")
    assert not result.ok
