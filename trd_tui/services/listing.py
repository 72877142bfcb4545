"""Lists and figures for people and programs: pages of campaigns and contacts, the overview, one campaign."""

from __future__ import annotations

from trd_tui.services.views import (
    ActPreview,
    ActResult,
    CampaignDetail,
    CampaignPage,
    CampaignRow,
    ContactPage,
    ContactQuery,
    ContactRow,
    ListQuery,
    NextMessage,
    Overview,
    SortKey,
    Summary,
    TouchFunnel,
)

__all__ = [
    "ActPreview",
    "ActResult",
    "CampaignDetail",
    "CampaignPage",
    "CampaignRow",
    "ContactPage",
    "ContactQuery",
    "ContactRow",
    "ListQuery",
    "NextMessage",
    "Overview",
    "SortKey",
    "Summary",
    "TouchFunnel",
]
