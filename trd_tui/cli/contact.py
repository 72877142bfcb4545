"""``trd contact import``: contacts from a CSV file, streamed, with a reason for every row that is refused."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trd_tui.cli import contact_list, contact_records, contact_stop, contact_why
from trd_tui.cli.errors import INTERRUPTED, REFUSED, CliError
from trd_tui.cli.output import complain, print_json, printable, progress_line
from trd_tui.cli.run import drain_on_signal
from trd_tui.cli.session import database_file, with_product
from trd_tui.domain.finding import one_or_many
from trd_tui.services.shapes import report_shape as report_shape
from trd_tui.settings import Settings, sqlite_url

if TYPE_CHECKING:
    from trd_tui.services.actor import Actor
    from trd_tui.services.imports import ImportReport, ImportStoppedError, StatedConsent
    from trd_tui.wiring import Product


def add(commands: Any) -> None:
    """Put the command with its subcommand into the table."""
    parser = commands.add_parser(
        "contact", help="import, list; consent, records, erasure; why one gets what and when"
    )
    subcommands = parser.add_subparsers(dest="subcommand", metavar="COMMAND", required=True)
    load = subcommands.add_parser(
        "import",
        help="contacts from a CSV file; a refused row carries its reason",
        description="Contacts from a CSV file. Ctrl-C ends it between two batches of 5,000, with exit status"
        " 130: what is stored until then is kept, and importing the file again goes on. --dry-run stores"
        " nothing; all it writes is the file of --rejects, where that is asked for.",
    )
    load.add_argument("file", metavar="FILE.csv", type=Path, help="a header row, then a contact a row")
    load.add_argument("--campaign", metavar="ID", help="enrol them there too")
    load.add_argument(
        "--dry-run",
        action="store_true",
        help="store nothing; say what would be imported and refused, and write --rejects if that is given",
    )
    add_file_options(load)
    load.add_argument("--json", action="store_true", help="print one JSON object")
    load.set_defaults(run=run)
    contact_list.add(subcommands)
    contact_why.add(subcommands)
    contact_stop.add(subcommands)
    contact_records.add(subcommands)


def add_file_options(parser: argparse.ArgumentParser) -> None:
    """The options of every command that reads a contacts file."""
    parser.add_argument(
        "--map",
        metavar="COL=FIELD",
        type=pair,
        action="append",
        default=[],
        help="which field a column holds: phone, first_name, ..., custom.NAME for one of your own, or ignore;"
        " COL#2 is the second column of that name; repeatable",
    )
    parser.add_argument(
        "--rejects",
        metavar="FILE.csv",
        type=Path,
        help="write refused rows there, to be mended; also in a dry run",
    )

    consent = parser.add_argument_group("consent of all contacts of the file; its own columns stand before")
    consent.add_argument(
        "--consent",
        metavar="KIND",
        help="how they agreed: written, web_form, verbal, existing_customer, unknown",
    )
    consent.add_argument("--consent-source", metavar="T", help="where, for example a form's address (FILE)")
    consent.add_argument("--consent-at", metavar="DATE", help="when, for example 2024-01-15")


def stated_consent(options: argparse.Namespace) -> StatedConsent:
    """What the command line says of the consent of a whole file."""
    from trd_tui.services.imports import StatedConsent

    return StatedConsent(options.consent, options.consent_source, options.consent_at)


def pair(text: str) -> tuple[str, str]:
    """Read one ``COLUMN=FIELD`` of a command line."""
    column, equals, field = text.rpartition("=")
    if not equals or not column.strip() or not field.strip():
        raise argparse.ArgumentTypeError(f"{text!r} is not COLUMN=FIELD, for example Handy=phone")
    return column, field


def check_rejects(file: Path, rejects: Path | None, *, dry_run: bool = False) -> None:
    """Refuse, before anything is changed, to write rejected rows over somebody's file.

    Raises:
        CliError: there is such a file, and it is not the one that is imported, or that one would lose the
            rows that a dry run does not store; or its folder is not there.
    """
    if dry_run and rejects is not None and rejects.exists() and rejects.resolve() == file.resolve():
        raise CliError(f"{rejects} is the file itself, which a dry run leaves as it is; name a new file")
    if rejects is not None and not rejects.absolute().parent.is_dir():
        raise CliError(f"{rejects} cannot be written: there is no folder {rejects.parent}; make it first")
    if rejects is not None and rejects.exists() and rejects.resolve() != file.resolve():
        raise CliError(f"{rejects} exists already; name a new file for the rejects")


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Import and report; rows that were refused do not keep the others out."""
    from trd_tui.services.imports import look_through

    check_rejects(options.file, options.rejects, dry_run=options.dry_run)
    file = look_through(options.file, dict(options.map))  # a file that is none leaves no database behind

    async def body(product: Product, actor: Actor) -> tuple[ImportReport, ImportStoppedError | None]:
        from trd_tui.services.imports import ImportStoppedError, import_contacts

        try:
            with drain_on_signal("ending the import") as stop:
                report = await import_contacts(
                    product.db,
                    product.clock,
                    actor,
                    file,
                    campaign_id=options.campaign,
                    dry_run=options.dry_run,
                    consent=stated_consent(options),
                    require_consent=settings.require_consent,
                    rejects=options.rejects,
                    progress=progress_line("contacts"),
                    cancelled=stop.is_set,
                )
        except ImportStoppedError as error:
            return error.report, error
        return report, ImportStoppedError("interrupted", report) if report.cancelled else None

    with _throw_away(settings) if options.dry_run else nullcontext(settings) as chosen:
        report, stopped = with_product(chosen, body, creates=True)
    shape = report_shape(report, stopped)
    if options.json:
        print_json(shape)
    else:
        for line in report_lines(shape):
            print(line)
    if stopped is None:
        return none_taken("trd contact import", shape, "contacts")
    complain("trd contact import", str(stopped))
    return status_of(stopped)


