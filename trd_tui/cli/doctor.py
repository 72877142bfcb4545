"""``trd doctor``: what could keep campaigns from going out, one line each, with the remedy."""

from __future__ import annotations

import argparse
import asyncio
from typing import Any

from trd_tui.cli import checks
from trd_tui.cli.errors import REFUSED
from trd_tui.cli.output import print_json, printable
from trd_tui.domain.sentences import part
from trd_tui.settings import Settings

_MARKS = {"ok": "✓", "warning": "!", "error": "✗"}


def add(commands: Any) -> None:
    """Put the command into the table."""
    parser = commands.add_parser(
        "doctor", help="check database, clock, zones, credentials, sender, queue and disk"
    )
    parser.add_argument("--offline", action="store_true", help="do not ask the carrier")
    parser.add_argument("--json", action="store_true", help="print one JSON array")
    parser.set_defaults(run=run, wrong_settings=())


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Print every finding; exit 1 when one is an error."""
    findings = asyncio.run(checks.examine(settings, wrong=options.wrong_settings, offline=options.offline))
    if options.json:
        print_json([finding.shape() for finding in findings])
    else:
        for finding in findings:
            said = f"{part(finding.text)}; {finding.remedy}" if finding.remedy else finding.text
            mark = _MARKS[finding.level]
            print(f"{mark} {finding.level:7}  {finding.subject:11}  {printable(said)}")
    return REFUSED if any(finding.level == "error" for finding in findings) else 0
