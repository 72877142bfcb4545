"""``trd contact why``: where one contact stands in a campaign, what comes next, and which rule decides."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from trd_tui.cli.errors import CliError
from trd_tui.cli.output import iso, print_json, printable, table
from trd_tui.cli.session import with_product
from trd_tui.settings import Settings

if TYPE_CHECKING:
    from trd_tui.services.actor import Actor
    from trd_tui.services.why import Reason, Why
    from trd_tui.wiring import Product


def add(subcommands: Any) -> None:
    """Put the command into the table."""
    parser = subcommands.add_parser(
        "why",
        help="where a contact stands in a campaign, what comes next, and which rule decides",
        description="Asks the rules that the scheduler asks, at the instant at which it would.",
    )
    parser.add_argument("campaign", metavar="CAMPAIGN", help="its ID, as `trd campaign list` shows it")
    parser.add_argument("number", metavar="NUMBER", help="in any usual notation")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Ask and tell."""

    async def body(product: Product, _actor: Actor) -> Why:
        from trd_tui.domain.phone import PhoneError
        from trd_tui.services.why import NobodyFoundError, why
        from trd_tui.wiring import sequences_of

        try:
            return await why(
                product.db,
                product.clock,
                options.campaign,
                options.number,
                sequences_of(settings),
                daily_budget=settings.daily_budget_micros,
            )
        except PhoneError as error:
            raise CliError(f"NUMBER: {error}; write it like +12125550100") from error
        except NobodyFoundError as error:
            raise CliError(str(error)) from error

    found = with_product(settings, body)
    if options.json:
        print_json(why_shape(found))
    else:
        for line in _lines(found):
            print(line)
    return 0


def why_shape(found: Why) -> dict[str, object]:
    """The answer for programs."""
    return {
        "campaign": {
            "id": found.campaign_id,
            "name": found.campaign_name,
            "status": found.campaign_status,
        },
        "number": found.number,
        "name": found.name,
        "status": found.status,
        "rule": found.rule,
        "nextTouch": found.next_touch,
        "plannedFor": iso(found.planned_for),
        "expectedAt": iso(found.expected_at),
        "reasons": [
            {"rule": reason.rule, "sentence": reason.sentence, "at": iso(reason.at)}
            for reason in found.reasons
        ],
        "touches": [
            {
                "touch": touch.touch,
                "state": touch.state,
                "at": iso(touch.at),
                "variant": touch.variant,
                "errorCode": touch.error_code,
                "reason": touch.reason,
            }
            for touch in found.touches
        ],
    }


def _lines(found: Why) -> list[str]:
    who = f"{found.number} {found.name}".strip()
    where = f"{found.campaign_name} ({found.campaign_id})"
    lines = [printable(f"{who} is {found.status} in {where}, which is {found.campaign_status}.")]
    if found.next_touch is not None:
        goes = iso(found.expected_at) if found.expected_at is not None else "nobody can say when"
        lines.append(f"Touch {found.next_touch} is planned for {iso(found.planned_for)} and goes: {goes}.")
    first, *others = found.reasons
    lines.append(printable(f"{first.rule}: {_told(first)}"))
    lines += [printable(f"  then {reason.rule}: {_told(reason)}") for reason in others]
    if found.touches:
        rows = [(t.touch, t.state, iso(t.at), t.variant, t.error_code, t.reason) for t in found.touches]
        lines += ["", table([">touch", "state", "at", "variant", ">code", "reason"], rows)]
    return lines


def _told(reason: Reason) -> str:
    if reason.at is None:
        return reason.sentence
    return f"{reason.sentence}, {'at' if reason.rule in ('date', 'send') else 'until'} {iso(reason.at)}"
