"""Another size of the terminal: what is seen is placed once, in the classes of that width."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.screen import Screen

from tests.support.real_desk import Built
from tests.support.screen import driving_real
from trd_tui.tui.new_campaign.screen import NewCampaignScreen


async def test_a_resize_places_what_is_seen_once_and_nothing_beneath_it(
    built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed: list[str] = []
    place = Screen._refresh_layout

    def noted(screen: Screen[Any], size: Any = None, scroll: bool = False) -> None:
        if size is not None:  # as a resize does it
            placed.append(type(screen).__name__)
        place(screen, size, scroll)

    async with driving_real(built, tmp_path / "x.db", (80, 24)) as d:
        await d.press("n", "pagedown", "pagedown")
        steps = d.app.screen
        assert isinstance(steps, NewCampaignScreen)
        assert steps.sheet.step == 3
        name = steps.query_one("#field-name")
        assert not name.styles.margin.bottom
        monkeypatch.setattr(Screen, "_refresh_layout", noted)
        for width, height, narrow in ((120, 40, False), (90, 30, True), (80, 24, True), (110, 30, False)):
            placed.clear()
            await d.pilot.resize_terminal(width, height)
            await d.settle()
            assert placed == ["NewCampaignScreen"]
            assert steps.has_class("-narrow") == narrow != steps.has_class("-wide")
            assert (name.styles.margin.bottom == 0) == narrow  # put by, it is styled a moment later
            assert steps.query_one("#touch-editor").region.right <= width
            assert d.text().splitlines()[-1].strip().endswith(("stop", "help"))
        placed.clear()
        await d.press("escape")
        assert d.top == "OverviewScreen"
        assert d.table.region.right == 110  # placed when it is gone back to
        placed.clear()
        await d.press("f6")
        await d.press("question_mark")
        await d.pilot.resize_terminal(80, 24)
        await d.settle()
        front = d.app.front
        assert front is not None
        assert front.has_class("-narrow")  # it is seen through a question over it
        assert front.size.width == 80
        await d.press("escape")
        assert d.text().splitlines()[0].startswith(" TRD  f2 f3 ●5 f4 f5 f6 Admin")
