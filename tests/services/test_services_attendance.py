"""Who else is connected, on both kinds of database."""

from __future__ import annotations

import asyncio

from tests.support.real_desk import StandingClock
from tests.support.services import Desk
from trd_tui.services.actor import Actor
from trd_tui.services.attendance import BEAT_S, GONE_MS, Attendance, place_of

BOB = Actor(1, "bob", "robert")


class HandClock(StandingClock):
    """Stands still until it is put forward."""

    def advance(self, ms: int) -> None:
        self._instant += ms


async def test_open_apps_see_each_other_until_they_leave_or_fall_silent(desk: Desk) -> None:
    clock = HandClock(1_000)
    ann = Attendance(desk.db, clock, desk.actor, "here")
    clock.advance(1)
    bob = Attendance(desk.db, clock, BOB, "203.0.113.7")
    attending = asyncio.create_task(ann.attend())
    async with asyncio.timeout(10):
        while not await bob.connected():  # noqa: ASYNC110 - the sign is in the database, and nowhere else
            await asyncio.sleep(0)
    await bob.beat()
    seen = [(each.actor, each.login, each.place, each.since, each.own) for each in await bob.connected()]
    assert seen == [
        (desk.actor.name, desk.actor.login, "here", 1_000, False),
        ("bob", "robert", "203.0.113.7", 1_001, True),
    ]
    await ann.leave()
    await asyncio.wait_for(attending, BEAT_S / 2)  # at once, not at the next sign
    assert [each.actor for each in await bob.connected()] == ["bob"]

    clock.advance(GONE_MS)
    assert len(await bob.connected()) == 1
    clock.advance(1)
    assert await bob.connected() == [], "killed, or its host sleeps"
    await ann.beat()
    assert await desk.rows("SELECT actor FROM sessions") == [(desk.actor.name,)], "the silent are forgotten"
    await bob.beat()  # it has only slept
    assert len(await ann.connected()) == 2


def test_where_somebody_comes_from() -> None:
    assert place_of({}) == "here"
    assert place_of({"SSH_CONNECTION": "203.0.113.7 50000 10.0.0.1 22"}) == "203.0.113.7"
    assert place_of({"SSH_CONNECTION": ""}) == "here"
    assert place_of({"TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver"}) == "browser"
