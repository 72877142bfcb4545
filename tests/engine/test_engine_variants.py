"""Variants on the send path: each contact reads the text that was foretold, and every figure is exact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.engine.conftest import OPTIONS, RunEngine
from tests.support.carriers import ListedCarrier
from tests.support.world import START, World, number
from trd_tui.carriers.protocol import Outcome, Rejected, SendRequest, Unknown
from trd_tui.domain.failures import FailureClass
from trd_tui.domain.sequence import Sequence, Touch
from trd_tui.domain.variants import Variant, choose
from trd_tui.engine.claiming import Claimer
from trd_tui.store import lease, variants

FAST = replace(OPTIONS, carrier_timeout_s=0.2, reconcile_over_s=0.3, reconcile_looks=3)
WEIGHTS = [("A", 1), ("B", 1), ("C", 2)]
DAY = 86_400_000


@pytest.fixture(params=["sqlite", "postgresql"])
def world(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    kind = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    made = World(tmp_path, url=request.getfixturevalue(kind))
    yield made
    made.close()


def three(position: int, day: int) -> Touch:
    several = tuple(Variant(name, f"{name}{position} {{{{first_name}}}}", weight) for name, weight in WEIGHTS)
    return Touch(position, day, several[0].body, variants=several)


SEQUENCE = Sequence((three(1, 1), Touch(2, 3, "plain 2"), three(3, 5)))


def foretold(contact: int) -> list[str]:
    return [
        f"{choose('camp_1', 1, contact, WEIGHTS)}1 Ann",
        "plain 2",
        f"{choose('camp_1', 3, contact, WEIGHTS)}3 Ann",
    ]


def figures(world: World, position: int) -> dict[str, tuple[int, ...]]:
    """Sent, delivered, failed, replied and opted out by variant."""
    found = world.db.read(variants.figures, "camp_1")
    names = ("sent_count", "delivered_count", "failed_count", "replied_count", "opted_out_count")
    return {row["name"]: tuple(row[name] for name in names) for row in found if row["touch"] == position}


async def test_each_contact_reads_what_was_foretold_and_all_is_counted(
    world: World, carrier: ListedCarrier, run_engine: RunEngine
) -> None:
    """Some fail, some answer, some opt out: each counts for the variant that they had."""
    world.campaign(contacts=40, sequence=SEQUENCE)
    who: dict[str, int] = dict(world.rows("SELECT number, id FROM contacts"))  # type: ignore[arg-type]
    mine = {at: choose("camp_1", 1, who[number(at)], WEIGHTS) for at in range(40)}
    failing, answering, leaving = 0, 1, 2

    def answer(request: SendRequest, _call: int) -> Outcome | None:
        if request.to == number(failing):
            return Rejected(30003, FailureClass.BAD_NUMBER, "unreachable")
        return None

    def after(request: SendRequest) -> None:
        words = {number(answering): "Yes please", number(leaving): "STOP"}.get(request.to)
        if words and request.to not in {message.sender for message in carrier.news}:
            carrier.replies(request.to, words)
        if request.body.startswith("B1") and request.to != number(failing):
            last = carrier.listed[-1]
            carrier.reports(last.sid, "delivered")

    carrier.answer, carrier.before_answer = answer, after
    await run_engine(carrier)
    read: dict[str, list[str]] = {}
    for call in carrier.calls:
        read.setdefault(call.to, []).append(call.body)
    for at in range(3, 40):
        assert read[number(at)] == foretold(who[number(at)])
    # the row keeps which one it was, and a touch with one text has none
    for contact, touch, variant in world.rows("SELECT contact_id, touch, variant FROM scheduled_messages"):
        assert isinstance(contact, int)
        assert isinstance(touch, int)
        assert variant == (None if touch == 2 else choose("camp_1", touch, contact, WEIGHTS))
    found, wanted = figures(world, 1), Counter(mine.values())
    assert len(wanted) == 3
    for name, count in wanted.items():
        sent = count - (mine[failing] == name)
        assert found[name] == (
            sent,
            sent if name == "B" else 0,
            int(mine[failing] == name),
            int(mine[answering] == name),
            int(mine[leaving] == name),
        )
    assert figures(world, 2) == {}
    assert world.one("SELECT sum(sent_count) FROM touch_variants WHERE touch = 3") == 37


@pytest.mark.parametrize("taken", [True, False])
async def test_a_lost_answer_keeps_the_variant(
    world: World, carrier: ListedCarrier, run_engine: RunEngine, taken: bool
) -> None:
    """What the carrier has is found by its text; what it has not goes again with the same one."""
    world.campaign(contacts=6, sequence=Sequence((three(1, 1),)))
    lost: list[SendRequest] = []

    def answer(request: SendRequest, _call: int) -> Outcome | None:
        if request.to in {each.to for each in lost}:
            return None
        lost.append(request)
        if taken:
            carrier.lists(f"SMlost{len(lost)}", request)
        return Unknown("no answer")

    carrier.answer = answer
    await run_engine(carrier, options=replace(FAST, unknown_policy="retry"))
    bodies = {request.to: request.body for request in lost}
    assert len(bodies) == 6
    assert len(carrier.calls) == (6 if taken else 12)
    assert all(call.body == bodies[call.to] for call in carrier.calls)
    rows = world.rows("SELECT recipient, body, variant, state FROM scheduled_messages")
    assert all((body, state) == (bodies[str(to)], "sent") for to, body, _, state in rows)
    assert all(str(body).startswith(f"{variant}1") for _, body, variant, _ in rows)
    assert sum(each[0] for each in figures(world, 1).values()) == 6


async def test_a_sender_that_dies_leaves_the_variant_to_its_successor(
    world: World, carrier: ListedCarrier, run_engine: RunEngine
) -> None:
    """It has claimed, the carrier has taken one, nothing is recorded: the next one counts it rightly."""
    world.campaign(contacts=4, sequence=Sequence((three(1, 1),)))
    token = world.db.write(lease.acquire, "dead", "test", 1, 1)
    assert token is not None
    claim = world.db.write(
        lambda conn: Claimer().claim(conn, token=token, now=START, real=1, slots=10, horizon_ms=1000)
    )
    taken = claim.batch[0]
    carrier.lists("SMtaken", taken.request)
    await run_engine(carrier, options=FAST)
    assert carrier.calls == []
    rows = world.rows("SELECT id, body, variant, state FROM scheduled_messages ORDER BY id")
    bodies = {ready.message_id: (ready.request.body, ready.variant) for ready in claim.batch}
    assert {id_: (body, variant) for id_, body, variant, _ in rows} == bodies
    assert {id_: state for id_, *_, state in rows if id_ == taken.message_id} == {taken.message_id: "sent"}
    assert sorted(str(state) for *_, state in rows) == ["held", "held", "held", "sent"]
    assert {name for name, found in figures(world, 1).items() if found[0]} == {taken.variant}


async def test_variants_that_change_on_the_way_leave_the_figures_where_they_were(
    world: World, carrier: ListedCarrier, run_engine: RunEngine
) -> None:
    """One is taken out between sending and delivery: what comes in late still counts for it."""
    world.campaign(contacts=12, sequence=Sequence((three(1, 1), three(2, 9))))
    await run_engine(carrier, until=START + DAY)
    before = figures(world, 1)
    fewer = tuple(
        replace(touch, variants=tuple(v for v in touch.variants if v.name != "C"))
        for touch in (three(1, 1), three(2, 9))
    )

    world.db.write(lambda conn: variants.put(conn, "camp_1", 1, fewer, afresh=False))
    world.run("UPDATE campaigns SET sequence_version = sequence_version + 1")
    for message in carrier.listed:
        if message.body.startswith("C1"):
            carrier.reports(message.sid, "delivered")
    await run_engine(carrier)
    after = figures(world, 1)
    assert before["C"][0] > 0
    assert after["C"] == (before["C"][0], before["C"][0], 0, 0, 0)
    second = figures(world, 2)
    assert second["C"][0] == 0
    assert second["A"][0] + second["B"][0] == 12
