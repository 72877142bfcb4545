"""What the lines of hints of all screens have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trd_tui.tui.actions import RIGHT, Action, hints
from trd_tui.tui.lines import Part

if TYPE_CHECKING:
    from trd_tui.services.views import CampaignRow

RELEASE = "release"
"""What the key of the stop does while everything is stopped."""


def action_parts(action: Action, label: str) -> list[Part]:
    """A key and its word."""
    tone = "alarm" if action.id == "stop" else "key"
    runs = action.runs or action.id
    return [Part(action.shown, tone, runs), Part(f" {label}  ", "", runs)]


def right_parts(screen: str, *, stopped: bool, only_stop: bool = False) -> list[Part]:
    """What always works; the key of the stop releases it while it is set."""
    shown = [a for a in hints(screen) if a.hint >= RIGHT and (a.id == "stop" or not only_stop)]
    words = {"stop": RELEASE} if stopped else {}
    return [part for action in shown for part in action_parts(action, words.get(action.id, action.label))]


def typing_parts(*, stopped: bool) -> list[Part]:
    """The stop where ``!`` would be typed."""
    return [Part("esc, !", "alarm", "stop"), Part(f" {RELEASE if stopped else 'stop'}  ", "", "stop")]


def is_empty_draft(row: CampaignRow | None) -> bool:
    """Whether it is a draft that nobody is in: its steps come before its start."""
    return row is not None and row.status == "draft" and not row.contact_count


def works(act: str, status: str) -> bool:
    """Whether an act can be done to a campaign of this status, as far as a hint goes."""
    if act == "pause":
        return status == "active"
    if act == "resume":
        return status in ("paused", "draft")
    return True
