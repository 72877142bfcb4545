"""The pages of a campaign's screen. Each keeps its key, whichever others there are."""

from __future__ import annotations

from trd_tui.tui.paged import Page

PAGES: tuple[Page, ...] = (
    Page(1, "summary", "Summary", "summary:SummaryPage"),
    Page(2, "touches", "Touches", "touches:TouchesPage"),
    Page(3, "contacts", "Contacts", "contacts:ContactsPage"),
    Page(4, "timeline", "Timeline", "timeline:TimelinePage"),
    Page(5, "replies", "Replies", "replies:RepliesPage"),
    Page(6, "activity", "Activity", "activity:ActivityPage"),
)
"""Every page, in the order of its key."""
