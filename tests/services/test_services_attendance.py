"""Who else is connected, on both kinds of database."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from tests.support.real_desk import StandingClock
from tests.support.services import Desk
from trd_tui.services import processes
from trd_tui.services.actor import Actor
from trd_tui.services.attendance import BEAT_S, GONE_MS, Attendance, place_of
from trd_tui.services.processes import Process

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
    assert await desk.rows("SELECT actor FROM sessions") == [("bob",)], "who has left leaves no more signs"
    again = Attendance(desk.db, clock, desk.actor, "here")
    await again.beat()
    assert await desk.rows("SELECT actor FROM sessions") == [(desk.actor.name,)], "the silent are forgotten"
    await bob.beat()  # it has only slept
    assert len(await again.connected()) == 2


async def test_who_was_killed_on_this_host_is_gone_at_once(desk: Desk) -> None:
    clock = StandingClock(1_000)
    killed = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)  # noqa: ASYNC220 - at once
    its = Process.this()._replace(number=killed.pid, started=processes._started(killed.pid))
    ann = Attendance(desk.db, clock, desk.actor, "here")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Process, "this", lambda: its)
        bob = Attendance(desk.db, clock, BOB, "here")
        patch.setattr(Process, "this", lambda: its._replace(host="another"))
        cleo = Attendance(desk.db, clock, Actor(1, "cleo", "cleo"), "here")
    for each in (ann, bob, cleo):
        await each.beat()
    assert len(await ann.connected()) == 3
    assert not ann.somebody_is_gone()
    killed.kill()
    killed.communicate()
    assert ann.somebody_is_gone()
    assert {each.actor for each in await ann.connected()} == {desk.actor.name, "cleo"}
    assert not ann.somebody_is_gone()
    reused = Process.this()._replace(started="1")
    assert reused.is_gone(), "its number belongs to another one by now"


def test_where_somebody_comes_from() -> None:
    assert place_of({}) == "here"
    assert place_of({"SSH_CONNECTION": "203.0.113.7 50000 10.0.0.1 22"}) == "203.0.113.7"
    assert place_of({"SSH_CONNECTION": ""}) == "here"
    assert place_of({"TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver"}) == "browser"
