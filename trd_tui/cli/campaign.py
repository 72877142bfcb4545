"""``trd campaign``: its commands, each in a file of its own."""

from __future__ import annotations

from typing import Any

from trd_tui.cli import (
    campaign_acts,
    campaign_create,
    campaign_edit,
    campaign_export,
    campaign_lint,
    campaign_list,
    campaign_review,
    campaign_simulate,
    campaign_texts,
)


def add(commands: Any) -> None:
    """Put the command with its subcommands into the table."""
    parser = commands.add_parser("campaign", help="create, list, start, pause, resume, export ... campaigns")
    subcommands = parser.add_subparsers(dest="subcommand", metavar="COMMAND", required=True)
    campaign_create.add(subcommands)
    campaign_list.add_list(subcommands)
    campaign_list.add_show(subcommands)
    campaign_acts.add(subcommands)
    campaign_review.add(subcommands)
    campaign_edit.add(subcommands)
    campaign_export.add(subcommands)
    campaign_lint.add(subcommands)
    campaign_simulate.add(subcommands)
    campaign_texts.add(subcommands)
