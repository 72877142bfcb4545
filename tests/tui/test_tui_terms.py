"""The schedule and limits of a campaign that was started, by keys alone, on the product's own desk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.real_desk import Built
from tests.support.screen import Driver, driving_real
from trd_tui.domain.allowance import USED_UP
from trd_tui.engine.automatic import pause_campaign
from trd_tui.services import terms
from trd_tui.services.actor import Actor
from trd_tui.tui.new_campaign.field import Field, Line
from trd_tui.tui.service_desk import ServiceDesk
from trd_tui.tui.terms.screen import TermsScreen

Real = Driver[ServiceDesk]
BOB = Actor(2, "bob", "bob")


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing waits for the keys to rest."""
    monkeypatch.setattr(TermsScreen, "KEPT_AFTER", 0.01)


@pytest.fixture
async def d(built: Built, tmp_path: Path) -> AsyncIterator[Real]:
    """The cursor is on an active campaign with 203 contacts."""
    async with driving_real(built, tmp_path / "terms.db", (80, 24)) as driver:
        await driver.press("j")
        yield driver


async def asked(d: Real, work: Any) -> Any:
    return await d.desk._asking.ask(work)


async def limited(d: Real, micros: int, *, used_up: bool = False) -> str:
    """Give the campaign under the cursor a budget; where it is used up it has paused."""
    db, at, id_ = d.desk._db, d.desk.now(), str(d.table.cursor_id)

    async def change() -> None:
        found = await terms.read(db, BOB, id_, None)
        assert found is not None
        sheet = replace(found.sheet, budget_usd=f"{micros / 1_000_000}")
        await terms.save(db, d.desk._clock, BOB, sheet, found.stored.version)
        if used_up:
            await db.write(pause_campaign, id_, USED_UP, at, at)

    await asked(d, change)
    await d.look()
    return id_


async def by_bob(d: Real, id_: str, **typed: str) -> None:
    """Another person changes something, and it is seen."""
    await unseen(d, id_, **typed)
    await d.look()


async def unseen(d: Real, id_: str, **typed: str) -> None:
    """Another person changes something."""

    async def change() -> None:
        found = await terms.read(d.desk._db, BOB, id_, None)
        assert found is not None
        sheet = replace(found.sheet, **typed)  # type: ignore[arg-type]
        await terms.save(d.desk._db, d.desk._clock, BOB, sheet, found.stored.version)

    await asked(d, change)


async def stored(d: Real, id_: str) -> Any:
    found = await d.desk.detail(id_)
    assert found is not None
    return found


async def writes(d: Real, **typed: str) -> None:
    """Fill fields, each in one go; the last one keeps the cursor."""
    for field, text in typed.items():
        line = d.app.screen.query_one(f"#{field}", Line)
        line.focus()
        line.value = text
    await d.settle()


def line_of(d: Real, field: str) -> str:
    return d.app.screen.query_one(f"#{field}", Line).value


def plain(d: Real) -> str:
    return " ".join(d.text().replace("│", " ").split())


async def test_a_budget_that_is_used_up_is_raised_and_the_campaign_resumed_by_keys(d: Real) -> None:
    id_ = await limited(d, 6_240_000, used_up=True)
    await d.press("enter")
    await d.until(lambda: "paused: its budget is used up" in d.text())
    assert "S limits" in d.line("#hints")
    await d.press("S")
    assert d.top == "TermsScreen"
    assert "‖ its budget is used up: raise it, ctrl+s saves, then r resumes it" in d.text()
    assert d.app.focused is not None
    assert d.app.focused.id == "budget_usd"  # one is here for that
    await writes(d, budget_usd="6.x")
    await d.until(lambda: "not right yet: the budget" in d.text())
    assert "✗ '6.x' is not an amount of dollars; write it like 250.00" in plain(d)
    await d.press("ctrl+s")
    assert d.top == "TermsScreen"  # what is wrong is never asked
    await d.press("backspace", *"25", "ctrl+s")
    text = plain(d)
    assert d.app.focused is not None
    assert d.app.focused.id == "cancel"
    assert "the budget: $6.24 -> $6.25" in text
    assert "no text fits into the rest: it pauses again as soon as it is resumed" not in text
    assert "$6.23 of $6.25 are spent or promised, $0.02 are left." in text
    assert "It is paused because its budget was used up: r resumes it." in text
    await d.press("enter")  # Cancel
    assert (await stored(d, id_)).budget_micros == 6_240_000
    await writes(d, budget_usd="80")
    await d.press("ctrl+s", "y")
    await d.until(lambda: d.top == "CampaignScreen")
    detail = await stored(d, id_)
    assert (detail.budget_micros, detail.row.status) == (80_000_000, "paused")  # it does not resume by itself
    assert "was used up: r resumes it" in d.toasts()
    d.app.clear_notifications()
    await d.press("z")
    assert "S opens its schedule and limits, to change them back" in d.toasts()
    await d.press("r", "y")
    await d.until(lambda: "Resumed" in d.toasts())
    assert (await stored(d, id_)).row.status == "active"


