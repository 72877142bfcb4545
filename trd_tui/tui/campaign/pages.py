"""The pages of a campaign's screen. Each keeps its key, whichever others there are."""

from __future__ import annotations

from trd_tui.tui.paged import Page

PAGES: tuple[Page, ...] = (
    Page(1, "summary", "Summary", "summary:SummaryPage"),
    Page(3, "contacts", "Contacts", "contacts:ContactsPage"),
)
"""Every page, in the order of its key."""
