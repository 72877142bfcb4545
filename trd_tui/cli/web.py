"""``trd web``: the app in a browser, for who has no terminal at hand."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from typing import Any

from trd_tui.cli import logs
from trd_tui.cli.errors import CliError
from trd_tui.cli.serve import port_number
from trd_tui.cli.session import must_exist
from trd_tui.settings import Settings, is_this_host

APP = (sys.executable, "-m", "trd_tui")

TERMINAL = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
"""What the terminal in the page is, whatever the one is in which the command was typed."""


def add(commands: Any) -> None:
    """Put the command into the table."""
    parser = commands.add_parser(
        "web",
        help="the app in a browser, until a signal ends it",
        description="The app in a browser; each window is an app of its own. It has no login: whoever reaches"
        " the address acts as you. To use it from elsewhere: ssh -L 8000:127.0.0.1:8000 THIS-HOST.",
    )
    parser.add_argument("--host", default="127.0.0.1", metavar="H", help="address to listen at (127.0.0.1)")
    parser.add_argument("--port", default=8000, metavar="P", type=port_number, help="port (8000); 0 = any")
    parser.add_argument(
        "--behind-login",
        action="store_true",
        help="a proxy before it asks everybody for a login: allows an address that others reach",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Show the app to browsers until a signal."""
    must_exist(settings)
    private = is_this_host(options.host)
    if not private and not options.behind_login:
        raise CliError(
            f"{options.host} can be reached from the network, and `trd web` has no login: whoever reached it"
            " would act as you; leave --host out and come through ssh -L, or put a proxy with TLS and a login"
            " before it and say so with --behind-login"
        )
    try:
        from trd_tui.cli import web_server
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("textual_serve", "aiohttp_jinja2", "jinja2"):
            raise
        raise CliError(
            "the app in a browser is not installed; install it with: pip install 'trd_tui[web]'"
        ) from error
    logs.log_to_stderr(settings)
    os.environ.update(TERMINAL)
    try:
        web_server.serve(shlex.join(APP), options.host, options.port, private=private)
    except web_server.PortTakenError as error:
        raise CliError(str(error)) from error
    return 0
