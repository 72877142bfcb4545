"""``trd reply note/snooze/done/decide``: what is done with a conversation besides answering it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from trd_tui.cli.errors import CliError
from trd_tui.cli.output import confirm, iso, print_json, printable
from trd_tui.cli.session import with_product
from trd_tui.domain.later import FORMS, LaterError, read_later
from trd_tui.settings import Settings

if TYPE_CHECKING:
    from trd_tui.services.actor import Actor
    from trd_tui.wiring import Product


def add(subcommands: Any) -> None:
    """Put the subcommands into the table of ``trd reply``."""
    noted = subcommands.add_parser(
        "note", help="note something in a conversation, in place of what was noted"
    )
    noted.add_argument("number", metavar="NUMBER", help="in any usual notation")
    noted.add_argument("text", metavar="TEXT", help="an empty one takes the note out")
    noted.set_defaults(run=run_note)
    snoozed = subcommands.add_parser("snooze", help="put a conversation off, until then or until they write")
    snoozed.add_argument("number", metavar="NUMBER", help="in any usual notation")
    snoozed.add_argument("when", metavar="WHEN", nargs="?", help=f"in UTC: {FORMS}")
    snoozed.add_argument("--wake", action="store_true", help="put it off no longer")
    snoozed.set_defaults(run=run_snooze)
    done = subcommands.add_parser("done", help="count a conversation as answered")
    done.add_argument("number", metavar="NUMBER", help="in any usual notation")
    done.add_argument("--again", action="store_true", help="the other way: its latest text waits, unread")
    done.set_defaults(run=run_done)
    decide = subcommands.add_parser(
        "decide",
        help="decide whether they have opted out",
        description="Decide about a text that reads like an opt-out and holds the contact's campaigns: it is"
        " one and the number goes on the do-not-contact list, or it is none and the campaigns go on.",
    )
    decide.add_argument("number", metavar="NUMBER", help="in any usual notation")
    which = decide.add_mutually_exclusive_group(required=True)
    which.add_argument("--opt-out", action="store_true", help="never text them again")
    which.add_argument("--no-opt-out", action="store_true", help="the campaigns go on")
    decide.add_argument("--yes", action="store_true", help="do not ask")
    decide.set_defaults(run=run_decide)
    for each in (noted, snoozed, done, decide):
        each.add_argument("--json", action="store_true", help="print one JSON object")


def run_note(options: argparse.Namespace, settings: Settings) -> int:
    """Note something."""

    async def body(product: Product, actor: Actor) -> str:
        from trd_tui.services import inbox, inbox_acts

        await inbox_acts.note(product.db, product.clock, actor, options.number, options.text)
        return inbox.checked_number(options.number)

    number = with_product(settings, body)
    said = options.text.strip()
    _tell(options, {"number": number, "note": said}, "noted" if said else "the note is gone")
    return 0


def run_snooze(options: argparse.Namespace, settings: Settings) -> int:
    """Put a conversation off, or wake it."""
    if options.wake == (options.when is not None):
        raise CliError("say until when it shall be put off, or --wake")

    async def body(product: Product, actor: Actor) -> tuple[str, int | None]:
        from trd_tui.services import inbox, inbox_acts

        try:
            until = None if options.wake else read_later(options.when, product.clock.now(), "UTC")
        except LaterError as error:
            raise CliError(str(error)) from error
        await inbox_acts.snooze(product.db, product.clock, actor, options.number, until)
        return inbox.checked_number(options.number), until

    number, until = with_product(settings, body)
    at = iso(until)
    _tell(
        options,
        {"number": number, "snoozedUntil": at},
        "put off no longer" if at is None else f"put off until {at}, or until they write",
    )
    return 0


def run_done(options: argparse.Namespace, settings: Settings) -> int:
    """Count a conversation as answered, or as unread."""

    async def body(product: Product, actor: Actor) -> tuple[str, int]:
        from trd_tui.services import inbox, inbox_acts

        act = inbox_acts.wait_again if options.again else inbox_acts.mark_answered
        done = await act(product.db, product.clock, actor, options.number)
        return inbox.checked_number(options.number), done if isinstance(done, int) else len(done)

    number, texts = with_product(settings, body)
    count = f"{texts} text{'' if texts == 1 else 's'}"
    said = f"{count} waiting again, unread" if options.again else f"{count} counted as answered"
    _tell(options, {"number": number, "texts": texts, "waiting": bool(options.again)}, said)
    return 0


def run_decide(options: argparse.Namespace, settings: Settings) -> int:
    """Decide whether it is an opt-out."""
    if options.opt_out and not options.yes:
        asked = f"Put {options.number} on the do-not-contact list and end its sequences?"
        if not confirm(asked):
            raise CliError("nothing was decided; --yes does it without asking")

    async def body(product: Product, actor: Actor) -> tuple[dict[str, object], str]:
        from trd_tui.services import inbox, inbox_acts, suppressions

        shape: dict[str, object]

        number = inbox.checked_number(options.number)
        if options.opt_out:
            done = await inbox_acts.opt_out(product.db, product.clock, actor, number)
            stood = await suppressions.stood(product.db, number) if done.known else None
            shape = {"number": number, "optOut": True, "sequencesEnded": done.ended}
            if stood is None:
                return shape, f"never texted again; sequences ended: {done.ended}"
            at = str(iso(stood.since))
            return {**shape, "stood": f"{stood.words}, {at}"}, stood.stood(at, done.ended)
        cleared = await inbox_acts.no_opt_out(product.db, product.clock, actor, number, product.judge)
        names = list(cleared.campaigns)
        goes_on = ", ".join(names) if names else "nothing was held"
        shape = {"number": number, "optOut": False, "campaigns": names, "held": list(cleared.left)}
        return shape, f"no opt-out; goes on: {goes_on}"

    found, said = with_product(settings, body)
    _tell(options, found, said)
    return 0


def _tell(options: argparse.Namespace, shape: dict[str, object], said: str) -> None:
    if options.json:
        print_json(shape)
    else:
        print(printable(f"{shape['number']}: {said}"))
