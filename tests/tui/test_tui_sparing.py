"""What keeps the loop free for keys: styles computed once, garbage collected between keys, lean lines."""

from __future__ import annotations

import asyncio
import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
from textual.dom import DOMNode
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from tests.support.garbage import collected_as_in_the_app
from tests.support.screen import driving
from trd_tui.tui import collecting, styling
from trd_tui.tui.rows import Rows
from trd_tui.tui.styling import Ahead, Sheets

if TYPE_CHECKING:
    from trd_tui.tui.app import TrdApp


@pytest.fixture
def sparing() -> Iterator[None]:
    with collected_as_in_the_app():
        yield


def differing(screen: Screen[object]) -> list[str]:
    """Widgets whose styles are others than those that all style sheets, asked anew, would give them."""
    widgets = [screen, *screen.walk_children()]
    had = [dict(widget.styles.base.get_rules()) for widget in widgets]
    screen.app.stylesheet.update(screen)
    return [
        repr(widget)
        for widget, rules in zip(widgets, had, strict=True)
        if rules != dict(widget.styles.base.get_rules())
    ]


async def test_screens_look_as_if_styled_anew_after_every_way_and_in_other_colours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(styling, "AT_ONCE", 5)
    async with driving(size=(80, 30)) as d:
        for way in (("f3",), ("f6",), ("f2", "enter", "2"), ("question_mark",), ("escape", "escape", "n")):
            await d.press(*way)
            assert differing(d.app.screen) == []
        await d.pilot.resize_terminal(120, 30)
        await d.settle()
        assert differing(d.app.screen) == []
        d.app.theme = "trd-light"
        await d.settle()
        assert differing(d.app.screen) == []
        for way in (("escape",), ("f3",), ("f6",), ("f5",)):  # beneath, elsewhere and not yet open by then
            await d.press(*way)
            assert differing(d.app.screen) == []


async def test_the_loop_hears_keys_between_two_portions_of_other_colours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rounds = 0
    styled: list[int] = []
    loop, usual = asyncio.get_running_loop(), Sheets.update_nodes

    def turn() -> None:
        nonlocal rounds
        rounds += 1
        if d.app._old or not styled:
            loop.call_soon(turn)

    def update_nodes(sheets: Sheets, nodes: Iterable[DOMNode], animate: bool = False) -> None:
        styled.append(rounds)
        usual(sheets, nodes, animate)

    async with driving() as d:
        await d.press("n")
        monkeypatch.setattr(styling, "AT_ONCE", 5)
        monkeypatch.setattr(Sheets, "update_nodes", update_nodes)
        loop.call_soon(turn)
        d.app.theme = "trd-light"
        await d.until(lambda: bool(styled) and not d.app._old)
    assert len(styled) > 3
    assert len(set(styled)) == len(styled), "one portion a round"


async def test_the_loop_hears_keys_while_sheets_are_parsed_in_other_colours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with driving() as d:
        monkeypatch.setattr(styling, "PORTION_S", 0)
        soon: list[Callable[[], None]] = []
        became: list[Ahead] = []
        become = Sheets.become

        def noted(sheets: Sheets, ahead: Ahead) -> None:
            became.append(ahead)
            become(sheets, ahead)

        monkeypatch.setattr(Sheets, "become", noted)
        monkeypatch.setattr(d.app, "_soon", lambda work, *about: soon.append(partial(work, *about)))
        d.app.theme = "trd-light"
        await d.press("j")
        assert len(soon) == 1, "the rest is put off"
        d.app.theme = "trd-contrast"  # others are chosen before those are parsed
        await d.press("n")  # opened in the colours of before
        portions = 0
        while soon:
            portions += 1
            soon.pop(0)()
        assert portions > 5, "one sheet at a time"
        assert [ahead.variables for ahead in became] == [d.app.get_css_variables()]
        await d.settle()
        assert differing(d.app.screen) == []


async def test_in_other_colours_each_is_asked_to_paint_itself_and_hardly_more_than_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with driving() as d:
        await d.press("enter")
        asked: Counter[DOMNode] = Counter()
        real = Widget.refresh

        def counted(widget: Widget, *about: Region, **how: bool) -> Widget:
            asked[widget] += 1
            return real(widget, *about, **how)

        monkeypatch.setattr(Widget, "refresh", counted)
        d.app.theme = "trd-light"
        await d.settle()
        widgets = list(d.app.screen.walk_children())
        assert all(asked[each] for each in widgets)
        assert asked.total() < 4 * len(widgets)


