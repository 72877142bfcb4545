"""``trd campaign lint``: what should be otherwise in a campaign's texts, and plain characters for odd."""

from __future__ import annotations

import argparse
import difflib
import os
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trd_tui.cli.campaign_create import read_toml, with_remedy
from trd_tui.cli.contact import pair
from trd_tui.cli.errors import REFUSED, CliError, UsageError
from trd_tui.cli.output import confirm, note, print_json, printable, progress_line, table
from trd_tui.cli.session import with_product
from trd_tui.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trd_tui.domain.finding import Finding
    from trd_tui.services.contact_file import ContactFile
    from trd_tui.services.linting import Linted


def add(commands: Any) -> None:
    """Put the command into the table."""
    parser = commands.add_parser("lint", help="what should be otherwise in a campaign's texts, and its cost")
    parser.add_argument("what", metavar="ID|FILE.toml", help="a campaign, or a definition not saved yet")
    parser.add_argument(
        "--contacts", metavar="FILE.csv", type=Path, help="look at these contacts' texts; nothing is stored"
    )
    parser.add_argument("--map", metavar="COL=FIELD", type=pair, action="append", default=[],
                        help="which field a column holds, as in `trd contact import`")  # fmt: skip
    parser.add_argument(
        "--fix",
        action="store_true",
        help="write the file with plain characters, after showing the difference",
    )
    parser.add_argument("--yes", action="store_true", help="with --fix: do not ask")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Look, fix if asked, and exit 1 when something keeps the campaign from being saved."""
    from trd_tui.services import linting

    file = Path(options.what)
    is_file = file.suffix == ".toml" or file.exists()
    if options.fix and not is_file:
        raise UsageError(
            "--fix mends a file; name a definition, then `trd campaign edit ID FILE.toml` saves it"
        )
    if options.fix:
        _fix(file, yes=options.yes)
    contacts = None
    if options.contacts is not None:
        from trd_tui.services.imports import look_through

        contacts = look_through(options.contacts, dict(options.map))
    progress = progress_line("contacts")
    if is_file:
        found = linting.lint_data(read_toml(file), contacts, progress=progress)
        if contacts is None:
            told = (replace(each, message=with_remedy(each.message)) for each in found.findings)
            found = replace(found, findings=tuple(told))
    else:
        found = with_product(
            settings,
            lambda product, _actor: linting.lint_campaign(
                product.db, options.what, contacts, progress=progress
            ),
        )
    if options.json:
        print_json(_shape(options.what, found))
    else:
        for line in _lines(found, contacts):
            print(line)
    return REFUSED if found.errors else 0


def finding_line(finding: Finding) -> str:
    """One finding for people."""
    variant = "" if finding.variant is None else f" variant {finding.variant}"
    where = "" if finding.touch is None else f"touch {finding.touch}{variant}: "
    at = "" if finding.span is None else f" (character {finding.span[0] + 1:,})"
    return printable(f"{finding.severity}: {where}{finding.message}{at}")


def finding_shapes(findings: Iterable[Finding]) -> list[dict[str, object]]:
    """Findings for programs."""
    return [
        {
            "code": finding.code,
            "severity": finding.severity,
            "touch": finding.touch,
            "message": finding.message,
            "span": None if finding.span is None else list(finding.span),
            "variant": finding.variant,
            "plain": finding.plain,
        }
        for finding in findings
    ]


def tell_findings(findings: Iterable[Finding], name: str) -> None:
    """After saving: the warnings, and how many hints there are."""
    hints = 0
    for finding in findings:
        if finding.severity == "hint":
            hints += 1
        else:
            note(finding_line(finding))
    if hints:
        note(f"{hints} {'hint' if hints == 1 else 'hints'} more: trd campaign lint {name}")


def _fix(file: Path, *, yes: bool) -> None:
    """Show what would change, ask, and put the new file in the old one's place."""
    from trd_tui.domain.plain_toml import plain_toml
    from trd_tui.services.lint_tables import lint_tables

    read_toml(file)  # says what is wrong with the file, if anything is
    source = file.read_bytes().decode()
    try:
        new = plain_toml(source, lint_tables().replacements)
    except tomllib.TOMLDecodeError as error:
        raise CliError(f"{file} is not valid TOML: {error}") from error
    if new == source:
        note(f"{file}: nothing to replace")
        return
    names = str(file), f"{file} (plain)"
    for line in difflib.unified_diff(source.splitlines(), new.splitlines(), *names, n=0, lineterm=""):
        note(line)
    if not (yes or confirm(f"Write {file}?")):
        raise CliError(f"not done: {file} stays as it is. Say yes, or use --yes")
    target = file.resolve()
    part = target.with_name(f"{target.name}.part")
    try:
        part.write_bytes(new.encode())
        part.chmod(target.stat().st_mode & 0o777)
        os.replace(part, target)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    note(f"{file} is written")


def _lines(found: Linted, contacts: ContactFile | None) -> list[str]:
    lines: list[str] = []
    for finding in found.findings:
        lines.append(finding_line(finding))
        if finding.plain is not None:
            lines.append(printable(f"  plain: {finding.plain}"))
    if not lines:
        lines.append("nothing to say against these texts")
    audience = found.audience
    if audience is None:
        return lines
    from trd_tui.domain.finding import one_or_many

    rejected = f", {one_or_many(found.rejected, 'row')} would be rejected" if found.rejected else ""
    source = "" if contacts is None else f" of {contacts.path}"
    lines += ["", printable(f"{one_or_many(audience.contacts, 'contact')}{source}{rejected}")]
    rows = [
        (
            figures.position if figures.variant is None else f"{figures.position} {figures.variant}",
            figures.typical or None,
            figures.worst or None,
            figures.worst_contact or None,
            f"{figures.held:,}",
            f"{figures.too_long:,}",
        )
        for figures in audience.touches.values()
    ]
    each = any(figures.variant is not None for figures in audience.touches.values())
    return [
        *lines,
        *(["each variant is counted as if every contact got it"] if each else []),
        *table(("touch", ">typical", ">worst", "contact", ">held", ">too long"), rows).splitlines(),
    ]


def _shape(what: str, found: Linted) -> dict[str, object]:
    audience = found.audience
    return {
        "campaign": what,
        "name": found.name,
        "ok": not found.errors,
        "findings": finding_shapes(found.findings),
        "contacts": None if audience is None else audience.contacts,
        "rejectedRows": found.rejected,
        "touches": [
            {
                "touch": figures.position,
                "variant": figures.variant,
                "texts": figures.texts,
                "typicalSegments": figures.typical,
                "worstSegments": figures.worst,
                "worstContact": figures.worst_contact or None,
                "plainTypicalSegments": figures.plain_typical,
                "plainWorstSegments": figures.plain_worst,
                "held": figures.held,
                "emptyFields": dict(figures.empty),
                "tooLong": figures.too_long,
            }
            for figures in (audience.touches.values() if audience else ())
        ],
    }
