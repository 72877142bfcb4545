"""The call journal: what a dead sender cannot have called goes back at once, and nothing else does."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

from tests.support.world import START, World
from trd_tui.engine import journal as journal_module
from trd_tui.engine import succession
from trd_tui.engine.claiming import Claimer
from trd_tui.engine.journal import CallJournal, Evidence, beside
from trd_tui.store import control, reviews
from trd_tui.store.recover import attempt_id
from trd_tui.store.sequences import SequenceCache
from trd_tui.store.verify import differences

REAL = 1_700_000_000_000


def here() -> str:
    return "this-start"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "trd.db.calls"


def left(file: Path, token: int, *attempts: str, boot: str = "this-start") -> None:
    """A journal as a sender leaves it that was killed."""
    written = CallJournal(file, lambda: boot)
    written.begin(token)
    for attempt in attempts:
        written.write(attempt)
    written.close()


def test_what_was_written_is_evidence_once_the_owner_is_gone(file: Path) -> None:
    left(file, 7, "7-1-1", "7-2-1")
    assert CallJournal(file, here).evidence() == (Evidence(7, ("7-1-1", "7-2-1"), True, True),)


def test_a_living_owner_leaves_no_proof(file: Path) -> None:
    owner = CallJournal(file, here)
    owner.begin(7)
    owner.write("7-1-1")
    assert CallJournal(file, here).evidence() == (Evidence(7, ("7-1-1",), dead=False, complete=False),)
    owner.close()


def test_the_lock_dies_with_the_process_and_what_it_wrote_stays(file: Path) -> None:
    program = (
        "import os, signal, sys; from pathlib import Path; from trd_tui.engine.journal import CallJournal\n"
        "owner = CallJournal(Path(sys.argv[1])); owner.begin(3); owner.write('3-a-1')\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", program, str(file)], check=False)
    assert CallJournal(file).evidence() == (Evidence(3, ("3-a-1",), dead=True, complete=True),)


def test_after_a_restart_of_the_system_nothing_is_proved(file: Path) -> None:
    left(file, 7, "7-1-1", boot="the-start-before")
    (evidence,) = CallJournal(file, here).evidence()
    assert (evidence.dead, evidence.complete) == (True, False)
    (evidence,) = CallJournal(file, lambda: "").evidence()  # there is no way to tell
    assert not evidence.complete


def test_a_line_that_was_not_finished_is_no_call(file: Path) -> None:
    left(file, 7, "7-1-1")
    with file.open("ab") as torn:
        torn.write(b"7-2-")
    (evidence,) = CallJournal(file, here).evidence()
    assert evidence.calls == ("7-1-1",)


@pytest.mark.parametrize("content", [b"", b"\n", b"hello\n7-1-1\n", b"trd-calls x y\n", b"\xff\xfe\n"])
def test_another_file_proves_nothing(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    assert CallJournal(file, here).evidence() == ()
    assert CallJournal(file, here).latest() is None


def test_evidence_outlives_a_successor_that_dies_before_it_has_used_it(file: Path) -> None:
    left(file, 7, "7-1-1")
    second = CallJournal(file, here)
    second.begin(8, second.evidence())
    second.close()
    first_again = Evidence(7, ("7-1-1",), dead=True, complete=True)
    nothing_called = Evidence(8, (), dead=True, complete=True)
    third = CallJournal(file, here)
    assert third.latest() == nothing_called
    assert third.evidence() == (nothing_called, first_again)
    third.begin(9, third.evidence())
    third.write("9-2-1")
    assert CallJournal(file, here).evidence()[1:] == (nothing_called, first_again)
    third.settled()
    third.write("9-3-1")
    third.close()
    assert CallJournal(file, here).evidence() == (Evidence(9, ("9-2-1", "9-3-1"), dead=True, complete=True),)


def test_what_proves_nothing_is_no_proof_later_either(file: Path) -> None:
    left(file, 7, "7-1-1", boot="the-start-before")
    second = CallJournal(file, here)
    second.begin(8, second.evidence())
    second.close()
    assert CallJournal(file, here).evidence()[1] == Evidence(7, ("7-1-1",), dead=True, complete=False)
    living = CallJournal(file, here)
    living.begin(9)
    fourth = CallJournal(file, here)
    fourth.begin(10, fourth.evidence())
    fourth.close()
    assert [term.token for term in CallJournal(file, here).evidence()] == [10]
    living.close()


def test_a_journal_that_grows_keeps_what_is_in_flight_and_the_newest(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "COMPACT_BYTES", 2_000)
    instants = count(REAL)
    owner = CallJournal(file, here, lambda: next(instants))
    owner.begin(7)
    owner.write("7-ffff-1")  # in flight all the time
    for at in range(1_000):
        owner.write(f"7-{at:x}-1")
        owner.landed([f"7-{at:x}-1"])
    assert file.stat().st_size < 3_000
    (evidence,) = CallJournal(file, here).evidence()
    assert {"7-ffff-1", "7-3e7-1"} <= set(evidence.calls)
    assert REAL < evidence.since < next(instants)  # some of the older ones are left out
    assert not evidence.complete  # the new file is the owner's, too
    owner.close()
    (after,) = CallJournal(file, here).evidence()
    assert after.complete


def test_a_journal_that_cannot_be_written_proves_nothing_any_more(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = CallJournal(file, here)
    owner.begin(7)
    owner.write("7-1-1")
    with monkeypatch.context() as full:
        full.setattr(os, "write", lambda _fd, _line: 0)
        owner.write("7-2-1")
    assert CallJournal(file, here).evidence() == ()


def test_a_journal_stands_beside_its_file() -> None:
    assert beside("sqlite:////var/lib/trd.db") == Path("/var/lib/trd.db.calls")
    assert beside("postgresql://host/name") is None


def claimed(world: World, token: int, count: int) -> list[str]:
    """Messages in `sending` under a token; returns their attempts."""
    claim = world.db.write(Claimer().claim, token=token, now=START, real=REAL, slots=count, horizon_ms=1_000)
    return [ready.request.attempt_id for ready in claim.batch]


def acquired(world: World, owner: str, *, latest: int = 0, dead: int | None = None) -> int | None:
    return world.db.write(succession.acquire, owner, "test", REAL, 15_000, latest=latest, dead=dead)


def settled(world: World, token: int, *evidence: Evidence) -> None:
    world.run("UPDATE leases SET token = :token WHERE token < :token", token=token)
    world.db.write(succession.settle, SequenceCache(), token, evidence, START, REAL)
    assert world.db.read(differences) == []


def states(world: World) -> list[tuple[object, ...]]:
    return world.rows("SELECT state, attempts FROM scheduled_messages ORDER BY id")


def test_what_was_not_called_goes_back_and_the_rest_is_unknown(world: World) -> None:
    world.campaign(contacts=3, days=(1,))
    token = acquired(world, "dead")
    assert token is not None
    first, *_others = claimed(world, token, 3)
    settled(world, token + 1, Evidence(token, (first,), dead=True, complete=True))
    assert states(world) == [("unknown", 1), ("scheduled", 0), ("scheduled", 0)]


@pytest.mark.parametrize(
    "evidence",
    [(), (Evidence(1, (), dead=False, complete=False),), (Evidence(9, (), dead=True, complete=True),)],
    ids=["none", "owner may live", "another term"],
)
def test_without_the_whole_proof_everything_may_have_been_called(
    world: World, evidence: tuple[Evidence, ...]
) -> None:
    world.campaign(contacts=2, days=(1,))
    token = acquired(world, "dead")
    assert token == 1
    claimed(world, token, 2)
    settled(world, 10, *evidence)
    assert states(world) == [("unknown", 1), ("unknown", 1)]


def test_what_was_attempted_before_the_journal_begins_is_not_proved(world: World) -> None:
    """A copy of the database shows it in flight; the journal has left it out since it was recorded."""
    world.campaign(contacts=1, days=(1,))
    token = acquired(world, "dead")
    assert token is not None
    claimed(world, token, 1)
    settled(world, token + 1, Evidence(token, (), dead=True, complete=True, since=REAL + 1))
    assert states(world) == [("unknown", 1)]


def test_who_answered_meanwhile_gets_nothing_of_what_went_back(world: World) -> None:
    world.campaign(contacts=1, days=(1,))
    token = acquired(world, "dead")
    assert token is not None
    claimed(world, token, 1)
    world.run("UPDATE enrolments SET status = 'replied', ended_touch = 1, touches_resolved = touches_planned")
    world.run("UPDATE campaigns SET open_count = 0, touches_resolved = touches_planned")
    world.run("UPDATE leases SET token = 2")
    world.db.write(
        succession.settle, SequenceCache(), 2, (Evidence(token, (), dead=True, complete=True),), START, REAL
    )
    assert world.one("SELECT state FROM scheduled_messages") == "cancelled"


def test_the_lease_of_the_dead_is_taken_at_once_and_that_of_the_living_is_not(world: World) -> None:
    token = acquired(world, "first")
    assert token == 1
    assert acquired(world, "second", latest=1) is None
    assert acquired(world, "second", latest=1, dead=1) == 2
    # Proof about an older term says nothing of the present owner.
    assert acquired(world, "third", latest=1, dead=1) is None


def test_a_database_older_than_its_journal_starts_stopped(world: World) -> None:
    assert acquired(world, "first", latest=41) == 42
    state = world.db.read(control.read_control)
    assert state.stopped
    assert "backup or a copy" in (state.reason or "")


def test_calls_that_the_database_has_lost_are_held_and_everything_stops(world: World) -> None:
    world.campaign(contacts=2, days=(1,))
    token = acquired(world, "first")
    assert token is not None
    (row,) = world.rows("SELECT min(id) FROM scheduled_messages")
    lost = attempt_id(token, int(str(row[0])), 1)  # the journal has it, the row was never claimed
    settled(world, token + 1, Evidence(token, (lost,), dead=True, complete=True))
    assert states(world) == [("held", 0), ("scheduled", 0)]
    # It may have been sent, for all that its row knows: it counts for caps, and is let go by name only.
    assert [each.attempts for each in world.db.read(reviews.held, "camp_1", 0, 9)] == [1]
    assert world.rows("SELECT message_id, attempt_id, tried_at FROM outlays") == [(row[0], lost, START)]
    state = world.db.read(control.read_control)
    assert state.stopped
    assert "1 call " in (state.reason or "")


def test_what_two_dead_senders_may_have_called_stays_unknown_and_is_answered_for(world: World) -> None:
    """The second one died before the first one's message was found: it is no proof that it was not called."""
    world.campaign(contacts=1, days=(1,))
    first = acquired(world, "first")
    assert first is not None
    called = claimed(world, first, 1)
    second = acquired(world, "second", latest=first, dead=first)
    assert second is not None
    settled(world, second, Evidence(first, tuple(called), dead=True, complete=True))
    third = acquired(world, "third", latest=second, dead=second)
    assert third is not None
    settled(world, third, Evidence(second, (), dead=True, complete=True))
    assert states(world) == [("unknown", 1)]
    assert world.one("SELECT fencing_token FROM scheduled_messages") == third


