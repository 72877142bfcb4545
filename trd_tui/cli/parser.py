"""The table of commands. The app does without it: ``trd`` alone has nothing to parse."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import NoReturn

from trd_tui import __version__
from trd_tui.cli import (
    campaign,
    contact,
    control,
    demo,
    doctor,
    init,
    reply,
    report,
    run,
    safekeeping,
    serve,
    suppress,
    token,
    verify,
    web,
    webhook,
)
from trd_tui.cli.errors import WRONG_USAGE
from trd_tui.cli.output import complain
from trd_tui.settings import Settings

Run = Callable[[argparse.Namespace, Settings], int]


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line that says where to look."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the call, and exit with status 2."""
        complain(self.prog, f"{message}; see '{self.prog} --help'")
        sys.exit(WRONG_USAGE)


def build_parser() -> argparse.ArgumentParser:
    """Every command with its options; each names the function that runs it."""
    parser = Parser(
        prog="trd",
        description="Run many SMS drip campaigns at once. Without a command: the full-screen app.",
        epilog="Settings: ~/.config/trd/config.toml, each overridable by TRD_... in the environment.",
    )
    parser.add_argument("--version", action="version", version=f"trd {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for group in (
        demo,
        init,
        doctor,
        run,
        serve,
        web,
        token,
        control,
        campaign,
        contact,
        reply,
        report,
        suppress,
        webhook,
        verify,
        safekeeping,
    ):
        group.add(commands)
    return parser
