"""The simulated carrier: its ledger, its people, its faults."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from trd_tui.carriers.behaviour import Behaviour, Fault, ScriptedReply, fate_of
from trd_tui.carriers.protocol import (
    Accepted,
    CarrierListError,
    CarrierMessage,
    Rejected,
    SendRequest,
    Unknown,
)
from trd_tui.carriers.simulated import SimulatedCarrier
from trd_tui.carriers.simulated_changes import OVERLAP_ROWS, POLL_ROWS
from trd_tui.carriers.simulated_ledger import SimulatedLedger
from trd_tui.domain.failures import FailureClass

OURS = "+15005550006"
ANNA = "+14155550101"
SERVICE = "MG" + "e" * 32
HOUR = 3_600_000


class HandClock:
    """Time that moves when told to."""

    speed = 1.0
    jumps = True

    def __init__(self) -> None:
        self.campaign = 1_800_000_000_000
        self.wall = 1_700_000_000_000

    def now(self) -> int:
        return self.campaign

    def real(self) -> int:
        return self.wall

    def jump_to(self, instant: int) -> None:
        self.campaign = max(self.campaign, instant)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


def text(to: str = ANNA, body: str = "Hi Anna", sender: str = OURS) -> SendRequest:
    return SendRequest("att-1", sender, to, body)


def opened(tmp_path: Path, clock: HandClock, **behaviour: object) -> SimulatedCarrier:
    return SimulatedCarrier(tmp_path / "ledger.db", clock, Behaviour(**behaviour))  # type: ignore[arg-type]


async def told(carrier: SimulatedCarrier, clock: HandClock) -> list[CarrierMessage]:
    clock.wall += 1_000
    return list(await carrier.changes(clock.wall - 600_000))


async def test_a_status_comes_at_its_campaign_instant(tmp_path: Path, clock: HandClock) -> None:
    carrier = opened(tmp_path, clock, delivery_ms=4_000)
    outcome = await carrier.send(text())
    assert isinstance(outcome, Accepted)
    assert outcome.segments == 1
    at = carrier.next_event_at()
    assert at is not None
    assert clock.now() + 2_000 <= at <= clock.now() + 6_000
    clock.jump_to(at - 1)
    assert await told(carrier, clock) == []
    clock.jump_to(at)
    (receipt,) = await told(carrier, clock)
    assert (receipt.sid, receipt.status, receipt.price_micros) == (outcome.sid, "delivered", 8_300)
    assert receipt.updated_at == clock.wall, "dates in a report are real"
    assert carrier.next_event_at() is None
    await carrier.close()


async def test_same_seed_same_fate(tmp_path: Path, clock: HandClock) -> None:
    rates = {
        "reject_rate": 0.1,
        "fail_rate": 0.1,
        "undelivered_rate": 0.1,
        "reply_rate": 0.2,
        "opt_out_rate": 0.1,
    }
    behaviour = Behaviour(seed=7, **rates)  # type: ignore[arg-type]
    fates = [fate_of(behaviour, f"+1415555{number:04d}", "Hi") for number in range(4_000)]
    assert fates == [fate_of(behaviour, f"+1415555{number:04d}", "Hi") for number in range(4_000)]
    assert fates != [fate_of(Behaviour(seed=8), f"+1415555{number:04d}", "Hi") for number in range(4_000)]
    statuses = Counter(fate.status for fate in fates)
    assert 0.08 < statuses["failed"] / 4_000 < 0.12
    assert 0.08 < statuses["undelivered"] / 4_000 < 0.12
    assert 0.08 < sum(fate.refused is not None for fate in fates) / 4_000 < 0.12
    answers = [fate.reply for fate in fates if fate.status == "delivered"]
    assert 0.08 < answers.count("STOP") / len(answers) < 0.12
    assert 0.27 < sum(answer is not None for answer in answers) / len(answers) < 0.33
    assert all(fate.reply_ms >= fate.delivery_ms for fate in fates)


@pytest.mark.parametrize(
    ("sender", "to", "code"),
    [
        (OURS, "+15005550001", 21211),
        (OURS, "+15005550002", 21612),
        (OURS, "+15005550003", 21408),
        (OURS, "+15005550004", 21610),
        (OURS, "+15005550009", 21614),
        ("+15005550001", ANNA, 21212),
        ("+15005550007", ANNA, 21606),
        ("+15005550008", ANNA, 21611),
    ],
)
async def test_magic_numbers(tmp_path: Path, clock: HandClock, sender: str, to: str, code: int) -> None:
    carrier = opened(tmp_path, clock)
    outcome = await carrier.send(text(to=to, sender=sender))
    assert isinstance(outcome, Rejected)
    assert outcome.code == code
    assert await carrier.sent_to(to, 0) == []
    await carrier.close()


@pytest.mark.parametrize(("body", "code"), [("", 21602), ("x" * 1601, 21617), ("half \ud83d", 21602)])
async def test_texts_that_no_carrier_takes(tmp_path: Path, clock: HandClock, body: str, code: int) -> None:
    carrier = opened(tmp_path, clock)
    outcome = await carrier.send(text(body=body))
    assert isinstance(outcome, Rejected)
    assert outcome.code == code
    assert isinstance(await carrier.send(text()), Accepted)
    await carrier.close()


async def test_stop_blocks_from_its_instant_on_and_start_lifts_it(tmp_path: Path, clock: HandClock) -> None:
    carrier = opened(tmp_path, clock, replies={ANNA: ScriptedReply(2, "STOP", HOUR)})
    started = clock.now()
    assert isinstance(await carrier.send(text(body="one")), Accepted)
    assert isinstance(await carrier.send(text(body="two")), Accepted)
    clock.jump_to(started + HOUR - 1)
    assert isinstance(await carrier.send(text(body="three")), Accepted)
    clock.jump_to(started + HOUR)
    await carrier.close()
    carrier = opened(tmp_path, clock)
    outcome = await carrier.send(text(body="four"))
    assert isinstance(outcome, Rejected)
    assert (outcome.code, outcome.failure) == (21610, FailureClass.OPTED_OUT)
    answers = [message for message in await told(carrier, clock) if message.inbound]
    assert [(m.sender, m.to, m.body) for m in answers] == [(ANNA, OURS, "STOP")]
    carrier.receive(ANNA, OURS, "Start")
    assert isinstance(await carrier.send(text(body="five")), Accepted)
    await carrier.close()


async def test_an_answer_is_not_seen_before_its_time(tmp_path: Path, clock: HandClock) -> None:
    carrier = opened(tmp_path, clock)
    carrier.receive(ANNA, OURS, "Call me", clock.now() + HOUR)
    assert carrier.next_event_at() == clock.now() + HOUR
    assert await told(carrier, clock) == []
    clock.jump_to(clock.now() + HOUR)
    (answer,) = await told(carrier, clock)
    assert (answer.body, answer.status, answer.inbound) == ("Call me", "received", True)
    assert await carrier.fetch(answer.sid) == answer
    await carrier.close()


async def test_a_service_shows_number_and_service(tmp_path: Path, clock: HandClock) -> None:
    carrier = opened(tmp_path, clock, replies={ANNA: ScriptedReply(1, "Yes", 0)})
    await carrier.send(text(sender=SERVICE))
    (sent,) = await carrier.sent_to(ANNA, 0)
    assert (sent.sender, sent.service) == (OURS, SERVICE)
    clock.jump_to(clock.now() + HOUR)
    assert {(m.inbound, m.service) for m in await told(carrier, clock)} == {(False, SERVICE), (True, SERVICE)}
    await carrier.close()


@pytest.mark.parametrize(
    ("fault", "taken"),
    [
        (Fault.TIMEOUT_AFTER_ACCEPT, 1),
        (Fault.ERROR_AFTER_ACCEPT, 1),
        (Fault.DROP_AFTER_ACCEPT, 1),
        (Fault.TIMEOUT_BEFORE_ACCEPT, 0),
    ],
)
async def test_lost_answers(tmp_path: Path, clock: HandClock, fault: Fault, taken: int) -> None:
    carrier = opened(tmp_path, clock, timeout_ms=1)
    carrier.script(fault, to=ANNA)
    assert isinstance(await carrier.send(text(to="+14155550102")), Accepted)
    assert isinstance(await carrier.send(text()), Unknown)
    assert len(await carrier.sent_to(ANNA, clock.real() - 5_000)) == taken
    report = [message for message in await told(carrier, clock) if message.to == ANNA]
    assert [message.status for message in report] == ["sent"] * taken, (
        "nobody was told of it, so the list tells"
    )
    assert isinstance(await carrier.send(text()), Accepted)
    await carrier.close()


async def test_refusals_on_demand(tmp_path: Path, clock: HandClock) -> None:
    carrier = opened(tmp_path, clock, retry_after_s=3.0)
    for fault in (Fault.THROTTLE, Fault.THROTTLE_BARE, Fault.UNAUTHORISED):
        carrier.script(fault)
    outcomes = [await carrier.send(text()) for _ in range(3)]
    assert [(o.code, o.failure, o.retry_after_s) for o in outcomes if isinstance(o, Rejected)] == [
        (20429, FailureClass.RETRY, 3.0),
        (20429, FailureClass.RETRY, None),
        (20003, FailureClass.CREDENTIALS, None),
    ]
    assert await carrier.sent_to(ANNA, 0) == []
    await carrier.close()


async def test_drawn_faults_pass_when_the_call_is_repeated(tmp_path: Path, clock: HandClock) -> None:
    carrier = opened(tmp_path, clock, faults={Fault.THROTTLE: 0.5})
    outcomes = [await carrier.send(text()) for _ in range(60)]
    assert {type(outcome) for outcome in outcomes} == {Accepted, Rejected}
    await carrier.close()


async def test_each_change_is_told_once_with_a_small_overlap(tmp_path: Path, clock: HandClock) -> None:
    carrier = opened(tmp_path, clock)
    numbers = [f"+1415{number:07d}" for number in range(2 * POLL_ROWS + 500)]
    await asyncio.gather(*(carrier.send(text(to=number)) for number in numbers))
    clock.jump_to(clock.now() + HOUR)
    seen: Counter[str] = Counter()
    sizes = []
    while carrier.next_event_at() is not None:
        report = await told(carrier, clock)
        sizes.append(len(report))
        seen.update(message.to for message in report)
    assert set(seen) == set(numbers)
    assert sizes == [POLL_ROWS, POLL_ROWS + OVERLAP_ROWS, 500 + OVERLAP_ROWS]
    assert await told(carrier, clock) == [], "nothing new, nothing repeated"
    await carrier.close()


async def test_what_a_poll_lost_comes_again(tmp_path: Path, clock: HandClock) -> None:
    carrier = opened(tmp_path, clock)
    for number in range(200):
        await carrier.send(text(to=f"+1415{number:07d}"))
    clock.jump_to(clock.now() + HOUR)
    since = clock.wall - 600_000
    first = await carrier.changes(since)
    assert len(first) == 200
    assert await carrier.changes(since) == first, "the same since: the caller could not keep it"
    await carrier.changes(since + 5_000)
    assert len(await carrier.changes(since)) == 200, "an earlier since starts again from there"
    await carrier.close()


async def test_a_clock_set_back_hides_no_change(tmp_path: Path, clock: HandClock) -> None:
    carrier = opened(tmp_path, clock)
    since = clock.wall - 600_000
    await carrier.send(text(body="one"))
    clock.campaign += HOUR
    assert len(await carrier.changes(since)) == 1
    clock.wall -= 300_000
    await carrier.send(text(body="two"))
    clock.campaign += HOUR
    assert "two" in {message.body for message in await carrier.changes(since + 1)}
    await carrier.close()


async def test_a_restart_tells_all_again_in_as_many_polls_as_it_takes(
    tmp_path: Path, clock: HandClock
) -> None:
    carrier = opened(tmp_path, clock)
    numbers = {f"+1415{number:07d}" for number in range(POLL_ROWS + 500)}
    await asyncio.gather(*(carrier.send(text(to=number)) for number in numbers))
    clock.jump_to(clock.now() + HOUR)
    while carrier.next_event_at() is not None:
        await told(carrier, clock)
    await carrier.close()
    carrier = opened(tmp_path, clock)
    seen: set[str] = set()
    while carrier.next_event_at() is not None:
        seen.update(message.to for message in await told(carrier, clock))
    assert seen == numbers
    await carrier.close()


async def test_a_restart_goes_on_with_what_was_pending(tmp_path: Path, clock: HandClock) -> None:
    carrier = opened(tmp_path, clock, replies={ANNA: ScriptedReply(2, "Yes", HOUR)})
    first = await carrier.send(text())
    assert isinstance(first, Accepted)
    await carrier.close()
    carrier = opened(tmp_path, clock, replies={ANNA: ScriptedReply(2, "Yes", HOUR)})
    second = await carrier.send(text())
    assert isinstance(second, Accepted)
    assert second.sid != first.sid
    assert {m.sid for m in await carrier.sent_to(ANNA, 0)} == {first.sid, second.sid}
    clock.jump_to(clock.now() + 2 * HOUR)
    assert Counter(m.status for m in await told(carrier, clock)) == {"delivered": 2, "received": 1}
    await carrier.close()


_KILLED = """
import asyncio, os, sys
from pathlib import Path
from trd_tui.carriers.behaviour import Behaviour
from trd_tui.carriers.protocol import Accepted, SendRequest
from trd_tui.carriers.simulated import SimulatedCarrier
from trd_tui.clock import SystemClock

