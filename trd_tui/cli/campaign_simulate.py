"""``trd campaign simulate``: every send that would happen, by the machine itself, without a send."""

from __future__ import annotations

import argparse
import csv
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trd_tui.cli.errors import CliError, UsageError
from trd_tui.cli.foresight_lines import lines, outlook_shape
from trd_tui.cli.output import iso, note, print_json, progress_line
from trd_tui.cli.session import must_exist
from trd_tui.cli.times import instant
from trd_tui.settings import Settings

if TYPE_CHECKING:
    from trd_tui.domain.outlook import Outlook, Sent

DAY_MS = 86_400_000
MOST_DAYS = 10_000

COLUMNS = ("at", "number", "touch", "variant", "segments", "cost_usd")


def add(subcommands: Any) -> None:
    """Put the command into the table."""
    parser = subcommands.add_parser(
        "simulate",
        help="every send that would happen from now on, without sending",
        description="Runs the scheduler's own decisions on a private copy and a clock that leaps, as if every"
        " text were accepted and nobody answered. Nothing is sent, and nothing is written to the database."
        " A draft starts now and a paused campaign resumes now, by its policy. The copy lies in the system's"
        " folder for temporary files (TMPDIR).",
    )
    parser.add_argument("id", metavar="ID", help="as `trd campaign list` shows it")
    parser.add_argument("--days", metavar="N", type=days, help="end after so many days of 24 hours")
    parser.add_argument(
        "--start",
        metavar="ISO",
        type=instant,
        help="look from this instant on, not from now; in UTC unless it says otherwise",
    )
    parser.add_argument("--csv", metavar="FILE.csv", type=Path, help="write every send there; - prints them")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def days(text: str) -> int:
    """Read a number of days.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= MOST_DAYS:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of days from 1 to {MOST_DAYS:,}")
    return int(text)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Look ahead and tell."""
    must_exist(settings)
    to_screen = options.csv == Path("-")
    if to_screen and options.json:
        raise UsageError("--csv - and --json both print; name a file for the sends")
    from trd_tui.services.export_files import ExportRefusedError, whole_or_not_at_all

    file = None if options.csv is None or to_screen else options.csv.absolute()
    try:
        with nullcontext() if file is None else whole_or_not_at_all(file.parent, file.name) as opened:
            out = sys.stdout if to_screen else opened[1] if opened else None
            outlook = _look(options, settings, _writer(out) if out is not None else lambda _sent: None)
    except ExportRefusedError as error:
        raise CliError(str(error)) from error
    if options.json:
        print_json(outlook_shape(outlook))
    else:
        for line in lines(outlook):
            (note if to_screen else print)(line)
    return 0


def _look(options: argparse.Namespace, settings: Settings, sent: Callable[[Sent], None]) -> Outlook:
    from trd_tui.foresight import NotForeseenError, Question, foresee
    from trd_tui.wiring import engine_options, open_product

    clock = open_product(settings).clock
    start = options.start if options.start is not None else clock.now()
    until = None if options.days is None else start + options.days * DAY_MS
    try:
        with _ended_by_signals():
            return foresee(
                settings.database_url,
                engine_options(settings),
                Question(options.id, start, until),
                sent=sent,
                progress=progress_line("messages"),
            )
    except NotForeseenError as error:
        raise CliError(str(error)) from error


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end it like Ctrl-C does: the copy, which holds people's numbers, goes again."""

    def end(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _writer(out: Any) -> Callable[[Sent], None]:
    from trd_tui.domain.money import format_usd

    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(COLUMNS)

    def write(sent: Sent) -> None:
        cost = format_usd(sent.cost_micros, 6).replace("$", "").replace(",", "")
        rows.writerow((iso(sent.at), sent.number, sent.touch, sent.variant or "", sent.segments, cost))

    return write
