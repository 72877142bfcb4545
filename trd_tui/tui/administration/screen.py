"""The administration: a frame of four pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import ContentSwitcher

from trd_tui.tui.actions import ADMINISTRATION, RIGHT, bindings, hints
from trd_tui.tui.administration.page import AdministrationPage
from trd_tui.tui.hint_lines import action_parts, right_parts
from trd_tui.tui.lines import ActionLine, Part
from trd_tui.tui.paged import Page, PagedScreen
from trd_tui.tui.topbar import TopBar

if TYPE_CHECKING:
    from trd_tui.tui.menu import Menu


class AdministrationScreen(PagedScreen):
    """The screen."""

    CSS_PATH = ["administration.tcss"]
    BINDINGS = bindings(ADMINISTRATION)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]
    AUTO_FOCUS = "#senders-table"
    PAGES = (
        Page(1, "senders", "Senders", "senders:SendersPage", ADMINISTRATION),
        Page(2, "suppressions", "Suppressions", "suppressions:SuppressionsPage", ADMINISTRATION),
        Page(3, "settings", "Settings", "settings:SettingsPage", ADMINISTRATION),
        Page(4, "audit", "Audit", "audit:AuditPage", ADMINISTRATION),
    )

    def compose(self) -> ComposeResult:
        """The frame and the first page; the others are mounted when they are first shown."""
        yield TopBar(id="topbar")
        with Horizontal(id="tabline"):
            yield ActionLine(id="tabs")
        with ContentSwitcher(initial=self.page.name, id="pages"):
            yield self.make(self.page)
        yield ActionLine(id="hints")

    def on_mount(self) -> None:
        """Show the first page."""
        self.say_hints()
        self.front_page.shown()

    @property
    def front(self) -> AdministrationPage:
        """The page that is shown."""
        return cast("AdministrationPage", self.front_page)

    def live(self) -> None:
        """Somebody changed the database."""
        self.front_page.live()

    def tick(self) -> None:
        """Time has passed."""
        self.query_one(TopBar).tick()
        self.front_page.tick()

    def say_hints(self) -> None:
        """Tabs and hints: the page's own keys, or how far a long act is."""
        width = self.app.size.width
        tabs: list[Part] = [Part(" ")]
        for page in self.PAGES:
            if page is not self.PAGES[0]:
                tabs.append(Part(" │ " if width >= 100 else "", "quiet"))
            action = f"tab({page.number})"
            if page is self.page:
                tabs.append(Part(f" {page.number} {page.word} ", "chosen", action))
            else:
                tabs += [Part(f" {page.number}", "key", action), Part(f" {page.word} ", "", action)]
        self.query_one("#tabs", ActionLine).show(tabs, self.search_parts())
        line, running = self.query_one("#hints", ActionLine), self.trd.long_act
        if running is not None and running.shown:
            right = right_parts(ADMINISTRATION, stopped=self.trd.halted, only_stop=width < 100)
            line.show(running.parts(width), right)
            return
        left: list[Part] = [Part(" ")]
        for each in hints(self.page.in_table):
            if each.hint < RIGHT and each.id != "search" and self.front_page.offers(each.id):
                left += action_parts(each, each.label)
        line.show(left, right_parts(ADMINISTRATION, stopped=self.trd.halted))

    say_tabs = say_hints

    def on_resize(self) -> None:
        """Lines take the room there is."""
        self.say_hints()
        self.call_after_refresh(self.front_page.say)
        self.call_after_refresh(self.trd.place_toasts)

    def action_undo_elsewhere(self) -> None:
        """Take the last act back: of those of this screen at once, of others after a question."""
        from trd_tui.tui.undoing import press

        press(self, ADMINISTRATION)

    def action_back(self) -> None:
        """Clear the search, call off what is under way, take a filter away, else go to the overview."""
        if not self.leave_search() and not self.cancel_act() and not self.front_page.leave():
            self.trd.ways.home()

    def on_menu_chosen(self, event: Menu.Chosen) -> None:
        """The menu was answered."""
        if self.focused is None or self.focused is event.menu:
            self.front_page.to_focus().focus()
        if event.id is not None:
            self.front_page.chosen(event.id)
