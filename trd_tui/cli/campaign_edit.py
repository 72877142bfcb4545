"""``trd campaign edit``: a changed definition for a campaign that exists, also while it runs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trd_tui.cli.campaign_create import read_toml, wrong_definition
from trd_tui.cli.errors import CliError
from trd_tui.cli.output import confirm, iso, note, print_json, printable, table
from trd_tui.cli.session import with_product
from trd_tui.domain.finding import one_or_many
from trd_tui.domain.put_off import may_put_off
from trd_tui.settings import Settings

if TYPE_CHECKING:
    from trd_tui.services.actor import Actor
    from trd_tui.services.edit_views import EditPreview
    from trd_tui.wiring import Product


def add(commands: Any) -> None:
    """Put the command into the table."""
    parser = commands.add_parser("edit", help="give a campaign a changed definition, also while it runs")
    parser.add_argument("id", metavar="ID", help="as `trd campaign list` shows it")
    parser.add_argument("file", metavar="FILE.toml", type=Path, help="the whole definition; without [[touch]]"
                        " the campaign keeps its touches")  # fmt: skip
    parser.add_argument(
        "--reopen", action="store_true", help="contacts who had finished get touches added behind their last"
    )
    parser.add_argument("--preview", action="store_true", help="only say what it would do")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Show who would be moved, ask, and edit."""
    data = read_toml(options.file)
    return with_product(settings, lambda product, actor: _run(options, data, product, actor))


async def _run(options: argparse.Namespace, data: dict[str, Any], product: Product, actor: Actor) -> int:
    from trd_tui.cli.campaign_lint import finding_shapes, tell_findings
    from trd_tui.domain.definition import DefinitionError
    from trd_tui.services import editing, linting

    db, clock = product.db, product.clock
    try:
        definition = await editing.definition_for(db, options.id, data)
        if options.preview or not options.yes:
            preview = await editing.edit_preview(
                db, clock, options.id, definition, reopen=options.reopen, limits=product.limits
            )
            if options.preview:
                _show(preview, as_json=options.json)
                return 0
            if preview.changes:
                for line in _lines(preview):
                    note(line)
                if not confirm(f"Edit {preview.name}?"):
                    raise CliError(f"not done: {preview.name} stays as it is. Say yes, or use --yes")
        result = await editing.edit(db, clock, actor, options.id, definition, reopen=options.reopen)
    except DefinitionError as error:
        raise wrong_definition(options.file, error) from error
    except editing.EditError as error:
        raise CliError(str(error)) from error
    findings = await linting.lint_saved(db, options.id, definition)
    if options.json:
        from trd_tui.services.shapes import result_shape

        print_json({**result_shape(result), "findings": finding_shapes(findings)})
    else:
        print(printable(f"{result.campaign_id}  {result.name}  {result.message}"))
        tell_findings(findings, options.id)
    return 0


def _show(preview: EditPreview, *, as_json: bool) -> None:
    if as_json:
        print_json(_shape(preview))
        return
    for line in _lines(preview):
        print(line)


def _lines(preview: EditPreview) -> list[str]:
    lines = [printable(f"{preview.campaign_id}  {preview.name}  {preview.status}")]
    if not preview.changes:
        return [*lines, "nothing would change"]
    lines += [printable(f"{name}: {old or 'none'} -> {new or 'none'}") for name, old, new in preview.settings]
    lines += preview.means
    lines += [
        printable(f"touch {touch.position} (day {touch.day}): {', '.join(touch.what)}")
        for touch in preview.touches
    ]
    if preview.moved:
        rows = [
            (
                "finished" if move.from_touch is None else f"touch {move.from_touch}",
                "finished" if move.to_touch is None else f"touch {move.to_touch}",
                f"{move.contacts:,}",
                iso(move.first_at),
                iso(move.last_at),
            )
            for move in preview.moved
        ]
        lines += table(("from", "to", ">contacts", "first", "last"), rows).splitlines()
    if said := may_put_off(preview.may_put_off):
        lines.append(said)
    lines.append(
        one_or_many(preview.stay, "waiting message stays as it is", "waiting messages stay as they are")
    )
    if preview.in_flight:
        are = "is" if preview.in_flight == 1 else "are"
        lines.append(f"{preview.in_flight:,} in flight or held {are} not touched")
    if preview.goes_on:
        resume = f"`trd campaign resume {preview.campaign_id}`"
        lines.append(f"it has paused because its budget was used up; {resume} resumes it")
    return lines


def _shape(preview: EditPreview) -> dict[str, object]:
    return {
        "id": preview.campaign_id,
        "name": preview.name,
        "status": preview.status,
        "changes": preview.changes,
        "mayPutOff": preview.may_put_off,
        "settings": [{"name": name, "old": old, "new": new} for name, old, new in preview.settings],
        "touches": [
            {"position": touch.position, "day": touch.day, "what": list(touch.what)}
            for touch in preview.touches
        ],
        "moved": [
            {
                "from": move.from_touch,
                "to": move.to_touch,
                "contacts": move.contacts,
                "first": iso(move.first_at),
                "last": iso(move.last_at),
            }
            for move in preview.moved
        ],
        "stay": preview.stay,
        "inFlight": preview.in_flight,
        "means": list(preview.means),
        "resumeGoesOn": preview.goes_on,
    }
