"""What the overview's lines say: the filter tabs and the hints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from trd_tui.tui import format as show
from trd_tui.tui.actions import OVERVIEW, RIGHT, Action, hints
from trd_tui.tui.hint_lines import action_parts, right_parts, works
from trd_tui.tui.lines import Part

if TYPE_CHECKING:
    from trd_tui.services.views import CampaignRow
    from trd_tui.tui.long_act import LongAct

TABS: tuple[tuple[str | None, str], ...] = (
    (None, "All"),
    ("active", "Active"),
    ("paused", "Paused"),
    ("completed", "Completed"),
    ("draft", "Draft"),
    ("archived", "Archived"),
)
"""Status and word of each tab, in the order of their digits."""


_SHORT = {"Completed": "Done", "Archived": "Arch."}
"""Words of the tabs where the whole ones have no room."""


def tab_parts(counts: Mapping[str, int], status: str | None, *, room: int) -> list[Part]:
    """The tabs with their counts, in the fullest form that fits into ``room`` cells."""
    forms = (
        (" │ ", False, 6),
        ("  ", False, 6),
        (" ", False, 6),
        (" ", True, 6),
        (" ", True, 4),
        (" ", True, 0),
    )
    for gap, short, digits in forms:
        parts = _tabs(counts, status, gap=gap, short=short, digits=digits)
        if sum(len(part.text) for part in parts) <= room:
            break
    return parts


def _tabs(counts: Mapping[str, int], status: str | None, *, gap: str, short: bool, digits: int) -> list[Part]:
    parts: list[Part] = []
    for number, (key, full) in enumerate(TABS, 1):
        word = _SHORT.get(full, full) if short else full
        known = counts.get(key or "all")
        figure = "" if known is None or not digits else f" {show.count(known, digits)}"
        action = f"tab({number})"
        parts.append(Part(" " if number == 1 else gap, "quiet"))
        if key == status:
            parts.append(Part(f" {number} {word}{figure} ", "chosen", action))
        else:
            parts += [
                Part(f"{number}", "key", action),
                Part(f" {word}", "", action),
                Part(figure, "quiet", action),
            ]
    return parts


WELCOME = """\
There are no campaigns yet. Three things one can do:

  n   makes a campaign here: name, audience, touches, schedule, review
  trd demo
      in a shell: seven demonstration campaigns at work; nobody is texted
  trd campaign create FILE.toml --contacts FILE.csv
      in a shell: the same of files; `trd contact import` for contacts alone

"""
"""What an empty database greets with; with what follows it fits into 80 columns and 24 lines."""

_CARRIERS = {
    "simulated": """\
The carrier is the simulated one: nothing leaves this computer. To send,
set carrier = "twilio" and Twilio's credentials in the settings file that
`trd init` writes; `trd doctor` says what is still missing.
? shows every key.""",
    "twilio": """\
Twilio sends. `trd doctor` says whether credentials and sender are right, and
what to do. A new campaign appears here by itself. ? shows every key.""",
}


def empty_text(counts: Mapping[str, int], status: str | None, search: str, carrier: str = "twilio") -> str:
    """What stands in the list when it has no rows."""
    if search:
        return f"No {status + ' ' if status else ''}campaigns that match “{search}”. esc clears the search."
    if status == "draft":
        return "No draft campaigns. n begins one."
    if status:
        return f"No {status} campaigns."
    if counts.get("archived"):
        return "No campaigns but archived ones; 6 shows them. n begins a new one."
    return WELCOME + _CARRIERS[carrier] if counts else "No campaigns."


def hint_parts(
    *, marked: int, row: CampaignRow | None, undo: bool, stopped: bool, long_act: LongAct | None, width: int
) -> tuple[list[Part], list[Part]]:
    """The keys that work now: acts of the row to the left, what always works to the right."""
    if long_act is not None and long_act.shown:
        return long_act.parts(width), right_parts(OVERVIEW, stopped=stopped, only_stop=width < 100)
    left: list[Part] = [Part(" ")]
    if marked:
        left += [Part(f"✓ {marked:,} marked", "strong"), Part(" · ", "quiet")]
    for action in hints(OVERVIEW):
        if action.hint >= RIGHT or (action.id == "undo" and not undo):
            continue
        if row is None and ((action.act and not marked) or action.id in ("open", "mark", "menu")):
            continue
        if not marked and row is not None and action.id in _ONE_PLACE:
            left += _one_of(action, row.status)
        else:
            left += action_parts(action, "new" if action.id == "new" else action.label)  # of what, is plain
    return left, right_parts(OVERVIEW, stopped=stopped)


_ONE_PLACE = ("pause", "resume")
"""At most one of them works; they share a place, so that the other hints stand still."""

_WIDEST = len("resume")


def _one_of(action: Action, status: str) -> list[Part]:
    """The act in the common place, if it is this one; the first leaves it empty where none works."""
    if works(action.act, status):
        label = "start" if action.id == "resume" and status == "draft" else action.label
        return action_parts(action, label.ljust(_WIDEST))
    nothing = action.id == _ONE_PLACE[0] and not any(works(act, status) for act in _ONE_PLACE)
    return [Part(" " * (_WIDEST + 4))] if nothing else []
