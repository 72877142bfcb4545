"""When a search begins: with the letter, or after the last of those that follow closely."""

from __future__ import annotations

import pytest

from tests.support.screen import driving
from trd_tui.tui import searching
from trd_tui.tui.searching import CLOSE_S, SearchingScreen


async def test_a_letter_that_follows_closely_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 100.0
    monkeypatch.setattr(searching, "monotonic", lambda: now)
    searches: list[tuple[str, float]] = []
    search = SearchingScreen._search

    async def noted(screen: SearchingScreen, text: str, wait: float) -> None:
        searches.append((text, wait))
        await search(screen, text, wait)

    monkeypatch.setattr(SearchingScreen, "_search", noted)
    async with driving() as d:
        await d.press("slash")
        field = d.overview.search_field()
        assert field is not None
        for words, between in (("s", 9.0), ("sp", CLOSE_S / 2), ("spr", CLOSE_S / 2), ("spri", CLOSE_S * 2)):
            now += between
            field.value = words
            await d.settle()
    assert searches == [("s", 0), ("sp", CLOSE_S), ("spr", CLOSE_S), ("spri", 0)]
