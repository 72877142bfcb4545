"""The first page of a campaign: the funnel of its touches and its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical, VerticalScroll
from textual.widgets import Static

from trd_tui.tui.campaign.funnel import funnel_content
from trd_tui.tui.campaign.lines import settings_content
from trd_tui.tui.campaign.page import CampaignPage
from trd_tui.tui.lines import update

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widget import Widget

FRAME = 5
"""Cells beside the funnel: its border, its padding and the place of the scrollbar."""


class SummaryPage(CampaignPage):
    """The page."""

    def compose(self) -> ComposeResult:
        """Its boxes, one under the other."""
        with VerticalScroll(id="summary-scroll"):
            with Vertical(id="funnel-box", classes="box") as box:
                box.border_title = "Touches"
                yield Static("", id="funnel", markup=False)
            with Vertical(id="settings-box", classes="box") as box:
                box.border_title = "Settings"
                yield Static("", id="settings", markup=False)

    def to_focus(self) -> Widget:
        """The keys scroll."""
        return self.query_one("#summary-scroll")

    def say(self) -> None:
        """Funnel and settings."""
        detail = self.detail
        if detail is None:
            return
        width = max(40, self.campaign.size.width - FRAME)
        update(self.query_one("#funnel", Static), funnel_content(detail.touches, width))
        settings = settings_content(detail, self.desk.now(), self.desk.zone)
        update(self.query_one("#settings", Static), settings)
