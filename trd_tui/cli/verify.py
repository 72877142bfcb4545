"""``trd verify``: recompute every counter and check every invariant."""

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


def add(commands: Any) -> None:
    """Put the command into the table."""
    parser = commands.add_parser("verify", help="recompute every counter and check every invariant")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Print the differences, one a line; exit 1 when there is one."""

    async def body(product: Product, _actor: Actor) -> list[str]:
        from trd_tui.services.verify import differences

        return await differences(product.db)

    differences = with_product(settings, body)
    if options.json:
        print_json({"ok": not differences, "differences": differences})
    else:
        for difference in differences:
            print(printable(difference))
    if differences:
        count = f"{len(differences)} difference" + ("s" if len(differences) > 1 else "")
        raise CliError(f"{count} between rows and rules; stop sending (`trd stop`) and report them")
    if not options.json:
        print("verified: every counter and every invariant holds")
    return 0
