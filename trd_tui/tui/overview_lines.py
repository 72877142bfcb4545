"""What the overview's lines say: the filter tabs and the hints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from trd_tui.tui import format as show
from trd_tui.tui.actions import OVERVIEW, hints
from trd_tui.tui.lines import Part

if TYPE_CHECKING:
    from trd_tui.services.views import CampaignRow

TABS: tuple[tuple[str | None, str], ...] = (
    (None, "All"),
    ("active", "Active"),
    ("paused", "Paused"),
    ("completed", "Completed"),
    ("draft", "Draft"),
    ("archived", "Archived"),
)
"""Status and word of each tab, in the order of their digits."""


def tab_parts(counts: Mapping[str, int], status: str | None, *, wide: bool) -> list[Part]:
    """The tabs with their counts. Archived campaigns have a tab only where there are any, or it is open."""
    parts = [Part(" ")]
    for number, (key, word) in enumerate(TABS, 1):
        if key == "archived" and not counts.get("archived") and status != "archived":
            continue
        if number > 1:
            parts.append(Part(" │ " if wide else " ", "quiet"))
        known = counts.get(key or "all")
        figure = "" if known is None else f" {show.count(known, 6)}"
        action = f"tab({number})"
        if key == status:
            parts.append(Part(f" {number} {word}{figure} ", "chosen", action))
        else:
            blank = " " if wide else ""
            parts += [
                Part(f"{blank}{number}", "key", action),
                Part(f" {word}", "", action),
                Part(f"{figure}{blank}", "quiet", action),
            ]
    return parts


def hint_parts(
    *, marked: int, row: CampaignRow | None, undo: bool, progress: str
) -> tuple[list[Part], list[Part]]:
    """The keys that work now: acts of the row to the left, what always works to the right."""
    left: list[Part] = [Part(" ")]
    if progress:
        left.append(Part(f"{progress}  ", "info"))
    if marked:
        left += [Part(f"✓ {marked:,} marked", "strong"), Part(" · ", "quiet")]
    right: list[Part] = []
    for action in hints(OVERVIEW):
        if action.act and row is None and not marked:
            continue
        if action.id in ("open", "mark", "menu") and row is None:
            continue
        if action.id == "undo" and not undo:
            continue
        label = (
            "start"
            if action.id == "resume" and not marked and row is not None and row.status == "draft"
            else action.label
        )
        if not marked and row is not None and not _works(action.act, row.status):
            continue
        side = right if action.hint >= 40 else left
        side += [
            Part(action.shown, "alarm" if action.id == "stop" else "key", action.id),
            Part(f" {label}  ", "", action.id),
        ]
    return left, right


def _works(act: str, status: str) -> bool:
    if act == "pause":
        return status == "active"
    if act == "resume":
        return status in ("paused", "draft")
    return True
