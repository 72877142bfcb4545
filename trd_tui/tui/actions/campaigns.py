"""What can be done with campaigns, on their list and on a campaign's own screen."""

from __future__ import annotations

from trd_tui.tui.actions.table import CAMPAIGN, OVERVIEW, Action

BOTH = frozenset({OVERVIEW, CAMPAIGN})
HOME = frozenset({OVERVIEW})

ACTIONS: tuple[Action, ...] = (
    Action("open", "enter", "enter", "open", "Open the campaign: its funnel and its contacts", "Move",
           HOME, hint=6),
    Action("sort", "s", "s", "sort", "Sort: s, then a column's letter; again turns it round", "Find",
           HOME, hint=26),
    Action("mark", "space", "space", "mark", "Mark or unmark this campaign", "Mark", HOME, hint=28,
           command=False),
    Action("mark_down", "shift+down", "shift+↓", "mark range", "Mark a range downwards", "Mark", HOME,
           command=False),
    Action("mark_up", "shift+up", "shift+↑", "mark range", "Mark a range upwards", "Mark", HOME,
           command=False),
    Action("mark_all", "asterisk", "*", "mark all", "Mark every campaign that matches", "Mark", HOME),
    Action("unmark", "backslash", "\\", "unmark", "Take all marks away", "Mark", HOME),
    Action("menu", "full_stop", ".", "actions", "What can be done with this campaign, and why not", "Act",
           BOTH, hint=5, command=False),
    Action("steps", "S", "S", "steps",
           "The steps of this draft: name and sender, audience, touches, schedule, review; of a campaign that"
           " was started, its schedule and limits: days, window, zone, caps, budgets, name, sender", "Act",
           BOTH),
    Action("import_contacts", "i", "i", "import contacts",
           "Import contacts into this campaign, after a look at what it would do", "Act", BOTH),
    Action("pause", "p", "p", "pause", "Pause the marked campaigns, else this one", "Act", BOTH, hint=1,
           act="pause", dangerous=True),
    Action("resume", "r", "r", "resume", "Resume the marked campaigns, else this one; starts a draft",
           "Act", BOTH, hint=2,
           act="resume", dangerous=True),
    Action("duplicate", "d", "d", "duplicate", "Copy settings, touches and texts into a new draft", "Act",
           BOTH, hint=3,
           act="duplicate", dangerous=True),
    Action("delete", "x", "x", "delete", "Delete: hides the campaign and stops it, keeps its messages",
           "Act", BOTH, hint=4,
           act="delete", dangerous=True),
    Action("archive", "", "", "archive", "Put finished campaigns out of sight", "Act", BOTH, act="archive",
           dangerous=True),
    Action("export", "e", "e", "export",
           "Export contacts and messages of the marked campaigns, else of this one", "Act", BOTH, hint=8,
           act="export"),
    Action("pause_all", "P", "P", "pause all", "Pause all active campaigns", "Act", HOME, act="pause",
           dangerous=True),
    Action("resume_all", "R", "R", "resume all", "Resume all paused campaigns", "Act", HOME, act="resume",
           dangerous=True),
    Action("undo", "z", "z", "undo", "Undo the last act while nothing was sent because of it", "Act", BOTH,
           hint=7),
)  # fmt: skip
"""The actions of campaigns."""

ROW_ACTS = ("pause", "resume", "export", "duplicate", "archive", "delete")
"""What the row menu offers, the safest first and the destructive last."""