@contextmanager
def _throw_away(settings: Settings) -> Iterator[Settings]:
    """Before there is a database a dry run asks an empty one that goes with it."""
    file = database_file(settings)
    if file is None or file.exists():
        yield settings
        return
    with tempfile.TemporaryDirectory(prefix="trd-dry-run-") as folder:
        yield replace(settings, database_url=sqlite_url(Path(folder) / "empty.db"))


def status_of(stopped: ImportStoppedError) -> int:
    """The exit status of an import that ended early: by a signal, or because it could not go on."""
    return INTERRUPTED if stopped.report.cancelled else REFUSED


def none_taken(command: str, report: dict[str, Any], what: str) -> int:
    """The exit status of an import that read its file: refused where no row of it could be taken."""
    rows = report["rows"]
    if not any(report.get(key) for key in ("added", "existing", "known", "repeated", "rejected")):
        complain(command, f"{report['file']} holds no {what}, only a header row; nothing was done")
        return REFUSED
    if report["rejected"] < rows:
        return 0
    none = "its only row" if rows == 1 else f"none of its {rows:,} rows"
    was = "was rejected" if rows == 1 else "could be taken"
    complain(command, f"nothing was done: {none} {was}; mend the file as said above, then import it again")
    return REFUSED


_COUNTS = (
    ("added", "new"),
    ("existing", "known"),
    ("repeated", "repeated in the file"),
    ("rejected", "rejected"),
    ("enrolled", "enrolled"),
    ("alreadyEnrolled", "enrolled before"),
    ("consents", "consents recorded"),
    ("withoutConsent", "not enrolled for want of consent (require_consent)"),
    ("suppressed", "on the do-not-contact list"),
    ("unplaced", "with a state or zip that is not understood"),
    ("noConsent", "without consent on record"),
)


def report_lines(report: dict[str, Any]) -> list[str]:
    """The report of an import for people: the counts, then the first rejected rows with their reasons."""
    counts = ", ".join(f"{report[key]:,} {word}" for key, word in _COUNTS if report.get(key))
    would = "would be " if report["dryRun"] else ""
    did = f"{would}{counts}" if counts else "nothing to do"
    lines = [f"{one_or_many(report['rows'], 'row')} read: {did}"]
    lines += report["notes"]
    if len(report["reasons"]) > 1 and report["rejected"] > len(report["rejects"]):
        lines.append("; ".join(f"{count:,} {reason}" for reason, count in report["reasons"].items()))
    lines += [row_line(row) for row in report["rejects"]]
    lines += _and_more(report["rejected"] - len(report["rejects"]))
    lines += _repeat_lines(report)
    lines += _doubt_lines(report)
    if report["rejectsFile"] and report["dryRun"]:
        lines.append(
            f"nothing is stored; the rejected rows are written to {report['rejectsFile']}, to be mended"
        )
    elif report["rejectsFile"]:
        lines.append(f"mend them in {report['rejectsFile']} and import that file")
    return [printable(line) for line in lines]


def row_line(row: dict[str, Any]) -> str:
    """A row and what is wrong with it; a number that is not there is not told."""
    return "  " + ": ".join(filter(None, (f"line {row['line']}", row["number"], row["reason"])))


def _repeat_lines(report: dict[str, Any]) -> list[str]:
    """Rows that were left out for another of the same number; which is right, only a person can say."""
    count, repeats = report["repeated"], report["repeats"]
    if not repeats:
        return []
    lines = [
        f"{one_or_many(count, 'row repeats', 'rows repeat')} a number of the file; the first row of it is"
        " taken, the others are not:"
    ]
    lines += [f"  line {row['line']}: {row['number']}: line {row['takenLine']} is taken" for row in repeats]
    return lines + _and_more(count - len(repeats))


def _doubt_lines(report: dict[str, Any]) -> list[str]:
    """What was taken as it stands and says nothing of where a contact is: it costs no contact, but hours."""
    count, doubts = report["unplaced"], report["doubts"]
    if not count:
        return []
    lines = [
        f"{one_or_many(count, 'contact has', 'contacts have')} a state or zip that is not understood: the"
        " other one, else the area code of the number, says where they are; mend the file and import it again"
    ]
    lines += [row_line(row) for row in doubts]
    return lines + _and_more(count - len(doubts))


def _and_more(count: int) -> list[str]:
    return [f"  ... and {count:,} more"] if count > 0 else []
