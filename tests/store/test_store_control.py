from __future__ import annotations

import json
from dataclasses import dataclass

from tests.support.world import World
from trd_tui.clock import Anchor
from trd_tui.store import audit, control, senders, suppressions


@dataclass(frozen=True)
class Ann:
    user_id: int = 1
    name: str = "Ann"
    login: str = "ann1"


def test_a_stop_is_seen_by_all_and_the_first_reason_stays(world: World) -> None:
    assert not world.db.read(control.read_control).stopped
    assert world.db.write(control.stop, "Ann", "wrong list", 1_000)
    assert not world.db.write(control.stop, "Bob", None, 2_000)
    state = world.db.read(control.read_control)
    assert (state.stopped, state.by, state.reason, state.at, state.fence) == (
        True,
        "Ann",
        "wrong list",
        1_000,
        1,
    )
    assert world.db.write(control.start)
    assert not world.db.write(control.start)
    state = world.db.read(control.read_control)
    assert (state.stopped, state.by, state.reason, state.at, state.fence) == (False, None, None, None, 2)


def test_the_fence_only_grows(world: World) -> None:
    world.run("DELETE FROM control")
    assert world.db.read(control.read_control).fence == 0
    world.db.write(control.bump_fence)
    world.db.write(control.bump_fence)
    assert world.db.read(control.read_control).fence == 2


def test_the_clocks_anchor_survives(world: World) -> None:
    anchor = Anchor(1_000, 2_000, 600.0)
    world.db.write(control.set_anchor, anchor)
    assert world.db.read(control.read_control).anchor == anchor
    world.db.write(control.set_anchor, None)
    assert world.db.read(control.read_control).anchor is None


def test_an_act_is_written_down_with_who_when_before_and_after(world: World) -> None:
    world.db.write(
        audit.record, Ann(), "pause", "campaign", "camp_1", {"status": "active"}, {"status": "paused"}, at=5
    )
    world.db.write(audit.record, audit.SYSTEM, "stop", "control", "1", at=6)
    latest = world.db.read(audit.latest)
    assert [(row.actor, row.login, row.act, row.at) for row in latest] == [
        ("system", "system", "stop", 6),
        ("Ann", "ann1", "pause", 5),
    ]
    (row,) = world.db.read(audit.latest, subject="campaign", subject_id="camp_1")
    assert (json.loads(row.before or ""), json.loads(row.after or "")) == (
        {"status": "active"},
        {"status": "paused"},
    )
    assert latest[0].before is None


def test_senders_are_added_once_rated_paused_and_resumed(world: World) -> None:
    assert world.db.write(senders.add_sender, "+15005550006", "long_code", 1_000, 10)
    assert not world.db.write(senders.add_sender, "+15005550006", "toll_free", 3_000, 20)
    (sender,) = world.db.read(senders.list_senders)
    assert (sender.kind, sender.rate_milli, sender.paused_until) == ("long_code", 1_000, None)
    assert world.db.write(senders.set_rate, "+15005550006", 2_000)
    assert world.db.write(senders.pause_sender, "+15005550006", "30034: unregistered")
    paused = world.db.read(senders.get_sender, "+15005550006")
    assert paused is not None
    assert (paused.rate_milli, paused.paused_until, paused.paused_reason) == (
        2_000,
        senders.UNTIL_A_PERSON_ACTS,
        "30034: unregistered",
    )
    assert world.db.write(senders.resume_sender, "+15005550006")
    resumed = world.db.read(senders.get_sender, "+15005550006")
    assert resumed is not None
    assert resumed.paused_until is None
    assert world.db.read(senders.get_sender, "+15005550007") is None
    assert not world.db.write(senders.set_rate, "+15005550007", 1)


def test_numbers_are_suppressed_once_and_the_first_reason_stays(world: World) -> None:
    numbers = ["+12125550001", "+12125550002", "+12125550001"]
    assert world.db.write(suppressions.suppress, numbers, "asked by phone", "operator", 5) == 2
    assert world.db.write(suppressions.suppress, [*numbers, "+12125550003"], "list", "import", 6) == 1
    assert world.db.write(suppressions.suppress, [], "list", "import", 6) == 0
    assert world.db.read(suppressions.which, ["+12125550001", "+12125550009"]) == {
        "+12125550001": "asked by phone"
    }
    assert world.db.read(suppressions.which, []) == {}
    assert world.db.read(suppressions.count) == 3
    found = world.db.read(suppressions.page, "(212) 555-0003")
    assert [(row.number, row.reason, row.source, row.created_at) for row in found] == [
        ("+12125550003", "list", "import", 6)
    ]
    assert [row.number for row in world.db.read(suppressions.page, "%", 1, 1)] == ["+12125550002"]
    assert world.db.write(suppressions.unsuppress, "+12125550001")
    assert not world.db.write(suppressions.unsuppress, "+12125550001")
    assert world.db.read(suppressions.count, "0001") == 0
