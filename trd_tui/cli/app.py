"""``trd`` and ``trd demo``: the full-screen app, with a scheduler of its own."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

from trd_tui.cli import logs
from trd_tui.cli.errors import CliError
from trd_tui.settings import Settings

if TYPE_CHECKING:
    from trd_tui.tui.launch import Prepare


def show(settings: Settings, *, title: str = "", prepare: Prepare | None = None) -> int:
    """Show the app until it is left; returns the exit status.

    Args:
        settings: which database and carrier.
        title: what the top line calls it; the database's own name by default.
        prepare: opens the product in another way; it runs after the first paint.

    Raises:
        CliError: there is no terminal to show it on.
    """
    in_browser = "WebDriver" in os.environ.get("TEXTUAL_DRIVER", "")  # `trd web` stands at the other end
    if not in_browser and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise CliError("the app needs a terminal; without one use `trd run`, or `trd demo --headless`")
    logs.log_to_file(settings)
    gc.disable()  # imports leave no garbage, looking for it takes 15 ms; `launch` turns it on after the paint
    from trd_tui.tui.launch import run_app

    return run_app(settings, title=title, prepare=prepare)
