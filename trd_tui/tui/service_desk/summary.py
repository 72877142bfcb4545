"""The real desk's answers to the summary of a campaign."""

from __future__ import annotations

from trd_tui.services import course, estimates
from trd_tui.services.course_views import Course
from trd_tui.services.estimates import CampaignCost
from trd_tui.services.linting import NoSuchCampaignError
from trd_tui.tui.service_desk.asking import Asking


class SummaryAnswers:
    """See `SummaryDesk`."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    async def course(self, campaign_id: str) -> Course | None:
        """How it has gone so far."""
        asking = self._asking
        return await asking.ask(lambda: course.campaign_course(asking.product.db, campaign_id, asking.zone))

    async def cost(self, campaign_id: str) -> CampaignCost | None:
        """What it has cost and will cost."""
        product = self._asking.product
        try:
            return await self._asking.ask(
                lambda: estimates.campaign_cost(product.db, campaign_id, product.prices)
            )
        except NoSuchCampaignError:
            return None
