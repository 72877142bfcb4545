"""A campaign that pauses by itself is told, wherever one is, and stands in the list as such."""

from __future__ import annotations

import pytest

from tests.support.screen import driving
from trd_tui.services.listing import OwnPause
from trd_tui.tui import own_pauses


async def test_who_pauses_by_itself_is_told_once_and_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_pauses, "FIRST_AFTER", 0.0)
    monkeypatch.setattr(own_pauses, "EVERY", 0.0)
    async with driving() as d:
        await d.look()
        assert "by itself" not in d.toasts()
        await d.press("f3")  # not where the list is
        d.desk.change("camp_7", status="paused")
        d.desk.paused_alone = [OwnPause("camp_7", "Property Management Leads", "the budget is used up")]

        async def told() -> bool:
            await d.look()
            return "Property Management Leads has paused by itself" in d.toasts()

        for _ in range(50):
            if await told():
                break
        assert "The budget is used up. S changes its limits, r resumes." in d.toasts()
        await d.press("f2")
        await d.until(lambda: "! by rule" in d.text())
        for _ in range(3):
            d.desk.change("camp_7", sent_count=300)
            await d.look()
        assert sum("has paused by itself" in str(said) for said in d.app.told) == 1
        d.desk.change("camp_7", status="active")
        d.desk.paused_alone = []
        await d.look()
        await d.until(lambda: "! by rule" not in d.text())
