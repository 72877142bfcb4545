"""What the services answer with: frozen rows and pages. It imports no SQL, so a face may draw first.

They are parted by who asks; whoever uses them need not know which part holds what.
"""

from trd_tui.services.views.acts import ActCancelledError, ActPreview, ActResult, ResumePreview, ResumeTouch
from trd_tui.services.views.campaign import CampaignDetail, Sends, TouchFunnel
from trd_tui.services.views.contacts import ContactPage, ContactQuery, ContactRow
from trd_tui.services.views.listing import SMALLEST_FIRST, CampaignPage, CampaignRow, ListQuery, SortKey
from trd_tui.services.views.overview import MOST_UNREAD, Connected, NextMessage, Overview, Summary

__all__ = [
    "MOST_UNREAD",
    "SMALLEST_FIRST",
    "ActCancelledError",
    "ActPreview",
    "ActResult",
    "CampaignDetail",
    "CampaignPage",
    "CampaignRow",
    "Connected",
    "ContactPage",
    "ContactQuery",
    "ContactRow",
    "ListQuery",
    "NextMessage",
    "Overview",
    "ResumePreview",
    "ResumeTouch",
    "Sends",
    "SortKey",
    "Summary",
    "TouchFunnel",
]
