"""The lines of the inbox: tabs, hints, the columns of its list, and what stands where nothing is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from trd_tui.tui import format as show
from trd_tui.tui.actions import INBOX, RIGHT, hints
from trd_tui.tui.hint_lines import action_parts, right_parts, typing_parts
from trd_tui.tui.lines import Part
from trd_tui.tui.table.column import Span, TableColumn

if TYPE_CHECKING:
    from trd_tui.services.inbox_views import Conversation, Counts, Shown, WholeConversation

TABS: tuple[tuple[Shown, str, str], ...] = (
    ("unread", "Unread", "Unread"),
    ("unanswered", "Open", "Open"),
    ("snoozed", "Snoozed", "Snoozed"),
    ("unclear", "Unclear", "Unclear"),
    ("all", "All", "All"),
)
"""Filter, name and short name of each tab."""

_EMPTY = {
    "unread": "Nothing is unread. 2 shows what still waits for an answer.",
    "unanswered": "Nobody waits for an answer.",
    "snoozed": "Nothing is put off. s puts a conversation off.",
    "unclear": "No text is unclear. What may be an opt-out stands here until you decide.",
    "all": "Nobody has written yet. What contacts answer to your campaigns comes in here.",
}


def empty_text(shown: str, search: str) -> str:
    """What stands in a list without rows."""
    if search:
        return f"No conversation matches “{search}”.\nesc clears the search, 5 searches all."
    return _EMPTY[shown]


def tab_parts(counts: Counts | None, shown: str) -> list[Part]:
    """The tabs with their counts."""
    parts = [Part(" ")]
    for place, (name, label, _) in enumerate(TABS, 1):
        number = "" if counts is None else f" {getattr(counts, name):,}"
        tone = "chosen" if name == shown else ""
        parts += [
            Part(f" {place} ", "key" if name != shown else tone, f"tab({place})"),
            Part(f"{label}{number} ", tone, f"tab({place})"),
        ]
    return parts


_SHORT = {"done": "done"}
"""Words of 80 columns, so that the acts have room."""


def hint_parts(
    talk: WholeConversation | None,
    *,
    writing: bool,
    reading: bool,
    undo: bool,
    empty: bool,
    stopped: bool,
    width: int,
) -> tuple[list[Part], list[Part]]:
    """The keys that work now; undo stands among those that never give way where it is tight."""
    right = right_parts(INBOX, stopped=stopped)
    if writing:
        left = [Part(" ")]
        for key, word, runs in (
            ("ctrl+s", "send", "send"), ("esc", "leave, it is kept", "back"), ("ctrl+n", "next", "next_talk"),
            ("ctrl+o", "previous", "last_talk"),
        ):  # fmt: skip
            left += [Part(key, "key", runs), Part(f" {word}  ", "", runs)]
        return left, typing_parts(stopped=stopped)
    left = [Part(" ")]
    if reading:
        left += [Part("esc", "key", "back"), Part(" back  ", "", "back")]
    for action in hints(INBOX):
        if action.hint >= RIGHT:
            continue
        if (
            (action.id == "undo_talk" and not undo)
            or (action.id == "decide" and (talk is None or talk.doubt is None))
            or (action.id == "opt_out" and talk is not None and talk.suppressed is not None)
            or (action.id == "read" and reading)
            or (talk is None and (action.group == "Act" or (empty and action.group == "Move")))
        ):
            continue
        label = action.label if width >= 100 else _SHORT.get(action.id, action.label)
        parts = action_parts(action._replace(shown=action.shown.split()[0]), label)
        if action.id == "undo_talk":
            right = [*parts, *right]
        else:
            left += parts
    return left, right


def columns(zone: str, drafted: Callable[[], frozenset[str]]) -> tuple[TableColumn, ...]:
    """The columns of the list; instants are shown in ``zone``."""

    def state(row: Conversation, _width: int, _now: int) -> Sequence[Span]:
        draft = ("✎", "key") if row.number in drafted() else (" ", "")
        if row.unclear:
            return [("◆", "warn"), draft]
        if row.snoozed_until is not None:
            return [("z", "quiet"), draft]
        if row.unread:
            return [("●", "info"), draft]
        return [("○", ""), draft] if row.unanswered else [("✔", "quiet"), draft]

    def who(row: Conversation, _width: int, _now: int) -> Sequence[Span]:
        name = row.latest.name or row.number
        return [(name, "strong" if row.unread else "" if row.unanswered else "quiet")]

    def text(row: Conversation, _width: int, _now: int) -> Sequence[Span]:
        kind = {"opt_out": "opted out: ", "auto": "automatic: ", "help": "help: "}.get(row.latest.kind, "")
        said = " ".join(row.latest.body.split())
        return [(kind, "quiet"), (said, "" if row.unanswered else "quiet")]

    def when(row: Conversation, _width: int, now: int) -> Sequence[Span]:
        if row.snoozed_until is not None:
            return [(show.when(row.snoozed_until, now, zone), "quiet")]
        return [(show.when(row.latest.at, now, zone), "" if row.unread else "quiet")]

    def campaign(row: Conversation, _width: int, _now: int) -> Sequence[Span]:
        touch = f" #{row.latest.touch}" if row.latest.touch else ""
        return [(f"{row.latest.campaign_name or '-'}{touch}", "quiet")]

    def number(row: Conversation, _width: int, _now: int) -> Sequence[Span]:
        return [(row.number if row.latest.name else "", "quiet")]

    return (
        TableColumn("state", "", 2, state),
        TableColumn("who", "Who", 14, who, flex=2, most=26),
        TableColumn("text", "Latest text", 14, text, flex=5),
        TableColumn("number", "Number", 13, number, rank=2, spare=26),
        TableColumn("campaign", "Answers", 16, campaign, rank=3, spare=26),
        TableColumn("when", "When", 10, when),
    )
