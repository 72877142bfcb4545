"""``trd token``: who may call the HTTP API."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from trd_tui.cli import times
from trd_tui.cli.output import iso, note, print_json, printable, table
from trd_tui.cli.session import with_product
from trd_tui.clock import real_now
from trd_tui.settings import Settings

if TYPE_CHECKING:
    from trd_tui.services.actor import Actor
    from trd_tui.services.tokens import NewToken
    from trd_tui.store.tokens import Token
    from trd_tui.wiring import Product


def add(commands: Any) -> None:
    """Put the commands into the table."""
    parser = commands.add_parser("token", help="who may call the HTTP API: make, list, revoke")
    acts = parser.add_subparsers(dest="subcommand", metavar="COMMAND", required=True)
    create = acts.add_parser("create", help="make a token; it is shown once")
    create.add_argument("name", metavar="NAME", help="the actor of what is done with it")
    create.add_argument(
        "--expires", metavar="ISO", type=times.instant, help="from when on it is refused; never by default"
    )
    create.set_defaults(run=run_create)
    list_ = acts.add_parser("list", help="all tokens, also those that are revoked")
    list_.set_defaults(run=run_list)
    revoke = acts.add_parser("revoke", help="let nobody in with a token any more")
    revoke.add_argument("name", metavar="NAME", help="as `trd token list` shows it")
    revoke.set_defaults(run=run_revoke)
    for each in (create, list_, revoke):
        each.add_argument("--json", action="store_true", help="print JSON")


def run_create(options: argparse.Namespace, settings: Settings) -> int:
    """Make a token and print it: on standard output alone, so that a script can keep it."""

    async def body(product: Product, actor: Actor) -> NewToken:
        from trd_tui.services import tokens

        return await tokens.create(product.db, product.clock, actor, options.name, options.expires)

    made = with_product(settings, body)
    if options.json:
        print_json({"name": made.name, "token": made.secret, "expires": iso(made.expires_at)})
        return 0
    print(made.secret)
    until = f", until {iso(made.expires_at)}" if made.expires_at else ""
    note(f"{made.name}: this is shown once{until}. Send it as  Authorization: Bearer TOKEN")
    return 0


def run_list(options: argparse.Namespace, settings: Settings) -> int:
    """Print all tokens, none of which can be read back."""

    async def body(product: Product, _actor: Actor) -> list[Token]:
        from trd_tui.services import tokens

        return await tokens.list_tokens(product.db)

    found, now = with_product(settings, body), real_now()
    rows = [
        {
            "name": each.name,
            "state": "holds" if each.holds(now) else "expired" if each.revoked_at is None else "revoked",
            "created": iso(each.created_at),
            "createdBy": each.created_by,
            "expires": iso(each.expires_at),
            "lastUsed": iso(each.last_used_at),
            "revoked": iso(each.revoked_at),
        }
        for each in found
    ]
    if options.json:
        print_json(rows)
        return 0
    heads = ("Name", "State", "Created (UTC)", "By", "Expires", "Last used")
    keys = ("name", "state", "created", "createdBy", "expires", "lastUsed")
    print(table(heads, ([row[key] for key in keys] for row in rows)))
    return 0


def run_revoke(options: argparse.Namespace, settings: Settings) -> int:
    """Revoke a token; harmless when it is revoked already."""

    async def body(product: Product, actor: Actor) -> bool:
        from trd_tui.services import tokens

        return await tokens.revoke(product.db, product.clock, actor, options.name)

    done = with_product(settings, body)
    if options.json:
        print_json({"name": options.name, "revoked": True, "before": not done})
    else:
        print(printable(f"{options.name}: {'revoked' if done else 'was revoked before'}"))
    return 0
