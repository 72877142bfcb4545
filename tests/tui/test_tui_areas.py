"""The ways between the parts of the app, and what every one of them says of these and of the stop."""

from __future__ import annotations

from pathlib import Path

from tests.support.real_desk import Built
from tests.support.screen import driving_real

EVERYWHERE = (
    ("f2",),
    ("j", "enter"),
    ("2", "enter"),
    ("f2", "n"),
    ("f3",),
    ("j", "a"),
    ("f4",),
    ("f5",),
    ("f6",),
)
"""Keys that lead through every kind of screen, also to where ``!`` would be typed."""


async def test_every_screen_says_what_the_key_of_the_stop_does_now(built: Built, tmp_path: Path) -> None:
    async with driving_real(built, tmp_path / "x.db", (80, 24)) as d:
        await d.press("exclamation_mark")
        assert "! release" in d.line("#hints")  # at once, not with the next key
        for keys in EVERYWHERE:
            await d.press(*keys)
            assert "! release" in d.line("#hints"), keys
        await d.press("colon", *"release")
        await d.until(lambda: "Release  (!)" in d.text())
        await d.press("escape", "exclamation_mark", "y")
        assert "! stop" in d.line("#hints")
        for keys in EVERYWHERE:
            await d.press(*keys)
            assert "! stop" in d.line("#hints"), keys


async def test_a_campaign_is_opened_and_made_where_campaigns_are(built: Built, tmp_path: Path) -> None:
    async with driving_real(built, tmp_path / "x.db") as d:
        for _ in range(2):  # the second time it is open there already
            await d.press("f6", "colon", *"lead fol")
            await d.until(lambda: "Open this campaign; it is paused" in d.text())
            await d.press("enter", "enter")
            await d.until(lambda: d.app.current_mode == "overview")
            await d.settle()
            assert "Lead Follow-up December" in d.text()
            assert [type(s).__name__ for s in d.app.screen_stack] == ["OverviewScreen", "CampaignScreen"]
        for area in ("f3", "f4", "f5", "f6"):
            await d.press("f2", area)
            assert "n new campaign" in d.line("#hints") or area == "f3", area  # its own acts come first
            await d.press("n")
            assert (d.app.current_mode, d.top) == ("overview", "NewCampaignScreen")
        assert len(d.app.screen_stack) == 2


async def test_escape_leads_from_every_part_to_what_is_open_at_home(built: Built, tmp_path: Path) -> None:
    async with driving_real(built, tmp_path / "x.db") as d:
        await d.press("j", "enter")
        for keys in (
            ("f3", "enter", "escape"),
            ("f4", "enter", "escape"),
            ("f5",),
            ("f6", "2", "slash", "+", "escape"),
        ):
            await d.press(*keys)
            assert d.app.current_mode != "overview"  # what is open within a part is left before
            await d.press("escape")
            assert (d.app.current_mode, d.top) == ("overview", "CampaignScreen"), keys
        await d.press("escape", "escape")
        assert d.top == "OverviewScreen"
