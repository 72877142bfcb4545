"""``trd contact list``: all contacts, or those of one campaign with where they stand."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from trd_tui.cli.campaign_list import MOST_ROWS, page_limit, page_offset
from trd_tui.cli.errors import CliError
from trd_tui.cli.output import iso, print_json, say_more, table
from trd_tui.cli.session import with_product
from trd_tui.domain.finding import one_or_many
from trd_tui.domain.message import EnrolmentStatus
from trd_tui.services.shapes import book_shape, contact_shape, pagination_shape
from trd_tui.settings import Settings

if TYPE_CHECKING:
    from trd_tui.services.actor import Actor
    from trd_tui.services.contact_book import BookPage, BookRow
    from trd_tui.services.views import ContactPage, ContactRow
    from trd_tui.wiring import Product

STATUSES = ("all", *map(str, EnrolmentStatus))


def add(subcommands: Any) -> None:
    """Put the command into the table."""
    parser = subcommands.add_parser(
        "list",
        help="contacts, with where they stand",
        description="All contacts in the order in which they came; with --campaign those of one, in the order"
        " of their enrolment, with where they stand and what comes next.",
    )
    parser.add_argument("--campaign", metavar="ID", help="only of this campaign")
    parser.add_argument(
        "--status",
        choices=STATUSES,
        default="all",
        help="who stands so in the campaign; without --campaign, in any",
    )
    parser.add_argument("--suppressed", action="store_true", help="only who is on the do-not-contact list")
    parser.add_argument("--search", metavar="T", default="", help="part of a name or of a number")
    parser.add_argument("--limit", metavar="N", type=page_limit, default=20, help="rows of the page (20)")
    parser.add_argument("--offset", metavar="N", type=page_offset, default=0, help="rows before the page (0)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Print one page."""
    limit = min(options.limit, MOST_ROWS)

    async def body(product: Product, _actor: Actor) -> ContactPage | BookPage:
        from trd_tui.services.contact_book import book_page
        from trd_tui.services.listing import campaign_detail, contact_page
        from trd_tui.services.views import ContactQuery

        query = ContactQuery(options.status, options.search, limit, options.offset, options.suppressed)
        if options.campaign is None:
            return await book_page(product.db, query)
        if await campaign_detail(product.db, options.campaign) is None:
            raise CliError(f"there is no campaign {options.campaign}; `trd campaign list` shows all")
        return await contact_page(product.db, options.campaign, query)

    page = with_product(settings, body)
    pages = pagination_shape(page.total, limit, options.offset, len(page.rows))
    if options.json:
        print_json({"contacts": [_shape(row) for row in page.rows], "pagination": pages})
        return 0
    heads: tuple[str, ...] = ("Status", ">Sent", "Last text (UTC)", "Next (UTC)", "Why")
    if options.campaign is None:
        heads = ("City", "State", ">Campaigns", ">Open", "Last text (UTC)", "Stopped by")
    print(table(("Number", "Name", "Company", *heads), map(_cells, page.rows)))
    print(f"\n{len(page.rows)} of {one_or_many(page.total, 'contact')}")
    say_more(pages, len(page.rows))
    return 0


def _shape(row: BookRow | ContactRow) -> dict[str, Any]:
    from trd_tui.services.contact_book import BookRow

    return book_shape(row) if isinstance(row, BookRow) else contact_shape(row)


def _cells(row: BookRow | ContactRow) -> tuple[object, ...]:
    from trd_tui.services.contact_book import BookRow

    who = (row.number, row.name or None, row.company or None)
    if isinstance(row, BookRow):
        open_, stopped = f"{row.open_campaigns:,}", _stop(row.suppressed, row.bad_number)
        where = (row.city or None, row.state or None)
        return (*who, *where, f"{row.campaigns:,}", open_, _minute(row.last_sent_at), stopped)
    sent = f"{row.sent_count} of {row.touches_planned}"
    why = _stop(row.suppressed, row.reason)
    return (*who, row.status, sent, _minute(row.last_sent_at), _minute(row.next_at), why)


def _stop(suppressed: str | None, reason: str | None) -> str | None:
    return reason if suppressed is None else f"suppressed: {suppressed}"


def _minute(instant: int | None) -> str | None:
    text = iso(instant)
    return None if text is None else text.replace("T", " ")[:16]
