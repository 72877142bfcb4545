"""The pages of a campaign's screen. Each keeps its key, whichever others there are."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, cast

from trd_tui.tui.actions import CAMPAIGN

if TYPE_CHECKING:
    from trd_tui.tui.campaign.page import CampaignPage


class Page(NamedTuple):
    """A page.

    Attributes:
        number: the key that goes there.
        name: in code; its widget's id.
        word: its name for people.
        made: module of this folder and class; imported when it is first shown.
    """

    number: int
    name: str
    word: str
    made: str

    @property
    def in_table(self) -> str:
        """Its name in the table of actions."""
        return f"{CAMPAIGN}_{self.name}"

    def make(self, campaign_id: str) -> CampaignPage:
        """Its widget."""
        module, _, name = self.made.partition(":")
        made = getattr(import_module(f"{__package__}.{module}"), name)
        return cast("CampaignPage", made(campaign_id, id=self.name))


PAGES: tuple[Page, ...] = (
    Page(1, "summary", "Summary", "summary:SummaryPage"),
    Page(3, "contacts", "Contacts", "contacts:ContactsPage"),
)
"""Every page, in the order of its key."""
