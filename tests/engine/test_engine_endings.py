"""What an answer ends and where it counts: one campaign or all, once, credited to the touch it answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.engine.conftest import OPTIONS, RunEngine
from tests.support.carriers import ListedCarrier
from tests.support.sending import send_due
from tests.support.world import SENDER, START, World, number
from trd_tui.carriers.protocol import CarrierMessage
from trd_tui.domain.endings import EVERYTHING, Endings
from trd_tui.engine.receiving import receive_batch
from trd_tui.settings import load_settings
from trd_tui.store.verify import differences
from trd_tui.wiring import engine_options

DAY = 86_400_000
OTHER = "+15005550007"
ANN, BOB = number(0), number(1)
Says = Callable[..., None]


@pytest.fixture
def texted(tmp_path: Path, database_url: str) -> Iterator[World]:
    """Ann and Bob are in camp_1; Ann is in camp_2 of another sender, texted a minute later, too."""
    made = World(tmp_path, url=database_url)
    made.campaign("camp_1", contacts=2)
    made.campaign("camp_2", contacts=1, sender=OTHER, start=START + 60_000, days=(1, 4))
    assert sorted(send_due(made, START)) == [ANN, BOB]
    assert send_due(made, START + 60_000) == [ANN]
    yield made
    assert made.db.read(differences, START) == []
    made.close()


@pytest.fixture
def says(texted: World) -> Says:
    """Ann texts a sender of ours."""
    count = iter(range(1_000))

    def text(body: str, to: str = SENDER, endings: Endings = EVERYTHING, sid: str | None = None) -> None:
        at = START + 2 * DAY + 120_000 + next(count)
        sid = sid or f"SMin{at}"
        message = CarrierMessage(sid, True, ANN, to, body, "received", None, at, at)
        texted.db.write(receive_batch, [message], at, at, endings)

    return text


def standing(world: World, contact: str = ANN) -> list[tuple[object, ...]]:
    """Of each campaign: the enrolment, what is kept as answered there, and whether a touch waits."""
    return world.rows(
        "SELECT e.campaign_id, e.status, e.replied_at IS NOT NULL, e.opted_out_at IS NOT NULL,"
        " (SELECT count(*) FROM scheduled_messages m WHERE m.enrolment_id = e.id AND m.state = 'scheduled')"
        " FROM enrolments e JOIN contacts c ON c.id = e.contact_id WHERE c.number = :n ORDER BY 1",
        n=contact,
    )


def counted(world: World) -> list[tuple[object, ...]]:
    return world.rows("SELECT id, replied_count, opted_out_count FROM campaigns ORDER BY id")


def suppressed(world: World) -> list[object]:
    return [number for (number,) in world.rows("SELECT number FROM suppressions")]


def test_a_reply_ends_all_and_counts_where_it_answers(texted: World, says: Says) -> None:
    says("Who is this?")
    assert standing(texted) == [("camp_1", "replied", True, False, 0), ("camp_2", "replied", False, False, 0)]
    assert counted(texted) == [("camp_1", 1, 0), ("camp_2", 0, 0)]
    assert standing(texted, BOB) == [("camp_1", "active", False, False, 1)]


def test_narrowed_it_ends_the_answered_campaign_only(texted: World, says: Says) -> None:
    says("Who is this?", endings=Endings(reply="campaign"))
    assert standing(texted) == [("camp_1", "replied", True, False, 0), ("camp_2", "active", False, False, 1)]
    assert counted(texted) == [("camp_1", 1, 0), ("camp_2", 0, 0)]
    assert ANN in send_due(texted, START + 5 * DAY)


def test_a_reply_is_credited_to_the_latest_touch_of_its_number_pair(texted: World, says: Says) -> None:
    assert ANN in send_due(texted, START + 2 * DAY)  # touch 2 of camp_1, and not yet of camp_2
    says("Yes?", to=SENDER)
    says("And you?", to=OTHER)
    says("Hello, whoever", to="+15005550009")
    assert texted.rows(
        "SELECT r.campaign_id, m.touch, r.recipient FROM replies r"
        " JOIN scheduled_messages m ON m.id = r.message_id ORDER BY r.id"
    ) == [("camp_1", 2, SENDER), ("camp_2", 1, OTHER), ("camp_1", 2, "+15005550009")]
    assert texted.rows("SELECT campaign_id, position, replied_count FROM touches WHERE replied_count > 0"
                       " ORDER BY 1") == [("camp_1", 2, 1), ("camp_2", 1, 1)]  # fmt: skip


def test_it_is_counted_once_per_contact_and_campaign_and_kept_always(texted: World, says: Says) -> None:
    says("Who is this?")
    says("Hello?")
    says("Hello?", sid="SMtwice")
    says("Hello?", sid="SMtwice")
    says("Again", to=OTHER)
    assert counted(texted) == [("camp_1", 1, 0), ("camp_2", 1, 0)]
    assert texted.one("SELECT count(*) FROM replies") == 4


def test_a_reply_of_nobody_known_is_kept(texted: World) -> None:
    at = START + DAY
    message = CarrierMessage("SMx", True, "+12125559999", SENDER, "Hi", "received", None, at, at)
    texted.db.write(receive_batch, [message], at, at)
    assert texted.rows("SELECT sender, kind, contact_id, campaign_id FROM replies") == [
        ("+12125559999", "reply", None, None)
    ]


def test_a_machine_counts_nowhere_and_the_sequence_goes_on(texted: World, says: Says) -> None:
    says("I'm driving with Do Not Disturb turned on. I'll see your message when I get where I'm going.")
    assert counted(texted) == [("camp_1", 0, 0), ("camp_2", 0, 0)]
    assert ANN in send_due(texted, START + 2 * DAY)


def test_an_opt_out_ends_all_and_suppresses(texted: World, says: Says) -> None:
    says("please stop texting me")
    assert [row[1] for row in standing(texted)] == ["opted_out", "opted_out"]
    assert counted(texted) == [("camp_1", 0, 1), ("camp_2", 0, 0)]
    assert suppressed(texted) == [ANN]


def test_narrowed_an_opt_out_in_own_words_ends_one(texted: World, says: Says) -> None:
    says("please stop texting me", endings=Endings(opt_out="campaign"))
    assert standing(texted) == [
        ("camp_1", "opted_out", False, True, 0),
        ("camp_2", "active", False, False, 1),
    ]
    assert counted(texted) == [("camp_1", 0, 1), ("camp_2", 0, 0)]
    assert suppressed(texted) == []
    assert ANN in send_due(texted, START + 5 * DAY)


@pytest.mark.parametrize("body", ["STOP", "unsubscribe", "Quit."])
def test_a_word_of_the_carrier_always_ends_all_and_suppresses(texted: World, says: Says, body: str) -> None:
    says(body, endings=Endings(opt_out="campaign"))
    assert [row[1] for row in standing(texted)] == ["opted_out", "opted_out"]
    assert suppressed(texted) == [ANN]


def test_an_opt_out_that_answers_nothing_is_never_narrowed(texted: World) -> None:
    at = START + DAY
    message = CarrierMessage("SMx", True, "+12125559999", SENDER, "stop texting me", "received", None, at, at)
    texted.db.write(receive_batch, [message], at, at, Endings(opt_out="campaign"))
    assert suppressed(texted) == ["+12125559999"]


def test_the_settings_reach_the_engine(tmp_path: Path) -> None:
    none = tmp_path / "none.toml"
    given = {"TRD_REPLY_ENDS": "campaign", "TRD_OPT_OUT_ENDS": "Campaign"}
    settings = load_settings(given, system_file=none, user_file=none)
    assert engine_options(settings).endings == Endings("campaign", "campaign")
    assert engine_options(load_settings({}, system_file=none, user_file=none)).endings == EVERYTHING


async def test_a_running_engine_keeps_to_them(
    world: World, carrier: ListedCarrier, run_engine: RunEngine
) -> None:
    world.campaign("camp_1", days=(1, 3))
    world.campaign("camp_2", days=(1, 3), sender=OTHER)
    carrier.before_answer = lambda request: (
        carrier.replies(ANN, "Who is this?", to=SENDER, sid="SMin") if request.sender == SENDER else None
    )
    await run_engine(carrier, options=replace(OPTIONS, endings=Endings(reply="campaign")))
    assert Counter(call.sender for call in carrier.calls) == {SENDER: 1, OTHER: 2}
