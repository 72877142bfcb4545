"""``trd contact consent``, ``records`` and ``erase``: what is on record of one number, and its end."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trd_tui.cli.errors import CliError, UsageError
from trd_tui.cli.output import confirm, iso, note, print_json, printable, table
from trd_tui.cli.session import with_product
from trd_tui.domain.finding import one_or_many
from trd_tui.settings import Settings

if TYPE_CHECKING:
    from trd_tui.services.actor import Actor
    from trd_tui.services.consent import ConsentOf
    from trd_tui.services.records import Erased
    from trd_tui.store.personal import Held, Row
    from trd_tui.wiring import Product


def add(subcommands: Any) -> None:
    """Put the three into the table of `trd contact`."""
    consent = subcommands.add_parser(
        "consent",
        help="how, where and when a contact agreed to be texted; --add records one more",
        description="Rows are only ever added. An opt-out is one, too; what counts is the latest row by the"
        " time at which it was given, and a row of the kind `unknown` says nothing either way.",
    )
    consent.add_argument("number", metavar="NUMBER", help="in any usual notation")
    consent.add_argument(
        "--add", metavar="KIND", help="written, web_form, verbal, existing_customer or unknown"
    )
    consent.add_argument("--source", metavar="T", help="where it was given (with --add)")
    consent.add_argument("--at", metavar="DATE", help="when, for example 2024-01-15 (with --add)")
    consent.add_argument("--proof", metavar="T", default="", help="what proves it, in words (with --add)")
    consent.add_argument("--json", action="store_true", help="print one JSON object")
    consent.set_defaults(run=run_consent)
    records = subcommands.add_parser(
        "records",
        help="everything that is held about a number",
        description="Everything in the database about a number: fields, consent, campaigns, messages, what"
        " the carrier reported of them, replies, its place on the do-not-contact list, acts that name it.",
    )
    records.add_argument("number", metavar="NUMBER", help="in any usual notation")
    where = records.add_mutually_exclusive_group()
    where.add_argument("--json", action="store_true", help="print one JSON object")
    where.add_argument("--out", metavar="FILE", type=Path, help="write that object to a new file")
    records.set_defaults(run=run_records)
    erase = subcommands.add_parser(
        "erase",
        help="erase what is personal about a number everywhere, and never text it again",
        description="Ends its sequences and erases names, fields, texts and replies, also in the audit. The"
        " number itself stays on the do-not-contact list, so that it is never texted again, whoever imports"
        " it. Not reached: backups and exports, log files, the carrier's own records.",
    )
    erase.add_argument("number", metavar="NUMBER", help="in any usual notation")
    erase.add_argument("--reason", metavar="T", required=True, help="why; audited, so do not name the person")
    erase.add_argument("--yes", action="store_true", help="do not ask")
    erase.add_argument("--json", action="store_true", help="print one JSON object")
    erase.set_defaults(run=run_erase)


def run_consent(options: argparse.Namespace, settings: Settings) -> int:
    """Record one if asked, then list them."""
    if options.add is None and (options.source or options.at or options.proof):
        raise UsageError("--source, --at and --proof belong to --add KIND")
    if options.add is not None and not options.source:
        raise UsageError("--add needs --source TEXT: where the consent was given")

    async def body(product: Product, actor: Actor) -> ConsentOf:
        from trd_tui.services import consent

        if options.add is None:
            return await consent.of_number(product.db, options.number)
        more = (options.add, options.source, options.at, options.proof)
        return await consent.add(product.db, product.clock, actor, options.number, *more)

    found = with_product(settings, body)
    if options.json:
        rows = [_camel({name: value for name, value in row._asdict().items() if name != "id"})
                for row in found.rows]  # fmt: skip
        listed = None if found.suppression is None else found.suppression.reason
        print_json(
            {"number": found.number, "consented": found.consented, "suppressed": listed, "consents": rows}
        )
        return 0
    lines = [
        (row.kind, iso(row.given_at), row.source, row.proof or None, row.actor, iso(row.recorded_at))
        for row in found.rows
    ]
    if lines:
        print(table(("Kind", "Given (UTC)", "Source", "Proof", "Recorded by", "Recorded (UTC)"), lines))
    stands = "consent is on record" if found.consented else "no consent on record"
    print(f"{found.number}: {stands}")
    if found.stays:
        print(printable(f"{found.number}: {found.stays}"))
    return 0


def run_records(options: argparse.Namespace, settings: Settings) -> int:
    """Print everything, or write it to a file."""
    if options.out is not None and options.out.exists():
        raise CliError(f"--out: {options.out} exists already; name a new file")
    if options.out is not None and not options.out.absolute().parent.is_dir():
        raise CliError(f"--out: there is no folder {options.out.parent}; make it first")

    async def body(product: Product, _actor: Actor) -> Held:
        from trd_tui.services import records

        return await records.of_number(product.db, options.number)

    found = with_product(settings, body)
    shape = records_shape(found)
    if options.out is not None:
        # it holds a person's words: readable by its owner only
        handle = os.open(options.out, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with open(handle, "w", encoding="utf-8") as file:
            json.dump(shape, file, ensure_ascii=False, indent=2)
            file.write("\n")
        note(f"everything about {found.number} is in {options.out}")
    elif options.json:
        print_json(shape)
    else:
        for line in _lines(shape):
            print(printable(line))
    return 0


def run_erase(options: argparse.Namespace, settings: Settings) -> int:
    """Say what would go, ask, erase."""

    async def body(product: Product, actor: Actor) -> Erased:
        from trd_tui.services import records

        if not options.yes:
            sentence = records.erasure_sentence(await records.of_number(product.db, options.number))
            if not confirm(sentence):
                raise CliError(f"not done: {sentence} Say yes, or use --yes")
        return await records.erase(product.db, product.clock, actor, options.number, options.reason)

    from trd_tui.services.records import rows_sentence

    done = with_product(settings, body)
    if options.json:
        print_json(
            {"number": done.number, "alias": done.alias, "endedSequences": done.ended, "erased": done.counts}
        )
        return 0
    ended = one_or_many(done.ended, "sequence")
    print(f"erased in {rows_sentence(done.counts)}; {ended} ended; it is now {done.alias}")
    print(
        f"{done.number} stays on the do-not-contact list; backups and the carrier's records are not reached"
    )
    return 0


def records_shape(found: Held) -> dict[str, Any]:
    """Everything about a number, for programs: the keys stay."""
    contact = None
    if found.contact is not None:
        contact = _camel(found.contact) | {"custom": json.loads(found.contact["custom"])}
    acts = [
        _camel(row) | {part: row[part] and json.loads(row[part]) for part in ("before", "after")}
        for row in found.audit
    ]
    return {
        "number": found.number,
        "contact": contact,
        "consents": [_camel(row) for row in found.consents],
        "enrolments": [_camel(row) for row in found.enrolments],
        "messages": [_camel(row) for row in found.messages],
        "carrierEvents": [_camel(row) for row in found.events],
        "replies": [_camel(row) for row in found.replies],
        "answers": [_camel(row) for row in found.answers],
        "notes": [_camel(row) for row in found.notes],
        "drafts": [_camel(row) for row in found.drafts],
        "suppression": None if found.suppression is None else _camel(found.suppression),
        "audit": acts,
        "outbox": [_camel(row) | {"payload": json.loads(row["payload"])} for row in found.outbox],
    }


def _lines(shape: dict[str, Any]) -> list[str]:
    """The same for people: a heading a kind, a line a row, without what is empty."""
    lines = [str(shape["number"])]
    for key, value in shape.items():
        rows = value if isinstance(value, list) else [value] if isinstance(value, dict) else []
        if rows:
            lines += ["", _HEADINGS[key]]
            lines += [f"  {_told(row)}" for row in rows]
    return lines


_HEADINGS = {
    "contact": "Contact",
    "consents": "Consent",
    "enrolments": "Campaigns",
    "messages": "Messages",
    "carrierEvents": "What the carrier reported",
    "replies": "Replies",
    "answers": "Answers by persons",
    "notes": "Notes of the conversation",
    "drafts": "Half-written answers",
    "suppression": "On the do-not-contact list",
    "audit": "Acts that name it",
    "outbox": "Events that wait to be posted to webhooks",
}


def _told(row: dict[str, Any]) -> str:
    return ", ".join(
        f"{name}: {json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value}"
        for name, value in row.items()
        if value not in (None, "", {})
    )


def _camel(row: Row) -> dict[str, Any]:
    """A row for programs: names as in the API, instants as ISO 8601."""
    shape: dict[str, Any] = {}
    for name, value in row.items():
        head, *tail = name.split("_")
        is_instant = tail and tail[-1] in ("at", "for")
        key = "".join((head, *(part.capitalize() for part in tail)))
        shape[key] = iso(value) if (is_instant or name == "at") and isinstance(value, int) else value
    return shape
