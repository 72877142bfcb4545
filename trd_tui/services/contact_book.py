"""All contacts of a workspace, page by page, whatever campaigns they are in."""

from __future__ import annotations

from dataclasses import dataclass

from trd_tui.services.actor import WORKSPACE
from trd_tui.services.views import ContactQuery
from trd_tui.store import contact_book
from trd_tui.store.database import Database


@dataclass(frozen=True, slots=True)
class BookRow:
    """One contact over all campaigns that are not deleted.

    Attributes:
        id: row of the contact.
        number: E.164.
        first_name: empty where it is not known, as every field of text.
        last_name: the family's.
        company: where they work.
        email: as imported.
        city: as imported.
        state: as imported.
        zip: as imported.
        timezone: IANA name where it was stated.
        bad_number: why the number takes no texts.
        created_at: when they came, a campaign instant.
        campaigns: how many they are in.
        open_campaigns: of those, in how many their sequence goes on.
        last_sent_at: the last automated text that was accepted.
        suppressed: why the number must not be texted.
    """

    id: int
    number: str
    first_name: str
    last_name: str
    company: str
    email: str
    city: str
    state: str
    zip: str
    timezone: str | None
    bad_number: str | None
    created_at: int
    campaigns: int
    open_campaigns: int
    last_sent_at: int | None
    suppressed: str | None

    @property
    def name(self) -> str:
        """First and last name, as far as they are known."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class BookPage:
    """A page of contacts, and how many match."""

    rows: tuple[BookRow, ...]
    total: int


async def book_page(db: Database, query: ContactQuery) -> BookPage:
    """A page of all contacts in the order in which they came; a status is one that they have anywhere."""
    rows, total = await db.read(
        contact_book.page,
        WORKSPACE,
        status=None if query.status in (None, "", "all") else query.status,
        suppressed=query.suppressed,
        search=query.search,
        limit=max(query.limit, 0),
        offset=max(query.offset, 0),
    )
    return BookPage(tuple(BookRow(**row) for row in rows), total)
