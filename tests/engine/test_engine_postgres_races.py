"""Two transactions at once on PostgreSQL: what SQLite's single writer rules out, locks must rule out here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from tests.support.world import SENDER, START, World, number
from trd_tui.carriers.protocol import Accepted, CarrierMessage, Unknown
from trd_tui.domain.message import EnrolmentStatus
from trd_tui.engine.adopting import record_named
from trd_tui.engine.claiming import Claimer
from trd_tui.engine.ready import Done, NotSent, Ready
from trd_tui.engine.receiving import receive_batch
from trd_tui.engine.recording import record_batch
from trd_tui.store import attempts, by_hand, control, counters, exits, lease
from trd_tui.store.by_hand import Cost, OverBudgetError
from trd_tui.store.counters import CampaignDelta
from trd_tui.store.database import SyncDatabase
from trd_tui.store.purses import BudgetTakenError
from trd_tui.store.sequences import SequenceCache
from trd_tui.store.verify import differences

FAR = 2**50
_WAITING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)
_SENDING = text("SELECT count(*) FROM scheduled_messages WHERE state = 'sending'")

Act = Callable[[Connection], object]


@pytest.fixture
def world(tmp_path: Path, postgres_url: str) -> Iterator[World]:
    made = World(tmp_path, url=postgres_url)
    made.campaign(contacts=2, days=(1, 3))
    made.db.write(lease.acquire, "us", "test", 1, FAR)
    made.db.write(
        claim, 0
    )  # the very first claim leaves a sign of life in the control row; later ones do not
    yield made
    assert made.db.read(differences) == []
    made.close()


def claim(connection: Connection, now: int = START) -> list[Ready]:
    return Claimer().claim(connection, token=1, now=now, real=1, slots=10, horizon_ms=1_000).batch


def reply(connection: Connection) -> None:
    """The first contact answers, in another process."""
    deltas: dict[str, CampaignDelta] = {}
    exits.end_contact(connection, 1, EnrolmentStatus.REPLIED, "replied", START, deltas)
    counters.apply(connection, deltas, START)
    control.bump_fence(connection)


def recording(batch: list[Ready]) -> Act:
    done = [Done(ready, Accepted(f"SM{ready.message_id}")) for ready in batch]
    return lambda connection: record_batch(connection, SequenceCache(), done, START, 1)


def beside(world: World, first: Act, second: Act) -> None:
    """Commit ``first`` only when ``second``, in a transaction of its own, waits for it or has been done."""
    other, watcher = SyncDatabase(world.url), SyncDatabase(world.url)
    with ThreadPoolExecutor(1) as thread:
        with world.db.engine.begin() as connection:
            first(connection)
            running: Future[object] = thread.submit(other.write, second)
            while not running.done() and not watcher.read(lambda c: c.execute(_WAITING).scalar_one()):
                pass
        running.result(timeout=30)
    other.close()
    watcher.close()


def test_a_reply_beside_a_claim_counts_the_message_once(world: World) -> None:
    beside(world, claim, reply)
    assert world.rows("SELECT state FROM scheduled_messages ORDER BY id") == [("sending",), ("sending",)]
    assert world.one("SELECT waiting_count FROM campaigns") == 0


def test_a_claim_leaves_what_a_reply_is_at(world: World) -> None:
    claimed: list[int] = []
    beside(world, reply, lambda connection: claimed.extend(ready.contact_id for ready in claim(connection)))
    assert claimed == [2]


def test_two_that_know_one_result_record_it_once(world: World) -> None:
    """The old owner has the carrier's answer, its successor has found the message in the carrier's list."""
    batch = world.db.write(claim)
    beside(world, recording(batch), recording(batch))
    assert world.one("SELECT sent_count FROM campaigns") == 2


def test_a_reply_beside_a_record_leaves_nothing_waiting(world: World) -> None:
    beside(world, recording(world.db.write(claim)), reply)
    assert world.rows("SELECT contact_id FROM scheduled_messages WHERE state = 'scheduled'") == [(2,)]


def test_a_record_beside_a_reply_does_not_go_on_with_who_has_answered(world: World) -> None:
    beside(world, reply, recording(world.db.write(claim)))
    assert world.rows("SELECT contact_id FROM scheduled_messages WHERE state = 'scheduled'") == [(2,)]


def test_a_claim_and_a_hand_do_not_both_get_the_last_of_a_budget(world: World) -> None:
    """Both read that one segment is left; whoever writes second sees it gone and takes nothing."""
    world.run("UPDATE campaigns SET budget_micros = 12800")
    refused: list[str] = []

    def ask(connection: Connection) -> None:
        by_hand.reserve(connection, Cost("answer", "camp_1", 1, 12_800), START, daily_budget=None)

    def ask_or_be_refused(connection: Connection) -> None:
        with pytest.raises(OverBudgetError, match="in this very moment"), connection.begin_nested():
            ask(connection)
        refused.append("by hand")

    def claim_or_be_refused(connection: Connection) -> None:
        with pytest.raises(BudgetTakenError, match="same moment"), connection.begin_nested():
            claim(connection)
        refused.append("claim")

    beside(world, claim, ask_or_be_refused)
    world.run("UPDATE campaigns SET budget_micros = 25600")
    beside(world, ask, claim_or_be_refused)
    assert refused == ["by hand", "claim"]


def test_who_takes_the_lease_over_waits_for_the_claim_that_relies_on_it(world: World) -> None:
    seen: list[int] = []

    def take_over(connection: Connection) -> None:
        assert lease.acquire(connection, "them", "test", FAR + 2, FAR) == 2
        seen.append(connection.execute(_SENDING).scalar_one())

    beside(world, claim, take_over)
    assert seen == [2]


def reports(sid: str, body: str, status: str) -> Act:
    """A poll or a webhook tells of a message: outbound without a body, else a text of the first contact."""
    parties = (number(0), SENDER) if body else (SENDER, number(0))
    message = CarrierMessage(sid, bool(body), *parties, body, status, None, START, START)
    return lambda connection: receive_batch(connection, [message], START, START)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("SM1", "", "delivered"), ("SM1", "", "delivered")),
        (("SM1", "", "delivered"), ("SM1", "", "read")),
        (("SM1", "", "undelivered"), ("SM1", "", "failed")),
        (("SMa", "who is this?", "received"), ("SMa", "who is this?", "received")),
        (("SMa", "who is this?", "received"), ("SMb", "hello?", "received")),
        (("SMa", "STOP", "received"), ("SMb", "UNSUBSCRIBE", "received")),
    ],
)
def test_a_poll_and_a_webhook_at_once_count_once(
    world: World, one: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    world.db.write(recording(world.db.write(claim)))
    beside(world, reports(*one), reports(*other))
    counted = "delivered_count + failed_count + replied_count + opted_out_count"
    assert world.one(f"SELECT {counted} FROM campaigns") == 1


def adopting(ready: Ready) -> Act:
    message = CarrierMessage(
        f"SM{ready.message_id}", False, SENDER, ready.request.to, "", "sent", None, START, START
    )
    attempt = ready.request.attempt_id
    return lambda connection: record_named(
        connection, SequenceCache(), message, attempt, now=START, real=START
    )


@pytest.mark.parametrize("first", ["the callback", "the answer"])
def test_a_callback_beside_the_answer_counts_the_message_once(world: World, first: str) -> None:
    batch = world.db.write(claim)
    acts = adopting(batch[0]), recording(batch)
    beside(world, *(acts if first == "the callback" else reversed(acts)))
    assert world.one("SELECT sent_count FROM campaigns") == 2


def test_what_is_taken_back_beside_a_claim_is_not_claimed(world: World) -> None:
    ready = world.db.write(claim)[0]
    for outcome in (Unknown("no answer"), NotSent("not listed", retry=True)):
        done = [Done(ready, outcome)]
        world.db.write(record_batch, SequenceCache(), done, START, 1)
    attempt, to = ready.request.attempt_id, ready.request.to
    beside(world, lambda connection: attempts.take_back(connection, attempt, to, START), claim)
    assert world.one("SELECT state FROM scheduled_messages WHERE id = :id", id=ready.message_id) == "unknown"
