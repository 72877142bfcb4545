"""Runs a command, and is the one place where an error becomes a line and an exit status.

Nothing here imports SQLAlchemy, Textual or the carrier: ``trd --help`` answers at once, and the app, which
needs no parser, paints before it opens anything. A command imports what it needs when it runs.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from trd_tui.cli.errors import INTERRUPTED, REFUSED, WRONG_USAGE, CliError, sentence_of
from trd_tui.settings import Settings, SettingsError, database_alone, load_settings

if TYPE_CHECKING:
    import argparse


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
        from trd_tui.cli import logs
        from trd_tui.cli.parser import Run, build_parser

        options = build_parser().parse_args(arguments)
        name = " ".join(filter(None, ("trd", options.command, getattr(options, "subcommand", None))))
        settings = _settings_for(options, name)
        logs.log_nowhere(settings)
        command: Run = options.run
        status = command(options, settings)
        sys.stdout.flush()
        return status
    except SystemExit as ended:  # argparse has said what there was to say: help, version or wrong usage
        return ended.code if isinstance(ended.code, int) else REFUSED
    except CliError as error:
        for sentence in error.sentences:
            _complain(name, " ".join(sentence.split()))
        return error.status
    except SettingsError as error:
        for sentence in error.all:
            _complain(name, sentence)
        return WRONG_USAGE
    except KeyboardInterrupt:
        _complain(name, "interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has seen enough (`trd campaign list | head`): nothing is wrong, nothing may be printed.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except Exception as error:
        _complain(name, sentence_of(error))
        return REFUSED


def _settings_for(options: argparse.Namespace, name: str) -> Settings:
    """The settings; the emergency stop goes on with the database's address, whatever else is wrong.

    A command that examines the settings is told in ``wrong_settings`` what is wrong, and goes on, too.

    Raises:
        SettingsError: something in them is wrong.
    """
    try:
        return load_settings()
    except SettingsError as error:
        if hasattr(options, "wrong_settings"):
            options.wrong_settings = error.all
            return _database_if_sure()
        if not getattr(options, "database_is_enough", False):
            raise
        settings = database_alone()
        for sentence in error.all:
            _complain(name, f"{sentence} (it stops all the same)")
        return settings


def _database_if_sure() -> Settings:
    """Settings that know their database at most, and otherwise none."""
    try:
        return database_alone()
    except SettingsError:
        return Settings(database_url="")


def _complain(command: str, sentence: str) -> None:
    from trd_tui.cli.output import complain  # the app prints nothing unless something is wrong

    complain(command, sentence)
