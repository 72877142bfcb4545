"""Many campaigns in one run, each at a day of its own."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date, datetime

import pytest

from tests.e2e.conftest import MONDAY, Launch, create, set_clock
from tests.e2e.test_e2e_sequence import ANSWERS, check_days
from tests.support.command import Background, Command
from tests.support.drip import NINE, SENDER, Drip, answer, people
from tests.support.peer_process import judge

SIZES = {"Ash": (33, 1), "Birch": (29, 3), "Cedar": (26, 5), "Dogwood": (41, 1), "Elm": (31, 7)}
"""Contacts of each campaign, and the day that it has reached when the last ones begin.

With an answer of every third, each touch of each campaign is answered by somebody from 25 contacts on.
"""


TEN = (1, 4, 7, 10, 13, 16, 19, 22, 25, 28)


def begin(trd: Command, start: str, speed: int, drips: Sequence[Drip]) -> Background:
    """A process that sends from an instant on, while campaigns are begun beside it."""
    running = trd.begin("run", "--start", start, "--speed", speed)
    instant = int(datetime.fromisoformat(start).timestamp() * 1000)
    # It says that it sends a moment before others find its clock in the database.
    running.wait_for("its clock", lambda: trd.one("SELECT anchor_virtual FROM control") == instant)
    for drip in drips:
        create(trd, drip)
    return running


def texts(drips: Sequence[Drip]) -> int:
    """How many texts they are to send in all."""
    return sum(len(bodies) for drip in drips for bodies in drip.expected().values())


def test_five_campaigns_at_their_own_days_at_once(launch: Launch) -> None:
    trd, peer = launch()
    drips: list[Drip] = []
    for name, (size, _) in SIZES.items():
        first = sum(len(drip.audience) for drip in drips)
        drips.append(Drip(name, people(size, first), days=NINE, window_days="mon-sun"))
        peer.tell("repliers", answer(drips[-1], ANSWERS, every=3))
    ash, birch, cedar, dogwood, elm = drips
    set_clock(trd)
    begun: list[Drip] = []
    for on, drip in ((15, elm), (17, cedar), (19, birch)):
        running = begin(trd, f"2024-01-{on}T14:00:00Z", 120, [drip])
        begun.append(drip)
        count = sum(
            len(older.bodies(person)[: len(begun) - at])
            for at, older in enumerate(begun)
            for person in older.audience
        )
        running.wait_for(f"{count} texts", lambda count=count: peer.count() >= count)  # type: ignore[misc]
        assert running.end() == 0
    # The oldest is at day 7, the youngest at day 1: one run holds all five from here to their ends.
    assert begin(trd, "2024-01-21T14:00:00Z", 60, [ash, dogwood]).end() == 0
    before = peer.count()
    trd.ok("run", "--until-idle")
    assert before < texts(drips) / 2
    for drip in drips:
        ours = [each for each in peer.sent() if each.body.startswith(drip.name)]
        assert judge(ours, drip.expected()) == [], drip.name
        started = date(2024, 1, 22 - SIZES[drip.name][1])
        check_days(trd, drip, started, within_s=7_200)
    assert peer.count() == texts(drips)
    assert peer.refused() == []
    trd.ok_here("verify")


@pytest.mark.slow
def test_ten_campaigns_with_fifty_thousand_texts_in_a_month(
    launch: Launch, capsys: pytest.CaptureFixture[str]
) -> None:
    senders = [SENDER, "+12125550100", "MG" + "0" * 32]
    trd, peer = launch("--number", senders[1])
    drips = [
        Drip(f"C{at}", people(500, 500 * at), days=TEN, sender=senders[at % 3], window_days="mon-sun")
        for at in range(10)
    ]
    set_clock(trd)
    for drip in drips:
        peer.tell("repliers", answer(drip, ANSWERS, every=8))
        create(trd, drip)
    began = time.monotonic()
    trd.ok("run", "--until-idle", "--start", MONDAY, patience_s=1_800)
    took = time.monotonic() - began
    sent = peer.sent()
    with capsys.disabled():
        print(f"\n{len(sent):,} texts in a virtual month: {took:.0f} s, {len(sent) / took:,.0f}/s")
    assert 45_000 <= len(sent) <= 50_000
    assert judge(sent, {number: bodies for drip in drips for number, bodies in drip.expected().items()}) == []
    for drip in drips:
        check_days(trd, drip, date(2024, 1, 15), within_s=7_200)
    assert peer.refused() == []
    trd.ok_here("verify")