def test_what_was_sent_and_recorded_is_not_lost(world: World) -> None:
    world.campaign(contacts=1, days=(1,))
    token = acquired(world, "first")
    assert token is not None
    attempts = claimed(world, token, 1)
    settled(world, token + 1, Evidence(token, tuple(attempts), dead=True, complete=True))
    assert states(world) == [("unknown", 1)]
    assert not world.db.read(control.read_control).stopped


async def test_every_call_is_in_the_journal_before_it_begins(world: World) -> None:
    """The engine itself, with a carrier that reads the journal at each call."""
    from tests.engine.conftest import OPTIONS
    from tests.support.carriers import ListedCarrier
    from trd_tui.carriers.protocol import Outcome, SendRequest
    from trd_tui.clock import VirtualClock
    from trd_tui.engine.scheduler import Engine

    clock = VirtualClock.starting(START, jumps=True)
    carrier = ListedCarrier(clock)
    file = Path(f"{world.file}.calls")
    missing: list[str] = []

    def answer(request: SendRequest, _call: int) -> Outcome | None:
        if request.attempt_id not in file.read_text().split("\n"):
            missing.append(request.attempt_id)
        return None

    carrier.answer = answer
    world.campaign(contacts=20, days=(1, 3))
    engine = Engine(world.url, lambda: carrier, clock, OPTIONS, description="test")
    await engine.run(asyncio.Event(), until_idle=True)
    assert len(carrier.calls) == 40
    assert missing == []
