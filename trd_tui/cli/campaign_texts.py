"""``trd campaign preview`` and ``trd campaign test``: one touch as one contact reads it, shown or sent."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from trd_tui.cli.errors import REFUSED, CliError
from trd_tui.cli.output import complain, note, print_json, printable
from trd_tui.cli.session import with_product
from trd_tui.settings import Settings

if TYPE_CHECKING:
    from trd_tui.services.actor import Actor
    from trd_tui.services.texts import SentTest, Text
    from trd_tui.wiring import Product


def add(commands: Any) -> None:
    """Put both commands into the table."""
    preview = commands.add_parser("preview", help="a touch as one contact reads it, with its segments")
    _arguments(preview)
    preview.add_argument("--contact", metavar="NUMBER", required=True, help="whose values the text holds")
    preview.set_defaults(run=run_preview)
    test = commands.add_parser(
        "test",
        help="send one touch to yourself",
        description="Send one touch to yourself, at once, through the configured carrier and from the"
        " campaign's sender. It is not counted in the campaign's figures, but its budgets pay for it; who is"
        " suppressed is not texted by it either; the audit keeps it.",
    )
    _arguments(test)
    test.add_argument("--to", metavar="NUMBER", required=True, help="your own number")
    test.add_argument(
        "--contact",
        metavar="NUMBER",
        help="whose values the text holds; else your own as a contact, else those of the first contact",
    )
    test.set_defaults(run=run_test)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="as `trd campaign list` shows it")
    parser.add_argument(
        "--touch", metavar="N", type=touch_number, required=True, help="as `trd campaign show` numbers it"
    )
    parser.add_argument(
        "--variant",
        metavar="NAME",
        help="which of the touch's texts; without it the one that the contact gets",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def touch_number(text: str) -> int:
    """The number of a touch, for the parser."""
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:12]) <= 10**9:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not the number of a touch; `trd campaign show ID` numbers them, write for example 1"
        )
    return int(text)


def run_preview(options: argparse.Namespace, settings: Settings) -> int:
    """Print the text; standard output is the text alone, what it costs is told beside it."""
    number = _number("--contact", options.contact)

    async def body(product: Product, _actor: Actor) -> Text:
        from trd_tui.services.texts import preview

        return await preview(product.db, options.id, options.touch, number, options.variant)

    text = with_product(settings, body)
    if options.json:
        print_json(_shape(text))
    else:
        print("\n".join(map(printable, text.body.split("\n"))))
        note(_size(text))
    return 0


def run_test(options: argparse.Namespace, settings: Settings) -> int:
    """Send, and say what the carrier answered."""
    to = _number("--to", options.to)
    contact = None if options.contact is None else _number("--contact", options.contact)

    async def body(product: Product, actor: Actor) -> SentTest:
        from trd_tui.services.texts import send_test
        from trd_tui.wiring import make_carrier

        carrier = make_carrier(product.settings, product.clock, product.behaviour)
        try:
            return await send_test(
                product.db,
                product.clock,
                actor,
                carrier,
                options.id,
                options.touch,
                to,
                contact,
                options.variant,
                budgets=product.budgets,
            )
        finally:
            await carrier.close()

    return _tell(with_product(settings, body), as_json=options.json)


def _tell(sent: SentTest, *, as_json: bool) -> int:
    from trd_tui.cli.outcomes import told

    answer, failed = told(sent.outcome, f"look at {sent.to} before you send it again")
    if as_json:
        extra = {"to": sent.to, "sender": sent.sender, "inWindow": sent.open_window, "stopped": sent.stopped}
        print_json({**_shape(sent.text), **extra, **answer})
    else:
        print("\n".join(map(printable, sent.text.body.split("\n"))))
        note(_size(sent.text))
        if not sent.open_window:
            note("the campaign itself would not send at this hour; a test does")
        if sent.stopped:
            note("automated sending is stopped; a test is sent by you")
    if failed is not None:
        complain("trd campaign test", failed)
        return REFUSED
    if not as_json:
        note(f"the carrier accepted it for {sent.to} from {sent.sender}: {answer['sid']}")
    return 0


def _number(option: str, text: str) -> str:
    from trd_tui.domain.phone import PhoneError, normalise

    try:
        return normalise(text)
    except PhoneError as error:
        raise CliError(f"{option}: {error}") from error


def _size(text: Text) -> str:
    from trd_tui.cli.outcomes import sized

    variant = "" if text.variant is None else f" variant {text.variant}"
    return f"touch {text.touch}{variant} for {text.number or 'nobody'}: {sized(text.size)}"


def _shape(text: Text) -> dict[str, object]:
    size = text.size
    return {
        "touch": text.touch,
        "variant": text.variant,
        "contact": text.number,
        "body": text.body,
        "segments": size.segments,
        "encoding": size.encoding,
        "units": size.units,
        "outside": list(size.outside),
    }
