"""``trd reply``: the inbox from the shell."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from trd_tui.cli import reply_acts
from trd_tui.cli.campaign_list import MOST_ROWS, page_limit, page_offset
from trd_tui.cli.errors import REFUSED, CliError
from trd_tui.cli.output import complain, confirm, iso, note, print_json, printable, say_more, table
from trd_tui.cli.session import with_product
from trd_tui.services.shapes import pagination_shape
from trd_tui.settings import Settings

if TYPE_CHECKING:
    from trd_tui.services.actor import Actor
    from trd_tui.services.answers import Draft, Sent
    from trd_tui.services.inbox_views import Counts, Line, Reply, ReplyPage, WholeConversation
    from trd_tui.wiring import Product

_KINDS = {"opt_out": "opt-out", "opt_in": "opt-in"}
_PERHAPS = {
    "unknown": "perhaps sent (the scheduler finds out)",
    "held": "perhaps sent (ask them before you write it again)",
    "failed": "not sent",
}
"""How the state of a person's own answer reads, where its name alone says too little."""


def add(commands: Any) -> None:
    """Put the command with its subcommands into the table."""
    parser = commands.add_parser("reply", help="what contacts have written, and your own answers")
    subcommands = parser.add_subparsers(dest="subcommand", metavar="COMMAND", required=True)
    listed = subcommands.add_parser("list", help="what came in, the newest first")
    listed.add_argument("--unanswered", action="store_true", help="only what waits for a person")
    listed.add_argument("--campaign", metavar="ID", help="only what answers this campaign")
    listed.add_argument("--search", metavar="T", default="", help="part of the name, number or text")
    listed.add_argument("--limit", metavar="N", type=page_limit, default=20, help="rows of the page (20)")
    listed.add_argument("--offset", metavar="N", type=page_offset, default=0, help="rows before the page (0)")
    listed.set_defaults(run=run_list)
    show = subcommands.add_parser("show", help="everything with one number, in both directions")
    show.add_argument("number", metavar="NUMBER", help="in any usual notation")
    show.set_defaults(run=run_show)
    send = subcommands.add_parser(
        "send",
        help="answer somebody",
        description="Send your own answer to somebody who was texted or has written, at once and once, from"
        " the number of that conversation. Who is suppressed or has opted out is not texted. Outside the"
        " window, and while automated sending is stopped, it asks first.",
    )
    send.add_argument("number", metavar="NUMBER", help="in any usual notation")
    send.add_argument("text", metavar="TEXT", help="what they will read, in quotes")
    send.add_argument("--campaign", metavar="ID", help="the campaign that they are answered in (the latest)")
    send.add_argument("--yes", action="store_true", help="do not ask")
    send.set_defaults(run=run_send)
    reply_acts.add(subcommands)
    for each in (listed, show, send):
        each.add_argument("--json", action="store_true", help="print one JSON object")


def run_list(options: argparse.Namespace, settings: Settings) -> int:
    """Print one page of what came in."""
    limit = min(options.limit, MOST_ROWS)

    async def body(product: Product, _actor: Actor) -> tuple[ReplyPage, Counts]:
        from trd_tui.services import inbox

        await _must_be(product, options.campaign)
        page = await inbox.replies(
            product.db,
            unanswered=options.unanswered,
            campaign_id=options.campaign,
            search=options.search,
            limit=limit,
            offset=options.offset,
        )
        return page, await inbox.counts(product.db, product.clock)

    page, counts = with_product(settings, body)
    pages = pagination_shape(page.total, limit, options.offset, len(page.rows))
    if options.json:
        print_json(
            {
                "replies": [_reply_shape(row) for row in page.rows],
                "pagination": pages,
                "conversations": {
                    "total": counts.all,
                    "unanswered": counts.unanswered,
                    "snoozed": counts.snoozed,
                },
            }
        )
        return 0
    heads = ("When (UTC)", "Number", "Name", "Campaign", ">Touch", "Kind", "Answered", "Text")
    print(table(heads, (_cells(row) for row in page.rows)))
    print(
        f"\n{len(page.rows)} of {page.total:,}; {counts.unanswered:,} of {counts.all:,}"
        f" conversation{'' if counts.all == 1 else 's'} unanswered"
    )
    say_more(pages, len(page.rows))
    return 0


async def _must_be(product: Product, campaign_id: str | None) -> None:
    """Refuse a campaign that is not there: an empty list of it would be a false comfort."""
    from trd_tui.services.listing import campaign_detail

    if campaign_id is not None and await campaign_detail(product.db, campaign_id) is None:
        raise CliError(f"there is no campaign {campaign_id}; `trd campaign list` shows all")


def _cells(row: Reply) -> tuple[object, ...]:
    answered = "no" if row.waits else "-" if row.answered_at is None else "yes"
    line = " ".join(row.body.split())
    text = line if len(line) <= 60 else f"{line[:59]}…"
    return (
        _moment(row.at),
        row.number,
        row.name or None,
        row.campaign_name,
        row.touch,
        _KINDS.get(row.kind, row.kind),
        answered,
        text,
    )


