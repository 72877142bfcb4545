"""``trd webhook``: where events are posted, signed."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from trd_tui.cli.errors import REFUSED
from trd_tui.cli.output import complain, iso, note, print_json, printable, table
from trd_tui.cli.session import with_product
from trd_tui.domain.finding import one_or_many
from trd_tui.settings import Settings

if TYPE_CHECKING:
    from trd_tui.posting import Answer
    from trd_tui.services.actor import Actor
    from trd_tui.services.webhooks import Added
    from trd_tui.store.webhooks import Webhook
    from trd_tui.wiring import Product

_EVENTS = "reply, opt_out, completed, alert"


def add(commands: Any) -> None:
    """Put the command with its subcommands into the table."""
    parser = commands.add_parser("webhook", help="post replies, opt-outs, completions and alerts to a host")
    subcommands = parser.add_subparsers(dest="subcommand", metavar="COMMAND", required=True)
    put = subcommands.add_parser(
        "add",
        help="post events to an address from now on",
        description="Posts events as JSON, signed, by the process that sends (`trd run` or the app); tried"
        " again for about a day. An address of a private network is allowed: the receiver is your own host."
        " Redirects are not followed. The secret is shown once.",
    )
    put.add_argument("url", metavar="URL", help="where events are posted, as https://crm.example.com/trd")
    put.add_argument("--events", metavar="E,E", required=True, help=f"of {_EVENTS}")
    put.add_argument("--name", metavar="N", help="what to call it (its host)")
    put.set_defaults(run=run_add)
    show = subcommands.add_parser("list", help="every webhook, what waits for it and how it fares")
    show.set_defaults(run=run_list)
    take = subcommands.add_parser("remove", help="post nothing more to it; what waits for it is dropped")
    take.set_defaults(run=run_remove)
    try_ = subcommands.add_parser("test", help="post one event `test` to it, now")
    try_.set_defaults(run=run_test)
    for each in (take, try_):
        each.add_argument("name", metavar="NAME", help="as `trd webhook list` shows it")
    for each in (put, show, take, try_):
        each.add_argument("--json", action="store_true", help="print one JSON object")


def run_add(options: argparse.Namespace, settings: Settings) -> int:
    """Add one and show its secret."""

    async def body(product: Product, actor: Actor) -> Added:
        from trd_tui.services import webhooks

        return await webhooks.add(product.db, product.clock, actor, options.url, options.events, options.name)

    done = with_product(settings, body)
    if options.json:
        print_json({"name": done.name, "url": done.url, "events": list(done.events), "secret": done.secret})
        return 0
    print(printable(f"{done.name}: {', '.join(done.events)} to {done.url}"))
    print(f"secret: {done.secret}")
    note("keep the secret now: it is not shown again. Try it with `trd webhook test`")
    return 0


def run_list(options: argparse.Namespace, settings: Settings) -> int:
    """Print them."""

    async def body(product: Product, _actor: Actor) -> Sequence[Webhook]:
        from trd_tui.services import webhooks

        return await webhooks.page(product.db)

    found = with_product(settings, body)
    if options.json:
        print_json({"webhooks": [_shape(row) for row in found]})
        return 0
    heads = ("Name", "URL", "Events", ">Waiting", ">Delivered", ">Given up", "Last (UTC)", "Trouble")
    rows = [
        (
            row.name,
            row.url,
            row.events,
            f"{row.waiting:,}",
            f"{row.delivered_count:,}",
            f"{row.given_up_count:,}",
            iso(row.delivered_at),
            row.last_error,
        )
        for row in found
    ]
    print(table(heads, rows) if rows else "there is no webhook")
    return 0


def run_remove(options: argparse.Namespace, settings: Settings) -> int:
    """Remove one."""

    async def body(product: Product, actor: Actor) -> Webhook:
        from trd_tui.services import webhooks

        return await webhooks.remove(product.db, product.clock, actor, options.name)

    gone = with_product(settings, body)
    if options.json:
        print_json({"name": gone.name, "removed": True, "dropped": gone.waiting})
        return 0
    dropped = f"; {one_or_many(gone.waiting, 'event')} dropped" if gone.waiting else ""
    print(printable(f"{gone.name} removed{dropped}"))
    return 0


def run_test(options: argparse.Namespace, settings: Settings) -> int:
    """Post to one; exit 1 when it does not take it."""

    async def body(product: Product, _actor: Actor) -> Answer:
        from trd_tui.services import webhooks

        return await webhooks.test(product.db, product.clock, options.name)

    answer = with_product(settings, body)
    if options.json:
        print_json({"name": options.name, "delivered": answer.ok, "error": answer.said or None})
    elif answer.ok:
        print(printable(f"{options.name} has taken the event"))
    if answer.ok:
        return 0
    complain("trd webhook test", f"{options.name}: {answer.said}; check the address and the receiver's log")
    return REFUSED


def _shape(row: Webhook) -> dict[str, Any]:
    return {
        "name": row.name,
        "url": row.url,
        "events": row.events.split(","),
        "created": iso(row.created_at),
        "waiting": row.waiting,
        "delivered": row.delivered_count,
        "givenUp": row.given_up_count,
        "lastDelivered": iso(row.delivered_at),
        "failures": row.failures,
        "failingSince": iso(row.failing_since),
        "nextAttempt": iso(row.retry_at),
        "lastError": row.last_error,
    }
