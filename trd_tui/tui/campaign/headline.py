"""The lines at the top of every screen that is about one campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Static

from trd_tui.tui.campaign.lines import status_content
from trd_tui.tui.lines import update

if TYPE_CHECKING:
    from trd_tui.services.views import CampaignDetail
    from trd_tui.tui.base import DeskScreen


def say_headline(screen: DeskScreen, detail: CampaignDetail | None) -> None:
    """Say name, status, progress and figures in the screen's ``#headline``, once they are known."""
    desk = screen.desk
    if detail is not None and desk is not None:
        width = screen.app.size.width - 2
        content = status_content(detail, desk.now(), desk.zone, width, screen.trd.standing)
        update(screen.query_one("#headline", Static), content)
