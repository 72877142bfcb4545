"""What can be done on the page of a campaign's timeline."""

from __future__ import annotations

from trd_tui.tui.actions.table import Action, only_said

ACTIONS: tuple[Action, ...] = (
    only_said("day_move", "h j k l ← →", "days, weeks", "On the timeline: by a day, and by a week"),
    Action("day_open", "enter", "enter", "open", "The hours and touches of this day; esc closes", "Move",
           hint=1, runs="on_page('open')"),
    Action("dry_run", "c", "c", "compute", "Compute again what will be sent, by a dry run; esc calls it off",
           "Act", hint=2, runs="on_page('compute')"),
    Action("timeline_export", "e", "e", "export", "Export the days and hours of this calendar", "Act",
           hint=12, runs="on_page('export')"),
)  # fmt: skip
"""Its actions."""
