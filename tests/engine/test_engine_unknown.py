"""A message of which nobody knows whether it was sent is looked for, and never sent blindly again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.engine.conftest import OPTIONS, RunEngine
from tests.support.carriers import ListedCarrier
from tests.support.world import START, World, number
from trd_tui.carriers.protocol import Accepted, Outcome, SendRequest, Unknown
from trd_tui.clock import VirtualClock
from trd_tui.engine.claiming import Claimer
from trd_tui.engine.journal import CallJournal, beside
from trd_tui.engine.ready import Done, NotSent, Unclear
from trd_tui.engine.reconciling import Reconciler
from trd_tui.engine.recording import record_batch
from trd_tui.store import lease
from trd_tui.store.recover import InFlightRow
from trd_tui.store.verify import differences

FAST = replace(OPTIONS, carrier_timeout_s=0.2, reconcile_over_s=0.3, reconcile_looks=3)


def lost(to: str, *, accepted: ListedCarrier | None) -> object:
    """The answer to the first call to a number is lost; with ``accepted`` that carrier has taken it."""
    seen: list[str] = []

    def answer(request: SendRequest, _call: int) -> Outcome | None:
        if request.to != to or request.attempt_id in seen or len(seen) >= 1:
            return None
        seen.append(request.attempt_id)
        if accepted is not None:
            accepted.lists("SMlost", request)
        return Unknown("no answer")

    return answer


def unknown_row(request: SendRequest, *, attempted_at: int) -> InFlightRow:
    """A row whose attempt is of a real instant."""
    return InFlightRow(
        id=1, workspace_id=1, campaign_id="c", enrolment_id=1, contact_id=1, touch=1, attempts=1,
        attempt_id=request.attempt_id, fencing_token=7, attempted_at=attempted_at, sender=request.sender,
        recipient=request.to, body=request.body, segments=1, cost_micros=0, looks=0, enrolled_on=738_000,
        shift_days=0, zone="UTC",
    )  # fmt: skip


async def test_lost_answer_of_an_accepted_message_is_adopted(
    world: World, carrier: ListedCarrier, run_engine: RunEngine
) -> None:
    carrier.answer = lost(number(0), accepted=carrier)  # type: ignore[assignment]
    world.campaign(contacts=2, days=(1,))
    await run_engine(carrier, options=FAST)
    assert len(carrier.calls) == 2
    rows = world.rows("SELECT sid, state FROM scheduled_messages WHERE recipient = :to", to=number(0))
    assert rows == [("SMlost", "sent")]
    assert world.rows("SELECT sent_count, in_flight_count, reserved_micros, status FROM campaigns") == [
        (2, 0, 0, "completed")
    ]


async def test_message_that_is_not_listed_is_held_by_default(
    world: World, carrier: ListedCarrier, run_engine: RunEngine
) -> None:
    carrier.answer = lost(number(0), accepted=None)  # type: ignore[assignment]
    world.campaign(contacts=1, days=(1,))
    await run_engine(carrier, options=FAST)
    assert len(carrier.calls) == 1
    state, reason = world.rows("SELECT state, reason FROM scheduled_messages")[0]
    assert state == "held"
    assert "does not list" in str(reason)
    assert world.one("SELECT held_count FROM campaigns") == 1


async def test_message_that_is_not_listed_is_sent_once_more_with_the_policy_retry(
    world: World, carrier: ListedCarrier, run_engine: RunEngine
) -> None:
    carrier.answer = lost(number(0), accepted=None)  # type: ignore[assignment]
    world.campaign(contacts=1, days=(1,))
    await run_engine(carrier, options=replace(FAST, unknown_policy="retry"))
    assert len(carrier.calls) == 2
    assert len(carrier.listed) == 1
    assert world.one("SELECT status FROM campaigns") == "completed"


async def test_several_matches_are_put_before_a_person_with_the_evidence(
    world: World, carrier: ListedCarrier, run_engine: RunEngine
) -> None:
    def answer(request: SendRequest, _call: int) -> Outcome | None:
        carrier.lists("SMone", request)
        carrier.lists("SMtwo", request)
        return Unknown("no answer")

    carrier.answer = answer
    world.campaign(contacts=1, days=(1,))
    await run_engine(carrier, options=FAST)
    state, reason = world.rows("SELECT state, reason FROM scheduled_messages")[0]
    assert state == "held"
    assert "SMone" in str(reason)
    assert "SMtwo" in str(reason)


async def test_one_listed_message_is_not_adopted_for_two_that_read_alike(
    world: World, carrier: ListedCarrier, run_engine: RunEngine
) -> None:
    """Two campaigns have the same text for the same contact, and the carrier has taken but one of them."""
    seen: list[str] = []

    def answer(request: SendRequest, _call: int) -> Outcome | None:
        if not seen:
            carrier.lists("SMlost", request)
        seen.append(request.attempt_id)
        return Unknown("no answer")

    carrier.answer = answer
    world.campaign("camp_1", contacts=1, days=(1,))
    world.campaign("camp_2", contacts=1, days=(1,))
    await run_engine(carrier, options=FAST)
    assert len(set(seen)) == 2
    assert len({request.body for request in carrier.calls}) == 1
    found = world.rows("SELECT state, sid FROM scheduled_messages ORDER BY state")
    assert found == [("held", None), ("sent", "SMlost")]


async def test_what_was_reported_of_a_lost_message_before_it_was_found_is_not_lost(
    world: World, carrier: ListedCarrier, run_engine: RunEngine
) -> None:
    """The carrier tells once that it was delivered, to a poll that knows no such message."""

    def answer(request: SendRequest, _call: int) -> Outcome | None:
        carrier.lists("SMlost", request, status="delivered")
        return Unknown("no answer")

    carrier.answer = answer
    world.campaign(contacts=1, days=(1,))
    await run_engine(carrier, options=FAST)
    assert world.rows("SELECT sid, state FROM scheduled_messages") == [("SMlost", "delivered")]
    assert world.one("SELECT delivered_count FROM campaigns") == 1


async def test_a_message_that_the_list_shows_twice_is_one(
    world: World, carrier: ListedCarrier, run_engine: RunEngine
) -> None:
    def answer(request: SendRequest, _call: int) -> Outcome | None:
        carrier.lists("SMone", request)
        carrier.lists("SMone", request)
        return Unknown("no answer")

    carrier.answer = answer
    world.campaign(contacts=1, days=(1,))
    await run_engine(carrier, options=FAST)
    assert world.rows("SELECT sid, state FROM scheduled_messages") == [("SMone", "sent")]


async def test_one_failed_look_for_an_attempt_of_long_ago_is_not_the_last(
    world: World, carrier: ListedCarrier, clock: VirtualClock
) -> None:
    """The host was down for an hour; the first list after that fails."""
    reconciler = Reconciler(carrier, FAST, 7)
    request = SendRequest("7-1", "+15005550006", number(0), "Hi")
    row = unknown_row(request, attempted_at=clock.real() - 3_600_000)

    async def transact(_statement: object) -> dict[str, str]:
        return {}

    carrier.list_error = "HTTP 503"
    real = clock.real()
    assert await reconciler.look(row, transact, real) is None
    for _ in range(FAST.reconcile_looks - 1):
        assert await reconciler.look(row, transact, real + 601) is None
    late = await reconciler.look(row, transact, real + 601)
    assert late is not None
    assert "could not be read" in str(late.outcome)
    carrier.list_error = None
    carrier.lists("SMdead", request)
    found = await reconciler.look(row, transact, real + 602)
    assert found is not None
    assert found.outcome == Accepted("SMdead")


@pytest.mark.parametrize("dead", [True, False], ids=["known to be dead", "may be alive"])
async def test_what_an_earlier_owner_left_in_flight_is_reconciled_first(
    world: World, carrier: ListedCarrier, clock: VirtualClock, run_engine: RunEngine, dead: bool
) -> None:
    """Not listed: called again under the policy `retry`, unless who called it may still be at it."""
    world.campaign(contacts=2, days=(1,))
    journal = CallJournal(beside(world.url))
    journal.begin(7)
    for row in world.rows("SELECT id FROM scheduled_messages"):
        journal.write(f"7-{row[0]:x}-1")
    if dead:
        journal.close()
    real = clock.real() - 1_000
    world.run("INSERT INTO leases (name, token, expires_at) VALUES ('scheduler', 7, 0)")
    world.run(
        "UPDATE scheduled_messages SET state = 'sending', attempts = 1, attempt_id = '7-' || id || '-1',"
        " fencing_token = 7, attempted_at = :real, sender = '+15005550006', body = 'Hi Ann, touch 1.',"
        " recipient = (SELECT number FROM contacts WHERE id = contact_id)",
        real=real,
    )
    world.run("UPDATE campaigns SET waiting_count = 0, in_flight_count = 2, next_due_at = NULL")
    world.run("UPDATE totals SET waiting_count = 0 WHERE status = 'active'")
    carrier.lists("SMdead", SendRequest("7-1-1", "+15005550006", number(0), "Hi Ann, touch 1."))
    await run_engine(carrier, options=replace(FAST, unknown_policy="retry"))
    journal.close()
    assert [call.to for call in carrier.calls] == ([number(1)] if dead else [])
    states = [row[0] for row in world.rows("SELECT state FROM scheduled_messages ORDER BY id")]
    assert states == ["sent", "sent" if dead else "held"]
    assert world.rows("SELECT sid FROM scheduled_messages WHERE recipient = :to", to=number(0)) == [
        ("SMdead",)
    ]


async def test_a_result_for_a_row_that_left_our_hands_changes_nothing(
    world: World, carrier: ListedCarrier, clock: VirtualClock, run_engine: RunEngine
) -> None:
    world.campaign(contacts=1, days=(1,))
    token = world.db.write(lease.acquire, "one", "test", clock.real(), 60_000)
    assert token is not None
    claimer = Claimer()
    claim = world.db.write(
        claimer.claim, token=token, now=START, real=clock.real(), slots=1, horizon_ms=1_000
    )
    world.run("UPDATE scheduled_messages SET attempt_id = 'another'")
    before = world.rows("SELECT * FROM scheduled_messages"), world.rows("SELECT * FROM campaigns")
    done = Done(claim.batch[0], Accepted("SMlate"))
    recorded = world.db.write(record_batch, claimer.sequences, [done], START, clock.real())
    assert recorded.accepted == 0
    assert (world.rows("SELECT * FROM scheduled_messages"), world.rows("SELECT * FROM campaigns")) == before


@pytest.mark.parametrize("backend", ["sqlite_url", "postgres_url"])
@pytest.mark.parametrize(
    ("found", "state"),
    [
        ((NotSent("first look", retry=False), NotSent("second look", retry=False)), "held"),
        ((NotSent("not listed yet", retry=True), Accepted("SMfound")), "sent"),
        ((Accepted("SMfound"), Accepted("SMfound")), "sent"),
        ((Accepted("SMfound"), Unknown("no answer")), "sent"),
        ((Unknown("no answer"), Unclear("several")), "held"),
    ],
)
def test_a_message_that_was_looked_for_twice_is_counted_once(
    tmp_path: Path,
    request: pytest.FixtureRequest,
    backend: str,
    found: tuple[Outcome | NotSent | Unclear, ...],
    state: str,
) -> None:
    """A slow database: the second look ended before what the first had found was recorded."""
    world = World(tmp_path, url=request.getfixturevalue(backend))
    world.campaign(contacts=1, days=(1, 3))
    claimer = Claimer()
    token = world.db.write(lease.acquire, "one", "test", START, 60_000)
    assert token is not None
    claim = world.db.write(claimer.claim, token=token, now=START, real=START, slots=1, horizon_ms=1_000)
    one = claim.batch[0]
    world.db.write(record_batch, claimer.sequences, [Done(one, outcome) for outcome in found], START, START)
    assert world.one("SELECT state FROM scheduled_messages WHERE id = :id", id=one.message_id) == state
    assert world.db.read(differences) == []
    world.close()