def _reply_shape(row: Reply) -> dict[str, object]:
    return {
        "id": row.id,
        "number": row.number,
        "name": row.name,
        "received": iso(row.at),
        "campaignId": row.campaign_id,
        "campaignName": row.campaign_name,
        "touch": row.touch,
        "kind": row.kind,
        "answered": not row.waits,
        "answeredAt": iso(row.answered_at),
        "body": row.body,
    }


def run_show(options: argparse.Namespace, settings: Settings) -> int:
    """Print a conversation, the oldest line first."""

    async def body(product: Product, _actor: Actor) -> WholeConversation | None:
        from trd_tui.services import inbox

        return await inbox.conversation(product.db, product.clock, options.number)

    found = with_product(settings, body)
    if found is None:
        raise CliError(f"there is nothing with {options.number}; `trd reply list` shows who has written")
    if options.json:
        print_json(_conversation_shape(found))
        return 0
    print(printable(f"{found.number}  {found.name}".rstrip()))
    if found.suppressed:
        print(printable(f"must not be texted: {found.suppressed}"))
    if found.note:
        print(printable(f"note: {found.note}"))
    if found.snoozed_until is not None:
        print(f"put off until {_moment(found.snoozed_until)}")
    for line in found.lines:
        print()
        print(printable(_headed(line)))
        print("\n".join("  " + printable(part) for part in line.body.split("\n")))
    return 0


def _headed(line: Line) -> str:
    """``2024-01-15 14:05  ->  touch 2 of Spring, delivered``."""
    where = line.campaign_name
    if line.direction == "in":
        kind = _KINDS.get(line.state, line.state)
        if line.decision is not None:
            kind = f"{line.decision.words} {_moment(line.decision.at)},"
        answers = f" to touch {line.touch} of {where}" if line.touch else f" ({where})" if where else ""
        said = f"{kind}{answers}"
    elif line.direction == "touch":
        said = f"touch {line.touch} of {where}, {line.state}"
    else:
        said = f"answer by {line.actor}{f' in {where}' if where else ''}"
        said += f", {_PERHAPS.get(line.state, line.state)}"
    why = f": {line.reason}" if line.reason else ""
    return f"{_moment(line.at)}  {'<-' if line.direction == 'in' else '->'}  {said}{why}"


def _conversation_shape(found: WholeConversation) -> dict[str, object]:
    return {
        "number": found.number,
        "name": found.name,
        "note": found.note,
        "snoozedUntil": iso(found.snoozed_until),
        "suppressed": found.suppressed,
        "messages": [
            {
                "at": iso(line.at),
                "direction": "in" if line.direction == "in" else "out",
                "by": {"in": "contact", "touch": "campaign", "answer": "person"}[line.direction],
                "actor": line.actor,
                "campaignId": line.campaign_id,
                "touch": line.touch,
                "state": line.state,
                "reason": line.reason,
                "answered": line.answered,
                "decision": None
                if line.decision is None
                else {
                    "optOut": line.decision.opt_out,
                    "by": line.decision.by,
                    "at": iso(line.decision.at),
                },
                "body": line.body,
            }
            for line in found.lines
        ],
    }


def run_send(options: argparse.Namespace, settings: Settings) -> int:
    """Send an answer; what there is to know first is told and asked."""

    async def body(product: Product, actor: Actor) -> Sent:
        from trd_tui.services import answers
        from trd_tui.wiring import make_carrier

        ready = await answers.prepare(
            product.db,
            product.clock,
            options.number,
            options.text,
            options.campaign,
            budgets=product.budgets,
        )
        if not options.json:
            _announce(ready, warn=options.yes)
        if ready.warnings and not options.yes:
            told = "; ".join(ready.warnings)
            if not confirm(f"{told[0].upper()}{told[1:]}. Send it all the same?"):
                raise CliError(f"not sent: {told}; --yes sends it all the same")
        carrier = make_carrier(product.settings, product.clock, product.behaviour)
        try:
            return await answers.send(
                product.db,
                product.clock,
                actor,
                carrier,
                options.number,
                options.text,
                options.campaign,
                confirmed=bool(options.yes or ready.warnings),
                budgets=product.budgets,
            )
        finally:
            await carrier.close()

    return _tell(with_product(settings, body), as_json=options.json)


def _announce(ready: Draft, *, warn: bool) -> None:
    from trd_tui.cli.outcomes import sized

    who = f"{ready.name}, {ready.number}" if ready.name else ready.number
    note(f"to {who} from {ready.sender}: {sized(ready.size)}")
    for warning in ready.warnings if warn else ():
        note(warning)


def _tell(sent: Sent, *, as_json: bool) -> int:
    from trd_tui.cli.outcomes import told

    ready = sent.draft
    then = f"`trd reply show {ready.number}` says so as soon as the scheduler has found out"
    answer, failed = told(sent.outcome, then)
    if as_json:
        print_json(
            {
                "number": ready.number,
                "sender": ready.sender,
                "campaignId": ready.campaign_id,
                "segments": ready.size.segments,
                "encoding": ready.size.encoding,
                "warnings": list(ready.warnings),
                "attempt": sent.attempt_id,
                **answer,
            }
        )
    if failed is not None:
        complain("trd reply send", failed)
        return REFUSED
    if not as_json:
        print(f"the carrier accepted it: {answer['sid']}")
    return 0


def _moment(instant: int) -> str:
    return (iso(instant) or "").replace("T", " ").removesuffix("Z")[:16]