async def main():
    carrier = SimulatedCarrier(Path(sys.argv[1]), SystemClock(), Behaviour(latency_ms=float(sys.argv[2])))
    answered = 0
    async def one(number):
        nonlocal answered
        outcome = await carrier.send(SendRequest(f"a{number}", "+15005550006", f"+1415{number:07d}", "Hi"))
        assert isinstance(outcome, Accepted)
        os.write(1, f"+1415{number:07d}\\n".encode())
        answered += 1
        if answered == 400:
            os.kill(os.getpid(), 9)
    await asyncio.gather(*(one(number) for number in range(1000)))

asyncio.run(main())
"""


@pytest.mark.parametrize("latency_ms", [0, 20])
def test_what_was_answered_is_there_after_a_kill(tmp_path: Path, latency_ms: int) -> None:
    ledger = tmp_path / "ledger.db"
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, str(ledger), str(latency_ms)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert killed.returncode == -9, killed.stderr
    answered = set(killed.stdout.split())
    assert len(answered) == 400
    clock = HandClock()
    book = SimulatedLedger(ledger, clock.real)
    assert all(book.count_to(sorted(answered))[number] == 1 for number in answered)
    book.close()


async def test_a_ledger_that_cannot_be_written_makes_it_unknown(tmp_path: Path, clock: HandClock) -> None:
    carrier = opened(tmp_path, clock)
    carrier._ledger._db.execute("PRAGMA query_only=ON")
    assert isinstance(await carrier.send(text()), Unknown)
    with pytest.raises(CarrierListError, match="ledger"):
        await carrier.sent_to(ANNA, 0)
    with pytest.raises(CarrierListError):
        await carrier.changes(0)
    carrier._ledger._db.execute("PRAGMA query_only=OFF")
    assert len(await carrier.sent_to(ANNA, 0)) == 1, "an unknown text may exist, and the list says so"
    await carrier.close()


async def test_a_file_that_is_no_ledger_is_refused_in_a_sentence(tmp_path: Path, clock: HandClock) -> None:
    (tmp_path / "ledger.db").write_bytes(b"this is a letter to my aunt, not a database" * 100)
    with pytest.raises(CarrierListError, match=r"cannot open its ledger .*ledger\.db"):
        opened(tmp_path, clock)


async def test_fetch_and_check(tmp_path: Path, clock: HandClock) -> None:
    carrier = opened(tmp_path, clock)
    outcome = await carrier.send(text())
    assert isinstance(outcome, Accepted)
    found = await carrier.fetch(outcome.sid)
    assert found is not None
    assert found.status == "sent"
    for unknown in ("SM" + "0" * 32, "nonsense", outcome.sid[:5] + "zz" + outcome.sid[7:]):
        assert await carrier.fetch(unknown) is None
    assert "ledger.db" in (await carrier.check()).said
    await carrier.close()


def test_the_simulation_loads_neither_the_sdk_nor_an_http_client() -> None:
    code = (
        "import sys, trd_tui.carriers.protocol, trd_tui.carriers.simulated, trd_tui.carriers.error_codes;"
        "sys.exit(any(name.split('.')[0] in ('twilio', 'aiohttp', 'requests') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], env=dict(os.environ), check=False).returncode == 0


def test_ledgers_written_by_two_processes_at_once_share_no_id(tmp_path: Path, clock: HandClock) -> None:
    async def both() -> None:
        first, second = opened(tmp_path, clock), opened(tmp_path, clock)
        sids = set()
        for carrier in (first, second) * 5:
            outcome = await carrier.send(text())
            assert isinstance(outcome, Accepted)
            sids.add(outcome.sid)
        assert len(sids) == 10
        await first.close()
        await second.close()

    asyncio.run(both())
    with sqlite3.connect(tmp_path / "ledger.db") as db:
        assert db.execute("SELECT count(*) FROM messages").fetchone() == (10,)
    db.close()