async def test_every_field_is_there_at_80_columns_and_who_is_moved_is_said(d: Real) -> None:
    id_ = str(d.table.cursor_id)
    await d.press("full_stop")
    assert "Schedule and limits" in d.text()
    await d.press("s")
    assert d.top == "TermsScreen"
    screen = d.app.screen
    assert [field.label for field in screen.query(Field)] == [
        "Days", "Window from", "Window to", "Send time", "Time zone", "After a pause", "Texts a day",
        "Budget in $", "Budget a day $", "Priority", "Name", "Sender", "Brand",
        "Started", "Contacts", "Texts", "Own values",
    ]  # fmt: skip
    await d.press("left", "left", "space", "enter")  # not on Saturdays, and on to the next field
    assert d.app.focused is not None
    assert d.app.focused.id == "opens"
    await writes(d, send_time="11:15")
    assert "✎ the days and the send time: not saved" in d.text()
    await writes(d, opens="10:00", closes="19:00", timezone="America/Chicago", daily_cap="400")
    await writes(d, budget_usd="80", daily_budget_usd="9", name="Commercial B", sender="(212) 555-0100")
    await d.press("tab")
    assert d.app.focused.id == "brand"  # past the list of senders
    await writes(d, brand="Acme")
    assert "✎ the name, the sender and 9 more: not saved" in d.text()
    await d.press("pagedown", "pagedown", "pagedown")
    text = plain(d)
    for said in ("Not changed here", "a contact's days count from their first, so it cannot move"):
        assert said in text
    await d.press("ctrl+s")
    text = plain(d)
    assert "contacts get another next message or date." in text
    assert "the send time: 10:00 -> 11:15" in text
    assert "sender: +14045550192 -> +12125550100" in text
    scroll = d.app.screen.query_one("#dialog-text")
    assert scroll.max_scroll_y > 0
    await d.press(*["j"] * scroll.max_scroll_y)
    assert scroll.scroll_offset.y == scroll.max_scroll_y  # what does not fit is reached by keys
    await d.press("y")
    await d.until(lambda: d.top == "OverviewScreen")
    detail = await stored(d, id_)
    assert (detail.send_time, detail.sender, detail.row.name) == (
        11 * 60 + 15,
        "+12125550100",
        "Commercial B",
    )
    assert f"{detail.window_days:b}".count("1") == 6


async def test_what_is_typed_is_kept_and_another_persons_change_is_told(d: Real, built: Built) -> None:
    id_ = await limited(d, 50_000_000)
    await d.press("ctrl+p", *"limits")
    await d.until(lambda: "Schedule and limits of Commercial Property Outreach" in d.text())
    await d.press("enter")
    await d.until(lambda: d.top == "TermsScreen")
    await d.until(lambda: "50.00" in d.text())
    await writes(d, daily_cap="40")
    await d.press("escape")
    assert d.top == "OverviewScreen"  # nothing is lost, so nothing is asked
    assert "the texts a day, kept for your next look at its schedule and limits." in d.toasts()
    await d.press("S")
    assert "did not save; ctrl+o discards it" in d.toasts()
    d.app.screen.query_one("#daily_cap").focus()
    await d.press("left")
    await by_bob(d, id_, budget_usd="80", brand="Theirs")
    assert "bob changed the brand and the budget. It shows here now." in d.toasts()
    assert "80.00" in d.text()
    assert d.app.focused is not None
    assert d.app.focused.id == "daily_cap"
    await d.press("1")
    await d.settle()
    await by_bob(d, id_, daily_cap="99")
    assert "You have typed the same: ctrl+s shows both" in d.toasts()
    d.app.clear_notifications()
    await d.settle()
    assert "bob has changed it too, to “99”; what you typed stays" in plain(d)
    assert line_of(d, "daily_cap") == "410"
    await d.press("ctrl+s")
    assert "Somebody else has changed meanwhile, and this replaces it:" in plain(d)
    assert "the texts a day: 14:57 bob wrote “99”" in plain(d)
    assert "does not take it back: what is saved is changed again." in plain(d)
    await d.press("n")
    real = d.desk.terms.save

    async def late(*args: Any) -> Any:
        await unseen(d, id_, priority="1")
        return await real(*args)

    d.desk.terms.save = late  # type: ignore[assignment,method-assign]
    await d.press("ctrl+s", "y")
    assert "somebody else has changed the campaign meanwhile" in d.toasts()
    assert line_of(d, "daily_cap") == "410"
    d.desk.terms.save = real  # type: ignore[method-assign]
    await d.press("ctrl+s", "y")
    await d.until(lambda: d.top == "OverviewScreen")
    assert (await stored(d, id_)).daily_cap == 410

    await d.press("S")
    await writes(d, brand="Mine")
    await d.press("exclamation_mark", "ctrl+o")
    assert "Discard?" in d.text()
    await d.press("y")
    assert line_of(d, "brand") == "Theirs"
    assert "✔ as it is stored" in d.text()


async def test_what_is_over_says_why_and_a_draft_has_its_steps(d: Real) -> None:
    await d.press("G")
    assert d.cursor_name() == "First Time Home Buyers"
    await d.press("S")
    assert "First Time Home Buyers is completed, it cannot be edited any more; duplicate it" in d.toasts()
    await d.press("full_stop")
    assert "duplicate it and edit the copy" in d.text()
    await d.press("escape", "d", "enter")
    await d.until(lambda: "duplicated" in d.toasts())
    await d.look()
    await d.press("g")
    await d.until(lambda: d.cursor_name().endswith("(copy)"))
    await d.press("S")
    assert d.top == "NewCampaignScreen"
