"""``trd campaign review``: what waits for a person, and the person's decision."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from trd_tui.cli.errors import REFUSED, CliError
from trd_tui.cli.output import iso, note, print_json, printable, table
from trd_tui.cli.session import with_product
from trd_tui.settings import Settings

if TYPE_CHECKING:
    from trd_tui.services.actor import Actor
    from trd_tui.services.review import HeldMessage
    from trd_tui.wiring import Product


def add(commands: Any) -> None:
    """Put the command into the table."""
    parser = commands.add_parser("review", help="list held messages; send or skip them")
    parser.add_argument("id", metavar="ID", help="as `trd campaign list` shows it")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--send", nargs="*", metavar="NUMBER", help="let them go: these, or all without any")
    which.add_argument("--skip", nargs="*", metavar="NUMBER", help="skip them: these, or all without any")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """List what is held, or decide about it; exit 1 when something was left as it is."""
    return with_product(settings, lambda product, actor: _run(options, product, actor))


async def _run(options: argparse.Namespace, product: Product, actor: Actor) -> int:
    from trd_tui.services import review

    try:
        if options.send is None and options.skip is None:
            return await _list(options, product)
        decision: review.Decision = "skip" if options.send is None else "send"
        numbers = options.skip if options.send is None else options.send
        done = await review.review(
            product.db, product.clock, actor, options.id, decision, numbers, product.judge
        )
    except review.ReviewError as error:
        raise CliError(str(error)) from error
    left = [{"number": number, "reason": reason} for number, reason in done.left]
    if options.json:
        print_json(
            {"id": done.campaign_id, "name": done.name, "decision": done.decision, "done": done.done,
             "left": left}
        )  # fmt: skip
    else:
        print(printable(f"{done.campaign_id}  {done.name}  {review.sentence(done)}"))
        for each in left:
            note(f"left: {each['number']}: {each['reason']}")
    return REFUSED if left else 0


async def _list(options: argparse.Namespace, product: Product) -> int:
    from trd_tui.services import review

    found: list[HeldMessage] = []
    after: int | None = 0
    while after is not None:
        page, after = await review.held_messages(product.db, options.id, after=after)
        found += page
    if options.json:
        print_json({"id": options.id, "held": [_shape(message) for message in found]})
        return 0
    rows = [
        (
            m.number,
            m.name or None,
            m.touch,
            iso(m.due_at),
            m.reason + (" (perhaps sent)" if m.perhaps_sent else ""),
        )
        for m in found
    ]
    if rows:
        print(table(("number", "name", ">touch", "was due", "held because"), rows))
        note(f"{len(rows):,} held; decide with --send or --skip")
    else:
        note("nothing is held")
    return 0


def _shape(message: HeldMessage) -> dict[str, object]:
    return {
        "number": message.number,
        "name": message.name,
        "touch": message.touch,
        "due": iso(message.due_at),
        "reason": message.reason,
        "perhapsSent": message.perhaps_sent,
    }
