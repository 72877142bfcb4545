"""What the summary of a campaign asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from trd_tui.services.course_views import Course
    from trd_tui.services.estimates import CampaignCost


class SummaryDesk(Protocol):
    """Its questions; each may take some time, so it is asked behind what is shown."""

    async def course(self, campaign_id: str) -> Course | None:
        """Messages and replies by day, and what waits for somebody; ``None`` when the campaign is gone."""
        ...

    async def cost(self, campaign_id: str) -> CampaignCost | None:
        """What it has cost and will cost, counted contact by contact; ``None`` when the campaign is gone."""
        ...
