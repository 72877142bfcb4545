"""The screen of health: every key, held messages decided about, the check called off, and its sentences."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
from sqlalchemy import Connection, text

from tests.support.real_desk import Built
from tests.support.screen import Driver, driving_real, shows
from trd_tui.clock import Anchor, VirtualClock, real_now
from trd_tui.domain.carrier_trouble import CarrierTrouble
from trd_tui.engine.automatic import stop_everything
from trd_tui.services import stuck
from trd_tui.services.actor import Actor
from trd_tui.services.monitor import _drift
from trd_tui.store import control, counters, doubts, queue
from trd_tui.store.counters import CampaignDelta
from trd_tui.store.database import Database, SyncDatabase
from trd_tui.tui import format as show
from trd_tui.tui.desk import EngineView, Progress
from trd_tui.tui.health.lines import _clock, headline, sending_content, verdict
from trd_tui.tui.health.screen import HealthScreen
from trd_tui.tui.service_desk import ServiceDesk

if TYPE_CHECKING:
    from tests.support.real_desk import StandingClock
    from trd_tui.services.health_views import Health
    from trd_tui.store.control import ControlState


def hold(file: Path, now: int) -> None:
    """Three messages of one campaign wait for a person; one of them may have been sent."""

    def work(conn: Connection) -> None:
        statement = "SELECT id, enrolment_id, campaign_id FROM scheduled_messages WHERE state = 'scheduled'"
        rows = conn.execute(text(f"{statement} ORDER BY campaign_id, id LIMIT 3")).all()
        reason = "the carrier's list does not settle it: two messages of this text."
        held = [
            {"message_id": id_, "enrolment_id": enrolment, "reason": reason, "now": now}
            for id_, enrolment, _ in rows
        ]
        queue.hold(conn, held)
        conn.execute(text("UPDATE scheduled_messages SET attempts = 1 WHERE id = :id"), {"id": rows[0][0]})
        for row in rows:
            delta = CampaignDelta(waiting_count=-1, held_count=1, recompute_next_due=True)
            counters.apply(conn, {row[2]: delta}, now)

    database = SyncDatabase(f"sqlite:///{file}")
    database.write(work)
    database.close()


def screen_of(d: Driver[ServiceDesk]) -> HealthScreen:
    screen = d.app.screen
    assert isinstance(screen, HealthScreen)
    return screen


async def shown(d: Driver[ServiceDesk], *keys: str) -> str:
    """What the screen shows after some keys, once everything is read."""
    await d.press(*keys)
    table = screen_of(d).table
    await d.until(lambda: table.source is not None and table.total is not None)
    await d.settle()
    return d.text()


async def test_a_quiet_machine_says_so_on_every_tab(built: Built, tmp_path: Path) -> None:
    async with driving_real(built, tmp_path / "x.db", size=(80, 24)) as d:
        said = await shown(d, "f5")
        assert "✔ All is well" in said
        assert "trd app on acme, process 4711, alive" in said
        assert "40 min ago, fencing token 1" in said
        assert "568 waiting" in said
        assert "+12125550190" in said
        said = await shown(d, "2")
        assert "their date lies ahead" in said
        assert "No message is due now." in said
        assert "Nothing is held, and of every message it is known whether it was sent." in await shown(d, "3")
        assert "No failures in the last hour" in await shown(d, "4")
        assert "No receivers of events: trd webhook add names one." in await shown(d, "5")
        d.app.notify("It broke.", severity="error")
        assert "✗ It broke." in await shown(d, "6")
        await d.press("r", "x", "enter", "space")  # what is about held messages does nothing elsewhere
        assert d.top == "HealthScreen"


async def test_held_messages_are_marked_released_and_given_up(built: Built, tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    async with driving_real(built, file) as d:
        hold(file, built.start)
        said = await shown(d, "f5", "3")
        assert "▲ Messages need a look: tab 3" in said
        assert "3 Stuck 3" in d.line("#tabs")
        assert "▲ perhaps sent: " in said
        assert ".." not in said
        assert "It may have been sent already." in said  # the evidence as a whole, under the list
        await d.press("x", "n")
        assert screen_of(d).table.total == 3
        await d.press("space", "space")
        assert "r release 2  x give up 2" in d.line("#hints")
        await d.press("r")
        await shows(d, "2 held messages go as soon as window and gap permit.", "Their campaign is paused:")
        assert "▲ 1 of them may have been sent already: released, it may go twice." in d.text()
        await d.press("enter")  # the cursor is on Cancel
        assert d.top == "HealthScreen"
        await d.press("r", "y")
        await d.until(lambda: "2 held messages let go." in d.toasts())
        await d.until(lambda: screen_of(d).table.total == 1)
        assert not screen_of(d).table.marks
        row = screen_of(d).table.row
        assert row is not None
        await d.press("x")
        await shows(
            d, "1 held message is skipped; the next touch keeps its date.", "z does not take it back."
        )
        await shows(d, f"To {row.name} ({row.number}), touch {row.touch} of {row.campaign}.")
        await d.press("y")
        await d.until(lambda: screen_of(d).table.total == 0)
        database = SyncDatabase(f"sqlite:///{file}")
        rows = database.read(
            lambda conn: conn.execute(text("SELECT act FROM audit ORDER BY id DESC LIMIT 2")).scalars().all()
        )
        database.close()
        assert rows == ["review: skip", "review: send"]
        hold(file, built.start)
        await shown(d, "u", "asterisk")
        assert len(screen_of(d).table.marks) == 3
        await d.press("x")
        await shows(d, "▲ 1 of them may have been sent already: given up, it counts as")
        await d.press("n", "backslash")
        assert not screen_of(d).table.marks
        await d.press("enter")
        assert d.top == "CampaignScreen"


async def test_a_held_message_that_a_colleague_has_decided_says_who_did_what_and_when(
    built: Built, tmp_path: Path
) -> None:
    file = tmp_path / "x.db"
    async with driving_real(built, file) as d:
        hold(file, built.start)
        await shown(d, "f5", "3")
        row = screen_of(d).table.row
        assert row is not None
        await d.press("r")
        await d.until(lambda: d.top == "Confirm")
        db, bob = Database(f"sqlite:///{file}"), Actor(1, "bob", "robert")
        await stuck.decide(db, d.desk._clock, bob, "skip", [row])  # while one is asked
        await db.close()
        await d.press("y")
        await d.until(lambda: f"Already decided: {row.name}: skipped by bob, now." in d.toasts())


async def test_what_is_released_before_it_is_due_keeps_its_date_and_is_taken_back(
    built: Built, tmp_path: Path
) -> None:
    """A doubt holds it; the release is the decision about what they wrote, here as in the inbox."""
    file = tmp_path / "x.db"

    def doubted(conn: Connection) -> None:
        found = (
            "SELECT m.contact_id FROM scheduled_messages m JOIN campaigns c ON c.id = m.campaign_id"
            " WHERE m.state = 'scheduled' AND c.status = 'active' AND m.scheduled_for > :now"
            " ORDER BY m.scheduled_for LIMIT 1"
        )
        contact = conn.execute(text(found), {"now": built.start + 10 * 3_600_000}).scalar_one()
        deltas: dict[str, CampaignDelta] = {}
        doubts.doubt(conn, contact, "“stop by tomorrow” may be an opt-out", built.start, deltas)
        counters.apply(conn, deltas, built.start)

    database = SyncDatabase(f"sqlite:///{file}")
    async with driving_real(built, file, (80, 24)) as d:
        database.write(doubted)
        await shown(d, "f5", "3")
        row = screen_of(d).table.row
        assert row is not None
        due = show.when(row.due_at, built.start, d.desk.zone)
        await d.press("r")
        await shows(d, f"1 held message goes when it is due, {due}.", "z takes it back until a text goes.")
        await d.press("y")
        await d.until(lambda: screen_of(d).table.total == 0)
        await d.until(lambda: "z takes it back until a text goes." in d.toasts())
        await d.press("z")
        await d.until(lambda: screen_of(d).table.total == 1)
        again = screen_of(d).table.row
        assert again is not None
        assert (again.id, again.due_at, again.doubt) == (row.id, row.due_at, row.doubt)
    database.close()


@pytest.mark.parametrize("width", [80, 120])
async def test_a_carrier_that_cannot_be_asked_is_said_wherever_one_looks_until_it_answers(
    built: Built, tmp_path: Path, width: int
) -> None:
    def note(trouble: CarrierTrouble | None) -> None:
        database = SyncDatabase(f"sqlite:///{tmp_path / 'x.db'}")
        database.write(control.set_trouble, trouble)
        database.close()

    async with driving_real(built, tmp_path / "x.db", size=(width, 24)) as d:
        await d.look()
        assert "● sending here" in d.line("#topbar")
        note(CarrierTrouble("refused", "Twilio refused the credentials (code 20003)", built.start - 300_000))
        await d.look()
        assert ("▲ credentials refused" if width > 100 else "▲ refused") in d.line("#topbar")
        assert "due texts wait until they are right" in d.toasts()
        said = " ".join((await shown(d, "f5")).replace("│", " ").split())
        assert "▲ Credentials refused: due texts wait" in said
        assert "▲ since 5 min ago: the carrier refuses the credentials: due texts wait" in said
        assert "start trd again; trd doctor checks them" in said
        assert "carrier         credentials refused: what is due " in await shown(d, "2")
        text = " ".join((await shown(d, "1")).replace("│", " ").split())
        assert "no due text goes while the carrier refuses" in text
        await d.press("f2", "3", "r")
        assert "▲ The carrier refuses the credentials" in d.text()
        await d.press("escape", "f5", "1")
        note(None)
        await d.look()
        assert "▲" not in d.line("#topbar")
        assert "✔ All is well" in d.text()
        assert "It takes the credentials again: due texts go by themselves." in d.toasts()


async def test_a_stop_that_the_system_sets_is_told_and_its_release_names_what_else_is_in_the_way(
    built: Built, tmp_path: Path
) -> None:
    async with driving_real(built, tmp_path / "x.db", size=(80, 24)) as d:
        await d.look()
        database = SyncDatabase(f"sqlite:///{tmp_path / 'x.db'}")
        database.write(stop_everything, "20005: the account is suspended", built.start)
        database.write(control.set_trouble, CarrierTrouble("refused", "no", built.start))
        database.close()
        await d.look()
        await d.until(lambda: "The system has stopped all sending: 20005: the account is" in d.toasts())
        said = " ".join((await shown(d, "f5")).replace("│", " ").split())
        assert ": nobody may send while everything is stopped" in said
        await d.press("exclamation_mark")
        asked = " ".join(d.text().replace("│", " ").split())
        assert "▲ The carrier refuses the credentials" in asked
        assert "at once" not in asked
        await d.press("y")
        await d.until(lambda: "▲ The carrier refuses the credentials" in d.toasts())
        assert "The system has stopped" not in d.toasts()


async def test_what_health_says_is_read_again_each_minute_and_nothing_is_painted_twice(
    built: Built, tmp_path: Path
) -> None:
    async with driving_real(built, tmp_path / "x.db") as d:
        await shown(d, "f5")
        screen, clock = screen_of(d), cast("StandingClock", d.desk._clock)
        screen._changed = False
        before, to_go = screen.state, 60_000 - built.start % 60_000
        for later in (to_go - 1, to_go):
            screen._read_at = 0.0
            clock._instant = built.start + later
            screen.tick()
            await d.settle()
            assert (screen.state is before) == (later < to_go)
        assert screen.state is not None
        assert f"as of {show.clock(screen.state.at, d.desk.zone)}" in d.text()


async def test_a_check_shows_how_far_it_is_can_be_called_off_and_is_remembered(
    built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with driving_real(built, tmp_path / "x.db") as d:
        await shown(d, "f5")
        await d.press("v")
        await d.until(lambda: "Every counter and every rule holds." in d.toasts())
        assert "every counter and every rule holds" in d.text()
        whole, go_on = d.desk.health.verify, threading.Event()

        async def slow(progress: Progress) -> Sequence[str]:
            def told(done: int, total: int) -> None:
                progress(done, total)
                go_on.wait(5)

            return await whole(told)

        monkeypatch.setattr(d.desk.health, "verify", slow)
        monkeypatch.setattr("trd_tui.tui.long_act.SHOWN_AFTER", 0.0)
        await d.pilot.press("v")
        await d.until(lambda: "Verifying" in d.line("#hints"))
        assert "esc cancel" in d.line("#hints")
        await d.pilot.press("escape")
        go_on.set()
        await d.until(lambda: "The check was called off" in d.toasts())
        assert d.app.long_act is None
        monkeypatch.undo()
        database = SyncDatabase(f"sqlite:///{tmp_path / 'x.db'}")
        database.write(lambda conn: conn.execute(text("UPDATE campaigns SET sent_count = sent_count + 1")))
        database.close()
        await d.press("v")
        await d.until(lambda: "differences between rows and rules" in d.toasts())
        assert "sent_count is" in d.text()


@pytest.mark.parametrize(("behind_ms", "told"), [(5, 5), (3_000, 3_000)])
def test_how_far_a_fast_clock_is_off_is_told_in_real_time(behind_ms: int, told: int) -> None:
    state = SimpleNamespace(anchor=Anchor(real_now() + behind_ms, 0, 600.0))
    found = _drift(VirtualClock(Anchor(real_now(), 0, 600.0)), cast("ControlState", state))
    assert found == pytest.approx(told, abs=200)
    said = _clock(
        cast("Health", SimpleNamespace(virtual=True, at=0, real=0, speed=600, drift_ms=found)), "UTC"
    )
    assert ("▲" in said) == (told > 1_000)


def test_all_that_only_people_can_mend_is_told_at_once() -> None:
    state = SimpleNamespace(
        stopped=False, alive=True, waiting=3, trouble=None, unknown=0, held=2,
        senders=[SimpleNamespace(paused_until=9)], webhooks=[],
    )  # fmt: skip
    assert verdict(cast("Health", state))[0] == "▲ Messages need a look: tab 3 · A sender is paused"


@pytest.mark.parametrize(
    ("ahead_min", "said"),
    [
        (-14, "14 min overdue"),
        (-1500, "1 d overdue"),
        (-0.5, "now next"),
        (3, "in 3 min next"),
        (None, "- next"),
    ],
)
def test_a_queue_that_is_behind_says_for_how_long_and_not_that_nothing_has_gone_since(
    ahead_min: float | None, said: str
) -> None:
    at = 10**12
    state = SimpleNamespace(
        stopped=False, alive=True, waiting=3, sending=0, trouble=None, unknown=0, held=0, senders=[],
        webhooks=[], at=at, next_due_at=None if ahead_min is None else at + int(ahead_min * 60_000),
    )  # fmt: skip
    told = headline(cast("Health", state), "UTC", 120).plain
    assert said in told
    assert " ago" not in told


def test_a_trouble_is_told_with_its_time_and_a_sender_that_may_not_send_as_such() -> None:
    state = SimpleNamespace(
        real=3_600_000, stopped=False, trouble=None, holder=None, heartbeat_at=None, yield_to=None
    )
    engine = EngineView("sending", last_error="no answer", last_error_at=0)
    said = sending_content(cast("Health", state), engine, "UTC", 100).plain
    assert "sends; last trouble 00:00: no answer" in " ".join(said.split())
    state.stopped, state.stopped_by, state.stopped_at, state.stop_reason = True, "ann", 0, None
    said = sending_content(cast("Health", state), EngineView("sending"), "UTC", 100).plain
    assert "this app    is the sender; nothing goes while everything is stopped" in said


def test_an_app_whose_scheduler_has_ended_does_not_say_that_it_takes_the_lease() -> None:
    state = cast(
        "Health",
        SimpleNamespace(real=0, stopped=False, trouble=None, holder=None, heartbeat_at=None, yield_to=None),
    )
    for role in ("watching", "starting", "ended"):
        said = sending_content(state, EngineView(role, last_error="no credentials"), "UTC", 100).plain
        assert ("trd run or this app takes it" in said) == (role != "ended")
