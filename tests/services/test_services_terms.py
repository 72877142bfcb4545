"""The name, sender, schedule and limits of a campaign that was started, changed one field at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from tests.support.services import Desk
from trd_tui.domain.allowance import USED_UP, day_of
from trd_tui.domain.limit_words import budget_means, cap_means, day_budget_means
from trd_tui.domain.purse import Purse
from trd_tui.domain.sheet import Sheet
from trd_tui.engine.automatic import pause_campaign
from trd_tui.services import terms
from trd_tui.services.actor import Actor
from trd_tui.services.edit_views import ChangedMeanwhileError, EditError
from trd_tui.services.term_views import Terms, typed_parts

BOB = Actor(1, "bob", "bob.login")


async def looked(desk: Desk, id_: str, sheet: Sheet | None = None, actor: Actor | None = None) -> Terms:
    found = await terms.read(desk.db, actor or desk.actor, id_, sheet)
    assert found is not None
    return found


async def saved(desk: Desk, found: Terms, actor: Actor | None = None, **typed: Any) -> str:
    sheet = replace(found.sheet, **typed)
    done = await terms.save(desk.db, desk.clock, actor or desk.actor, sheet, found.stored.version)
    return done.message


async def foreseen(desk: Desk, id_: str, **typed: Any) -> tuple[tuple[str, ...], bool]:
    sheet = replace((await looked(desk, id_)).sheet, **typed)
    seen = await terms.preview(desk.db, desk.clock, sheet)
    return seen.means, seen.goes_on


async def changed(desk: Desk, statement: str, **values: object) -> None:
    def run(conn: Connection) -> None:
        conn.execute(text(statement), values)

    await desk.db.write(run)


async def test_only_what_is_typed_changes_and_all_else_stays_to_the_last_micro_dollar(desk: Desk) -> None:
    odd: dict[str, Any] = {"variables": {"agent": "Ann; Bo=1"}, "budget_usd": "12.345678", "daily_cap": 7}
    id_ = await desk.running(contacts=3, **odd)
    # what was right once need not be so for ever: a name that another has by now, a text without its field
    await desk.draft("Spring")
    await changed(desk, "UPDATE touches SET body = 'Hi {{gone}}' WHERE position = 2")
    before = await desk.rows("SELECT * FROM touches ORDER BY id")
    messages = await desk.rows("SELECT * FROM scheduled_messages ORDER BY id")
    found = await looked(desk, id_)
    assert (found.faults, found.status, typed_parts(found.sheet)) == ((), "active", ())
    assert (found.sheet.budget_usd, found.contacts, found.touches) == ("12.35", 3, 3)

    assert await saved(desk, found, daily_cap="1,500", brand="Acme") == "edited; 3 messages scheduled"
    columns = "name, sender, brand, daily_cap, budget_micros, variables, sequence_version"
    (row,) = await desk.rows(f"SELECT {columns} FROM campaigns WHERE id = :id", id=id_)
    assert row == (
        "Spring", "+15005550006", "Acme", 1500, 12_345_678, '{"agent": "Ann; Bo=1"}',
        found.stored.version + 1,
    )  # fmt: skip
    assert await desk.rows("SELECT * FROM touches ORDER BY id") == before
    assert await desk.rows("SELECT * FROM scheduled_messages ORDER BY id") == messages
    await desk.sound()

    found = await looked(desk, id_)
    for typed, said in (
        ({"budget_usd": "0"}, "the budget: nothing could be sent for 0"),
        ({"closes": "08:00"}, "when the window closes: "),
        ({"timezone": "Mars"}, "the time zone: 'Mars' is not a time zone"),
        ({"name": " spring "}, "the name: another campaign has this name"),
    ):
        wrong = replace(found.sheet, **typed)  # type: ignore[arg-type]
        assert len((await looked(desk, id_, wrong)).faults) == 1
        with pytest.raises(EditError, match=said):
            await terms.preview(desk.db, desk.clock, wrong)
    moved = await terms.preview(desk.db, desk.clock, replace(found.sheet, send_time="15:30"))
    assert [each.contacts for each in moved.moved] == [3]


async def test_two_people_lose_nothing_to_each_other(desk: Desk) -> None:
    id_ = await desk.running(budget_usd="5", daily_cap=10)
    mine = replace((await looked(desk, id_)).sheet, budget_usd="50", daily_cap="20")
    await terms.keep(desk.db, desk.clock, desk.actor, id_, mine)
    theirs = await looked(desk, id_, actor=BOB)
    assert theirs.sheet.budget_usd == "5.00"  # what one types is nobody else's
    await saved(desk, theirs, BOB, budget_usd="80", priority="1")

    found = await looked(desk, id_)  # the next login
    assert (found.was_kept, found.sheet.budget_usd, found.sheet.priority) == (True, "50", "1")
    assert [(each.part, each.who) for each in found.taken] == [("priority", "bob")]
    assert [(each.part, each.who) for each in found.crossed] == [("budget_usd", "bob")]
    assert typed_parts(found.sheet) == ("daily_cap", "budget_usd")
    again = await looked(desk, id_, found.sheet)
    assert (again.taken, again.crossed) == ((), found.crossed)  # told once, crossed until it is decided

    await saved(desk, await looked(desk, id_, actor=BOB), BOB, name="Summer")
    with pytest.raises(ChangedMeanwhileError):
        await saved(desk, found)
    found = await looked(desk, id_)
    await saved(desk, found)
    assert await desk.rows("SELECT name, daily_cap, budget_micros, priority FROM campaigns") == [
        ("Summer", 20, 50_000_000, 1)
    ]
    assert not (await looked(desk, id_)).was_kept
    await desk.do("pause", id_)
    await desk.do("archive", id_)
    assert "Summer is archived, it cannot be edited any more" in ((await looked(desk, id_)).refusal or "")
    await desk.do("delete", id_)
    assert await terms.read(desk.db, desk.actor, id_, None) is None


async def test_a_preview_says_what_changed_limits_leave_and_whether_a_resume_goes_on(desk: Desk) -> None:
    id_ = await desk.running(budget_usd="0.50", daily_cap=3)
    today = day_of(desk.clock.now(), "America/New_York")
    await changed(desk, "UPDATE campaigns SET cost_micros = 495000, cap_day = :day, cap_used = 3", day=today)
    kept = " What was put off to another day stays there."
    assert await foreseen(desk, id_, daily_cap="5") == (
        (f"Texts a day: 3 went today, 2 more may go.{kept}",), False,
    )  # fmt: skip
    assert await foreseen(desk, id_, daily_cap="", daily_budget_usd="2") == (
        (f"No cap holds any more.{kept}", "Budget a day: $0.00 of $2.00 are used today, $2.00 are left."),
        False,
    )
    assert await foreseen(desk, id_, name="Other", send_time="15:00") == ((), False)

    await desk.db.write(pause_campaign, id_, USED_UP, desk.clock.now(), desk.clock.real())
    assert (await looked(desk, id_)).used_up
    short, goes_on = await foreseen(desk, id_, budget_usd="0.505")  # less than a text
    assert ("it pauses again as soon as it is resumed" in short[0], goes_on) == (True, False)
    assert await foreseen(desk, id_, budget_usd="2") == (
        ("Budget: $0.50 of $2.00 are spent or promised, $1.51 are left.",), True,
    )  # fmt: skip
    assert (await foreseen(desk, id_, budget_usd=""))[1]
    await saved(desk, await looked(desk, id_), budget_usd="2")
    assert await desk.one("SELECT status FROM campaigns") == "paused"  # a person resumes it
    (done,) = await desk.do("resume", id_)
    assert done.ok
    await desk.do("pause", id_)  # a person's pause is not the budget's
    assert not (await foreseen(desk, id_, budget_usd="9"))[1]


@given(st.integers(0, 10**12), st.integers(0, 10**12), st.integers(0, 10**6), st.integers(1, 10**6))
def test_the_words_say_that_nothing_goes_exactly_where_nothing_goes(
    limit: int, spent: int, used: int, cap: int
) -> None:
    purse = Purse(limit, spent)
    fits = limit - spent >= 12_800
    assert ("are left" in budget_means(purse, runs=True)) is fits
    assert ("it pauses" in budget_means(purse, runs=True)) is not fits
    assert ("wait for tomorrow" in day_budget_means(purse)) is not fits
    assert ("no more go before tomorrow" in cap_means(cap, used, was_used_up=False)) is (used >= cap)
    assert "nothing limits" in budget_means(Purse(None, spent), runs=False)
