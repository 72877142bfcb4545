"""Variants as a person meets them: edited, copied, shown, tried out, exported, and their results."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from sqlalchemy import Connection

from tests.support.carriers import ListedCarrier
from tests.support.services import Desk, definition
from trd_tui.domain.variants import choose
from trd_tui.services import drafts, editing, export, listing, resume_preview
from trd_tui.services.linting import lint_campaign
from trd_tui.services.texts import TextError, preview, send_test
from trd_tui.store import counters
from trd_tui.store.counters import CampaignDelta, TouchDelta

ME = "+12125550199"
FIRST = "+12122000000"
BOTH: list[dict[str, Any]] = [
    {"body": "Hi {{first_name}}."},
    {"name": "long", "weight": 3, "body": "Hello {{first_name}}, day 1."},
]
TOUCHES: list[dict[str, Any]] = [{"day": 1, "variant": BOTH}, {"day": 3, "body": "Day 3."}]


async def weights(desk: Desk, id_: str) -> list[tuple[str, int, int, int]]:
    return await desk.rows(
        "SELECT name, touch, weight, removed FROM touch_variants WHERE campaign_id = :id"
        " ORDER BY touch, place, name",
        id=id_,
    )


async def change(desk: Desk, id_: str, touches: list[dict[str, Any]]) -> list[str]:
    """Edit, after a look at the preview; returns what it says of touches."""
    new = definition(touch=touches)
    look = await editing.edit_preview(desk.db, desk.clock, id_, new)
    assert (await editing.edit(desk.db, desk.clock, desk.actor, id_, new)).ok
    return [what for touch in look.touches for what in touch.what]


async def count(desk: Desk, id_: str, variant: str | None, **figures: int) -> None:
    """Let the first touch have figures; the rows behind them are none of this test."""

    def move(conn: Connection) -> None:
        delta = CampaignDelta(sent_count=figures.get("sent_count", 0))
        counters.apply(conn, {id_: delta}, 0, touches={(id_, 1, variant): TouchDelta(**figures)})

    await desk.db.write(move)


async def test_an_edit_keeps_a_variant_by_its_name(desk: Desk) -> None:
    id_ = await desk.running(touch=TOUCHES)
    assert await weights(desk, id_) == [("A", 1, 1, 0), ("long", 1, 3, 0)]
    version = await desk.one("SELECT sequence_version FROM campaigns")
    await count(desk, id_, "long", sent_count=5)
    (same,) = [await editing.definition_for(desk.db, id_, {**_plain()})]
    assert (await editing.edit(desk.db, desk.clock, desk.actor, id_, same)).message == "nothing to change"
    new = [{"name": "C", "body": "New."}, {"body": "Hi!", "name": "A", "weight": 2}]
    assert await change(desk, id_, [{"day": 1, "variant": new}, TOUCHES[1]]) == [
        "variant C new",
        "text of variant A, its figures go on",
        "variant A weight 1 -> 2",
        "variant long removed, its figures stay",
    ]
    assert await weights(desk, id_) == [("C", 1, 1, 0), ("A", 1, 2, 0), ("long", 1, 3, 1)]
    assert await desk.one("SELECT sequence_version FROM campaigns") == version + 1, (
        "senders must read it anew"
    )
    assert await change(desk, id_, [{"day": 1, "body": "Just one."}, TOUCHES[1]]) == [
        "one text instead of variants"
    ]
    assert {removed for *_, removed in await weights(desk, id_)} == {1}
    assert await change(desk, id_, TOUCHES) == ["variants A, long instead of one text"]
    assert await change(desk, id_, [{"day": 1, "variant": _named(BOTH[::-1])}, TOUCHES[1]]) == [
        "order of the variants"
    ]
    (touch, *_) = (await listing.campaign_detail(desk.db, id_)).touches  # type: ignore[union-attr]
    assert [(each.name, each.sent_count) for each in touch.variants] == [("long", 5), ("A", 0)]


def _plain() -> dict[str, Any]:
    return {"name": "Spring", "sender": "+15005550006", "timezone": "America/New_York"}


def _named(variants: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"name": "A", **each} for each in variants]


async def test_a_draft_forgets_and_a_duplicate_takes_what_is_sent(desk: Desk) -> None:
    id_ = await desk.filled(touch=TOUCHES)
    await change(desk, id_, [{"day": 1, "variant": [*BOTH, {"body": "Third"}]}, TOUCHES[1]])
    assert [name for name, *_ in await weights(desk, id_)] == ["A", "long", "C"]
    await change(desk, id_, [{"day": 2, "variant": [BOTH[0], {"name": "D", "body": "x"}]}])
    assert await weights(desk, id_) == [("A", 1, 1, 0), ("D", 1, 1, 0)]
    await desk.do("start", id_)
    await change(desk, id_, [{"day": 2, "variant": [BOTH[0], {"name": "E", "body": "x"}]}])
    copied = await drafts.duplicate(desk.db, desk.clock, desk.actor, id_)
    assert await weights(desk, str(copied.figures["new_campaign_id"])) == [("A", 1, 1, 0), ("E", 1, 1, 0)]


async def test_a_preview_and_a_test_show_the_contacts_variant_or_the_one_asked_for(desk: Desk) -> None:
    id_ = await desk.running(contacts=12, touch=TOUCHES)
    await desk.load(f"phone,first_name\n{ME},Me\n")
    pairs = [(name, each.get("weight", 1)) for name, each in zip(("A", "long"), BOTH, strict=True)]
    seen = set()
    for contact, number, first in await desk.rows("SELECT id, number, first_name FROM contacts"):
        shown = await preview(desk.db, id_, 1, number)
        name = choose(id_, 1, contact, pairs)
        assert (shown.variant, shown.body.startswith("Hello")) == (name, name == "long")
        assert first in shown.body
        seen.add(name)
    assert seen == {"A", "long"}
    assert (await preview(desk.db, id_, 1, FIRST, "LONG")).body == "Hello First0, day 1."
    assert (await preview(desk.db, id_, 2, FIRST)).variant is None
    for touch, says in ((1, "no variant B; it has A, long"), (2, "no variant B; it has one text")):
        with pytest.raises(TextError, match=says):
            await preview(desk.db, id_, touch, FIRST, "B")
    carrier = ListedCarrier(desk.clock)
    for variant in (None, "A", "long"):
        await send_test(desk.db, desk.clock, desk.actor, carrier, id_, 1, ME, variant=variant)
    mine = (await preview(desk.db, id_, 1, ME)).body
    assert [call.body for call in carrier.calls] == [mine, "Hi Me.", "Hello Me, day 1."]
    kept = await desk.rows("SELECT after FROM audit WHERE act = 'test_send' ORDER BY id")
    assert [json.loads(after)["variant"] for (after,) in kept][1:] == ["A", "long"]
    await desk.sound()
    empty = await desk.draft("Empty", touch=[{"day": 1, "variant": [{"body": "one"}, {"body": "two"}]}])
    stranger = await send_test(desk.db, desk.clock, desk.actor, carrier, empty, 1, "+12125550177")
    assert (stranger.text.variant, stranger.text.body) == ("A", "one")


async def test_the_result_counts_each_variant_and_what_went_before(desk: Desk) -> None:
    id_ = await desk.running(touch=TOUCHES)
    first, *_ = await listing.variant_results(desk.db, id_)
    assert (first.others, first.replies.verdict) == (None, "early")
    assert await listing.variant_results(desk.db, "camp_0") == ()
    await count(desk, id_, None, sent_count=7, replied_count=1)
    await count(desk, id_, "A", sent_count=500, delivered_count=490, failed_count=10, replied_count=30)
    await count(desk, id_, "long", sent_count=500, delivered_count=400, replied_count=60, opted_out_count=40)
    (first,) = await listing.variant_results(desk.db, id_)
    assert first.others is not None
    assert (first.others.sent_count, first.others.replied_count) == (7, 1)
    a, long = first.variants
    assert (a.delivery_rate, a.reply_rate, a.opt_out_rate) == (98.0, 6.0, 0.0)
    assert long.reply_range == pytest.approx((9.4, 15.1), abs=0.1)
    assert first.replies_said.startswith("replies: long is clearly above A (12.0 % to 6.0 %")
    assert first.opt_outs_said.startswith("opt-outs: long is clearly above A (8.0 % to 0.0 %")
    await change(desk, id_, [{"day": 1, "variant": [BOTH[0], {"name": "D", "body": "x"}]}, TOUCHES[1]])
    (first,) = await listing.variant_results(desk.db, id_)
    assert [(each.name, each.removed) for each in first.variants] == [
        ("A", False),
        ("D", False),
        ("long", True),
    ]
    assert first.replies.verdict == "early", "who is out is not compared with who has just come"


async def test_exports_say_which_variant_went(desk: Desk) -> None:
    id_ = await desk.running(contacts=4, touch=TOUCHES)
    await desk.db.write(lambda conn: conn.exec_driver_sql("UPDATE scheduled_messages SET variant = 'A'"))
    stream = io.StringIO()
    assert await export.write_csv(desk.db, id_, "messages", stream) == 4
    assert {row["variant"] for row in csv.DictReader(io.StringIO(stream.getvalue()))} == {"A"}
    first, second = (await export.whole(desk.db, id_))["touches"]
    assert [(each["name"], each["weight"]) for each in first["variants"]] == [("A", 1), ("long", 3)]
    assert second["variants"] == []


async def test_a_resume_foretells_the_segments_of_each_contacts_variant(desk: Desk) -> None:
    several = [{"body": "x" * 100}, {"body": "y" * 300}]
    id_ = await desk.running(contacts=12, touch=[{"day": 1, "variant": several}])
    await desk.do("pause", id_)
    look = await resume_preview.resume_preview(desk.db, desk.clock, id_)
    contacts = [row[0] for row in await desk.rows("SELECT id FROM contacts")]
    longer = sum(choose(id_, 1, contact, [("A", 1), ("B", 1)]) == "B" for contact in contacts)
    assert 0 < longer < 12
    assert (look.unreadable, look.segments) == (0, 12 + longer)


async def test_the_lint_of_a_campaign_looks_at_its_variants(desk: Desk) -> None:
    id_ = await desk.running(contacts=3, touch=TOUCHES)
    found = await lint_campaign(desk.db, id_)
    assert found.audience is not None
    assert list(found.audience.touches) == [(1, "A"), (1, "long"), (2, None)]
    assert {each.variant for each in found.findings if each.code == "opt_out_missing"} == {"A", "long"}
