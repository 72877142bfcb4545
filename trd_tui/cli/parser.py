"""The table of commands. The app does without it: ``trd`` alone has nothing to parse."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import cache
from typing import NoReturn

from trd_tui import __version__
from trd_tui.cli import (
    audit,
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
    sender,
    serve,
    suppress,
    token,
    verify,
    web,
    webhook,
)
from trd_tui.cli.errors import WRONG_USAGE
from trd_tui.cli.examples import epilog_of
from trd_tui.cli.output import complain
from trd_tui.domain.nearest import did_you_mean, slip_of
from trd_tui.settings import Settings

Run = Callable[[argparse.Namespace, Settings], int]


class Layout(argparse.HelpFormatter):
    """Keeps the lines of examples as they are; a command that is broken in two cannot be copied."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        if text.startswith("example"):
            return "\n".join(indent + line for line in text.splitlines())
        return super()._fill_text(text, width, indent)


ELSEWHERE = {
    **dict.fromkeys(("status", "state", "health", "ps"), "doctor"),
    **dict.fromkeys(("stats", "statistics"), "report"),
    **dict.fromkeys(("list", "ls"), "campaign list"),
    **{act: f"campaign {act}" for act in ("create", "pause", "resume", "show")},
    "import": "contact import",
    "send": "run",
}
"""Words that people try, and what they look for; ``start``, which is near some, releases a stop."""


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line with the nearest word that it knows, and where to look."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the call, and exit with status 2."""
        end = "" if message.endswith("?") else ";"
        complain(self.prog, f"{message}{end} see '{self.prog} --help'")
        sys.exit(WRONG_USAGE)

    def parse_known_args(  # type: ignore[override]  # the base has one overload for each kind of namespace
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Refuse what nobody knows in the words of the command that it was said to, not of ``trd`` itself."""
        found, unknown = super().parse_known_args(args, namespace)
        option = next((word for word in unknown if word.startswith("-")), None)
        if option is not None:
            name = option.partition("=")[0]
            known = [each for each in self._option_string_actions if each.startswith("--")]
            near = did_you_mean(name, known) if name.startswith("--") else ""
            self.error(f"there is no option {name}{near}")
        if unknown:
            self.error(f"'{unknown[0]}' is one word too many; put quotes around what holds blanks")
        return found, unknown

    def _check_value(self, action: argparse.Action, value: object) -> None:
        """Say it in our words; argparse has no public place for that."""
        if action.choices is None or value in action.choices:
            return
        known = [str(choice) for choice in action.choices]
        if isinstance(action, argparse._SubParsersAction):
            elsewhere = ELSEWHERE.get(str(value)) if self.prog == "trd" else None
            if slip_of(str(value), ["start"]) is None:  # it sends: nobody shall be led to it by chance
                known = [word for word in known if word != "start"]
            near = f"; did you mean 'trd {elsewhere}'?" if elsewhere else did_you_mean(str(value), known)
            self.error(f"there is no command '{value}'{near}")
        raise argparse.ArgumentError(action, f"'{value}' is not known{did_you_mean(str(value), known)}")


@cache
def build_parser() -> argparse.ArgumentParser:
    """Every command with its options; each names the function that runs it. Parsing leaves it as it is."""
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
        sender,
        control,
        campaign,
        contact,
        reply,
        report,
        suppress,
        webhook,
        audit,
        verify,
        safekeeping,
    ):
        group.add(commands)
    _complete(parser, "")
    return parser


def _complete(parser: argparse.ArgumentParser, name: str) -> None:
    """Let the help of every command say what it does, as its group does, and end with an example."""
    parser.formatter_class = Layout
    parser.epilog = epilog_of(name, parser.epilog)
    for group in parser._actions:
        if not isinstance(group, argparse._SubParsersAction):
            continue
        told = {each.dest: each.help or "" for each in group._choices_actions}
        for word, command in group.choices.items():
            said = told.get(word, "")
            command.description = command.description or f"{said[:1].upper()}{said[1:]}."
            _complete(command, f"{name} {word}".strip())
