"""One campaign: the frame of its pages, their tabs, and the acts on the campaign itself."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import ContentSwitcher, Static

from trd_tui.domain.allowance import USED_UP
from trd_tui.services.views import ActResult, CampaignDetail, CampaignRow
from trd_tui.tui.actions import CAMPAIGN, bindings
from trd_tui.tui.acts import ActingScreen
from trd_tui.tui.campaign.headline import say_headline
from trd_tui.tui.campaign.lines import hint_parts, page_parts
from trd_tui.tui.campaign.page import CampaignPage
from trd_tui.tui.campaign.pages import PAGES
from trd_tui.tui.leaving import leave
from trd_tui.tui.lines import ActionLine
from trd_tui.tui.paged import Page, PagedScreen, ScreenPage
from trd_tui.tui.topbar import TopBar

if TYPE_CHECKING:
    from trd_tui.tui.menu import Menu


class CampaignScreen(PagedScreen, ActingScreen):
    """A campaign's own screen."""

    CSS_PATH = ["campaign.tcss", "touches.tcss"]  # a sheet a page that needs one
    BINDINGS = bindings(CAMPAIGN)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]
    AUTO_FOCUS = "#summary-scroll"
    PAGES = PAGES

    def __init__(self, campaign_id: str) -> None:
        super().__init__()
        self.campaign_id = campaign_id
        self.detail: CampaignDetail | None = None
        self.gone = False
        self._framed = asyncio.Event()

    def compose(self) -> ComposeResult:
        """The frame and the first page; the others are mounted when they are first shown.

        The campaign is read while they are made, so that the first thing painted holds its figures.
        """
        self.launch(self._read, group="detail", exclusive=True)
        yield TopBar(id="topbar")
        yield Static("", id="headline", markup=False)
        with Horizontal(id="tabline"):
            yield ActionLine(id="tabs")
        with ContentSwitcher(initial=self.page.name, id="pages"):
            yield self.make(self.page)
        yield ActionLine(id="hints")

    def make(self, page: Page) -> ScreenPage:
        """A page about this campaign."""
        return page.make(self.campaign_id)

    def on_mount(self) -> None:
        """Say what is known by now."""
        self._framed.set()
        self.say_hints()
        self.front_page.shown()

    # Reading

    async def _read(self) -> None:
        if self.desk is None:
            return
        detail = await self.desk.detail(self.campaign_id)
        await self._framed.wait()
        if detail is None:
            said = "This campaign is gone; another person has deleted it."
            if self.unsaved() is None:
                self.app.notify(said, severity="warning")
                self.over()
            elif not self.gone:
                self.app.notify(f"{said} What you typed is still here.", severity="warning")
                self.gone = True
            return
        self.detail = detail
        self._say()

    def live(self) -> None:
        """Somebody changed the database."""
        self.launch(self._read, group="detail", exclusive=True)
        self.front_page.live()

    def tick(self) -> None:
        """Time has passed."""
        self.query_one(TopBar).tick()
        self.front_page.tick()
        say_headline(self, self.detail)

    # Saying

    def _say(self) -> None:
        say_headline(self, self.detail)
        self.say_hints()
        self.front_page.say()

    def say_hints(self) -> None:
        """Tabs and hints."""
        width = self.app.size.width
        self.query_one("#tabs", ActionLine).show(
            page_parts(self.detail, self.page, width=width), self.search_parts()
        )
        left, right = hint_parts(
            None if self.detail is None else self.detail.row,
            cast("CampaignPage", self.front_page),
            self.page.in_table,
            undo=self.trd.can_undo,
            stopped=self.trd.halted,
            long_act=self.trd.long_act,
            width=width,
            used_up=self.detail is not None and self.detail.pause_reason == USED_UP,
        )
        self.query_one("#hints", ActionLine).show(left, right)

    say_tabs = say_hints

    def on_resize(self) -> None:
        """The page takes the room there is."""
        self.call_after_refresh(self._say)

    # Searching

    async def action_search(self) -> None:  # type: ignore[override] # a page may have to be made first
        """Into the search field; from a page that is not searched, to that of the contacts."""
        if not self.SEARCHES:
            await self.show_page("contacts")
        if self.is_open:
            super().action_search()

    # Acting

    def targets(self) -> Sequence[str]:
        """This campaign."""
        return [self.campaign_id]

    def current(self) -> CampaignRow | None:
        """This campaign."""
        return None if self.detail is None else self.detail.row

    def acted(self, act: str, results: Sequence[ActResult]) -> None:
        """After a deletion there is nothing to look at."""
        if act == "delete" and any(result.ok for result in results):
            self.over()
        else:
            self.live()

    def action_back(self) -> None:
        """Clear the search, go back within the page, call off what is under way, then go back."""
        if not self.leave_search() and not self.front_page.leave() and not self.cancel_act():
            leave(self.trd, [self], self.dismiss)

    async def keep_typed(self) -> None:
        """Keep what is half typed on its pages."""
        for page in self.query(CampaignPage):
            await page.keep_typed()

    def unsaved(self) -> str | None:
        """What is typed on its pages and not saved."""
        lost = [said for page in self.query(CampaignPage) if (said := page.unsaved())]
        return "\n".join(lost) or None

    def action_menu(self) -> None:
        """What can be done with this campaign."""
        from trd_tui.tui.row_menu import row_choices

        row = self.current()
        if row is not None:
            self.menu().open(row.name, row_choices(row, openable=False), x=4, y=3)

    def on_menu_chosen(self, event: Menu.Chosen) -> None:
        """The menu was answered."""
        page = self.front_page
        if self.focused is None or self.focused is event.menu:
            page.to_focus().focus()
        row = self.current()
        if event.id == "steps":
            self.action_steps()
        elif event.id is not None and not page.chosen(event.id) and row is not None:
            start = event.id == "resume" and row.status == "draft"
            self.perform("start" if start else event.id, [row.id])
