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
    from trd_tui.services.why import Reason, Why, Written
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
                "sentAt": iso(touch.sent_at),
                "finalAt": iso(touch.final_at),
                "sid": touch.sid,
                "variant": touch.variant,
                "errorCode": touch.error_code,
                "reason": touch.reason,
            }
            for touch in found.touches
        ],
        "consent": {
            "given": found.consent.given,
            "kind": found.consent.kind or None,
            "source": found.consent.source or None,
            "givenAt": iso(found.consent.given_at),
            "recordedAt": iso(found.consent.recorded_at),
            "rows": found.consent.rows,
        },
        "caps": [
            {"most": cap.limit.most, "span": cap.limit.words, "used": cap.used, "freeAt": iso(cap.free_at)}
            for cap in found.caps
        ],
        "suppressed": None
        if found.suppressed is None
        else {
            "reason": found.suppressed,
            "by": found.suppressed_by,
            "since": iso(found.suppressed_at),
        },
        "replies": [
            {
                "at": iso(each.at),
                "kind": each.kind,
                "touch": each.touch,
                "here": each.here,
                "decision": None if each.decision is None else _kind(each),
                "body": each.body,
            }
            for each in found.written
        ],
    }


def _lines(found: Why) -> list[str]:
    who = f"{found.number} {found.name}".strip()
    where = f"{found.campaign_name} ({found.campaign_id})"
    lines = [printable(f"{who} is {found.status} in {where}, which is {found.campaign_status}.")]
    if found.next_touch is not None:
        planned = f"Touch {found.next_touch} is planned for {iso(found.planned_for)} and"
        if found.expected_at is not None:
            lines.append(f"{planned} goes: {iso(found.expected_at)}.")
        else:
            lines.append(f"{planned} does not go before what decides here has changed:")
    first, *others = found.reasons
    lines.append(printable(f"{first.rule}: {_told(first)}"))
    lines += [printable(f"  then {reason.rule}: {_told(reason)}") for reason in others]
    lines += ["", *(printable(line) for line in _standing(found))]
    if found.touches:
        rows = [
            (t.touch, t.state, iso(t.at), iso(t.final_at), t.variant, t.error_code, t.sid, t.reason)
            for t in found.touches
        ]
        heads = [">touch", "state", "at", "final", "variant", ">code", "carrier's id", "reason"]
        lines += ["", table(heads, rows)]
    if found.written:
        told = [
            (iso(w.at), _kind(w), w.touch, "this" if w.here else "another", " ".join(w.body.split()))
            for w in found.written
        ]
        lines += ["", table(["wrote", "kind", ">touch", "campaign", "text"], told)]
    return lines


def _kind(text: Written) -> str:
    """What it is; of what was unclear, what was decided, by whom and when."""
    if text.decision is None:
        return text.kind
    return f"{text.decision.words} {iso(text.decision.at)}"


def _standing(found: Why) -> list[str]:
    """Consent, caps and the do-not-contact list, a line each."""
    consent = found.consent
    if consent.given:
        when = f", {iso(consent.given_at)}" if consent.given_at is not None else ""
        said = f"{consent.kind.replace('_', ' ')}, {consent.source}{when}"
    elif consent.kind:
        said = f"taken back, {consent.source}, {iso(consent.recorded_at)}"
    else:
        said = "none on record; trd contact consent NUMBER --add KIND --source T adds it"
    lines = [f"consent: {said}"]
    for cap in found.caps:
        free = "" if cap.free_at is None else f"; one more from {iso(cap.free_at)}"
        lines.append(f"texted: {cap.used} of at most {cap.limit.most} {cap.limit.words}{free}")
    if found.suppressed is not None:
        since = f"since {iso(found.suppressed_at)}"
        lines.append(f"suppressed: {found.suppressed} ({found.suppressed_by}), {since}")
    return lines


def _told(reason: Reason) -> str:
    if reason.at is None:
        return reason.sentence
    return f"{reason.sentence}, {'at' if reason.rule in ('date', 'send') else 'until'} {iso(reason.at)}"
