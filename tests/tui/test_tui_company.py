"""Who else is connected stands in the top line, by name or by number, and on a page of its own."""

from __future__ import annotations

import pytest

from tests.support.fake_desk import NOW, FakeDesk
from tests.support.screen import driving
from trd_tui.services.views import Connected
from trd_tui.tui.company import COUNTED

BOB = Connected("bob", "robert", "203.0.113.7", NOW)
CLEO = Connected("cleo", "cleo", "browser", NOW)


@pytest.mark.parametrize(
    ("width", "one", "two"),
    [(140, "ann  + bob ", "ann  + bob, cleo "), (120, "ann  + bob ", "3 here"), (80, "2 here", "3 here")],
)
async def test_who_is_here(width: int, one: str, two: str) -> None:
    desk = FakeDesk()
    async with driving(desk, size=(width, 24)) as d:
        assert "here" not in d.line("#topbar").replace("sending here", "")
        for others, shown in (([BOB], one), ([BOB, CLEO], two)):
            desk.others = list(others)
            desk.changes += 1
            d.app.company._counted = -1e9
            await d.look()
            assert shown in d.line("#topbar")
        desk.others, desk.killed = [BOB], True  # which changes nothing in the database
        d.app.company._counted -= COUNTED
        await d.look()
        assert one in d.line("#topbar")
        desk.others = [BOB, CLEO]
        d.app.company._counted -= COUNTED
        await d.look()
        await d.app.screen.run_action("connected")
        await d.settle()
        page = d.text()
        for said in ("ann", "this app", "bob, logged in as robert", "from 203.0.113.7", "in a browser"):
            assert said in page
        await d.press("escape")
        assert d.top == "OverviewScreen"
