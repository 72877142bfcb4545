"""The parts of the app between which f2 to f6 go. Each has its own stack, and keeps what is half done."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any, NamedTuple, cast

from textual.screen import Screen


class Area(NamedTuple):
    """A part of the app.

    Attributes:
        name: in code and in Textual's notation.
        key: what goes there.
        label: its name for people.
        help: a sentence, for help and palette.
        screen: module and class of its first screen; imported when it is first wanted.
    """

    name: str
    key: str
    label: str
    help: str
    screen: str


AREAS: tuple[Area, ...] = (
    Area("overview", "f2", "Overview", "The campaigns, as you left them; once more, their list",
         "trd_tui.tui.overview.screen:OverviewScreen"),
    Area("inbox", "f3", "Inbox", "What contacts have written, and your own answers",
         "trd_tui.tui.inbox.screen:InboxScreen"),
    Area("reports", "f4", "Reports", "What has come of it: by campaign, touch, day, error and cost",
         "trd_tui.tui.reports.screen:ReportsScreen"),
    Area("health", "f5", "Health", "Who sends, what waits and why, and what went wrong",
         "trd_tui.tui.health.screen:HealthScreen"),
    Area("administration", "f6", "Administration", "Senders, suppressions, settings and the audit",
         "trd_tui.tui.administration.screen:AdministrationScreen"),
)  # fmt: skip
"""Every part, in the order of its key."""


def _made(where: str) -> Screen[None]:
    module, _, name = where.partition(":")
    return cast("Screen[None]", getattr(import_module(module), name)())


def modes() -> dict[str, str | Callable[[], Screen[Any]]]:
    """What makes each part's first screen."""
    return {area.name: partial(_made, area.screen) for area in AREAS}
