"""``trd report``: what came of one campaign, or of all; for people, programs, spreadsheets and a browser."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import AsyncIterator, Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from trd_tui.cli.campaign_list import MOST_ROWS, page_limit
from trd_tui.cli.errors import CliError
from trd_tui.cli.output import print_json, printable, table
from trd_tui.cli.report_shapes import (
    CAMPAIGN_COLUMNS,
    PERSON_COLUMNS,
    campaign_cells,
    person_cells,
    stats_shape,
)
from trd_tui.cli.session import with_product
from trd_tui.settings import Settings

if TYPE_CHECKING:
    from trd_tui.services.actor import Actor
    from trd_tui.services.report import CampaignReport
    from trd_tui.services.views import CampaignRow, Summary
    from trd_tui.store.database import Database
    from trd_tui.wiring import Product

FORMATS = ("table", "json", "csv", "html")
_PAGE_ROWS = 1_000
_TOUCH_HEADS = (">Touch", ">Day", ">Sent", ">Delivered", ">Failed", ">Replied", ">Delivered %", ">Replied %")
_RESPONDER_HEADS = ("Number", "Name", ">Touch", ">Day")
_SILENT_HEADS = ("Number", "Name", ">Last day", ">Messages")
_ALL_HEADS = (
    *(
        "ID",
        "Name",
        "Status",
        ">Contacts",
        ">Texted",
        ">Sent",
        ">Delivered",
        ">Failed",
        ">Replied",
        ">Opted out",
    ),
    *(">Delivered %", ">Replied %", ">Of contacts %", ">Opted out %", ">Done %", "Created (UTC)"),
)
_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:70em;margin:2em auto;padding:0 1em}"
    "table{border-collapse:collapse;margin:1em 0}td,th{padding:.2em .8em;border-bottom:1px solid #8886;"
    "text-align:left}.n{text-align:right;font-variant-numeric:tabular-nums}"
)


def add(commands: Any) -> None:
    """Put the command into the table."""
    parser = commands.add_parser(
        "report",
        help="what came of a campaign: its touches, who has answered and who has not",
        description="What came of a campaign: its touches, who has answered and who has not; without CAMPAIGN"
        " one row for each. As CSV a campaign's report holds every contact who was texted.",
    )
    parser.add_argument("campaign", metavar="CAMPAIGN", nargs="?", help="as `trd campaign list` shows it")
    parser.add_argument("--format", choices=FORMATS, default="table", help="of what is printed (table)")
    parser.add_argument(
        "--json", action="store_const", dest="format", const="json", help="the same as --format json"
    )
    parser.add_argument(
        "--people",
        metavar="N",
        type=page_limit,
        default=20,
        help="responders, and non-responders, that are named (20); a CSV names all",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Print the report."""
    people = min(options.people, MOST_ROWS)

    async def body(product: Product, _actor: Actor) -> None:
        if options.campaign is None:
            await _all(product.db, options.format)
            return
        from trd_tui.services.report import campaign_report

        report = await campaign_report(product.db, options.campaign, people)
        if report is None:
            raise CliError(f"there is no campaign {options.campaign}; `trd campaign list` shows all")
        if options.format == "csv":
            await _people_csv(product.db, options.campaign)
        else:
            _one(report, options.format)

    with_product(settings, body)
    return 0


def _one(report: CampaignReport, form: str) -> None:
    if form == "json":
        print_json({"success": True, "stats": stats_shape(report)})
        return
    parts = _parts(report)
    if form == "html":
        print(_page(report.row.name, _headline(report), parts))
        return
    print(printable(f"{report.row.name}  ({report.row.id})"))
    print(_headline(report))
    for title, heads, rows in parts:
        print(f"\n{title}\n{table(heads, rows)}")


def _headline(report: CampaignReport) -> str:
    from trd_tui.domain.finding import one_or_many, sent_words
    from trd_tui.domain.money import format_usd

    row = report.row
    sent = sent_words(row.sent_count, report.perhaps_sent)
    return (
        f"{row.status}: {one_or_many(row.contact_count, 'contact')}, {sent},"
        f" {row.delivered_count:,} delivered ({row.delivery_rate:.1f} %), {row.replied_count:,} replied"
        f" ({row.reply_rate:.1f} % of messages, {row.contact_reply_rate:.1f} % of contacts),"
        f" {row.opted_out_count:,} asked to stop, {format_usd(report.cost_micros)}"
    )


Part = tuple[str, Sequence[str], list[tuple[object, ...]]]


