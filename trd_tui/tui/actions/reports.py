"""What can be done with reports."""

from __future__ import annotations

from trd_tui.tui.actions.table import REPORTS, Action

HERE = frozenset({REPORTS})

ACTIONS: tuple[Action, ...] = (
    Action("report_open", "enter", "enter", "report", "Report on this campaign alone", "Move", HERE, hint=1,
           command=False),
    Action("report_all", "a", "a", "all campaigns", "Report on all campaigns again; esc does it, too", "Find",
           HERE, hint=2),
    Action("report_time", "t", "t", "time", "Of what time: today, 7 days, 30 days or all time", "Find", HERE,
           hint=3),
    Action("report_who", "f", "f", "who", "Show who has answered, or who has not", "Find", HERE, hint=4),
    Action("report_sort", "s", "s", "sort", "Sort: s, then a column's letter; again turns it round", "Find",
           HERE, hint=5),
    Action("report_export", "e", "e", "export", "Write what is shown into a CSV file", "Act", HERE, hint=6),
    Action("report_again", "u", "u", "read again", "Read the figures again, now", "Act", HERE, hint=7),
)  # fmt: skip
"""The actions of reports."""
