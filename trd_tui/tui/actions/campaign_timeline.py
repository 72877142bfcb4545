"""What can be done on the page of a campaign's timeline."""

from __future__ import annotations

from trd_tui.tui.actions.table import Action, move, scrolls

DAYS: tuple[Action, ...] = (
    move("day_before", "h,left", "h ←", "day before", "On the timeline: by a day; up and down by a week"),
    move("day_after", "l,right", "l →", "day after", "On the timeline: by a day"),
)
"""The ways to move that only the calendar has."""

ACTIONS: tuple[Action, ...] = (
    *DAYS,
    *scrolls("day"),
    Action("day_open", "enter", "enter", "open", "The hours and touches of this day; esc closes", "Move",
           hint=1, runs="on_page('open')"),
    Action("dry_run", "c", "c", "compute", "Compute again what will be sent, by a dry run; esc calls it off",
           "Act", hint=2, runs="on_page('compute')"),
    Action("timeline_export", "e", "e", "export", "Export the days and hours of this calendar", "Act",
           hint=12, runs="on_page('export')"),
)  # fmt: skip
"""Its actions."""
