"""``trd campaign export``: contacts or messages of campaigns as CSV, or campaigns whole as JSON."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trd_tui.cli.errors import REFUSED, CliError, UsageError, sentence_of
from trd_tui.cli.output import complain, print_json
from trd_tui.cli.session import with_product
from trd_tui.settings import Settings

if TYPE_CHECKING:
    from trd_tui.wiring import Product


def add(commands: Any) -> None:
    """Put the command into the table."""
    parser = commands.add_parser("export", help="contacts or messages as CSV, or campaigns whole as JSON")
    parser.add_argument("ids", nargs="+", metavar="ID", help="as `trd campaign list` shows it")
    parser.add_argument(
        "--what", choices=("contacts", "messages"), default="contacts", help="rows of the CSV (contacts)"
    )
    parser.add_argument(
        "--output", metavar="DIR", type=Path, help="a file for each campaign in DIR, which is there"
    )
    parser.add_argument("--json", action="store_true", help="campaigns whole, with contacts and messages")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Export every campaign named; all are tried, and exit 1 when one is not there."""
    options.ids = list(dict.fromkeys(options.ids))
    if len(options.ids) > 1 and options.output is None and not options.json:
        raise UsageError("several campaigns as CSV need a folder; add --output DIR, or --json")
    if options.output is not None and not options.output.is_dir():
        what = "is a file" if options.output.exists() else "is not there"
        raise CliError(f"--output: the folder {options.output} {what}; make it first, or name one that is")
    return with_product(settings, lambda product, _actor: _export(options, product))


async def _export(options: argparse.Namespace, product: Product) -> int:
    from trd_tui.services import export
    from trd_tui.services.export_files import ExportRefusedError

    status = 0
    objects = []
    for id_ in options.ids:
        try:
            if options.output is not None:
                print(await _to_file(options, product, id_))
            elif options.json:
                objects.append(await export.whole(product.db, id_))
            else:
                await export.write_csv(product.db, id_, options.what, sys.stdout)
        except (export.NothingToExportError, ExportRefusedError) as error:
            complain("trd campaign export", sentence_of(error))
            status = REFUSED
    if options.json and options.output is None:
        print_json(objects)
    return status


async def _to_file(options: argparse.Namespace, product: Product, id_: str) -> Path:
    """Write one campaign's file and return where."""
    from trd_tui.services import export
    from trd_tui.services.export_files import whole_or_not_at_all

    name = f"{id_}.json" if options.json else f"{id_}-{options.what}.csv"
    with whole_or_not_at_all(options.output, name) as (file, out):
        if options.json:
            json.dump(await export.whole(product.db, id_), out, ensure_ascii=False, indent=2)
        else:
            await export.write_csv(product.db, id_, options.what, out)
    return file
