"""What every page of a campaign's screen is: a widget of its own, mounted when it is first shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.containers import Vertical

from trd_tui.tui.work import Work, begin

if TYPE_CHECKING:
    from textual.widget import Widget

    from trd_tui.services.views import CampaignDetail
    from trd_tui.tui.campaign.screen import CampaignScreen
    from trd_tui.tui.desk import Desk
    from trd_tui.tui.lines import Part


class CampaignPage(Vertical):
    """A page. The screen tells it when it is shown, when the database changed, and when time has passed."""

    SEARCHES = ""
    """What stands where the search field will be; empty on a page that is not searched."""

    def __init__(self, campaign_id: str, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.campaign_id = campaign_id
        self.searched = ""

    # What a page may ask for

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

    def launch(self, work: Work, *, group: str, exclusive: bool = False) -> None:
        """Run in a worker of this page; a fault becomes a toast."""
        begin(self, work, group=group, exclusive=exclusive)

    # What a page says of itself; only of the page that is shown is any of it asked

    def to_focus(self) -> Widget:
        """Where the keys go when it is shown."""
        return self

    def shown(self) -> None:
        """It was just brought to the front: read what it shows."""

    def say(self) -> None:
        """The campaign was read again, or the size has changed: say what has."""

    def live(self) -> None:
        """Somebody changed the database."""

    def tick(self) -> None:
        """Time has passed."""

    def hints(self) -> list[Part] | None:
        """The line of hints while the page wants other keys than its table's; ``None`` for the table's."""
        return None

    def offers(self, action: str) -> bool:
        """Whether an action of its table does something now; the line of hints leaves out what does not."""
        return True

    def leave(self) -> bool:
        """Escape: go back by a step within the page; answers whether there was one to go."""
        return False

    def search_for(self, text: str) -> None:
        """Show what matches; empty for all."""

    def chosen(self, id: str) -> bool:  # noqa: A002 - as the menu calls it
        """A line of the menu was chosen; answers whether it was one of this page."""
        return False
