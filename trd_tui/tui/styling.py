"""How screens get their styles: once, when they are opened, and again where another width asks for others.

Textual 8.2 parses every style sheet anew whenever a screen with one of its own is opened, applies all of them
to what is shown beneath it as well, and does both again for each screen that is gone back to by switching
modes. That took longer than a tenth of a second, in which no key was answered.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import cast

from textual.app import App
from textual.cache import LRUCache
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.events import Resize, ScreenResume
from textual.geometry import Size
from textual.screen import Screen

SHEETS = 512
"""Style sheets whose rules are kept; every kind of widget has one.

Textual keeps 64, and asks for all of them in turn: of one more it finds none again.
"""


AT_ONCE = 24
"""Widgets that are styled before the next key is heard: 6 ms where all their colours are others."""


PORTION_S = 0.01
"""Seconds of parsing before the next key is heard."""


class Sheets(Stylesheet):
    """Style sheets that are parsed once, and again only when the colours have changed."""

    def __init__(self, *, variables: dict[str, str] | None = None) -> None:
        super().__init__(variables=variables)
        self._parse_cache = LRUCache(SHEETS)

    def reparse(self) -> None:
        """Parse what is not parsed; other colours have let go of what was."""
        self.parse()

    def become(self, ahead: Ahead) -> None:
        """Show the colours in which what is here has been parsed ahead, or most of it."""
        self.set_variables(ahead.variables)
        self._parse_cache = ahead.sheets._parse_cache
        self.parse()


class Ahead:
    """What is parsed in other colours, a portion after the other, before it is shown in them.

    Args:
        sheets: what to parse.
        variables: the colours.
    """

    def __init__(self, sheets: Sheets, variables: dict[str, str]) -> None:
        self.variables = variables
        self.sheets = Sheets(variables=variables)
        self._left = list(sheets.source.items())

    def parse(self, seconds: float) -> bool:
        """Parse for so long; whether all is parsed."""
        until = time.perf_counter() + seconds
        while self._left:
            place, source = self._left.pop()
            self.sheets._parse_rules(
                source.content,
                read_from=place,
                is_default_rules=source.is_defaults,
                tie_breaker=source.tie_breaker,
                scope=source.scope,
            )
            if time.perf_counter() >= until:
                break
        return not self._left


class StylingApp(App[None]):
    """An app in which a screen is styled when it is opened, and when the colours change."""

    def __init__(self) -> None:
        super().__init__()
        self.stylesheet: Sheets = Sheets(variables=self.get_css_variables())
        self._old: list[DOMNode] = []
        self._ahead: Ahead | None = None

    def _load_screen_css(self, screen: Screen[object]) -> None:
        """Read a screen's style sheets when the first of its kind is opened.

        Its rules are about itself, so what is beneath it needs no look at them; and its widgets, which are
        not made yet, find it as wide as it will be.
        """
        sheet = self.stylesheet
        new = [path for path in screen.css_path if not sheet.has_source(str(path), "")]
        for path in new:
            sheet.read(path)
        if new:
            sheet.parse()
        width = self.size.width
        screen._classes |= screen._get_breakpoint_classes(width, screen.HORIZONTAL_BREAKPOINTS or [])
        sheet.apply(screen)
        screen._css_update_count = self._css_update_count

    def refresh_css(self, animate: bool = True) -> None:
        """Show what is shown in the colours of now; what is beneath it follows when it comes to the front."""
        sheet, variables = self.stylesheet, self.get_css_variables()
        self._ahead = None
        if variables == sheet._variables:
            self._restyle(animate=animate)
        elif self.screen_stack:
            self._ahead = Ahead(sheet, variables)
            self._parse_portion(self._ahead)
        else:
            sheet.set_variables(variables)
            sheet.parse()

    def _parse_portion(self, ahead: Ahead) -> None:
        """Parse some sheets in the colours to come; before the next, keys are heard."""
        if ahead is not self._ahead:
            return
        if not ahead.parse(PORTION_S):
            self._soon(self._parse_portion, ahead)
            return
        self._ahead = None
        self.stylesheet.become(ahead)
        self._css_update_count += 1  # a screen that was opened meanwhile is in the colours of before
        self._restyle(animate=False)

    def _restyle(self, *, animate: bool) -> None:
        sheet = self.stylesheet
        if not self.screen_stack:
            return
        sheet.apply(self, animate=animate)
        old, under_way = self._old, bool(self._old)
        for screen in (self.screen, *self._background_screens):
            if screen._css_update_count != self._css_update_count:
                old = [*old, screen, *screen.walk_children()]
                screen._css_update_count = self._css_update_count
        self._old = old
        if not under_way:
            self._begin_batch()
            self._style_old()

    def _recolour(self, nodes: Sequence[DOMNode]) -> None:
        """Style widgets in other colours, where all that lies in them is styled as well.

        Each colour that changes would ask everything that lies in the widget to paint itself anew; what is
        not mounted asks for nothing. So each is asked once.
        """
        mounted = [node for node in nodes if node._is_mounted]
        for node in mounted:
            node._is_mounted = False
        try:
            self.stylesheet.update_nodes(nodes)
        finally:
            for node in mounted:
                node._is_mounted = True
                node.refresh()

    def style_in_width(self, screen: Screen[None]) -> None:
        """Style a screen in the classes of another width; what is put by on it, a portion after the other."""
        shown: list[DOMNode] = []
        put_by: list[DOMNode] = []
        ahead: list[DOMNode] = [screen]
        while ahead:
            node = ahead.pop()
            if node._inline_styles.get_rule("display", "") == "none":
                put_by += node.walk_children(with_self=True)
            else:
                shown.append(node)
                ahead += reversed(node.children)
        self.stylesheet.update_nodes(shown)
        self._style_put_by(put_by)

    def _style_put_by(self, nodes: Sequence[DOMNode]) -> None:
        if nodes:
            self._soon(self._style_portion, nodes)

    def _soon(self, work: Callable[..., None], *about: object) -> None:
        """Work behind the keys that have come by then.

        What is only put into the app's own queue comes before the loop reads a key: the app takes one after
        the other from there as long as there are any.
        """
        asyncio.get_running_loop().call_soon(self.call_later, work, *about)

    def _style_portion(self, nodes: Sequence[DOMNode]) -> None:
        self.stylesheet.update_nodes([node for node in nodes[:AT_ONCE] if node.is_attached])
        self._style_put_by(nodes[AT_ONCE:])

    def _style_old(self) -> None:
        """Style the next of those in old colours; nothing is painted until all are, but keys are heard."""
        now, self._old = self._old[:AT_ONCE], self._old[AT_ONCE:]
        self._recolour([node for node in now if node.is_attached])
        if self._old:
            self._soon(self._style_old)
            return
        self._end_batch()
        if self.screen_stack and self.screen.is_mounted:
            self.screen._refresh_layout(self.size)


def resumed(screen: Screen[None], event: ScreenResume) -> None:
    """A screen comes to the front: it is styled if other colours were chosen meanwhile.

    Textual would style it again each time that it is gone to.
    """
    now = screen.app._css_update_count
    event.refresh_styles = screen._css_update_count != now
    screen._css_update_count = now


def is_covered(screen: Screen[None]) -> bool:
    """Whether one that lets nothing through stands over it: it is placed anew when it is gone back to."""
    stack = screen.app.screen_stack
    above = stack[stack.index(screen) + 1 :] if screen in stack else stack
    return any(over.styles.background.a == 1 for over in above)


def placed(screen: Screen[None], event: Resize, last: Size | None) -> Size | None:
    """Place a screen in another size, with the classes of that width, and paint it: each of it once.

    Textual 8.2 places and paints first and sets the classes then; it places all that lies beneath, whether or
    not it can be seen, and does everything again when the screen hears of the size that it has given itself.

    Args:
        screen: styled, placed and painted.
        event: the size.
        last: that of the last time.

    Returns:
        In which size it stands now.
    """
    event.stop()
    event.prevent_default()
    if is_covered(screen):
        return last
    points = screen.HORIZONTAL_BREAKPOINTS or []
    now = screen._get_breakpoint_classes(event.size.width, points)
    classes = (screen.classes - {name for _, name in points}) | now
    if event.size == last and classes == screen.classes:
        return last
    if classes != screen.classes:
        screen._classes = set(classes)
        cast("StylingApp", screen.app).style_in_width(screen)
    screen._screen_resized(event.size)
    return event.size
