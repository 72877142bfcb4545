"""``trd audit``: who has done what, and from where; the acts of people and of TRD itself."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trd_tui.cli.campaign_list import MOST_ROWS, page_limit, page_offset
from trd_tui.cli.output import iso, note, print_json, printable, say_more, table
from trd_tui.cli.session import with_product
from trd_tui.domain.finding import one_or_many
from trd_tui.domain.instants import is_instant
from trd_tui.domain.money import format_usd
from trd_tui.domain.nearest import did_you_mean
from trd_tui.services.shapes import pagination_shape
from trd_tui.settings import Settings

if TYPE_CHECKING:
    from trd_tui.services.actor import Actor
    from trd_tui.services.administration_views import AuditEntry, AuditPage, AuditQuery
    from trd_tui.wiring import Product

_CUT = 60
"""Letters of a change in a line of the table; ``--json`` and the export give it whole."""


def add(commands: Any) -> None:
    """Put the commands into the table."""
    parser = commands.add_parser(
        "audit",
        help="who has done what: list, export",
        description="The acts of people and of TRD itself, each with what was before and after. Acts are only"
        " ever added.",
    )
    acts = parser.add_subparsers(dest="subcommand", metavar="COMMAND", required=True)
    listed = acts.add_parser("list", help="a page of acts, the newest first")
    listed.add_argument("--limit", metavar="N", type=page_limit, default=20, help="rows of the page (20)")
    listed.add_argument("--offset", metavar="N", type=page_offset, default=0, help="rows before it (0)")
    listed.add_argument("--json", action="store_true", help="print one JSON object")
    listed.set_defaults(run=run_list)
    written = acts.add_parser("export", help="all acts that match, in a new CSV file")
    written.add_argument("file", metavar="FILE", type=Path, help="readable by its owner only; must not exist")
    written.set_defaults(run=run_export)
    for each in (listed, written):
        each.add_argument("--actor", metavar="NAME", default="", help="only of this person or process")
        each.add_argument(
            "--act", metavar="ACT", default="", help="only of this kind: pause, opt_out, setting ..."
        )
        each.add_argument("--campaign", metavar="ID", default="", help="only on this campaign")
        each.add_argument(
            "--search", metavar="T", default="", help="only with this in name, number, act or change"
        )


def _query(options: argparse.Namespace, **page: int) -> AuditQuery:
    from trd_tui.services.administration_views import AuditQuery

    return AuditQuery(options.actor, options.act, options.campaign, options.search, **page)


def run_list(options: argparse.Namespace, settings: Settings) -> int:
    """Print a page of acts."""
    limit = min(options.limit, MOST_ROWS)

    async def body(product: Product, _actor: Actor) -> AuditPage:
        from trd_tui.services import audit_log

        acts = [name for name, _count in await audit_log.names(product.db, "act")]
        if options.act and options.act not in acts:
            note(f"nobody has done '{options.act}' yet{did_you_mean(options.act, acts)}")
        return await audit_log.page(product.db, _query(options, limit=limit, offset=options.offset))

    page = with_product(settings, body)
    pages = pagination_shape(page.total, limit, options.offset, len(page.rows))
    if options.json:
        print_json({"acts": [_shape(row) for row in page.rows], "pagination": pages})
        return 0
    print(table(("When (UTC)", "Who", "Login", "Act", "On", "ID", "Before", "After"), map(_cells, page.rows)))
    print(f"\n{len(page.rows)} of {one_or_many(page.total, 'act', 'acts')}")
    say_more(pages, len(page.rows))
    return 0


def _cells(row: AuditEntry) -> tuple[object, ...]:
    on = " ".join(filter(None, (row.subject, row.name)))
    return (
        iso(row.at),
        row.actor,
        row.login,
        row.act,
        on,
        row.subject_id,
        _said(row.before),
        _said(row.after),
    )


def _said(values: Mapping[str, object]) -> str | None:
    if not values:
        return None
    said = []
    for name, each in values.items():
        value = _readable(name, each)
        told = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        said.append(f"{name.removesuffix('_micros')} {told}")
    line = printable(", ".join(said))
    return line if len(line) <= _CUT else f"{line[: _CUT - 1]}…"


def _readable(name: str, value: object) -> object:
    """A value with its instants and amounts as people read them; ``--json`` and the export keep numbers."""
    if isinstance(value, dict):
        return {key: _readable(str(key), each) for key, each in value.items()}
    if isinstance(value, int) and not isinstance(value, bool):
        if is_instant(name, value):
            return iso(value)
        if name.endswith("_micros"):
            return format_usd(value)
    return value


def _shape(row: AuditEntry) -> dict[str, object]:
    return {
        "id": row.id,
        "at": iso(row.at),
        "actor": row.actor,
        "login": row.login,
        "act": row.act,
        "subject": row.subject,
        "subjectId": row.subject_id,
        "name": row.name,
        "before": dict(row.before),
        "after": dict(row.after),
    }


def run_export(options: argparse.Namespace, settings: Settings) -> int:
    """Write acts into a new file."""

    async def body(product: Product, _actor: Actor) -> int:
        from trd_tui.services import audit_log

        return await audit_log.export(product.db, _query(options), options.file)

    count = with_product(settings, body)
    note(f"{one_or_many(count, 'act', 'acts')} written to {options.file}")
    return 0
