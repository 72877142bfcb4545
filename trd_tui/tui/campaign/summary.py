"""The first page of a campaign: funnel, days, money, variants, what waits for somebody, and settings."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from trd_tui.tui.actions import page_bindings
from trd_tui.tui.campaign.funnel import funnel_content
from trd_tui.tui.campaign.lines import settings_content
from trd_tui.tui.campaign.page import CampaignPage
from trd_tui.tui.lines import update
from trd_tui.tui.scroll import Scroll

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widget import Widget

    from trd_tui.services.course_views import Course
    from trd_tui.services.estimates import CampaignCost

FRAME = 5
"""Cells beside the funnel: its border, its padding and the place of the scrollbar."""

UNASKED = 2_000
"""Up to so many contacts it is counted unasked what is to come: a tenth of a second."""

REST = 20
"""So many times as long as counting took is waited before it is counted again."""

BOXES = (
    ("funnel", "Touches"), ("course", "Messages and replies by day"), ("money", "Money"),
    ("variants", "Variants"), ("waiting", "Waiting for somebody"), ("settings", "Settings"),
    ("beside", "Settings"),
)  # fmt: skip
"""Id and title of each box."""

SETTINGS = 70
"""Cells of the settings where they stand beside the funnel; else they are the last box."""

BESIDE = SETTINGS + 100
"""Columns from which they do: the funnel keeps all of its own."""


class SummaryPage(CampaignPage):
    """The page. Funnel and settings come with the campaign; days and money are counted behind them."""

    BINDINGS = page_bindings("campaign_summary")

    def __init__(self, campaign_id: str, *, id: str) -> None:
        super().__init__(campaign_id, id=id)
        self.course: Course | None = None
        self.cost: CampaignCost | None = None
        self.counting = True
        self._asked = False
        self._counted_at = 0.0
        self._stale = False

    def compose(self) -> ComposeResult:
        """Its boxes, one under the other; days and money side by side where there is room."""
        boxes = {name: self._box(name, title) for name, title in BOXES}
        with Scroll(id="summary-scroll"):
            with Horizontal(id="funnel-and-settings"):
                yield boxes["funnel"]
                yield boxes["beside"]
            with Horizontal(id="course-and-money"):
                yield boxes["course"]
                yield boxes["money"]
            yield boxes["variants"]
            yield boxes["waiting"]
            yield boxes["settings"]

    @staticmethod
    def _box(name: str, title: str) -> Vertical:
        box = Vertical(Static("", id=name, markup=False), id=f"{name}-box", classes="box")
        box.border_title = title
        box.display = name not in ("variants", "waiting", "beside")
        return box

    def to_focus(self) -> Widget:
        """The keys scroll."""
        return self.query_one("#summary-scroll")

    # Reading

    def shown(self) -> None:
        """Count what has to be counted, behind the figures that come with the campaign."""
        self._stale = True
        self._count_when_rested()

    live = shown

    def tick(self) -> None:
        """Count again what was left for later."""
        self._count_when_rested()

    def _count_when_rested(self) -> None:
        """A campaign that sends changes all the time; what takes longer is counted less often.

        It may be called when the screen has been left.
        """
        if not self.is_attached:
            return
        if self._stale and self.detail is not None and time.monotonic() >= self._counted_at:
            self._stale = False
            self._counted_at = float("inf")
            self.launch(self._count, group="count", exclusive=True)

    async def _count(self) -> None:
        begun = time.monotonic()
        try:
            if self.campaign.desk is None:
                return
            desk = self.desk.summary
            self.course = await desk.course(self.campaign_id)
            self.say()
            detail = self.detail or await self.desk.detail(self.campaign_id)
            if detail is not None and (self._asked or detail.row.contact_count <= UNASKED):
                self.cost = await desk.cost(self.campaign_id)
            self.counting = self._asked = False
            self.say()
        finally:
            now = time.monotonic()
            self._counted_at = now + REST * (now - begun)

    def action_forecast(self) -> None:
        """Count what is to come, however many contacts there are."""
        self._asked = self.counting = True
        self.say()
        self.launch(self._count, group="count", exclusive=True)

    def offers(self, action: str) -> bool:
        """Counting is offered where it is not done unasked."""
        detail = self.detail
        return action != "forecast" or (detail is not None and detail.row.contact_count > UNASKED)

    # Saying

    def say(self) -> None:
        """Everything that is known."""
        detail = self.detail
        if detail is None:
            return
        from trd_tui.tui.campaign import course_lines
        from trd_tui.tui.campaign import summary_lines as lines

        width, zone, now = self.app.size.width, self.desk.zone, self.desk.now()
        wide = width >= 100
        settings = settings_content(detail, now, zone)
        beside = width >= BESIDE
        self._show("beside", settings if beside else Content(""))
        self._show("settings", Content("") if beside else settings)
        aside = SETTINGS if beside else 0
        self._show("funnel", funnel_content(detail.touches, max(40, width - aside - FRAME)))
        days = self.course.days if self.course is not None else ()
        room = (width * 3 // 5 if wide else width) - FRAME - 1
        if self.course is not None:
            self._show("course", course_lines.course_content(days, room))
        rest = width - room if wide else width
        self._show(
            "money", lines.money_content(detail, self.cost, counting=self.counting, width=rest - FRAME)
        )
        self._show("variants", lines.variants_content(detail.touches))
        self._show("waiting", lines.waiting_content(detail, self.course, zone, now))
        if self._stale:
            self.call_after_refresh(self._count_when_rested)

    def _show(self, name: str, content: Content) -> None:
        update(self.query_one(f"#{name}", Static), content)
        self.query_one(f"#{name}-box").display = bool(content.plain)
