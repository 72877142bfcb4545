"""``trd suppress``: the do-not-contact list."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trd_tui.cli.campaign_list import MOST_ROWS, page_limit, page_offset
from trd_tui.cli.contact import check_rejects, none_taken, row_line
from trd_tui.cli.errors import INTERRUPTED, REFUSED, CliError
from trd_tui.cli.output import complain, iso, note, print_json, printable, say_more, table
from trd_tui.cli.run import drain_on_signal
from trd_tui.cli.session import with_product
from trd_tui.domain.finding import one_or_many
from trd_tui.services.shapes import pagination_shape
from trd_tui.settings import Settings

if TYPE_CHECKING:
    from trd_tui.services.actor import Actor
    from trd_tui.services.suppression_files import ListImport
    from trd_tui.services.suppressions import Lifted, Suppressed, SuppressionPage
    from trd_tui.store.suppressions import Suppression
    from trd_tui.wiring import Product


def add(commands: Any) -> None:
    """Put the command with its subcommands into the table."""
    parser = commands.add_parser("suppress", help="the list of numbers that must not be texted")
    subcommands = parser.add_subparsers(dest="subcommand", metavar="COMMAND", required=True)
    put = subcommands.add_parser("add", help="put numbers on the list; their sequences end at once")
    take = subcommands.add_parser("remove", help="take numbers off the list; what has ended stays ended")
    for each in (put, take):
        each.add_argument("numbers", nargs="+", metavar="NUMBER", help="in any usual notation")
        each.add_argument("--reason", metavar="T", required=True, help="why; it is kept and audited")
    put.set_defaults(run=run_add)
    take.set_defaults(run=run_remove)
    show = subcommands.add_parser("list", help="who is on the list, the latest first")
    show.add_argument("--search", metavar="T", default="", help="part of the number")
    show.add_argument("--limit", metavar="N", type=page_limit, default=20, help="rows of the page (20)")
    show.add_argument("--offset", metavar="N", type=page_offset, default=0, help="rows before the page (0)")
    show.set_defaults(run=run_list)
    load = subcommands.add_parser(
        "import",
        help="numbers from a CSV file with a header row",
        description="Numbers from a CSV file with a header row; a column `reason` gives each its own.",
    )
    load.add_argument("file", metavar="FILE.csv", type=Path, help="with a column of numbers")
    load.add_argument("--reason", metavar="T", help="of rows that give none (imported from FILE)")
    load.add_argument("--rejects", metavar="FILE.csv", type=Path, help="write refused rows there")
    load.set_defaults(run=run_import)
    save = subcommands.add_parser("export", help="the whole list as a new CSV file")
    save.add_argument("file", metavar="FILE.csv", type=Path, help="the new file")
    save.set_defaults(run=run_export)
    for each in (put, take, show, load, save):
        each.add_argument("--json", action="store_true", help="print one JSON object")


def run_add(options: argparse.Namespace, settings: Settings) -> int:
    """Put numbers on the list; a number that is on it already is no failure."""

    async def body(product: Product, actor: Actor) -> Suppressed:
        from trd_tui.services import suppressions

        return await suppressions.add(product.db, product.clock, actor, options.numbers, options.reason)

    done = with_product(settings, body)
    if options.json:
        known = [{"number": number, "reason": reason} for number, reason in done.known]
        print_json({"added": list(done.added), "known": known, "endedSequences": done.ended})
        return 0
    print(f"{len(done.added):,} suppressed, {_sequences(done.ended)}")
    for number, reason in done.known:
        note(f"{number} is on the list already: {reason}")
    return 0


def run_remove(options: argparse.Namespace, settings: Settings) -> int:
    """Take numbers off the list; exit 1 when one was not on it."""

    async def body(product: Product, actor: Actor) -> Lifted:
        from trd_tui.services import suppressions

        return await suppressions.remove(product.db, product.clock, actor, options.numbers, options.reason)

    done = with_product(settings, body)
    if options.json:
        print_json({"removed": [_shape(row) for row in done.removed], "left": list(done.left)})
    else:
        for row in done.removed:
            print(printable(f"{row.number}  may be texted again; it was suppressed: {row.reason}"))
    for number in done.left:
        complain("trd suppress remove", f"{number} is not on the list; `trd suppress list` shows who is")
    return REFUSED if done.left else 0


def run_list(options: argparse.Namespace, settings: Settings) -> int:
    """Print one page of the list."""
    limit = min(options.limit, MOST_ROWS)

    async def body(product: Product, _actor: Actor) -> SuppressionPage:
        from trd_tui.services import suppressions

        return await suppressions.page(product.db, options.search, limit, options.offset)

    page = with_product(settings, body)
    pages = pagination_shape(page.total, limit, options.offset, len(page.rows))
    if options.json:
        print_json({"suppressions": [_shape(row) for row in page.rows], "pagination": pages})
        return 0
    rows = [(row.number, row.reason, row.source, iso(row.created_at)) for row in page.rows]
    print(table(("Number", "Reason", "Source", "Since (UTC)"), rows))
    print(f"\n{len(rows)} of {page.total:,}")
    say_more(pages, len(rows))
    return 0


def run_import(options: argparse.Namespace, settings: Settings) -> int:
    """Import and report; rows that were refused do not keep the others out."""
    check_rejects(options.file, options.rejects)

    async def body(product: Product, actor: Actor) -> ListImport:
        from trd_tui.services.contact_file import ContactFileError
        from trd_tui.services.imports import look_through
        from trd_tui.services.suppression_files import import_list

        try:
            file = look_through(options.file)
        except ContactFileError as error:
            raise CliError(error.in_file) from error
        with drain_on_signal("ending the import") as stop:
            return await import_list(
                product.db,
                product.clock,
                actor,
                file,
                options.reason,
                rejects=options.rejects,
                cancelled=stop.is_set,
            )

    report = with_product(settings, body, creates=True)
    if options.json:
        print_json(_import_shape(report))
    else:
        for line in _import_lines(report):
            print(printable(line))
    if report.cancelled:
        complain(
            "trd suppress import",
            f"interrupted after {one_or_many(report.rows, 'row')}; import the file again to go on",
        )
        return INTERRUPTED
    return none_taken("trd suppress import", _import_shape(report), "numbers")


def _import_shape(report: ListImport) -> dict[str, Any]:
    return {
        "file": report.file,
        "rows": report.rows,
        "added": report.added,
        "known": report.known,
        "rejected": report.rejected,
        "endedSequences": report.ended,
        "cancelled": report.cancelled,
        "rejects": [{"line": row.line, "number": row.number, "reason": row.reason} for row in report.rejects],
        "rejectsFile": None if report.rejects_file is None else str(report.rejects_file),
    }


def _import_lines(report: ListImport) -> list[str]:
    lines = [
        f"{one_or_many(report.rows, 'row')} read: {report.added:,} suppressed, {report.known:,} known before,"
        f" {report.rejected:,} rejected, {_sequences(report.ended)}"
    ]
    lines += [row_line(row) for row in _import_shape(report)["rejects"]]
    if report.rejected > len(report.rejects):
        lines.append(f"  ... and {report.rejected - len(report.rejects):,} more")
    if report.rejects_file:
        lines.append(f"mend them in {report.rejects_file} and import that file")
    return lines


def run_export(options: argparse.Namespace, settings: Settings) -> int:
    """Write the whole list to a new file."""

    async def body(product: Product, _actor: Actor) -> int:
        from trd_tui.services.suppression_files import export_list

        return await export_list(product.db, options.file)

    count = with_product(settings, body)
    if options.json:
        print_json({"file": str(options.file), "numbers": count})
    else:
        print(f"{one_or_many(count, 'number')} in {options.file}")
    return 0


def _sequences(ended: int) -> str:
    return f"{one_or_many(ended, 'sequence')} ended"


def _shape(row: Suppression) -> dict[str, Any]:
    return {"number": row.number, "reason": row.reason, "source": row.source, "since": iso(row.created_at)}