async def test_going_where_one_was_styles_and_parses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with driving() as d:
        await d.press("f3", "f4", "f2", "n")
        done: list[str] = []
        monkeypatch.setattr(Sheets, "update", lambda *_, **__: done.append("update"))
        monkeypatch.setattr(Sheets, "parse", lambda *_: done.append("parse"))
        await d.press("f3", "f4", "f2", "escape")
        assert done == []


@pytest.mark.usefixtures("sparing")
async def test_a_whole_collection_waits_for_the_end_of_what_the_loop_does() -> None:
    def made(small: int) -> None:
        gc.collect()
        for _ in range(small):
            gc.collect(1)

    made(collecting.ENOUGH - 1)
    assert not collecting.due(quiet=True)
    made(collecting.ENOUGH)
    assert collecting.due(quiet=True)
    assert not collecting.due(quiet=False)
    made(collecting.TOO_MUCH)
    assert collecting.due(quiet=False)

    clock = iter([0.0, 1.0, 1.0, 1.0])  # a round of a second, then one of none
    loop = asyncio.get_running_loop()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loop, "time", lambda: next(clock))
        rounds: list[Callable[[], None]] = []
        patch.setattr(loop, "call_soon", lambda call, *given: rounds.append(partial(call, *given)))
        app = SimpleNamespace(
            _registry=(), _screen_stacks={"home": ["screen"]}, screen="screen", _background_screens=[]
        )
        collecting.Collector(cast("TrdApp", app)).collect(quiet=True)
        rounds.pop()()
        assert gc.get_count()[2] >= collecting.TOO_MUCH
        frozen: list[bool] = []
        patch.setattr(gc, "freeze", lambda: frozen.append(True))
        rounds.pop()()
    assert gc.get_count()[2] == 0
    assert frozen


@pytest.mark.usefixtures("sparing")
async def test_a_whole_collection_comes_when_nothing_else_is_to_be_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop = asyncio.get_running_loop()
    app = SimpleNamespace(_registry=(), _screen_stacks={}, screen="screen", _background_screens=[])
    collector = collecting.Collector(cast("TrdApp", app))
    for _ in range(collecting.ENOUGH):
        gc.collect(1)
    rounds: list[bool] = []
    collected = asyncio.Event()
    monkeypatch.setattr(collecting, "LOOKS", 10**9)
    monkeypatch.setattr(collecting, "forget_hidden", lambda _app: collected.set())

    def work() -> None:
        rounds.append(collected.is_set())
        if len(rounds) < 5:
            loop.call_soon(work)

    loop.call_soon(work)
    collector.collect(quiet=True)
    collector.collect(quiet=True)  # a second look would wait for the first for ever
    async with asyncio.timeout(10):
        await collected.wait()
    assert rounds == [False] * 5


def test_what_textual_keeps_of_places_is_let_go_of() -> None:
    Region(1, 2, 3, 4).intersection(Region(2, 2, 2, 2))
    assert Region.intersection.cache_info().currsize
    collecting.forget_places()
    assert not Region.intersection.cache_info().currsize


async def test_what_nobody_sees_lets_go_of_its_paint_and_comes_back_the_same() -> None:
    def held(screen: Screen[object]) -> list[Widget]:
        widgets = [each for each in screen.walk_children() if isinstance(each, Widget)]
        return [each for each in widgets if each._styles_cache._cache or each._box_model_cache]

    async with driving() as d:
        first, before = d.app.screen, d.text()
        await d.press("question_mark")  # seen beneath it
        collecting.forget_hidden(d.app)
        assert held(first)
        await d.press("escape", "f3")
        shown = held(d.app.screen)
        collecting.forget_hidden(d.app)
        assert not held(first)
        assert held(d.app.screen) == shown
        await d.press("f2")
        assert d.text() == before


@pytest.mark.usefixtures("sparing")
def test_a_lean_line_answers_as_one_with_all_its_caches() -> None:
    line = Strip.blank(8)
    assert line.crop(2, 5).cell_length == 3
    assert line.crop(2, 5) is line.crop(2, 5)
    assert [part.cell_length for part in line.divide([3, 8])] == [3, 5]
    with pytest.raises(AttributeError, match="_other"):
        line._other  # type: ignore[attr-defined] # noqa: B018 - whether it is missed


async def test_a_page_key_in_a_list_that_is_not_painted_yet() -> None:
    async with driving() as d:
        rows = Rows("one", "two")
        await d.app.screen.mount(rows)
        rows.highlighted = 1
        rows._index_to_line.clear()
        await rows.run_action("page_up")
        assert rows.highlighted == 1
