"""What can be done in the inbox."""

from __future__ import annotations

from trd_tui.tui.actions.table import INBOX, Action

HERE = frozenset({INBOX})

ACTIONS: tuple[Action, ...] = (
    Action("read", "enter", "enter", "open", "Open the conversation; it counts as read", "Move", HERE,
           hint=2),
    Action("next_talk", "right_square_bracket,ctrl+n,alt+down", "] ctrl+n", "next",
           "The next conversation, also out of an answer; what is half written is kept", "Move", HERE,
           hint=12),
    Action("last_talk", "left_square_bracket,ctrl+o,alt+up", "[ ctrl+o", "previous",
           "The previous conversation, also out of an answer", "Move", HERE),
    Action("inbox_menu", "full_stop", ".", "actions", "What can be done with this conversation, and why not",
           "Act", HERE, hint=9, command=False, runs="menu"),
    Action("answer", "a", "a", "answer", "Write an answer; what is half written is kept until it is sent",
           "Act", HERE, hint=1),
    Action("half_written", "h", "h", "half written", "Go on with the next answer that is half written",
           "Move", HERE),
    Action("send", "ctrl+s,ctrl+enter,S", "ctrl+s S", "send",
           "Send the answer, after a look at what it does; once, however long the key is held", "Act", HERE,
           dangerous=True),
    Action("done", "D", "D", "answered", "Count the conversation as answered", "Act", HERE, hint=4),
    Action("unread", "u", "u", "unread", "Let its latest text wait again, unread", "Act", HERE, hint=8),
    Action("snooze", "s", "s", "snooze", "Put the conversation off until then, or until they write", "Act",
           HERE, hint=5),
    Action("note", "c", "c", "note", "Note something about them, for everybody here", "Act", HERE, hint=7),
    Action("decide", "v", "v", "decide", "Decide whether an unclear text is an opt-out (o) or none (g)",
           "Act", HERE, hint=3),
    Action("opt_out", "o", "o", "opt out", "Never text them again: they have asked for it", "Act", HERE,
           hint=6, dangerous=True),
    Action("undo_talk", "z", "z", "undo",
           "Undo the last of answered, unread, snooze, note, and of decisions that it is no opt-out", "Act",
           HERE, hint=10),
)  # fmt: skip
"""The actions of the inbox."""
