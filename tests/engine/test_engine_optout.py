"""What contacts say and what becomes of it: STOP, perhaps, a machine, HELP; on both databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.engine.conftest import RunEngine
from tests.support.carriers import ListedCarrier
from tests.support.world import SENDER, START, World, number
from trd_tui.carriers.protocol import CarrierMessage
from trd_tui.domain.frequency import Caps
from trd_tui.engine.claiming import Claimer
from trd_tui.engine.receiving import receive_batch
from trd_tui.store import lease, suppressions
from trd_tui.store.lookout import Lookout
from trd_tui.store.verify import differences

DAY = 86_400_000
Says = Callable[..., None]


@pytest.fixture
def both(tmp_path: Path, database_url: str) -> Iterator[World]:
    """Two campaigns that share their first contact; both touches of the first are answered from here on."""
    made = World(tmp_path, url=database_url)
    made.campaign("camp_1", contacts=2)
    made.campaign("camp_2", contacts=1)
    yield made
    assert made.db.read(differences, START) == []
    made.close()


@pytest.fixture
def says(both: World) -> Says:
    """A text of the first contact, or of another number."""
    count = iter(range(1_000))

    def text(body: str, sender: str = number(0), at: int = START) -> None:
        sid = f"SM{next(count)}"
        message = CarrierMessage(sid, True, sender, SENDER, body, "received", None, at, at)
        both.db.write(receive_batch, [message], at, at)

    return text


def states(world: World) -> list[tuple[object, ...]]:
    return world.rows(
        "SELECT m.campaign_id, c.number, m.state, e.status FROM scheduled_messages m"
        " JOIN enrolments e ON e.id = m.enrolment_id JOIN contacts c ON c.id = e.contact_id ORDER BY 1, 2"
    )


def fence(world: World) -> object:
    return world.one("SELECT fence FROM control")


def kinds(world: World) -> list[object]:
    return [kind for (kind,) in world.rows("SELECT kind FROM replies ORDER BY id")]


FREE_OF_IT = ("camp_1", number(1), "scheduled", "active")


def test_a_certain_opt_out_in_free_text_suppresses_and_ends_everything(both: World, says: Says) -> None:
    before = fence(both)
    says("Please stop texting me, I sold it")
    assert states(both) == [
        ("camp_1", number(0), "cancelled", "opted_out"),
        FREE_OF_IT,
        ("camp_2", number(0), "cancelled", "opted_out"),
    ]
    assert both.rows("SELECT number, reason, source FROM suppressions") == [
        (number(0), "opted out by text", "reply")
    ]
    assert fence(both) != before
    assert kinds(both) == ["opt_out"]


def test_who_is_no_contact_yet_is_suppressed_too(both: World, says: Says) -> None:
    says("STOP", "+12125559999")
    says("STOP", "24273")
    assert both.rows("SELECT number FROM suppressions") == [("+12125559999",)]


def test_what_may_be_an_opt_out_holds_everything_and_is_kept(both: World, says: Says) -> None:
    before = fence(both)
    says("stop by   tomorrow")
    assert states(both) == [
        ("camp_1", number(0), "held", "held"),
        FREE_OF_IT,
        ("camp_2", number(0), "held", "held"),
    ]
    assert {
        reason for (reason,) in both.rows("SELECT reason FROM scheduled_messages WHERE state = 'held'")
    } == {"perhaps an opt-out: stop by tomorrow"}
    assert both.rows(
        "SELECT waiting_count, held_count, replied_count, opted_out_count FROM campaigns ORDER BY id"
    ) == [
        (1, 1, 0, 0),
        (0, 1, 0, 0),
    ]
    assert both.rows("SELECT next_due_at IS NULL FROM campaigns ORDER BY id") == [(False,), (True,)]
    assert both.rows("SELECT kind, body, unread FROM replies") == [("unclear", "stop by   tomorrow", 1)]
    assert fence(both) != before
    assert both.one("SELECT count(*) FROM suppressions") == 0


def test_a_second_doubt_changes_nothing_and_a_stop_after_it_ends_all(both: World, says: Says) -> None:
    says("wrong number")
    says("is this a scam?")
    assert (
        both.one("SELECT doubt FROM contacts WHERE number = :n", n=number(0))
        == "perhaps an opt-out: wrong number"
    )
    says("STOP")
    assert [row[2:] for row in states(both) if row[1] == number(0)] == [("cancelled", "opted_out")] * 2
    assert both.one("SELECT sum(held_count) FROM campaigns") == 0


def test_an_answer_after_a_doubt_ends_all_as_replied(both: World, says: Says) -> None:
    says("wrong number")
    says("who is this?")
    assert [row[2:] for row in states(both) if row[1] == number(0)] == [("cancelled", "replied")] * 2


def test_what_was_held_before_says_so_too(both: World, says: Says) -> None:
    both.run("UPDATE scheduled_messages SET state = 'held', reason = 'late' WHERE campaign_id = 'camp_2'")
    both.run("UPDATE enrolments SET status = 'held' WHERE campaign_id = 'camp_2'")
    both.run("UPDATE campaigns SET waiting_count = 0, held_count = 1, next_due_at = NULL WHERE id = 'camp_2'")
    both.run("UPDATE totals SET waiting_count = waiting_count - 1 WHERE status = 'active'")
    says("stop by tomorrow")
    assert both.one("SELECT reason FROM scheduled_messages WHERE campaign_id = 'camp_2'") == (
        "late; perhaps an opt-out: stop by tomorrow"
    )


def claim(world: World, at: int = START) -> list[str]:
    """The numbers that a sender takes."""
    token = world.db.write(lease.acquire, "us", "test", at, 60_000)
    assert token is not None
    claimed = world.db.write(
        Claimer(caps=Caps(0, 0)).claim, token=token, now=at, real=at, slots=100, horizon_ms=1_000
    )
    return [ready.request.to for ready in claimed.batch]


def test_who_joins_while_in_doubt_is_held_at_the_claim(both: World, says: Says) -> None:
    says("wrong number")
    both.campaign("camp_3", contacts=1)
    assert number(0) not in claim(both)
    assert both.rows(
        "SELECT m.state, m.reason, e.status FROM scheduled_messages m"
        " JOIN enrolments e ON e.id = m.enrolment_id"
        " WHERE m.campaign_id = 'camp_3'"
    ) == [("held", "perhaps an opt-out: wrong number", "held")]


def test_what_is_about_to_be_called_is_refused(both: World, says: Says) -> None:
    assert claim(both).count(number(0)) == 2
    says("wrong number")
    lookout = Lookout(both.url)
    refused = lookout.refused(START)
    lookout.close()
    assert list(refused.values()) == ["the contact may have opted out"] * 2


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (
            "I'm driving with Do Not Disturb turned on. I'll see your message when I get where I'm going.",
            "auto",
        ),
        ("HELP", "help"),
        ("Info?", "help"),
    ],
)
def test_a_machine_and_a_call_for_help_leave_the_sequence_alone(
    both: World, says: Says, body: str, kind: str
) -> None:
    before = states(both)
    says(body)
    assert states(both) == before
    assert kinds(both) == [kind]
    assert both.one("SELECT sum(replied_count) FROM campaigns") == 0


@pytest.mark.parametrize("source", ["reply", "carrier", "operator", "import"])
def test_start_lifts_only_what_the_contact_or_the_carrier_has_suppressed(
    both: World, says: Says, source: str
) -> None:
    both.db.write(suppressions.suppress, [number(0)], "why", source, START)
    says("START")
    left = [] if source in ("reply", "carrier") else [(number(0),)]
    assert both.rows("SELECT number FROM suppressions") == left
    assert kinds(both) == ["opt_in" if not left else "reply"]


def test_a_yes_of_somebody_who_never_opted_out_is_an_answer(both: World, says: Says) -> None:
    says("Yes")
    assert kinds(both) == ["reply"]
    assert [row[3] for row in states(both)] == ["replied", "active", "replied"]


async def test_after_a_doubt_nothing_more_goes_until_a_person_lets_it(
    world: World, carrier: ListedCarrier, run_engine: RunEngine
) -> None:
    world.campaign(contacts=2)
    carrier.before_answer = lambda request: (
        carrier.replies(number(0), "Can you stop by tomorrow?", sid="SMdoubt")
        if request.to == number(0) and not carrier.news
        else None
    )
    await run_engine(carrier)
    assert Counter(call.to for call in carrier.calls) == {number(0): 1, number(1): 3}
    assert world.rows("SELECT touch, state FROM scheduled_messages WHERE contact_id = 1 ORDER BY touch") == [
        (1, "sent"),
        (2, "held"),
    ]
    assert world.one("SELECT status FROM campaigns") == "active"


async def test_a_machine_s_answer_does_not_end_the_sequence(
    world: World, carrier: ListedCarrier, run_engine: RunEngine
) -> None:
    world.campaign(contacts=1)
    carrier.before_answer = lambda request: carrier.replies(
        request.to, "Auto-reply: I am out of the office until Monday.", sid=f"SMauto{len(carrier.calls)}"
    )
    await run_engine(carrier)
    assert len(carrier.calls) == 3
    assert world.rows("SELECT DISTINCT kind FROM replies") == [("auto",)]
    assert world.rows("SELECT replied_count, status FROM campaigns") == [(0, "completed")]
