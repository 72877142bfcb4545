"""The table of commands, and the one place where an error becomes a line and an exit status.

Nothing here imports SQLAlchemy, Textual or the carrier: ``trd --help`` answers at once, and the app paints
before it opens anything. A command imports what it needs when it runs.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from trd_tui import __version__
from trd_tui.cli import logs
from trd_tui.cli.errors import INTERRUPTED, REFUSED, WRONG_USAGE, CliError, sentence_of
from trd_tui.cli.output import complain
from trd_tui.settings import Settings, SettingsError, load_settings

Run = Callable[[argparse.Namespace, Settings], int]


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line that says where to look."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the call, and exit with status 2."""
        complain(self.prog, f"{message}; see '{self.prog} --help'")
        sys.exit(WRONG_USAGE)


def build_parser() -> argparse.ArgumentParser:
    """Every command with its options; each names the function that runs it."""
    from trd_tui.cli import (
        campaign,
        contact,
        control,
        demo,
        doctor,
        init,
        run,
        safekeeping,
        verify,
    )

    parser = Parser(
        prog="trd",
        description="Run many SMS drip campaigns at once. Without a command: the full-screen app.",
        epilog="Settings: ~/.config/trd/config.toml, each overridable by TRD_... in the environment.",
    )
    parser.add_argument("--version", action="version", version=f"trd {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for group in (demo, init, doctor, run, control, campaign, contact, verify, safekeeping):
        group.add(commands)
    return parser


def main(arguments: Sequence[str]) -> int:
    """Run one command.

    Args:
        arguments: the words after ``trd``.

    Returns:
        The exit status: 0 done, 1 refused or failed, 2 wrong usage.
    """
    name = "trd"
    try:
        if not arguments:
            from trd_tui.cli.app import show

            return show(load_settings())
        options = build_parser().parse_args(arguments)
        name = " ".join(filter(None, ("trd", options.command, getattr(options, "subcommand", None))))
        settings = load_settings()
        logs.log_nowhere(settings)
        command: Run = options.run
        status = command(options, settings)
        sys.stdout.flush()
        return status
    except SystemExit as ended:  # argparse has said what there was to say: help, version or wrong usage
        return ended.code if isinstance(ended.code, int) else REFUSED
    except CliError as error:
        complain(name, sentence_of(error))
        return error.status
    except SettingsError as error:
        complain(name, sentence_of(error))
        return WRONG_USAGE
    except KeyboardInterrupt:
        complain(name, "interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has seen enough (`trd campaign list | head`): nothing is wrong, nothing may be printed.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except Exception as error:
        complain(name, sentence_of(error))
        return REFUSED
