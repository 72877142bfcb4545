"""What every page of a campaign's screen is: a widget of its own, mounted when it is first shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from trd_tui.tui.paged import ScreenPage

if TYPE_CHECKING:
    from trd_tui.services.views import CampaignDetail
    from trd_tui.tui.campaign.screen import CampaignScreen
    from trd_tui.tui.desk import Desk


class CampaignPage(ScreenPage):
    """A page about one campaign."""

    def __init__(self, campaign_id: str, *, id: str) -> None:
        super().__init__(id=id)
        self.campaign_id = campaign_id

    @property
    def campaign(self) -> CampaignScreen:
        """The screen that it is a page of."""
        return cast("CampaignScreen", self.screen)

    @property
    def desk(self) -> Desk:
        """The desk; it is open before a campaign's screen is."""
        return self.campaign.ready

    @property
    def detail(self) -> CampaignDetail | None:
        """The campaign, once it was read."""
        return self.campaign.detail
