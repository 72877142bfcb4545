"""``trd contact stop``: take one contact out of one campaign; their other campaigns go on."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from trd_tui.cli.errors import CliError
from trd_tui.cli.output import print_json, printable
from trd_tui.cli.session import with_product
from trd_tui.settings import Settings

if TYPE_CHECKING:
    from trd_tui.services.actor import Actor
    from trd_tui.wiring import Product


def add(subcommands: Any) -> None:
    """Put the command into the table."""
    parser = subcommands.add_parser(
        "stop",
        help="take a contact out of one campaign; their other campaigns go on",
        description="What waits for them in this campaign is not sent any more. To text a number never again,"
        " in no campaign, put it on the list: trd suppress add.",
    )
    parser.add_argument("campaign", metavar="CAMPAIGN", help="its ID, as `trd campaign list` shows it")
    parser.add_argument("number", metavar="NUMBER", help="in any usual notation")
    parser.add_argument("--reason", metavar="T", required=True, help="why, for who reads it later")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Take them out and tell."""

    async def body(product: Product, actor: Actor) -> str:
        from trd_tui.services.leaving import LeavingError, take_out

        where = (options.campaign, options.number, options.reason)
        try:
            return await take_out(product.db, product.clock, actor, *where)
        except LeavingError as error:
            raise CliError(str(error)) from error

    name = with_product(settings, body)
    if options.json:
        print_json({"campaign": {"id": options.campaign, "name": name}, "number": options.number})
    else:
        print(printable(f"{options.number} gets nothing more of {name}"))
    return 0
