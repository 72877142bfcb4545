"""Two people in the steps of one draft, on the product's own desk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import TextArea

from tests.support.real_desk import Built
from tests.support.screen import driving_real, shows
from tests.support.steps import Steps, begun, imported, named, pastes, screen
from trd_tui.tui.new_campaign.lines import hint_parts
from trd_tui.tui.new_campaign.screen import NewCampaignScreen

pytestmark = pytest.mark.usefixtures("steps_at_once")


@asynccontextmanager
async def two_in_one_draft(built: Built, tmp_path: Path) -> AsyncIterator[tuple[Steps, Steps]]:
    """Two apps on one database, both in the steps of one draft, at its touches."""
    file = tmp_path / "acme.db"
    async with begun(built, tmp_path, hurried=True) as a:
        await named(a, "Aaa first")
        await imported(a)
        await a.press("pagedown")
        await shows(a, "#9 day 17")
        async with driving_real(Built(file, built.start), file, (80, 24)) as b:
            b.app.push_screen(NewCampaignScreen(screen(a).sheet.campaign_id))
            await shows(b, "#9 day 17")
            yield a, b


async def rewrites(d: Steps, text: str) -> None:
    """Write another text for the touch under the cursor."""
    area = screen(d).query_one("#touch-text", TextArea)
    area.focus()
    area.select_all()
    await pastes(d, text)


def body(d: Steps, place: int = 0) -> str:
    return screen(d).sheet.touches[place].body


async def looks(d: Steps) -> None:
    """The watch of this app, of two, has seen a change."""
    d.app.call_later(screen(d).live)
    await d.settle()


async def saves(d: Steps) -> None:
    """Save the touches; then the next step is in front."""
    await d.press("ctrl+s")
    await d.until(lambda: screen(d).sheet.step == 4)
    await d.settle()


async def test_two_in_one_draft_lose_nothing_to_each_other(built: Built, tmp_path: Path) -> None:
    async with two_in_one_draft(built, tmp_path) as (a, b):
        await b.press("j")
        await rewrites(b, "Half ")
        await rewrites(a, "AAA")
        await saves(a)
        await looks(b)
        assert (body(b), body(b, 1)) == ("AAA", "Half ")  # theirs shows, and one's own half stays
        assert "changed touch 1. It shows here now." in b.toasts()
        await pastes(b, "typed")
        assert body(b, 1) == "Half typed"
        await b.press("escape", "k")
        await rewrites(b, "BBB")
        await a.press("pageup")
        await rewrites(a, "Again A")
        await saves(a)
        await looks(b)
        assert "ctrl+s asks whose stands" in b.toasts()
        await shows(b, "3 ✗ Touches")
        await b.press("ctrl+s")
        await shows(b, "Neither yet", "Mine: day 1: BBB", "Theirs: day 1: Again A")
        await b.press("escape")
        assert body(b) == "BBB"
        desk = a.desk.new_campaign
        stored = await desk.touches(screen(a).sheet.campaign_id)
        assert stored[0].body == "Again A"
        await b.press("ctrl+s", "m")
        await b.until(lambda: "Yours stands: touch 1." in b.toasts())
        stored = await desk.touches(screen(a).sheet.campaign_id)
        assert [each.body for each in stored[:2]] == ["BBB", "Half typed"]


async def reviewed(d: Steps) -> None:
    """Wait until the dry run is over, and is of the draft as it is."""

    def over() -> bool:
        pane = screen(d).pane
        return screen(d).reviewed and pane is not None and pane.own is None and not pane.outdated()

    await d.until(over)
    await shows(d, "18 texts")


async def test_a_start_is_of_what_its_dry_run_went_through(
    built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with two_in_one_draft(built, tmp_path) as (a, b):
        await a.press("pagedown", "pagedown")
        await reviewed(a)
        await rewrites(b, "ZZZ")
        await saves(b)
        await a.press("r")  # before the watch has looked
        await a.until(lambda: "Not started" in a.toasts())
        assert "Start?" not in a.text()
        assert body(a) == "ZZZ"
        await reviewed(a)
        await a.press("r")
        await shows(a, "Start?")
        await b.press("pageup")
        await rewrites(b, "YYY")
        await saves(b)
        await a.press("y")  # while the question stood there
        await a.until(lambda: "was changed meanwhile" in a.toasts())
        await looks(a)
        await reviewed(a)
        await b.press("pageup")
        await rewrites(b, "Half ty")
        await reviewed(a)
        await a.press("r")
        await shows(a, "Start?")
        steps, act = (
            next(each for each in a.app.screen_stack if isinstance(each, NewCampaignScreen)),
            a.desk.act,
        )

        async def seen_at_once(*args: Any, **more: Any) -> Any:
            done = await act(*args, **more)
            await steps._hear()  # the watch is faster than what is told of the act
            return done

        monkeypatch.setattr(a.desk, "act", seen_at_once)
        await a.press("y")
        await a.until(lambda: a.top == "OverviewScreen")
        assert [told.title for told in a.app.told if "by now" in told.message] == []
        await looks(b)
        assert "Aaa first is active by now" in b.toasts()
        assert "What you typed of touch 1 is not in it" in b.toasts()
        await shows(b, "active, no draft any more")
        assert "ctrl+s" not in b.line("#hints")
        assert "kept" in str(hint_parts((), "", None, 120, stopped=False))
        assert "kept" not in str(hint_parts((), "", None, 120, stopped=False, kept=not screen(b).news.ended))
        await b.press("escape", "escape")
        await b.until(lambda: b.top == "OverviewScreen")
        assert "The touches that you typed wait there, unsaved: enter on it, then 2." in b.toasts()
        assert "is a draft in the list" not in b.toasts()