def _parts(report: CampaignReport) -> list[Part]:
    touches: list[tuple[object, ...]] = [
        (
            touch.position,
            touch.day,
            f"{touch.sent_count:,}",
            f"{touch.delivered_count:,}",
            f"{touch.failed_count:,}",
            f"{touch.replied_count:,}",
            f"{touch.delivery_rate:.1f}",
            f"{touch.reply_rate:.1f}",
        )
        for touch in report.touches
    ]
    answered: list[tuple[object, ...]] = [
        (person.number, person.name or None, person.replied_touch, person.replied_day)
        for person in report.responders
    ]
    silent: list[tuple[object, ...]] = [
        (person.number, person.name or None, person.last_day, person.sent) for person in report.non_responders
    ]
    replied, quiet = report.row.replied_count, report.non_responder_count
    return [
        ("Touches", _TOUCH_HEADS, touches),
        (f"Responders: {len(answered):,} of {replied:,}", _RESPONDER_HEADS, answered),
        (f"Non-responders: {len(silent):,} of {quiet:,}", _SILENT_HEADS, silent),
    ]


async def _people_csv(db: Database, campaign_id: str) -> None:
    from trd_tui.services.export import harmless
    from trd_tui.services.report import texted_people

    writer = csv.writer(sys.stdout)
    writer.writerow(PERSON_COLUMNS)
    async for person in texted_people(db, campaign_id):
        cells = person_cells(person)
        named = zip(PERSON_COLUMNS, cells, strict=True)
        writer.writerow([cell if name == "phone" else harmless(name, cell) for name, cell in named])


async def _all(db: Database, form: str) -> None:
    from trd_tui.services import listing

    summary = await listing.summary(db)
    if form == "csv":
        from trd_tui.services.export import harmless

        writer = csv.writer(sys.stdout)
        writer.writerow(CAMPAIGN_COLUMNS)
        async for row in _campaigns(db):
            named = zip(CAMPAIGN_COLUMNS, campaign_cells(row), strict=True)
            writer.writerow([harmless(name, cell) for name, cell in named])
        return
    rows = [row async for row in _campaigns(db)]
    if form == "json":
        from trd_tui.services.shapes import summary_shape

        print_json({"campaigns": [_campaign_shape(row) for row in rows], "summary": summary_shape(summary)})
        return
    cells = [campaign_cells(row) for row in rows]
    if form == "html":
        print(_page("All campaigns", _sum_up(summary), [("Campaigns", _ALL_HEADS, cells)]))
        return
    print(table(_ALL_HEADS, cells))
    print(f"\n{_sum_up(summary)}")


def _campaign_shape(row: CampaignRow) -> dict[str, object]:
    from trd_tui.services.shapes import campaign_shape

    return {
        **campaign_shape(row),
        "texted": row.texted_count,
        "optedOut": row.opted_out_count,
        "deliveryRate": round(row.delivery_rate, 1),
        "replyRate": round(row.reply_rate, 1),
        "contactReplyRate": round(row.contact_reply_rate, 1),
        "optOutRate": round(row.opt_out_rate, 1),
    }


def _sum_up(summary: Summary) -> str:
    return (
        f"{summary.active_campaigns:,} of {summary.total_campaigns:,} active, {summary.total_contacts:,}"
        f" contacts, {summary.total_messages:,} sent, {summary.total_replies:,} replied"
        f" ({summary.reply_rate:.1f} %)"
    )


async def _campaigns(db: Database) -> AsyncIterator[CampaignRow]:
    """Every campaign that is not archived, the oldest first, a page at a time."""
    from trd_tui.services import listing
    from trd_tui.services.views import ListQuery, SortKey

    offset = 0
    while True:
        query = ListQuery(sort=SortKey.CREATED, descending=False, limit=_PAGE_ROWS, offset=offset)
        page = await listing.page(db, query)
        for row in page.rows:
            yield row
        offset += len(page.rows)
        if len(page.rows) < _PAGE_ROWS:
            return


def _page_table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    right = [head.startswith(">") for head in heads]

    def line(tag: str, cells: Sequence[object]) -> str:
        parts = (
            f"<{tag}{' class=n' if number else ''}>{escape('-' if cell is None else str(cell))}</{tag}>"
            for cell, number in zip(cells, right, strict=True)
        )
        return f"<tr>{''.join(parts)}</tr>"

    titles = line("th", [head.removeprefix(">") for head in heads])
    return "\n".join(["<table>", titles, *(line("td", row) for row in rows), "</table>"])


def _page(title: str, headline: str, parts: Iterable[Part]) -> str:
    """A page that needs nothing else."""
    sections = "\n".join(
        f"<h2>{escape(name)}</h2>\n{_page_table(heads, rows)}" for name, heads, rows in parts
    )
    return (
        f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
        f"<style>{_STYLE}</style>\n<h1>{escape(title)}</h1>\n<p>{escape(headline)}</p>\n{sections}\n</html>"
    )
