"""The main job: a definition and a CSV go in, exactly the expected texts come out, day by day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.e2e.conftest import MONDAY, Launch, create, set_clock
from tests.support.command import Command
from tests.support.drip import NEW_YORK, Drip, answer, people
from tests.support.peer_process import judge

ANSWERS = ("Yes please, call me", "STOP", "who is this?", " stop. ", "YES", "Unsubscribe")


def check_days(trd: Command, drip: Drip, enrolled: date, *, within_s: int) -> None:
    """Every text of a campaign was accepted at its day's send time, give or take the sender's rate."""
    rows = trd.rows(
        "SELECT m.recipient, m.touch, m.sent_at FROM scheduled_messages m JOIN campaigns c"
        " ON c.id = m.campaign_id WHERE c.name = ? AND m.sent_at IS NOT NULL",
        drip.name,
    )
    assert len(rows) == sum(map(len, drip.expected().values()))
    by_number = {person.number: person for person in drip.audience}
    for number, touch, sent_at in rows:
        person = by_number[number]
        due = drip.dates(person, enrolled)[touch - 1]
        at = datetime.fromtimestamp(sent_at / 1000, UTC).astimezone(ZoneInfo(person.zone or drip.zone))
        late = (at - due).total_seconds()
        assert 0 <= late <= within_s, f"{number}, touch {touch}: due {due}, sent {at}"


def test_nine_touches_reach_exactly_those_who_have_not_answered(launch: Launch) -> None:
    trd, peer = launch()
    drip = Drip("Spring", people(42, zones=("", NEW_YORK, "America/Los_Angeles")))
    peer.tell("repliers", answer(drip, ANSWERS, every=3))
    set_clock(trd)
    create(trd, drip)
    trd.ok("run", "--until-idle", "--start", MONDAY, "--speed", "600")
    assert judge(peer.sent(), drip.expected()) == []
    assert peer.refused() == []
    check_days(trd, drip, date(2024, 1, 15), within_s=600)
    shown = trd.ok_here("campaign", "list", "--json").json
    assert shown["campaigns"][0]["status"] == "completed"
    assert shown["campaigns"][0]["sentMessages"] == len(peer.sent())
    assert trd.ok_here("verify").out.startswith("verified")


@pytest.mark.parametrize("start", ["2024-01-15T14:00:00Z", "2031-03-01T02:30:00Z"])
def test_any_start_sends_every_touch_once_and_in_order(launch: Launch, start: str) -> None:
    """The campaign was started by the real calendar; the run's clock is years before or after it."""
    trd, peer = launch()
    drip = Drip("Autumn", people(8), days=(1, 3, 5))
    peer.tell("repliers", answer(drip, ANSWERS, every=4))
    create(trd, drip)
    trd.ok("run", "--until-idle", "--start", start, "--speed", "100000")
    assert judge(peer.sent(), drip.expected()) == []
    trd.ok_here("verify")


def test_lost_answers_and_refusals_change_nothing_in_what_arrives(launch: Launch) -> None:
    trd, peer = launch(TRD_RECONCILE_OVER_S="1", TRD_CARRIER_TIMEOUT_S="1", TRD_UNKNOWN_POLICY="retry")
    drip = Drip("Storm", people(24), days=(1, 2))
    kinds = (
        *("timeout_after_accept", "error_after_accept", "drop_after_accept", "garbage"),
        *("drop_before_accept", "error_before_accept", "hang", "html", "throttle", "throttle_bare"),
    )
    peer.tell(
        "faults",
        [{"kind": kind, "to": person.number} for kind, person in zip(kinds, drip.audience, strict=False)],
    )
    set_clock(trd)
    create(trd, drip)
    trd.ok("run", "--until-idle", "--start", MONDAY)
    assert judge(peer.sent(), drip.expected()) == []
    assert set(trd.states()) <= {"sent", "delivered"}
    trd.ok_here("verify")


def test_who_answered_while_nobody_was_sending_hears_no_more(launch: Launch) -> None:
    """The inbox is read before the first text goes, not some seconds after."""
    trd, peer = launch()
    drip = Drip("Night", people(6), days=(1, 2))
    set_clock(trd)
    create(trd, drip)
    running = trd.begin("run", "--speed", "60")
    running.wait_for("the first touch", lambda: peer.count() == 6)
    assert running.end() == 0
    for person, words in zip(drip.audience, ("Tell me more", "stop"), strict=False):
        peer.tell("inbound", {"from": person.number, "body": words})
        drip.replies_after[person.number] = 1
    trd.ok("run", "--until-idle", "--start", "2024-01-16T14:00:00Z")
    assert judge(peer.sent(), drip.expected()) == []
    assert peer.refused() == []
    trd.ok_here("verify")
